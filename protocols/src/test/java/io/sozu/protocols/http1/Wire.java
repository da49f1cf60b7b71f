package io.sozu.protocols.http1;

import io.sozu.bindings.memory.Memory;
import io.sozu.protocols.http.FieldName;
import io.sozu.protocols.http.HeadView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Texts of what a view points at. */
final class Wire {
    private Wire() {
    }

    static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(final long address, final int lengthBytes) {
        return new String(Memory.toArray(address, lengthBytes), StandardCharsets.ISO_8859_1);
    }

    static String span(final HeadView view, final int offset, final int lengthBytes) {
        return text(view.address() + offset, lengthBytes);
    }

    static String authority(final HeadView view) {
        return span(view, view.authorityOffset(), view.authorityBytes());
    }

    static String path(final HeadView view) {
        return span(view, view.pathOffset(), view.pathBytes());
    }

    /** Returns the query, null when there is none. */
    static String query(final HeadView view) {
        return view.queryBytes() < 0 ? null : span(view, view.queryOffset(), view.queryBytes());
    }

    static String value(final HeadView view, final FieldName name) {
        final int field = view.find(name);
        return field < 0 ? null : span(view, view.valueOffset(field), view.valueBytes(field));
    }

    /** Returns the field lines without their line ends. */
    static List<String> lines(final HeadView view) {
        final List<String> lines = new ArrayList<>();
        for (int i = 0; i < view.fieldCount(); i++) {
            lines.add(span(view, view.lineOffset(i), view.lineBytes(i) - 2));
        }
        return lines;
    }
}
