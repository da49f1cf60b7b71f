package io.sozu.master.state;

import io.sozu.control.Order;
import io.sozu.control.model.Addresses;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.CertificateConfig;
import io.sozu.control.model.CertificateMaterial;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.FrontendKey;
import io.sozu.control.model.HeaderPolicy;
import io.sozu.control.model.HstsConfig;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.ListenerProtocol;
import io.sozu.control.model.Nearest;
import io.sozu.control.model.Quote;
import io.sozu.protocols.http.CertificateFields;
import io.sozu.protocols.http.ForwardedSettings;
import io.sozu.control.model.TlsConfig;
import java.net.InetSocketAddress;
import java.util.List;

/** Decides whether a state can take an order, before anybody obeys it. */
final class OrderValidator {
    private OrderValidator() {
    }

    /**
     * Checks one order against a state.
     *
     * @throws RefusedException when it names what is not there, adds what is there already, or asks for what
     *     is not served yet
     */
    static void check(final ConfigState state, final Order.Change order) throws RefusedException {
        switch (order) {
            case Order.AddCluster o -> BackendNames.check(state, o.cluster());
            case Order.RemoveCluster o -> foundCluster(state, o.clusterId());
            case Order.AddHttpFrontend o -> {
                frontend(state, o.frontend(), o.protocol());
                if (state.frontend(o.frontend().key()) != null) {
                    throw new RefusedException("frontend '" + o.frontend().key()
                        + "' exists already; remove it first");
                }
            }
            case Order.ReplaceHttpFrontend o -> {
                knownFrontend(state, o.frontend().key(), o.protocol());
                frontend(state, o.frontend(), o.protocol());
            }
            case Order.RemoveHttpFrontend o -> knownFrontend(state, o.key(), o.protocol());
            case Order.AddBackend o -> backend(state, o.backend());
            case Order.RemoveBackend o -> knownBackend(state,
                new BackendKey(o.clusterId(), o.backendId(), o.address()));
            case Order.AddCertificate o -> certificate(state, o.certificate());
            case Order.ReplaceCertificate o -> {
                certificate(state, o.certificate());
                knownCertificate(state, o.certificate().address(), o.oldFingerprint());
            }
            case Order.RemoveCertificate o -> knownCertificate(state, o.address(), o.fingerprint());
            case Order.AddHttpListener o -> {
                if (state.listener(o.listener().address()) != null) {
                    throw new RefusedException("listener " + Addresses.format(o.listener().address())
                        + " exists already; remove it first");
                }
                listener(o.listener());
            }
            case Order.ReplaceHttpListener o -> {
                known(state, o.listener().address(), o.listener().protocol());
                listener(o.listener());
            }
            case Order.RemoveListener o -> known(state, o.address(), o.protocol());
            case Order.ActivateListener o -> {
                known(state, o.address(), o.protocol());
                own("from_scm", o.fromScm(), o.slot());
            }
            case Order.DeactivateListener o -> {
                known(state, o.address(), o.protocol());
                own("to_scm", o.toScm(), o.slot());
            }
        }
    }

    private static void frontend(final ConfigState state, final FrontendConfig frontend,
                                 final ListenerProtocol protocol) throws RefusedException {
        final String name = "frontend '" + frontend.key() + "'";
        final InetSocketAddress address = frontend.key().address();
        final ListenerConfig listener = state.listener(address);
        if (listener == null || listener.protocol() != protocol) {
            throw new RefusedException(name + ": no " + protocol.text() + " listener has the address "
                + Addresses.format(address) + (listener == null ? "; add one first"
                : "; the listener there speaks " + listener.protocol().text()));
        }
        security(frontend.hsts(), listener, name);
        if (!frontend.deny()) {
            knownCluster(state, frontend.clusterId(), name);
        }
        try {
            RouteRules.key(0, frontend.key());
        } catch (final io.sozu.sessions.cluster.RefusedException e) {
            throw new RefusedException(name + ": " + e.getMessage());
        }
    }

    static void knownFrontend(final ConfigState state, final FrontendKey key,
                              final ListenerProtocol protocol) throws RefusedException {
        final ListenerConfig listener = state.listener(key.address());
        if (state.frontend(key) != null && listener.protocol() != protocol) {
            throw new RefusedException("frontend '" + key + "' is one of " + listener.protocol().text()
                + ", not of " + protocol.text());
        }
        if (state.frontend(key) == null) {
            throw new RefusedException("frontend '" + key + "' not found");
        }
    }

    private static void backend(final ConfigState state, final BackendConfig backend)
        throws RefusedException {
        knownCluster(state, backend.clusterId(), "backend " + BackendKey.of(backend));
        BackendNames.check(state.cluster(backend.clusterId()), backend);
    }

    static void foundCluster(final ConfigState state, final String clusterId) throws RefusedException {
        if (state.cluster(clusterId) == null) {
            throw new RefusedException("cluster " + Quote.of(clusterId) + " not found"
                + hint(state, clusterId));
        }
    }

    static void knownBackend(final ConfigState state, final BackendKey key) throws RefusedException {
        if (state.backend(key) != null) {
            return;
        }
        final List<BackendConfig> siblings = state.backends(key.clusterId());
        if (siblings.isEmpty()) {
            foundCluster(state, key.clusterId());
        }
        final String elsewhere = siblings.stream()
            .filter(other -> other.backendId().equals(key.backendId()))
            .map(other -> "; it is at " + other.address().text()).findFirst()
            .orElse(Nearest.hint(key.backendId(),
                siblings.stream().map(BackendConfig::backendId).toList()));
        throw new RefusedException("backend " + key + " not found" + elsewhere);
    }

    private static void listener(final ListenerConfig listener) throws RefusedException {
        final String name = "listener " + Addresses.format(listener.address());
        if (listener.protocol() == ListenerProtocol.TCP || listener.protocol() == ListenerProtocol.HTTPS
            && !Served.HTTPS) {
            throw new RefusedException(name + ": protocol " + listener.protocol().text()
                + " is not served yet");
        }
        served(Served.HTTP_2, listener.tls() != null
            && listener.tls().alpnProtocols().contains(TlsConfig.HTTP_2), name + ": h2 in alpn_protocols");
        security(listener.headers().hsts(), listener, name);
        fieldNames(listener.headers(), name);
        served(Served.EXPECT_PROXY, listener.expectProxy(), name + ": expect_proxy");
    }

    private static void fieldNames(final HeaderPolicy headers, final String name) throws RefusedException {
        final String prefix = headers.certificatePrefix();
        if (!ForwardedSettings.isFieldName(headers.sozuIdHeader())) {
            throw new RefusedException(name + ": sozu_id_header " + Quote.of(headers.sozuIdHeader())
                + " means something else to HTTP; choose another name, as Sozu-Id");
        }
        if (!prefix.isEmpty() && !CertificateFields.isPrefix(prefix)) {
            throw new RefusedException(name + ": client_cert_prefix " + Quote.of(prefix)
                + " begins the name of a field that means something else to HTTP; write X-Client-Cert-");
        }
    }

    private static void security(final HstsConfig hsts, final ListenerConfig listener, final String name)
        throws RefusedException {
        if (hsts != null && listener.protocol() != ListenerProtocol.HTTPS) {
            throw new RefusedException(name + ": hsts is for https; browsers do not believe it without TLS,"
                + " leave it out");
        }
    }

    private static void certificate(final ConfigState state, final CertificateConfig certificate)
        throws RefusedException {
        known(state, certificate.address(), ListenerProtocol.HTTPS);
        if (certificate.names().isEmpty()) {
            throw new RefusedException("certificate " + CertificateKey.of(certificate) + " names no host, so"
                + " no client would get it; give it 'names', or make it the certificate of its listener");
        }
    }

    private static void knownCertificate(final ConfigState state, final InetSocketAddress address,
                                         final String fingerprint) throws RefusedException {
        known(state, address, ListenerProtocol.HTTPS);
        final CertificateKey key = new CertificateKey(address, fingerprint);
        if (state.certificate(key) == null) {
            final CertificateMaterial own = state.listener(address).tls().certificate();
            throw new RefusedException("certificate " + key + (own != null && own.fingerprint()
                .equals(fingerprint) ? " is the listener's own; change it by UPDATE_HTTPS_LISTENER"
                : " not found"));
        }
    }

    static void known(final ConfigState state, final InetSocketAddress address,
                      final ListenerProtocol protocol) throws RefusedException {
        final ListenerConfig listener = state.listener(address);
        if (listener == null || listener.protocol() != protocol) {
            throw new RefusedException(protocol.text() + " listener " + Addresses.format(address)
                + " not found"
                + (listener == null ? "" : "; the listener there speaks " + listener.protocol().text()));
        }
    }

    private static void knownCluster(final ConfigState state, final String clusterId, final String name)
        throws RefusedException {
        if (state.cluster(clusterId) == null) {
            throw new RefusedException(name + ": cluster " + Quote.of(clusterId) + " is unknown; add it first"
                + hint(state, clusterId));
        }
    }

    private static String hint(final ConfigState state, final String clusterId) {
        return Nearest.hint(clusterId, state.clusters().stream().map(ClusterConfig::clusterId).toList());
    }

    /** Sockets and slots are the master's business: a client opens and closes whole listeners. */
    private static void own(final String field, final boolean scm, final int slot) throws RefusedException {
        if (scm || slot != Order.NO_SLOT) {
            throw new RefusedException((scm ? field : "slot") + " is chosen by the master; leave it out");
        }
    }

    private static void served(final boolean served, final boolean wanted, final String name)
        throws RefusedException {
        if (wanted && !served) {
            throw new RefusedException(name + " is not served yet; leave it out");
        }
    }
}
