package io.sozu.bindings.openssl;

/** OpenSSL is missing, too old, or has refused something; the message is for the operator. */
public final class OpenSslException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public OpenSslException(final String message) {
        super(message);
    }
}
