package io.sozu.master.state;

import io.sozu.control.model.Addresses;
import io.sozu.control.model.CertificateConfig;
import io.sozu.control.model.ListenerConfig;
import io.sozu.protocols.tls.TlsCertificate;
import io.sozu.protocols.tls.TlsListeners;
import io.sozu.protocols.tls.TlsSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether the ciphers of TLS 1.2 that a listener names fit the keys of its certificates. */
final class CipherFit {
    private static final int MAX_NAMES_SHOWN = 3;

    private CipherFit() {
    }

    /**
     * Returns what is to be said of certificates; OpenSSL is loaded.
     *
     * @param all the certificates of the listener
     * @param judged those of them that are spoken of
     * @throws RefusedException when no client at all could be served
     */
    static List<String> warnings(final ListenerConfig listener, final List<CertificateConfig> all,
                                 final List<CertificateConfig> judged) throws RefusedException {
        final List<String> warnings = new ArrayList<>();
        if (listener.tls() == null || judged.isEmpty()) {
            return warnings;
        }
        final TlsSettings settings = TlsRules.settings(listener.tls());
        final Map<TlsCertificate, Boolean> unfit = TlsListeners.unfit(settings,
            all.stream().map(TlsRules::certificate).toList());
        final boolean none = all.stream().map(TlsRules::certificate).allMatch(unfit::containsKey);
        for (final CertificateConfig each : judged) {
            final Boolean rsa = unfit.get(TlsRules.certificate(each));
            if (rsa != null) {
                final String problem = "listener " + Addresses.format(listener.address())
                    + ": cipher_list has no cipher with " + (rsa ? "RSA" : "ECDSA")
                    + ", which the certificate " + named(each) + " needs; ";
                final String cure = "add " + (rsa ? "ECDHE-RSA-AES128-GCM-SHA256"
                    : "ECDHE-ECDSA-AES128-GCM-SHA256") + ", or leave cipher_list out";
                if (none && !settings.tls13()) {
                    throw new RefusedException(problem + "as TLS 1.2 alone is spoken, no client could be"
                        + " served: " + cure + ", or allow TLS_V13");
                }
                warnings.add(problem + (settings.tls13() ? "clients that speak TLS 1.2 only are not served"
                    + " with it: " : "it is never served: ") + cure);
            }
        }
        return warnings;
    }

    private static String named(final CertificateConfig certificate) {
        final List<String> names = certificate.names();
        return names.isEmpty() ? certificate.fingerprint() : "for "
            + String.join(", ", names.subList(0, Math.min(names.size(), MAX_NAMES_SHOWN)));
    }
}
