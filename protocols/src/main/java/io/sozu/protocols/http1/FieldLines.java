package io.sozu.protocols.http1;

import io.sozu.bindings.memory.Memory;
import io.sozu.protocols.http.Ascii;
import io.sozu.protocols.http.Authority;
import io.sozu.protocols.http.FieldName;
import io.sozu.protocols.http.HeadFault;
import io.sozu.protocols.http.HeadView;

/**
 * The syntax of field lines up to and with the blank line: of a head, or of trailers (RFC 9112, section 5).
 *
 * <p>Lines end with CRLF, names are tokens directly before their colon, values have no control characters,
 * nothing is folded. Values that frame or route are checked as their line completes.
 */
final class FieldLines {
    /** What lines are those of, hence which values matter. */
    enum Kind { REQUEST, RESPONSE, TRAILERS }

    private static final long[] CHUNKED = Ascii.words("chunked");
    private static final int CHUNKED_BYTES = 7;
    private static final int LONGEST_NUMBER = 19;

    private final long checkedNames;
    private int nameEnd;
    private int valueOffset;
    private int valueEnd;
    private int id;

    FieldLines(final Kind kind) {
        this.checkedNames = switch (kind) {
            case REQUEST -> FieldName.HOST.bit() | FieldName.CONTENT_LENGTH.bit()
                    | FieldName.TRANSFER_ENCODING.bit();
            case RESPONSE -> FieldName.CONTENT_LENGTH.bit() | FieldName.TRANSFER_ENCODING.bit();
            case TRAILERS -> 0;
        };
    }

    /**
     * Scans the lines from {@code from}, a line start; what lies before {@code checked} was scanned before
     * without a fault. Adds fields to the view unless it is null.
     *
     * @return the offset behind the blank line, 0 when more is needed, or a fault
     */
    int scan(final long address, final int from, final int to, final int checked, final HeadView view) {
        boolean tooMany = false;
        int line = from;
        while (line < to) {
            if (Memory.getByte(address + line) == Ascii.CR) {
                final int end = RequestLine.lineEnd(address, line, to, HeadFault.BARE_CR);
                if (end > 0 && view != null) {
                    view.end(line, end);
                }
                return end > 0 && tooMany ? HeadFault.TOO_MANY_FIELDS.result() : end;
            }
            final int next = line(address, line, to, checked);
            if (next <= 0) {
                return next;
            }
            if (view != null) {
                if (view.isFull()) {
                    tooMany = true;
                } else {
                    view.add(line, nameEnd - line, id, valueOffset, valueEnd - valueOffset);
                }
            }
            line = next;
        }
        return 0;
    }

    private int line(final long address, final int from, final int to, final int checked) {
        int colon = from;
        while (colon < to && Ascii.isToken(Memory.getByte(address + colon))) {
            colon++;
        }
        if (colon == to) {
            return 0;
        }
        if (Memory.getByte(address + colon) != ':' || colon == from) {
            return nameFault(Memory.getByte(address + colon), colon == from);
        }
        // The byte before `checked` may be the CR of an end that was cut in two.
        final int end = Ascii.findControl(address, Math.max(colon + 1, Math.min(checked, to) - 1), to);
        final int next = valueEnd(address, end, to);
        if (next <= 0) {
            return next;
        }
        nameEnd = colon;
        id = FieldName.find(address + from, colon - from);
        trim(address, colon + 1, end);
        return (checkedNames >>> id & 1) == 0 ? next : checkedValue(address, next);
    }

    private static int nameFault(final byte character, final boolean first) {
        final HeadFault fault = switch (character) {
            case ':' -> HeadFault.NAME_EMPTY;
            case Ascii.SP, Ascii.HTAB -> first ? HeadFault.LINE_FOLDING : HeadFault.SPACE_BEFORE_COLON;
            case Ascii.LF -> first ? HeadFault.BARE_LF : HeadFault.NAME_WITHOUT_COLON;
            case Ascii.CR -> HeadFault.NAME_WITHOUT_COLON;
            default -> HeadFault.NAME_CHARACTER;
        };
        return fault.result();
    }

    private static int valueEnd(final long address, final int from, final int to) {
        return RequestLine.lineEnd(address, from, to, HeadFault.VALUE_CHARACTER);
    }

    private void trim(final long address, final int from, final int to) {
        int start = from;
        int end = to;
        while (start < end && Ascii.isSpace(Memory.getByte(address + start))) {
            start++;
        }
        while (end > start && Ascii.isSpace(Memory.getByte(address + end - 1))) {
            end--;
        }
        valueOffset = start;
        valueEnd = end;
    }

    private int checkedValue(final long address, final int next) {
        final long value = address + valueOffset;
        final int lengthBytes = valueEnd - valueOffset;
        if (id == FieldName.HOST.id()) {
            return Authority.parse(value, lengthBytes) == Authority.INVALID
                    ? HeadFault.HOST_SYNTAX.result() : next;
        }
        if (id == FieldName.CONTENT_LENGTH.id()) {
            return number(value, lengthBytes) < 0 ? HeadFault.LENGTH_SYNTAX.result() : next;
        }
        return isChunked(value, lengthBytes) ? next : HeadFault.CODING_UNKNOWN.result();
    }

    private static boolean isChunked(final long address, final int lengthBytes) {
        return lengthBytes == CHUNKED_BYTES && Ascii.equalsIgnoreCase(address, CHUNKED_BYTES, CHUNKED);
    }

    /** Reads 1 to 19 digits; returns -1 for anything else and for what no long can hold. */
    static long number(final long address, final int lengthBytes) {
        if (lengthBytes == 0 || lengthBytes > LONGEST_NUMBER) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < lengthBytes; i++) {
            final byte digit = Memory.getByte(address + i);
            if (!Ascii.isDigit(digit)) {
                return -1;
            }
            number = number * 10 + digit - '0';
        }
        return number < 0 ? -1 : number;
    }
}
