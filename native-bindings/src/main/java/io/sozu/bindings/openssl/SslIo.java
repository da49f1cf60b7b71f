package io.sozu.bindings.openssl;

/** Moves the encrypted bytes of the connection that OpenSSL was called for. */
public interface SslIo {
    /** Receives; returns the count, or 0 or less when nothing came. */
    int receive(long address, int roomBytes);

    /** Sends; returns the count, or 0 or less when nothing went. */
    int send(long address, int lengthBytes);
}
