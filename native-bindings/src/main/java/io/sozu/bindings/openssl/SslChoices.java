package io.sozu.bindings.openssl;

/** What OpenSSL asks in the middle of a handshake. */
public interface SslChoices {
    /**
     * Chooses the certificates for the host that the client named.
     *
     * @param alertAddress where the number of an alert (i32) may be put
     * @return as {@link ContextCalls#TLSEXT_ERR_OK}
     */
    int serverName(long ssl, long alertAddress);

    /**
     * Chooses what is spoken inside.
     *
     * @param outAddress where the address (i64) of what is chosen is put
     * @param outLengthAddress where its length (i8) is put
     * @param offeredAddress names with a byte of length before each
     * @return as {@link ContextCalls#TLSEXT_ERR_OK}
     */
    int protocol(long outAddress, long outLengthAddress, long offeredAddress, int offeredBytes);

    /**
     * Shows a client that has asked what an authority says of the certificate that it is served.
     *
     * @return as {@link ContextCalls#TLSEXT_ERR_OK}
     */
    int status(long ssl);

    /** Hears the secrets of a connection, a line of the format of NSS; only where it was asked for. */
    void keyLog(String line);

    /**
     * Prepares the cipher and the MAC of a ticket.
     *
     * @param nameAddress 16 bytes: read, or written when a ticket is made
     * @param ivAddress 16 bytes, the same
     * @return as SSL_CTX_set_tlsext_ticket_key_evp_cb(3) has it
     */
    int ticketKey(long ssl, long nameAddress, long ivAddress, long cipher, long mac, boolean isNew);
}
