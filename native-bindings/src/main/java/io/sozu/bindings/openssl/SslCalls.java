package io.sozu.bindings.openssl;

import static io.sozu.bindings.openssl.OpenSsl.plain1;
import static io.sozu.bindings.openssl.OpenSsl.plain2;
import static io.sozu.bindings.openssl.OpenSsl.plain3;
import static io.sozu.bindings.openssl.OpenSsl.quick1;
import static io.sozu.bindings.openssl.OpenSsl.quick2;

import java.lang.foreign.MemorySegment;

/** The calls on a connection: an {@code SSL} is its address. No call allocates on the heap. */
public final class SslCalls {
    /** What {@link #error} returns. */
    public static final int ERROR_SSL = 1;
    public static final int ERROR_WANT_READ = 2;
    public static final int ERROR_WANT_WRITE = 3;
    public static final int ERROR_SYSCALL = 5;
    public static final int ERROR_ZERO_RETURN = 6;

    /** The number of TLS_ST_SW_SESSION_TICKET among the states, which only grow at their end. */
    private static final int STATE_SENDING_TICKET = 33;
    private static final int REASON_MASK = 0x7f_ffff;
    private static final int SENT_SHUTDOWN = 1;
    private static final int RECEIVED_SHUTDOWN = 2;

    private final MemorySegment make;
    private final MemorySegment free;
    private final MemorySegment setBio;
    private final MemorySegment upRef;
    private final MemorySegment acceptState;
    private final MemorySegment connectState;
    private final MemorySegment handshake;
    private final MemorySegment read;
    private final MemorySegment write;
    private final MemorySegment shutdown;
    private final MemorySegment setShutdown;
    private final MemorySegment hasPending;
    private final MemorySegment getError;
    private final MemorySegment peekError;
    private final MemorySegment clearError;
    private final MemorySegment serverName;
    private final MemorySegment setContext;
    private final MemorySegment version;
    private final MemorySegment sessionReused;
    private final MemorySegment state;

    SslCalls(final OpenSsl library) {
        make = library.function("SSL_new");
        free = library.function("SSL_free");
        setBio = library.function("SSL_set_bio");
        upRef = library.function("BIO_up_ref");
        acceptState = library.function("SSL_set_accept_state");
        connectState = library.function("SSL_set_connect_state");
        handshake = library.function("SSL_do_handshake");
        read = library.function("SSL_read");
        write = library.function("SSL_write");
        shutdown = library.function("SSL_shutdown");
        setShutdown = library.function("SSL_set_shutdown");
        hasPending = library.function("SSL_has_pending");
        getError = library.function("SSL_get_error");
        peekError = library.function("ERR_peek_error");
        clearError = library.function("ERR_clear_error");
        serverName = library.function("SSL_get_servername");
        setContext = library.function("SSL_set_SSL_CTX");
        version = library.function("SSL_version");
        sessionReused = library.function("SSL_session_reused");
        state = library.function("SSL_get_state");
    }

    /** Makes a connection of a context that reads and writes by a BIO; 0 when there is no memory. */
    public long make(final long context, final long bio) {
        final long ssl = plain1(make, context);
        if (ssl != 0) {
            plain1(upRef, bio);
            plain3(setBio, ssl, bio, bio);
        }
        return ssl;
    }

    /** Frees a connection and what it holds. */
    public void free(final long ssl) {
        plain1(free, ssl);
    }

    public void acceptState(final long ssl) {
        plain1(acceptState, ssl);
    }

    public void connectState(final long ssl) {
        plain1(connectState, ssl);
    }

    /** Moves the handshake on; 1 when it is complete. */
    public int handshake(final long ssl) {
        return (int) plain1(handshake, ssl);
    }

    /** Reads decrypted bytes, of one record at most; the count, or what {@link #error} wants. */
    public int read(final long ssl, final long address, final int roomBytes) {
        return (int) plain3(read, ssl, address, roomBytes);
    }

    /** Encrypts and writes bytes, of one record at most; the count, or what {@link #error} wants. */
    public int write(final long ssl, final long address, final int lengthBytes) {
        return (int) plain3(write, ssl, address, lengthBytes);
    }

    /** Sends close_notify if it was not sent. */
    public int shutdown(final long ssl) {
        return (int) plain1(shutdown, ssl);
    }

    /** Says that both ends are closed, so that nothing is sent and the session stays good. */
    public void markShutDown(final long ssl) {
        plain2(setShutdown, ssl, SENT_SHUTDOWN | RECEIVED_SHUTDOWN);
    }

    /** Returns whether bytes were received and not yet read, encrypted ones included. */
    public boolean hasPending(final long ssl) {
        return (int) quick1(hasPending, ssl) != 0;
    }

    /** Tells what a call meant that returned no success; it must have been the last on this thread. */
    public int error(final long ssl, final int result) {
        return (int) quick2(getError, ssl, result);
    }

    /** Forgets what this thread's queue of errors holds. */
    public void clearErrors() {
        if (quick1(peekError, 0) != 0) {
            quick1(clearError, 0);
        }
    }

    /** Returns the oldest error of this thread's queue, 0 for none. */
    public long firstError() {
        return quick1(peekError, 0);
    }

    /** Returns the reason of an error. */
    public static int reason(final long error) {
        return (int) error & REASON_MASK;
    }

    /** Returns the address of the host that the client named, a C string, or 0. */
    public long serverName(final long ssl) {
        return quick2(serverName, ssl, 0);
    }

    /** Gives a connection the certificates of another context. */
    public void setContext(final long ssl, final long context) {
        plain2(setContext, ssl, context);
    }

    /** Returns the version agreed on, as {@link ContextCalls#TLS_1_3}. */
    public int version(final long ssl) {
        return (int) quick1(version, ssl);
    }

    /** Returns whether a ticket is what a handshake is sending: no client waits for it. */
    public boolean isSendingTicket(final long ssl) {
        return (int) quick1(state, ssl) == STATE_SENDING_TICKET;
    }

    /** Returns whether the handshake resumed a session. */
    public boolean isResumed(final long ssl) {
        return (int) quick1(sessionReused, ssl) != 0;
    }
}
