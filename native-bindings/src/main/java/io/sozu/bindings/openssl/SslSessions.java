package io.sozu.bindings.openssl;

/** Keeps the sessions that connections of ours may resume. */
public interface SslSessions {
    /**
     * Takes a session, in the middle of a handshake or of a read.
     *
     * @return whether it is the taker's from now on
     */
    boolean take(long ssl, long session);
}
