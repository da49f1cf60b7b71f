package io.sozu.sessions.routing;

import io.sozu.bindings.memory.Memory;
import java.util.Locale;

/** What one frontend asks of header fields and query. */
final class Conditions {
    private final byte[] headerName;
    private final byte[] headerValue;
    private final byte[] queryName;
    private final byte[] queryValue;

    Conditions(final FrontendKey key) {
        headerName = key.header() == null ? Span.EMPTY : Span.of(key.header().name()
                .toLowerCase(Locale.ROOT));
        headerValue = key.header() == null ? Span.EMPTY : Span.of(key.header().value());
        queryName = key.query() == null ? Span.EMPTY : Span.of(key.query().name());
        queryValue = key.query() == null ? Span.EMPTY : Span.of(key.query().value());
    }

    /** Returns how many there are. */
    int count() {
        return (headerName.length > 0 ? 1 : 0) + (queryName.length > 0 ? 1 : 0);
    }

    boolean hold(final RouteKey key) {
        return holdsOfHeader(key) && holdsOfQuery(key);
    }

    boolean holdsOfHeader(final RouteKey key) {
        return headerName.length == 0 || key.fields() != null && hasField(key.fields());
    }

    boolean holdsOfQuery(final RouteKey key) {
        return queryName.length == 0 || hasParameter(key.queryAddress(), key.queryBytes());
    }

    /** Whether a field line has this name and exactly this value. */
    private boolean hasField(final HeadFields fields) {
        final int count = fields.fieldCount();
        for (int i = 0; i < count; i++) {
            if (fields.nameBytes(i) == headerName.length && fields.valueBytes(i) == headerValue.length
                    && Span.equalsLabel(fields.nameAddress(i), headerName)
                    && Span.equals(fields.valueAddress(i), headerValue, 0)) {
                return true;
            }
        }
        return false;
    }

    /** Whether {@code name=value} stands between ampersands; a name without {@code =} has the empty value. */
    private boolean hasParameter(final long address, final int lengthBytes) {
        int from = 0;
        while (from <= lengthBytes) {
            int end = from;
            while (end < lengthBytes && Memory.getByte(address + end) != '&') {
                end++;
            }
            if (isParameter(address + from, end - from)) {
                return true;
            }
            from = end + 1;
        }
        return false;
    }

    private boolean isParameter(final long address, final int lengthBytes) {
        if (lengthBytes < queryName.length || !Span.equals(address, queryName, 0)) {
            return false;
        }
        if (lengthBytes == queryName.length) {
            return queryValue.length == 0;
        }
        return Memory.getByte(address + queryName.length) == '='
                && lengthBytes == queryName.length + 1 + queryValue.length
                && Span.equals(address + queryName.length + 1, queryValue, 0);
    }
}
