package io.sozu.bindings.openssl;

/** Moves the encrypted bytes of the connection that OpenSSL was called for. */
public interface SslIo {
    /** Receives; returns the count, or 0 or less when nothing came. */
    int receive(long address, int roomBytes);

    /** Sends; returns the count, or 0 or less when nothing went. */
    int send(long address, int lengthBytes);

    /**
     * Does what BIO_ctrl(3) asks of a BIO that knows of kernel TLS.
     *
     * @param command as {@link CryptoCalls#BIO_CTRL_FLUSH}
     * @return 1 or another yes, or 0
     */
    long control(int command, long number, long address);
}
