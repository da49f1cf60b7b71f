package io.sozu.protocols.transport;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.openssl.CryptoCalls;
import io.sozu.bindings.openssl.NativeText;
import io.sozu.bindings.openssl.OpenSsl;
import io.sozu.bindings.openssl.SslCallbacks;
import io.sozu.bindings.openssl.SslCalls;
import io.sozu.bindings.openssl.SslIo;
import io.sozu.eventloop.Readiness;
import io.sozu.sessions.Connection;

/**
 * Bytes that OpenSSL encrypts and decrypts. It moves them itself, by a BIO whose two functions are those of
 * {@link PlainTransport}: so received bytes have one buffer, OpenSSL's own, which it gives back when it is
 * empty, and readiness is cleared in one place. All connections share the one BIO, as the connection that a
 * call is for stands here; its failures always count as such that are tried again, and what the socket said
 * is remembered here too.
 */
public final class TlsTransport implements SslIo, AutoCloseable {
    /** What {@link #handshake} returns when it is done. */
    public static final int DONE = 1;
    /**
     * How often OpenSSL may write before it reads on, in one call: more is a peer who wants to be told again
     * and again that nothing is negotiated anew.
     */
    private static final int ANSWERS_MAX = 16;
    /** No call on the socket was made. */
    private static final int NOTHING = 1;

    private final PlainTransport plain;
    private SslCalls calls;
    private CryptoCalls crypto;
    private SslCallbacks callbacks;
    private KernelRecords records;
    private long method;
    private long bio;
    private long kernelMethod;
    private long kernelBio;
    private Connection current;
    private int moved;
    private int answers;
    private long error;
    private int firstByte;
    private int live;
    private boolean handshaking;
    private boolean moreFollows;

    TlsTransport(final PlainTransport plain) {
        this.plain = plain;
    }

    /** Gets ready for connections; before the first of them, and without effect a second time. */
    public void begin(final OpenSsl library) {
        if (calls != null) {
            return;
        }
        calls = library.calls();
        crypto = library.crypto();
        callbacks = new SslCallbacks(this);
        try (NativeText name = NativeText.of("socket")) {
            method = crypto.makeMethod(name, callbacks.receive(), callbacks.send());
            kernelMethod = crypto.makeMethod(name, callbacks.receive(), callbacks.send(),
                    callbacks.control());
        }
        bio = crypto.makeBio(method);
        kernelBio = crypto.makeBio(kernelMethod);
        records = new KernelRecords(plain, plain.kernel());
    }

    /** Returns the functions that contexts call back. */
    public SslCallbacks callbacks() {
        return callbacks;
    }

    /** Returns the connection that OpenSSL was called for last. */
    public Connection current() {
        return current;
    }

    /** Returns how many connections OpenSSL keeps for us. */
    public int live() {
        return live;
    }

    /**
     * Lets a client's connection speak TLS from now on.
     *
     * @param byKernel whether the kernel is to encrypt, where it and OpenSSL can
     * @return false when there is no memory
     */
    public boolean accept(final Connection connection, final long context, final boolean byKernel) {
        final boolean made = make(connection, context, byKernel ? kernelBio : bio);
        if (made) {
            calls.acceptState(connection.tls());
        }
        return made;
    }

    /** Lets a connection to a backend speak TLS from now on; returns false when there is no memory. */
    public boolean connect(final Connection connection, final long context) {
        final boolean made = make(connection, context, bio);
        if (made) {
            calls.connectState(connection.tls());
        }
        return made;
    }

    private boolean make(final Connection connection, final long context, final long mover) {
        // What OpenSSL asks the BIO about, it asks about this connection.
        current = connection;
        final long ssl = calls.make(context, mover);
        if (ssl == 0) {
            calls.clearErrors();
            return false;
        }
        live++;
        connection.tls(ssl);
        return true;
    }

    /**
     * Moves a handshake on.
     *
     * @return {@link #DONE}, {@code -EAGAIN}, or another {@code -errno}: {@code -EPROTO} for what OpenSSL did
     * not like, of which {@link #error} tells more
     */
    public int handshake(final Connection connection) {
        enter(connection);
        handshaking = true;
        final int result = calls.handshake(connection.tls());
        handshaking = false;
        if (result == 1) {
            connection.tlsOpen(true);
            readOn(connection);
            return DONE;
        }
        final int failed = failed(connection, result);
        return failed == 0 ? -Errno.ECONNRESET : failed;
    }

    /** Returns why the kernel does not encrypt: {@code -errno}, or 0 when OpenSSL did not ask it. */
    public int kernelRefusal() {
        return records.refusal();
    }

    /** Returns OpenSSL's number of what the last call failed for, 0 where it has none. */
    public long error() {
        return error;
    }

    /** Returns the first byte of what was received last. */
    public int firstByte() {
        return firstByte;
    }

    int receive(final Connection connection, final long address, final int roomBytes) {
        enter(connection);
        final int count = calls.read(connection.tls(), address, roomBytes);
        if (count > 0) {
            readOn(connection);
            return count;
        }
        return failed(connection, count);
    }

    /** No edge follows for bytes that OpenSSL has already. */
    private void readOn(final Connection connection) {
        if (calls.hasPending(connection.tls())) {
            connection.addReady(Readiness.READ);
        }
    }

    boolean hasPending(final Connection connection) {
        return calls.hasPending(connection.tls());
    }

    /**
     * A record of which the socket took a part is OpenSSL's: its bytes count as not sent, and have to be
     * offered again. What the kernel encrypts goes past OpenSSL.
     */
    int send(final Connection connection, final long address, final int lengthBytes) {
        if (connection.recordType() != 0) {
            return connection.isTlsOpen() ? plain.send(connection, address, lengthBytes) : -Errno.EPIPE;
        }
        enter(connection);
        int sent = 0;
        while (sent < lengthBytes) {
            final int count = calls.write(connection.tls(), address + sent, lengthBytes - sent);
            if (count <= 0) {
                final int failed = failed(connection, count);
                if (failed == -Errno.EAGAIN && connection.isReady(Readiness.WRITE)) {
                    return broken(connection, -Errno.EPROTO);
                }
                return sent > 0 && failed == -Errno.EAGAIN ? sent : failed == 0 ? -Errno.EPIPE : failed;
            }
            sent += count;
        }
        return sent;
    }

    /** Sends as {@link #send} does what our end follows at once. */
    int sendLast(final Connection connection, final long address, final int lengthBytes) {
        moreFollows = true;
        final int result = send(connection, address, lengthBytes);
        moreFollows = false;
        return result;
    }

    /** Tells the peer that nothing more comes, as {@link #notifyEnd}; the end itself follows at once. */
    void endSending(final Connection connection) {
        moreFollows = true;
        notifyEnd(connection);
        moreFollows = false;
    }

    /** Tells the peer that nothing more comes, once, as far as the socket takes it. */
    private void notifyEnd(final Connection connection) {
        if (connection.isTlsOpen()) {
            connection.tlsOpen(false);
            enter(connection);
            if (calls.shutdown(connection.tls()) < 0) {
                calls.clearErrors();
            }
        }
    }

    void release(final Connection connection, final boolean whole) {
        if (whole) {
            notifyEnd(connection);
        }
        current = connection;
        // A session is as good as before when its connection ends otherwise than by an alert.
        calls.markShutDown(connection.tls());
        calls.free(connection.tls());
        connection.tls(0);
        connection.tlsOpen(false);
        connection.recordType(0);
        live--;
    }

    private void enter(final Connection connection) {
        current = connection;
        moved = NOTHING;
        answers = 0;
        error = 0;
        calls.clearErrors();
    }

    private int failed(final Connection connection, final int result) {
        if (callbacks.hasFailed()) {
            connection.tlsOpen(false);
            throw new IllegalStateException("a callback of OpenSSL has failed", callbacks.takeFailure());
        }
        switch (calls.error(connection.tls(), result)) {
            case SslCalls.ERROR_WANT_READ -> {
                return moved == 0 ? broken(connection, -Errno.ECONNRESET)
                        : moved > 0 || moved == -Errno.EAGAIN ? -Errno.EAGAIN : broken(connection, moved);
            }
            case SslCalls.ERROR_WANT_WRITE -> {
                // What was to be read has still to be, once this has been written.
                connection.addReady(Readiness.READ);
                return moved >= 0 || moved == -Errno.EAGAIN ? -Errno.EAGAIN : broken(connection, moved);
            }
            case SslCalls.ERROR_ZERO_RETURN -> {
                return 0;
            }
            default -> {
                error = calls.firstError();
                calls.clearErrors();
                return broken(connection, -Errno.EPROTO);
            }
        }
    }

    private static int broken(final Connection connection, final int result) {
        connection.tlsOpen(false);
        return result;
    }

    @Override
    public int receive(final long address, final int roomBytes) {
        if (!current.isReady(Readiness.READ | Readiness.HANGUP | Readiness.ERROR)) {
            moved = -Errno.EAGAIN;
            return -1;
        }
        if (answers > ANSWERS_MAX) {
            moved = -Errno.EPROTO;
            return -1;
        }
        moved = plain.receive(current, address, roomBytes);
        if (moved <= 0) {
            return moved == 0 ? 0 : -1;
        }
        firstByte = Memory.getByte(address);
        return moved;
    }

    @Override
    public int send(final long address, final int lengthBytes) {
        if (!current.isReady(Readiness.WRITE)) {
            moved = -Errno.EAGAIN;
            return -1;
        }
        answers++;
        if (current.recordType() != 0) {
            moved = records.send(current, address, lengthBytes, handshaking);
            return moved > 0 ? moved : -1;
        }
        moved = moreFollows || handshaking && calls.isSendingTicket(current.tls())
                ? plain.sendAhead(current, address, lengthBytes) : plain.send(current, address, lengthBytes);
        return moved > 0 ? moved : -1;
    }

    @Override
    public long control(final int command, final long number, final long address) {
        return records.control(current, command, number, address);
    }

    @Override
    public void close() {
        if (calls != null) {
            crypto.freeBio(bio);
            crypto.freeBio(kernelBio);
            crypto.freeMethod(method);
            crypto.freeMethod(kernelMethod);
            records.close();
            callbacks.close();
        }
    }
}
