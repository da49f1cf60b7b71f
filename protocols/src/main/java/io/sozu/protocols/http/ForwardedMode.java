package io.sozu.protocols.http;

/** What a listener does with the fields that tell a backend about the client. */
public enum ForwardedMode {
    /** What the client sent is dropped, ours is written. */
    REPLACE,
    /** Our addresses are added to the client's lists; its protocol, port and host are believed. */
    APPEND,
    /** Nothing is added or removed. */
    OFF
}
