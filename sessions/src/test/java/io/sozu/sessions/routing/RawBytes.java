package io.sozu.sessions.routing;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.nio.charset.StandardCharsets;

/** A route key over texts copied to native memory, each ending where a reader must stop. */
final class RawBytes implements AutoCloseable {
    private static final int PART_BYTES = 8_192;
    private static final int PARTS = 6;
    private final long address = NativeMemory.allocate(MemoryTag.SCRATCH, PARTS * PART_BYTES);
    private final RouteKey key = new RouteKey();

    RouteKey key(final int listener, final String host, final String path, final String method) {
        return key.begin(listener)
                .host(put(0, host), host.length())
                .path(put(1, path), path.length())
                .method(put(2, method), method.length());
    }

    /** Adds a query, and one field between two others. */
    RouteKey conditions(final String query, final String fieldName, final String fieldValue) {
        final long name = put(4, fieldName);
        final long value = put(5, fieldValue);
        return key.query(put(3, query), query.length()).fields(new HeadFields() {
            @Override
            public int fieldCount() {
                return 3;
            }

            @Override
            public long nameAddress(final int field) {
                return name;
            }

            @Override
            public int nameBytes(final int field) {
                return field == 1 ? fieldName.length() : 0;
            }

            @Override
            public long valueAddress(final int field) {
                return value;
            }

            @Override
            public int valueBytes(final int field) {
                return field == 1 ? fieldValue.length() : 0;
            }
        });
    }

    private long put(final int part, final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        final long start = address + (long) (part + 1) * PART_BYTES - bytes.length;
        Memory.copy(bytes, 0, start, bytes.length);
        return start;
    }

    @Override
    public void close() {
        NativeMemory.free(MemoryTag.SCRATCH, address, PARTS * PART_BYTES);
    }
}
