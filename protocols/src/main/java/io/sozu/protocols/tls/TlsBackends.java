package io.sozu.protocols.tls;

import io.sozu.bindings.openssl.ClientCalls;
import io.sozu.bindings.openssl.NativeText;
import io.sozu.bindings.openssl.OpenSsl;
import io.sozu.bindings.openssl.OpenSslException;
import io.sozu.bindings.openssl.SslSessions;
import io.sozu.protocols.transport.TlsTransport;
import io.sozu.sessions.Connection;
import java.util.Arrays;

/**
 * The TLS of a worker's backends by their numbers: whom each is expected to be, and the session that the next
 * connection to it resumes. The library is loaded with the first of them. Belongs to the worker's thread.
 */
public final class TlsBackends implements SslSessions, AutoCloseable {
    private final TlsTransport transport;
    private Peer[] peers = new Peer[16];
    private OpenSsl library;
    private ClientCalls calls;
    private BackendContexts contexts;
    private long lastMark;
    private int sessions;

    public TlsBackends(final TlsTransport transport) {
        this.transport = transport;
    }

    /** One backend; owns its names and its session. */
    private static final class Peer {
        private final BackendContexts.Shared shared;
        private final NativeText asked;
        private final NativeText expected;
        private final long mark;
        private final String names;
        private long session;

        Peer(final BackendContexts.Shared shared, final String asked, final String expected,
                final long mark, final String names) {
            this.names = names;
            this.shared = shared;
            this.asked = asked == null ? null : NativeText.of(asked);
            this.expected = expected == null ? null : NativeText.of(expected);
            this.mark = mark;
        }

        void close() {
            if (asked != null) {
                asked.close();
            }
            if (expected != null) {
                expected.close();
            }
        }
    }

    /** Returns whether a backend is spoken to by TLS. */
    public boolean isSecure(final int backend) {
        return backend < peers.length && peers[backend] != null;
    }

    /** Returns how many sessions are kept. */
    public int sessions() {
        return sessions;
    }

    /**
     * Sees to it that backends can be spoken to by these settings, until they are released; control path.
     *
     * @throws OpenSslException saying what is wrong
     */
    public void hold(final BackendTlsSettings settings) {
        begin();
        contexts.hold(settings);
    }

    /** Undoes one {@link #hold}; control path. */
    public void release(final BackendTlsSettings settings) {
        contexts.release(contexts.find(settings));
    }

    /**
     * Lets connections to a backend speak TLS from now on, or speak it in another way; those there are go on
     * as they are. Control path.
     *
     * @param asked the host that is asked for (SNI), null for none
     * @param expected the host or IP address its certificate has to be for; null only where nothing is
     *     verified
     * @return false when it is spoken to in this way already
     * @throws OpenSslException saying what is wrong; nothing has changed then
     */
    public boolean put(final int backend, final BackendTlsSettings settings, final String asked,
            final String expected) {
        if (settings.verify() && expected == null) {
            throw new OpenSslException("there is no name that the certificate has to be for");
        }
        begin();
        final String names = asked + " " + (settings.verify() ? expected : null);
        if (isSecure(backend) && peers[backend].shared.settings().equals(settings)
                && peers[backend].names.equals(names)) {
            return false;
        }
        final BackendContexts.Shared held = contexts.hold(settings);
        remove(backend);
        if (backend >= peers.length) {
            peers = Arrays.copyOf(peers, Math.max(backend + 1, 2 * peers.length));
        }
        lastMark++;
        peers[backend] = new Peer(held, asked, settings.verify() ? expected : null, lastMark, names);
        return true;
    }

    private void begin() {
        if (library == null) {
            final OpenSsl loaded = OpenSsl.get();
            transport.begin(loaded);
            transport.callbacks().sessions(this);
            calls = loaded.client();
            contexts = new BackendContexts(loaded, transport.callbacks());
            library = loaded;
        }
    }

    /** Lets new connections to a backend be plain; returns false when they are already; control path. */
    public boolean remove(final int backend) {
        if (!isSecure(backend)) {
            return false;
        }
        final Peer peer = peers[backend];
        peers[backend] = null;
        keep(peer, 0);
        contexts.release(peer.shared);
        peer.close();
        return true;
    }

    /** Starts TLS on a connection; returns false when there is no memory, or no TLS any more. */
    boolean start(final Connection back) {
        if (!isSecure(back.backend())) {
            return false;
        }
        final Peer peer = peers[back.backend()];
        if (!transport.connect(back, peer.shared.context())) {
            return false;
        }
        final long ssl = back.tls();
        calls.mark(ssl, peer.mark);
        if (peer.asked != null) {
            calls.serverName(ssl, peer.asked.address());
        }
        if (peer.expected != null) {
            calls.expect(ssl, peer.expected.address());
        }
        if (peer.session != 0) {
            calls.resume(ssl, peer.session);
        }
        return true;
    }

    /** Keeps the last session of a backend, as long as it is still expected to be the same. */
    @Override
    public boolean take(final long ssl, final long session) {
        final int backend = transport.current().backend();
        final Peer peer = isSecure(backend) ? peers[backend] : null;
        if (peer == null || peer.mark != calls.mark(ssl)) {
            return false;
        }
        keep(peer, session);
        return true;
    }

    private void keep(final Peer peer, final long session) {
        if (peer.session != 0) {
            calls.freeSession(peer.session);
            sessions--;
        }
        peer.session = session;
        if (session != 0) {
            sessions++;
        }
    }

    /** Returns whether the handshake of a connection resumed a session. */
    boolean isResumed(final Connection back) {
        return library.calls().isResumed(back.tls());
    }

    /** Returns whether the certificate that a backend has shown is not accepted. */
    boolean isRefused(final Connection back) {
        return isSecure(back.backend()) && peers[back.backend()].expected != null
                && calls.verifyResult(back.tls()) != ClientCalls.VERIFIED;
    }

    /** Says why a certificate is not accepted, in OpenSSL's words; not where many ask. */
    public String refusal(final Connection back) {
        return calls.verifyText(calls.verifyResult(back.tls()));
    }

    /** Says why the last call of {@link TlsTransport} failed; null where OpenSSL does not know. */
    public String failure() {
        final long error = transport.error();
        return error == 0 ? null : calls.reasonText(error);
    }

    /**
     * Checks settings as a worker would take them; control path.
     *
     * @throws OpenSslException saying what is wrong
     */
    public static void check(final BackendTlsSettings settings) {
        BackendContexts.check(settings);
    }

    @Override
    public void close() {
        for (int backend = 0; backend < peers.length; backend++) {
            remove(backend);
        }
        if (contexts != null) {
            contexts.close();
        }
    }
}
