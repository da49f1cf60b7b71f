package io.sozu.protocols.tls;

import io.sozu.bindings.openssl.ContextCalls;
import io.sozu.bindings.openssl.CryptoCalls;
import io.sozu.bindings.openssl.NativeText;
import io.sozu.bindings.openssl.OpenSsl;
import io.sozu.bindings.openssl.OpenSslException;
import io.sozu.bindings.openssl.SslCallbacks;
import java.util.HashMap;
import java.util.Map;

/**
 * The contexts that connections to backends are made of: the same settings have the same one, as a store of
 * authorities takes a megabyte. The master checks settings with the same code. Control path.
 */
final class BackendContexts {
    private static final String PROTOCOL = "\010http/1.1";
    private static final int DEPTH = 100;

    private final OpenSsl library;
    private final ContextCalls contexts;
    private final CryptoCalls crypto;
    private final TlsContexts reader;
    private final SslCallbacks callbacks;
    private final Map<BackendTlsSettings, Shared> shared = new HashMap<>();

    /** @param callbacks what contexts call back; null for contexts that are only a check */
    BackendContexts(final OpenSsl library, final SslCallbacks callbacks) {
        this.library = library;
        this.contexts = library.contexts();
        this.crypto = library.crypto();
        this.reader = new TlsContexts(library);
        this.callbacks = callbacks;
    }

    /** A context and how many backends have it. */
    static final class Shared {
        private final BackendTlsSettings settings;
        private final long context;
        private int holders;

        private Shared(final BackendTlsSettings settings, final long context) {
            this.settings = settings;
            this.context = context;
        }

        long context() {
            return context;
        }

        BackendTlsSettings settings() {
            return settings;
        }
    }

    /**
     * Returns the context of settings, held once more.
     *
     * @throws OpenSslException saying what is wrong
     */
    Shared hold(final BackendTlsSettings settings) {
        Shared found = shared.get(settings);
        if (found == null) {
            found = new Shared(settings, make(settings));
            shared.put(settings, found);
        }
        found.holders++;
        return found;
    }

    /** Undoes one {@link #hold}; connections have references of their own. */
    void release(final Shared held) {
        held.holders--;
        if (held.holders == 0) {
            shared.remove(held.settings);
            contexts.free(held.context);
        }
    }

    /** Returns a context that is held. */
    Shared find(final BackendTlsSettings settings) {
        return shared.get(settings);
    }

    /** Frees what is still held. */
    void close() {
        shared.values().forEach(each -> contexts.free(each.context));
        shared.clear();
    }

    private long make(final BackendTlsSettings settings) {
        final long context = contexts.makeClient();
        if (context == 0) {
            throw new OpenSslException("no memory for a TLS context: " + crypto.takeError());
        }
        try {
            configure(context, settings);
            if (settings.verify()) {
                believe(context, settings.authorities());
            }
            if (settings.own() != null) {
                reader.add(context, settings.own());
            }
            if (callbacks != null) {
                library.client().onSession(context, callbacks.session());
            }
            return context;
        } catch (final OpenSslException e) {
            contexts.free(context);
            throw e;
        }
    }

    private void configure(final long context, final BackendTlsSettings settings) {
        contexts.versions(context, settings.tls12() ? ContextCalls.TLS_1_2 : ContextCalls.TLS_1_3,
                settings.tls13() ? ContextCalls.TLS_1_3 : ContextCalls.TLS_1_2);
        contexts.options(context, ContextCalls.OP_NO_COMPRESSION | ContextCalls.OP_NO_RENEGOTIATION);
        contexts.mode(context, ContextCalls.MODE_ENABLE_PARTIAL_WRITE
                | ContextCalls.MODE_ACCEPT_MOVING_WRITE_BUFFER | ContextCalls.MODE_RELEASE_BUFFERS);
        contexts.readAhead(context);
        contexts.verify(context, settings.verify() ? ContextCalls.VERIFY_PEER : ContextCalls.VERIFY_NONE,
                DEPTH);
        try (NativeText protocol = NativeText.of(PROTOCOL)) {
            library.client().offer(context, protocol);
        }
    }

    private void believe(final long context, final String authorities) {
        if (authorities.isEmpty()) {
            if (callbacks == null) {
                return;
            }
            library.client().believeSystem(context);
            crypto.wasEnd();
            return;
        }
        final long store = contexts.store(context);
        for (final long authority : reader.certificates("ca", authorities)) {
            crypto.addAuthority(store, authority);
            crypto.freeCertificate(authority);
        }
    }

    /** Returns whether settings are such as can be spoken; throws an {@link OpenSslException} otherwise. */
    static void check(final BackendTlsSettings settings) {
        final BackendContexts contexts = new BackendContexts(OpenSsl.get(), null);
        contexts.release(contexts.hold(settings));
    }
}
