package io.sozu.master.state;

import io.sozu.bindings.openssl.OpenSsl;
import io.sozu.bindings.openssl.OpenSslException;
import io.sozu.control.Order;
import io.sozu.control.model.Addresses;
import io.sozu.control.model.CertificateConfig;
import io.sozu.control.model.CertificateMaterial;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.Quote;
import io.sozu.protocols.tls.TlsBackends;
import io.sozu.protocols.tls.TlsCertificate;
import io.sozu.protocols.tls.TlsListeners;
import io.sozu.protocols.tls.TlsSettings;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * Asks OpenSSL whether it takes what an order says of TLS, before anybody obeys it: what it refuses here, it
 * would refuse in every worker. It is loaded by the first such order.
 */
public final class TlsCheck {
    private final String library;

    /**
     * Prepares to ask a library.
     *
     * @param library its file, empty for that of the system
     */
    public TlsCheck(final String library) {
        this.library = library;
    }

    /**
     * Checks an order that a state takes.
     *
     * @throws RefusedException naming the listener or the cluster, the key and the word, or that there is
     *     no OpenSSL
     */
    public void check(final ConfigState state, final Order.Change order) throws RefusedException {
        switch (order) {
            case Order.AddHttpListener o -> listener(o.listener(), List.of());
            case Order.ReplaceHttpListener o -> listener(o.listener(),
                isSame(state.listener(o.listener().address()), o.listener()) ? List.of()
                    : certificates(state, o.listener().address()));
            case Order.AddCluster o -> cluster(o.cluster());
            case Order.AddCertificate o -> certificate(state, o.certificate());
            case Order.ReplaceCertificate o -> certificate(state, o.certificate());
            default -> { }
        }
    }

    /**
     * Returns what clients may stumble over of what an order brings; empty for nothing.
     *
     * @param state before the order, which is checked
     * @param nowSeconds since 1970
     * @throws RefusedException when no client could be served
     */
    public List<String> warnings(final ConfigState state, final Order.Change order, final long nowSeconds)
        throws RefusedException {
        final List<String> warnings = new ArrayList<>(ofCertificate(state, order, nowSeconds));
        switch (order) {
            case Order.AddHttpListener o -> {
                warnings.addAll(unfit(o.listener(), List.of(), null));
                warnings.addAll(KernelTlsOffer.warnings(o.listener(), KernelTlsOffer.OFFERED));
            }
            case Order.ReplaceHttpListener o -> {
                final ListenerConfig former = state.listener(o.listener().address());
                if (former.tls() == null || !former.tls().ktls()) {
                    warnings.addAll(KernelTlsOffer.warnings(o.listener(), KernelTlsOffer.OFFERED));
                }
                if (!isSame(former, o.listener())
                    || !Objects.equals(material(o.listener()), material(former))) {
                    warnings.addAll(unfit(o.listener(), state.certificates(), null));
                }
            }
            case Order.AddCertificate o -> warnings.addAll(unfit(state.listener(o.certificate().address()),
                state.certificates(), o.certificate()));
            case Order.ReplaceCertificate o -> warnings.addAll(unfit(
                state.listener(o.certificate().address()), state.certificates().stream()
                .filter(each -> !each.fingerprint().equals(o.oldFingerprint())).toList(), o.certificate()));
            default -> { }
        }
        return warnings;
    }

    /**
     * Returns what is to be said of the certificates of a listener that its ciphers do not fit.
     *
     * @throws RefusedException when no client could be served
     */
    List<String> unfit(final ListenerConfig listener, final Collection<CertificateConfig> certificates,
                       final CertificateConfig added) throws RefusedException {
        final List<CertificateConfig> all = new ArrayList<>(certificates.stream()
            .filter(each -> each.address().equals(listener.address())).toList());
        final CertificateConfig own = TlsRules.own(listener);
        if (own != null) {
            all.add(own);
        }
        if (added != null) {
            all.add(added);
        }
        if (listener.tls() == null || all.isEmpty()) {
            return List.of();
        }
        try {
            OpenSsl.load(library);
            return CipherFit.warnings(listener, all, added == null ? all : List.of(added));
        } catch (final OpenSslException e) {
            throw new RefusedException("listener " + Addresses.format(listener.address()) + ": "
                + e.getMessage());
        }
    }

    private static List<String> ofCertificate(final ConfigState state, final Order.Change order,
                                              final long nowSeconds) {
        final CertificateMaterial material = switch (order) {
            case Order.AddHttpListener o -> material(o.listener());
            case Order.ReplaceHttpListener o -> Objects.equals(material(o.listener()),
                material(state.listener(o.listener().address()))) ? null : material(o.listener());
            case Order.AddCertificate o -> o.certificate().material();
            case Order.ReplaceCertificate o -> o.certificate().material();
            default -> null;
        };
        return material == null ? List.of() : material.warnings(nowSeconds);
    }

    private static CertificateMaterial material(final ListenerConfig listener) {
        return listener.tls() == null ? null : listener.tls().certificate();
    }

    private static boolean isSame(final ListenerConfig before, final ListenerConfig after) {
        return before.tls() == null || before.tls().algorithms().equals(after.tls().algorithms());
    }

    private static List<TlsCertificate> certificates(final ConfigState state,
                                                     final InetSocketAddress address) {
        return state.certificates().stream().filter(each -> each.address().equals(address))
            .map(TlsRules::certificate).toList();
    }

    private void listener(final ListenerConfig listener, final List<TlsCertificate> certificates)
        throws RefusedException {
        if (listener.tls() == null) {
            return;
        }
        final List<List<TlsCertificate>> each = new ArrayList<>();
        final TlsCertificate standard = TlsRules.standard(listener);
        each.add(standard == null ? List.of() : List.of(standard));
        certificates.forEach(certificate -> each.add(List.of(certificate)));
        check(listener.address(), TlsRules.settings(listener.tls()), each);
    }

    private void cluster(final ClusterConfig cluster) throws RefusedException {
        if (cluster.backendTls() == null) {
            return;
        }
        try {
            OpenSsl.load(library);
            TlsBackends.check(TlsRules.settings(cluster.backendTls()));
        } catch (final OpenSslException e) {
            throw new RefusedException("cluster " + Quote.of(cluster.clusterId()) + ": backend_tls: "
                + e.getMessage());
        }
    }

    private void certificate(final ConfigState state, final CertificateConfig certificate)
        throws RefusedException {
        check(certificate.address(), TlsRules.settings(state.listener(certificate.address()).tls()),
            List.of(List.of(TlsRules.certificate(certificate))));
    }

    private void check(final InetSocketAddress address, final TlsSettings settings,
                       final List<List<TlsCertificate>> certificates) throws RefusedException {
        try {
            OpenSsl.load(library);
            certificates.forEach(each -> TlsListeners.check(settings, each));
        } catch (final OpenSslException e) {
            throw new RefusedException("listener " + Addresses.format(address) + ": " + e.getMessage());
        }
    }
}
