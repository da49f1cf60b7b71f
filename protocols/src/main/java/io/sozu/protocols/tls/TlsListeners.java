package io.sozu.protocols.tls;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.bindings.openssl.ContextCalls;
import io.sozu.bindings.openssl.OpenSsl;
import io.sozu.bindings.openssl.OpenSslException;
import io.sozu.bindings.openssl.SslChoices;
import io.sozu.protocols.transport.TlsTransport;
import io.sozu.sessions.Connection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The TLS of a worker's listeners by their numbers, and what OpenSSL asks about them in a handshake. The
 * library is loaded with the first of them.
 */
public final class TlsListeners implements SslChoices, AutoCloseable {
    private static final int UNRECOGNIZED_NAME = 112;
    private static final byte[] OFFERED = "\010http/1.1".getBytes(StandardCharsets.US_ASCII);

    private final TlsTransport transport;
    private final TlsListener[] listeners;
    private OpenSsl library;
    private TlsContexts contexts;
    private long offered;
    private TicketKeys tickets;
    private Consumer<String> trouble = text -> { };
    private int changes;
    private boolean kernelTlsNoted;

    public TlsListeners(final TlsTransport transport, final int capacity) {
        this.transport = transport;
        this.listeners = new TlsListener[capacity];
    }

    /** Names who hears of files that are no good any more; before the first listener. */
    public void onTrouble(final Consumer<String> hearer) {
        trouble = hearer;
    }

    /** Returns whether connections of a listener speak TLS. */
    public boolean isSecure(final int listener) {
        return listeners[listener] != null;
    }

    /** Returns how long a handshake may take. */
    public long handshakeNanos(final int listener) {
        return listeners[listener].settings().handshakeNanos();
    }

    /** Starts TLS on a connection; returns false when there is no memory, or no TLS any more. */
    boolean start(final Connection front) {
        final TlsListener listener = listeners[front.listener()];
        return listener != null && transport.accept(front, listener.base(),
                listener.settings().ktls());
    }

    /**
     * Lets a listener speak TLS, or speak it in another way: its certificates stay. Control path.
     *
     * @param standard the default certificate, which serves its own names too; null for none
     * @throws OpenSslException saying what is wrong; nothing has changed then
     */
    public void put(final int listener, final TlsSettings settings, final TlsCertificate standard) {
        begin();
        final TlsListener added = new TlsListener(contexts, transport.callbacks(), settings, standard);
        final TlsListener old = listeners[listener];
        if (old != null) {
            try {
                added.takeFrom(old);
            } catch (final OpenSslException e) {
                added.close();
                throw e;
            }
            old.close();
        }
        listeners[listener] = added;
        changes++;
    }

    /**
     * Makes tickets by the first of these keys from now on, and understands those of all of them: keys that
     * all workers have let clients resume at any of them. Control path.
     *
     * @param keys of 80 bytes each: a name (16), a key for HMAC-SHA-256 (32), one for AES-256-CBC (32)
     */
    public void ticketKeys(final List<byte[]> keys) {
        begin();
        tickets.replace(keys);
    }

    /** Returns a number that is another one after each change of a listener or certificate. */
    public int changes() {
        return changes;
    }

    /**
     * Returns the hosts of the certificates that a connection was served, the same list for the same ones;
     * null when they have not been served for as long as a handshake may take. Control path.
     */
    public List<String> hosts(final Connection front) {
        return contexts.hosts(front.tls());
    }

    /** Returns the certificate that a client has shown and that holds, as DER, or null; control path. */
    public byte[] clientCertificate(final Connection front) {
        final TlsListener listener = listeners[front.listener()];
        return listener == null || !listener.settings().clients().wanted() ? null
                : library.tickets().peerCertificate(front.tls());
    }

    /** Tells, once, why the kernel does not encrypt a connection whose listener has it so. */
    void noteKernelTls(final Connection front) {
        final TlsListener listener = listeners[front.listener()];
        if (!kernelTlsNoted && front.recordType() == 0 && listener != null && listener.settings().ktls()) {
            kernelTlsNoted = true;
            tellWhyNoKernelTls();
        }
    }

    private void tellWhyNoKernelTls() {
        final int refusal = transport.kernelRefusal();
        trouble.accept("ktls is set, and OpenSSL encrypts: " + (refusal == -Errno.ENOENT
                ? "this kernel has no TLS; modprobe tls, or leave the key out"
                : refusal != 0 ? "the kernel does not take its key (" + Errno.describe(-refusal) + ")"
                : "it has no key for the kernel, as it was built without, or for the cipher of this"
                        + " connection (the kernel has those with GCM, and ChaCha20)"));
    }

    /** Returns whether a handshake has resumed a session. */
    boolean isResumed(final Connection front) {
        return library.calls().isResumed(front.tls());
    }

    /** Returns whether TLS 1.3 is spoken. */
    boolean isTls13(final Connection front) {
        return library.calls().version(front.tls()) == ContextCalls.TLS_1_3;
    }

    /** Returns whether a connection was served the default certificate as its client named no known host. */
    boolean isStandard(final Connection front) {
        final TlsListener listener = listeners[front.listener()];
        if (listener == null || library.tickets().context(front.tls()) != listener.base()) {
            return false;
        }
        final long host = library.calls().serverName(front.tls());
        return host == 0 || listener.find(host) == 0;
    }

    /** Says why the last call of {@link TlsTransport} failed, in OpenSSL's words; null where it has none. */
    public String failure() {
        final long error = transport.error();
        return error == 0 ? null : library.client().reasonText(error);
    }

    private void begin() {
        if (library == null) {
            final OpenSsl loaded = OpenSsl.get();
            transport.begin(loaded);
            transport.callbacks().choices(this);
            tickets = new TicketKeys(loaded.tickets());
            contexts = new TlsContexts(loaded, trouble);
            offered = NativeMemory.allocate(MemoryTag.TLS, OFFERED.length);
            Memory.copy(OFFERED, 0, offered, OFFERED.length);
            library = loaded;
        }
    }

    /** Forgets a listener, whose connections keep what they have; control path. */
    public void remove(final int listener) {
        if (listeners[listener] != null) {
            listeners[listener].close();
            listeners[listener] = null;
            changes++;
        }
    }

    /** Serves a certificate from now on; control path. */
    public void addCertificate(final int listener, final TlsCertificate certificate) {
        changes++;
        secure(listener).put(certificate);
    }

    /** Serves a certificate in place of another, with no moment between; control path. */
    public void replaceCertificate(final int listener, final String oldId, final TlsCertificate certificate) {
        changes++;
        secure(listener).replace(oldId, certificate);
    }

    /** Serves a certificate no longer; control path. */
    public void removeCertificate(final int listener, final String id) {
        changes++;
        secure(listener).remove(id);
    }

    private TlsListener secure(final int listener) {
        if (listeners[listener] == null) {
            throw new OpenSslException("the listener does not speak TLS");
        }
        return listeners[listener];
    }

    @Override
    public int serverName(final long ssl, final long alertAddress) {
        final TlsListener listener = listeners[transport.current().listener()];
        if (listener == null) {
            return ContextCalls.TLSEXT_ERR_ALERT_FATAL;
        }
        final long host = library.calls().serverName(ssl);
        final long context = host == 0 ? 0 : listener.find(host);
        if (context != 0) {
            library.calls().setContext(ssl, context);
            return ContextCalls.TLSEXT_ERR_OK;
        }
        final boolean refused = host == 0 ? listener.settings().refuseNoSni()
                : listener.settings().refuseUnknownSni();
        if (refused || !listener.hasDefault()) {
            Memory.putInt(alertAddress, UNRECOGNIZED_NAME);
            return ContextCalls.TLSEXT_ERR_ALERT_FATAL;
        }
        return host == 0 ? ContextCalls.TLSEXT_ERR_NOACK : ContextCalls.TLSEXT_ERR_OK;
    }

    /** HTTP/1.1, or an alert where the client speaks only what is not spoken here (RFC 7301, 3.2). */
    @Override
    public int protocol(final long outAddress, final long outLengthAddress, final long offeredAddress,
            final int offeredBytes) {
        for (int at = 0; at < offeredBytes; at += 1 + (Memory.getByte(offeredAddress + at) & 0xff)) {
            if (equalsOffered(offeredAddress + at, offeredBytes - at)) {
                Memory.putLong(outAddress, offered + 1);
                Memory.putByte(outLengthAddress, OFFERED[0]);
                return ContextCalls.TLSEXT_ERR_OK;
            }
        }
        return ContextCalls.TLSEXT_ERR_ALERT_FATAL;
    }

    /** A ticket of TLS 1.3 is used once (RFC 8446, C.4), so who has used one gets another. */
    @Override
    public int ticketKey(final long ssl, final long nameAddress, final long ivAddress, final long cipher,
            final long mac, final boolean isNew) {
        final int result = tickets.prepare(nameAddress, ivAddress, cipher, mac, isNew);
        return result == TicketKeys.CURRENT && !isNew
                && library.calls().version(ssl) == ContextCalls.TLS_1_3 ? TicketKeys.RENEW : result;
    }

    @Override
    public int status(final long ssl) {
        final TlsListener listener = listeners[transport.current().listener()];
        final OcspStaple staple = listener == null ? null
                : listener.staple(library.tickets().context(ssl), contexts.servedKeyType(ssl));
        return staple != null && staple.show(ssl) ? ContextCalls.TLSEXT_ERR_OK
                : ContextCalls.TLSEXT_ERR_NOACK;
    }

    @Override
    public void keyLog(final String line) {
        final TlsListener listener = listeners[transport.current().listener()];
        if (listener != null && listener.keyLog() != null) {
            listener.keyLog().write(line);
        }
    }

    private static boolean equalsOffered(final long address, final int restBytes) {
        if (restBytes < OFFERED.length) {
            return false;
        }
        for (int i = 0; i < OFFERED.length; i++) {
            if (Memory.getByte(address + i) != OFFERED[i]) {
                return false;
            }
        }
        return true;
    }

    /** Checks settings and certificates as a worker would take them; control path. */
    public static void check(final TlsSettings settings, final List<TlsCertificate> certificates) {
        new TlsContexts(OpenSsl.get()).check(settings, certificates);
    }

    /**
     * Returns the certificates that no cipher of TLS 1.2 fits which the settings name, and of each whether it
     * needs one of RSA; control path.
     */
    public static Map<TlsCertificate, Boolean> unfit(final TlsSettings settings,
            final List<TlsCertificate> certificates) {
        return settings.tls12() && !settings.cipherList().isEmpty()
                ? new TlsContexts(OpenSsl.get()).unfit(settings, certificates) : Map.of();
    }

    @Override
    public void close() {
        for (int listener = 0; listener < listeners.length; listener++) {
            remove(listener);
        }
        if (library != null) {
            tickets.close();
            NativeMemory.free(MemoryTag.TLS, offered, OFFERED.length);
        }
    }
}
