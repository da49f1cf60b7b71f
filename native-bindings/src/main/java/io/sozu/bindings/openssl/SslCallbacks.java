package io.sozu.bindings.openssl;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * The C functions that OpenSSL calls back. What is thrown behind them must not get there, as it would end the
 * process: it is kept, OpenSSL is told of a failure, and whoever called OpenSSL asks {@link #takeFailure}.
 *
 * <p>Owns the functions: no connection or context that knows them may outlive it. For one thread at a time.
 */
public final class SslCallbacks implements AutoCloseable {
    private static final ValueLayout.OfLong ADDRESS = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final int FAILED = -1;

    private final Arena arena = Arena.ofShared();
    private final long receive = stub("onReceive", ADDRESS, ADDRESS, INT);
    private final long send = stub("onSend", ADDRESS, ADDRESS, INT);
    private final long control = stub(ADDRESS, "onControl", ADDRESS, INT, ADDRESS, ADDRESS);
    private final long serverName = stub("onServerName", ADDRESS, ADDRESS, ADDRESS);
    private final long protocol = stub("onProtocol", ADDRESS, ADDRESS, ADDRESS, ADDRESS, INT, ADDRESS);
    private final long ticketKey = stub("onTicketKey", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, INT);
    private final long session = stub("onSession", ADDRESS, ADDRESS);
    private final long status = stub("onStatusRequest", ADDRESS, ADDRESS);
    private final long keyLog = stub("onKeyLog", ADDRESS, ADDRESS);
    private final SslIo io;
    private SslChoices choices;
    private SslSessions sessions;
    private Throwable failure;

    public SslCallbacks(final SslIo io) {
        this.io = io;
    }

    /** Names who chooses; before the first handshake of a client. */
    public void choices(final SslChoices chooser) {
        choices = chooser;
    }

    /** Names who keeps sessions; before the first handshake of ours. */
    public void sessions(final SslSessions keeper) {
        sessions = keeper;
    }

    /** Returns what a callback has thrown since this was asked last, or null. */
    public Throwable takeFailure() {
        final Throwable taken = failure;
        failure = null;
        return taken;
    }

    /** Returns whether a callback has thrown. */
    public boolean hasFailed() {
        return failure != null;
    }

    /** {@code int (*)(BIO *, char *, int)}. */
    public long receive() {
        return receive;
    }

    /** {@code int (*)(BIO *, const char *, int)}. */
    public long send() {
        return send;
    }

    /** {@code long (*)(BIO *, int, long, void *)}. */
    public long control() {
        return control;
    }

    /** {@code int (*)(SSL *, int *, void *)}. */
    public long serverName() {
        return serverName;
    }

    /**
     * {@code int (*)(SSL *, const unsigned char **, unsigned char *, const unsigned char *, unsigned, void
     * *)}.
     */
    public long protocol() {
        return protocol;
    }

    /**
     * {@code int (*)(SSL *, unsigned char *, unsigned char *, EVP_CIPHER_CTX *, EVP_MAC_CTX *, int)}.
     */
    public long ticketKey() {
        return ticketKey;
    }

    /** {@code int (*)(SSL *, void *)}. */
    public long status() {
        return status;
    }

    /** {@code void (*)(const SSL *, const char *)}; what this returns is not looked at. */
    public long keyLog() {
        return keyLog;
    }

    /** {@code int (*)(SSL *, SSL_SESSION *)}. */
    public long session() {
        return session;
    }

    private long stub(final String method, final ValueLayout... arguments) {
        return stub(INT, method, arguments);
    }

    @SuppressWarnings("restricted")
    private long stub(final ValueLayout result, final String method, final ValueLayout... arguments) {
        final FunctionDescriptor descriptor = FunctionDescriptor.of(result, arguments);
        final MethodType type = descriptor.toMethodType();
        try {
            final MethodHandle target =
                    MethodHandles.lookup().findVirtual(SslCallbacks.class, method, type).bindTo(this);
            return Linker.nativeLinker().upcallStub(target, descriptor, arena).address();
        } catch (final ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private int onReceive(final long bio, final long address, final int roomBytes) {
        try {
            return io.receive(address, roomBytes);
        } catch (final Throwable thrown) {
            failure = thrown;
            return FAILED;
        }
    }

    private int onSend(final long bio, final long address, final int lengthBytes) {
        try {
            return io.send(address, lengthBytes);
        } catch (final Throwable thrown) {
            failure = thrown;
            return FAILED;
        }
    }

    private long onControl(final long bio, final int command, final long number, final long address) {
        try {
            return io.control(command, number, address);
        } catch (final Throwable thrown) {
            failure = thrown;
            return 0;
        }
    }

    private int onServerName(final long ssl, final long alertAddress, final long argument) {
        try {
            return choices.serverName(ssl, alertAddress);
        } catch (final Throwable thrown) {
            failure = thrown;
            return ContextCalls.TLSEXT_ERR_ALERT_FATAL;
        }
    }

    private int onProtocol(final long ssl, final long outAddress, final long outLengthAddress,
            final long offeredAddress, final int offeredBytes, final long argument) {
        try {
            return choices.protocol(outAddress, outLengthAddress, offeredAddress, offeredBytes);
        } catch (final Throwable thrown) {
            failure = thrown;
            return ContextCalls.TLSEXT_ERR_ALERT_FATAL;
        }
    }

    private int onTicketKey(final long ssl, final long nameAddress, final long ivAddress, final long cipher,
            final long mac, final int isNew) {
        try {
            return choices.ticketKey(ssl, nameAddress, ivAddress, cipher, mac, isNew != 0);
        } catch (final Throwable thrown) {
            failure = thrown;
            return FAILED;
        }
    }

    private int onSession(final long ssl, final long session) {
        try {
            return sessions.take(ssl, session) ? 1 : 0;
        } catch (final Throwable thrown) {
            failure = thrown;
            return 0;
        }
    }

    private int onStatusRequest(final long ssl, final long argument) {
        try {
            return choices.status(ssl);
        } catch (final Throwable thrown) {
            failure = thrown;
            return ContextCalls.TLSEXT_ERR_ALERT_FATAL;
        }
    }

    private int onKeyLog(final long ssl, final long line) {
        try {
            choices.keyLog(NativeText.read(line));
        } catch (final Throwable thrown) {
            failure = thrown;
        }
        return 0;
    }

    /** Frees the functions. */
    @Override
    public void close() {
        arena.close();
    }
}
