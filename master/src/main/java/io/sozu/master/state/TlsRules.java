package io.sozu.master.state;

import io.sozu.control.model.BackendTls;
import io.sozu.control.model.CertificateConfig;
import io.sozu.control.model.CertificateMaterial;
import io.sozu.control.model.ClientAuth;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.SniPolicy;
import io.sozu.control.model.TlsAlgorithms;
import io.sozu.control.model.TlsConfig;
import io.sozu.control.model.TlsVersion;
import io.sozu.protocols.tls.BackendTlsSettings;
import io.sozu.protocols.tls.TlsCertificate;
import io.sozu.protocols.tls.TlsSettings;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** From TLS as the control language has it to what OpenSSL's contexts are made of. */
public final class TlsRules {
    private TlsRules() {
    }

    /** Returns how a listener speaks TLS. */
    public static TlsSettings settings(final TlsConfig tls) {
        final TlsAlgorithms algorithms = tls.algorithms();
        return new TlsSettings(algorithms.versions().contains(TlsVersion.TLS_V12),
            algorithms.versions().contains(TlsVersion.TLS_V13), joined(algorithms.cipherList()),
            joined(algorithms.cipherSuites()), joined(algorithms.groups()),
            joined(algorithms.signatureAlgorithms()), tls.tickets(),
            tls.sni().noSni() == SniPolicy.Choice.REFUSE, tls.sni().unknownSni() == SniPolicy.Choice.REFUSE,
            TimeUnit.SECONDS.toNanos(tls.handshakeSeconds()), clients(tls.clientAuth()),
            tls.keyLogFile(), tls.ktls());
    }

    /** Returns how the backends of a cluster are spoken to. */
    public static BackendTlsSettings settings(final BackendTls tls) {
        final CertificateMaterial own = tls.certificate();
        return new BackendTlsSettings(tls.verify(), Objects.requireNonNullElse(tls.authorities(), ""),
            tls.versions().contains(TlsVersion.TLS_V12), tls.versions().contains(TlsVersion.TLS_V13),
            own == null ? null : new TlsCertificate(own.fingerprint(), List.of(), pem(own), own.key(), 0));
    }

    private static String pem(final CertificateMaterial material) {
        return material.certificate() + String.join("", material.chain());
    }

    private static String joined(final List<String> words) {
        return String.join(":", words);
    }

    private static TlsSettings.ClientCheck clients(final ClientAuth auth) {
        return auth.mode() == ClientAuth.Mode.NONE ? TlsSettings.ClientCheck.NONE
            : new TlsSettings.ClientCheck(true, auth.mode() == ClientAuth.Mode.REQUIRED, auth.authorities(),
            auth.depth(), Objects.requireNonNullElse(auth.revoked(), ""));
    }

    /** Returns a certificate, which is known by its fingerprint. */
    public static TlsCertificate certificate(final CertificateConfig certificate) {
        return certificate(certificate, certificate.fingerprint());
    }

    /**
     * Returns the certificate that is part of a listener, or null. The same may be added to the listener too,
     * and removed again: so it is known by another name.
     */
    public static TlsCertificate standard(final ListenerConfig listener) {
        final CertificateConfig own = own(listener);
        return own == null ? null : certificate(own,
            own.fingerprint() + " of the listener itself");
    }

    /** Returns the certificate that is part of a listener as one of it, or null. */
    public static CertificateConfig own(final ListenerConfig listener) {
        final CertificateMaterial material = listener.tls() == null ? null : listener.tls().certificate();
        return material == null ? null : new CertificateConfig(listener.address(), material, List.of(), null);
    }

    private static TlsCertificate certificate(final CertificateConfig certificate, final String id) {
        final CertificateMaterial material = certificate.material();
        return new TlsCertificate(id, certificate.names(),
            pem(material), material.key(), certificate.expiresAtSeconds(), material.ocspFile());
    }
}
