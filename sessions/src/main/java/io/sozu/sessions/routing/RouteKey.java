package io.sozu.sessions.routing;

/**
 * What a request is routed by: spans of raw bytes that stay the caller's and must live during the lookup.
 * One reusable instance per loop.
 */
public final class RouteKey {
    private int listener;
    private int hostBytes;
    private int pathBytes;
    private int methodBytes;
    private long hostAddress;
    private long pathAddress;
    private long methodAddress;
    private int queryBytes;
    private long queryAddress;
    private HeadFields fields;

    /** A key of listener 0 with no host, an empty path and no method. */
    public RouteKey() {
        begin(0);
    }

    /** Starts a new key: no host, an empty path, no method, no query, no fields. */
    public RouteKey begin(final int listenerId) {
        this.listener = listenerId;
        this.hostBytes = 0;
        this.pathBytes = 0;
        this.methodBytes = 0;
        this.queryBytes = 0;
        this.fields = null;
        return this;
    }

    /** The host in any case, without port; none when {@code lengthBytes} is 0. */
    public RouteKey host(final long address, final int lengthBytes) {
        assert lengthBytes >= 0 : lengthBytes;
        this.hostAddress = address;
        this.hostBytes = lengthBytes;
        return this;
    }

    /** The path without query, as received. */
    public RouteKey path(final long address, final int lengthBytes) {
        assert lengthBytes >= 0 : lengthBytes;
        this.pathAddress = address;
        this.pathBytes = lengthBytes;
        return this;
    }

    public RouteKey method(final long address, final int lengthBytes) {
        assert lengthBytes >= 0 : lengthBytes;
        this.methodAddress = address;
        this.methodBytes = lengthBytes;
        return this;
    }

    /** The query without its question mark, as received. */
    public RouteKey query(final long address, final int lengthBytes) {
        assert lengthBytes >= 0 : lengthBytes;
        this.queryAddress = address;
        this.queryBytes = lengthBytes;
        return this;
    }

    /** The header fields, looked at only where a frontend asks for one; null for none. */
    public RouteKey fields(final HeadFields headFields) {
        this.fields = headFields;
        return this;
    }

    public int listener() {
        return listener;
    }

    public long hostAddress() {
        return hostAddress;
    }

    public int hostBytes() {
        return hostBytes;
    }

    public long pathAddress() {
        return pathAddress;
    }

    public int pathBytes() {
        return pathBytes;
    }

    public long methodAddress() {
        return methodAddress;
    }

    public int methodBytes() {
        return methodBytes;
    }

    public long queryAddress() {
        return queryAddress;
    }

    public int queryBytes() {
        return queryBytes;
    }

    /** Returns the header fields, or null. */
    public HeadFields fields() {
        return fields;
    }
}
