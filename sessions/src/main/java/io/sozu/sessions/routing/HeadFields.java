package io.sozu.sessions.routing;

/** The header fields of the request that is routed, as raw bytes that stay their owner's. */
public interface HeadFields {
    /** Returns how many there are. */
    int fieldCount();

    long nameAddress(int field);

    int nameBytes(int field);

    /** Returns where the value begins, without white space around it. */
    long valueAddress(int field);

    int valueBytes(int field);
}
