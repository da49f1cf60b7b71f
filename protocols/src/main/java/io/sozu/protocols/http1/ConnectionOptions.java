package io.sozu.protocols.http1;

import io.sozu.bindings.memory.Memory;
import io.sozu.protocols.http.Ascii;
import io.sozu.protocols.http.FieldName;
import io.sozu.protocols.http.HeadFault;
import io.sozu.protocols.http.HeadView;

/** What Connection fields say (RFC 9110, section 7.6.1), and the fields they name, marked as dropped. */
final class ConnectionOptions {
    static final int CLOSE = 1;
    static final int KEEP_ALIVE = 2;

    private static final long[] CLOSE_WORDS = Ascii.words("close");
    private static final long[] KEEP_ALIVE_WORDS = Ascii.words("keep-alive");
    private static final int CLOSE_BYTES = 5;
    private static final int KEEP_ALIVE_BYTES = 10;
    /** A bound on options times fields; honest lists have at most five. */
    private static final int MOST_OPTIONS = 32;

    private ConnectionOptions() {
    }

    /** Returns {@link #CLOSE} and {@link #KEEP_ALIVE} as they were given, or a fault. */
    static int apply(final HeadView view) {
        if (!view.has(FieldName.CONNECTION)) {
            return 0;
        }
        int options = 0;
        int count = 0;
        for (int i = view.find(FieldName.CONNECTION); i < view.fieldCount(); i++) {
            if (view.fieldId(i) != FieldName.CONNECTION.id()) {
                continue;
            }
            int at = view.valueOffset(i);
            final int end = at + view.valueBytes(i);
            while (at < end) {
                final int comma = Ascii.find(view.address(), at, end, (byte) ',');
                final int option = option(view, at, comma);
                if (option < 0) {
                    return option;
                }
                options |= option;
                at = comma + 1;
                if (++count > MOST_OPTIONS) {
                    return HeadFault.CONNECTION_TOO_LONG.result();
                }
            }
        }
        return options;
    }

    private static int option(final HeadView view, final int from, final int to) {
        int start = from;
        int end = to;
        while (start < end && Ascii.isSpace(Memory.getByte(view.address() + start))) {
            start++;
        }
        while (end > start && Ascii.isSpace(Memory.getByte(view.address() + end - 1))) {
            end--;
        }
        final long name = view.address() + start;
        final int lengthBytes = end - start;
        if (lengthBytes == CLOSE_BYTES && Ascii.equalsIgnoreCase(name, lengthBytes, CLOSE_WORDS)) {
            return CLOSE;
        }
        if (lengthBytes == KEEP_ALIVE_BYTES && Ascii.equalsIgnoreCase(name, lengthBytes, KEEP_ALIVE_WORDS)) {
            return KEEP_ALIVE;
        }
        return drop(view, name, lengthBytes);
    }

    private static int drop(final HeadView view, final long name, final int lengthBytes) {
        final int id = FieldName.find(name, lengthBytes);
        if ((FieldName.ROUTING >>> id & 1) != 0) {
            return HeadFault.CONNECTION_NAMES_FRAMING.result();
        }
        if (id != FieldName.OTHER.id()) {
            view.dropAll(1L << id);
            return 0;
        }
        if (lengthBytes == 0 || !view.has(FieldName.OTHER)) {
            return 0;
        }
        for (int i = view.find(FieldName.OTHER); i < view.fieldCount(); i++) {
            if (view.fieldId(i) == id && view.nameBytes(i) == lengthBytes
                    && Ascii.equalsIgnoreCase(view.address() + view.nameOffset(i), name, lengthBytes)) {
                view.drop(i);
            }
        }
        return 0;
    }
}
