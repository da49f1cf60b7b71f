package io.sozu.protocols.http1;

import io.sozu.bindings.memory.Memory;
import io.sozu.protocols.http.Ascii;
import io.sozu.protocols.http.HeadFault;

/** The syntax of a chunk's first line: its size, and extensions, which are checked to be left out. */
final class ChunkLine {
    private static final int MOST_DIGITS = 16;
    /** What may come next within extensions. */
    private static final int SEMICOLON = 0;
    private static final int NAME_START = 1;
    private static final int NAME = 2;
    private static final int EQUALS = 3;
    private static final int VALUE_START = 4;
    private static final int VALUE = 5;
    private static final int QUOTED = 6;
    private static final int QUOTED_PAIR = 7;
    private static final int WRONG = -1;

    private long size;
    private int digitsOffset;
    private int digitsEnd;
    private int extensionBytes;

    long size() {
        return size;
    }

    /** Returns where the size begins, without leading zeros. */
    int digitsOffset() {
        return digitsOffset;
    }

    int digits() {
        return digitsEnd - digitsOffset;
    }

    int extensionBytes() {
        return extensionBytes;
    }

    /** Returns the offset behind the line, 0 when more is needed, or a fault. */
    int scan(final long address, final int from, final int to) {
        int at = from;
        long number = 0;
        int zeros = 0;
        while (at < to && Ascii.isHex(Memory.getByte(address + at))) {
            if (at - from == MOST_DIGITS || number >>> 59 != 0) {
                return HeadFault.CHUNK_SIZE.result();
            }
            number = number << 4 | Ascii.hexValue(Memory.getByte(address + at));
            at++;
            zeros += number == 0 ? 1 : 0;
        }
        if (at == to) {
            return 0;
        }
        if (at == from) {
            return HeadFault.CHUNK_SIZE.result();
        }
        size = number;
        digitsOffset = from + (number == 0 ? zeros - 1 : zeros);
        digitsEnd = at;
        extensionBytes = 0;
        final byte next = Memory.getByte(address + at);
        if (next == ';' || Ascii.isSpace(next)) {
            final int end = extensions(address, at, to);
            if (end <= 0) {
                return end;
            }
            extensionBytes = end - at;
            at = end;
        }
        return RequestLine.lineEnd(address, at, to, HeadFault.CHUNK_SIZE);
    }

    private static int extensions(final long address, final int from, final int to) {
        int expected = SEMICOLON;
        for (int at = from; at < to; at++) {
            final byte character = Memory.getByte(address + at);
            if (character == Ascii.CR || character == Ascii.LF) {
                final boolean mayEnd = expected == SEMICOLON || expected == NAME || expected == EQUALS
                        || expected == VALUE;
                return mayEnd ? at : HeadFault.CHUNK_EXTENSION.result();
            }
            expected = next(expected, character);
            if (expected == WRONG) {
                return HeadFault.CHUNK_EXTENSION.result();
            }
        }
        return 0;
    }

    private static int next(final int expected, final byte character) {
        final boolean space = Ascii.isSpace(character);
        final boolean token = Ascii.isToken(character);
        return switch (expected) {
            case SEMICOLON -> space ? SEMICOLON : character == ';' ? NAME_START : WRONG;
            case NAME_START -> space ? NAME_START : token ? NAME : WRONG;
            case NAME -> token ? NAME : afterName(character, space);
            case EQUALS -> afterName(character, space);
            case VALUE_START -> space ? VALUE_START : token ? VALUE : character == '"' ? QUOTED : WRONG;
            case VALUE -> token ? VALUE : space ? SEMICOLON : character == ';' ? NAME_START : WRONG;
            case QUOTED -> quoted(character);
            default -> isText(character) ? QUOTED : WRONG;
        };
    }

    private static int afterName(final byte character, final boolean space) {
        return space ? EQUALS : character == '=' ? VALUE_START : character == ';' ? NAME_START : WRONG;
    }

    private static int quoted(final byte character) {
        if (character == '"') {
            return SEMICOLON;
        }
        return !isText(character) ? WRONG : character == '\\' ? QUOTED_PAIR : QUOTED;
    }

    private static boolean isText(final byte character) {
        return character < 0 || character >= Ascii.SP && character != Ascii.DEL || character == Ascii.HTAB;
    }
}
