package io.sozu.master.state;

import io.sozu.control.model.Addresses;
import io.sozu.control.model.CertificateConfig;
import java.net.InetSocketAddress;

/** What tells certificates apart. */
record CertificateKey(InetSocketAddress address, String fingerprint) {
    static CertificateKey of(final CertificateConfig certificate) {
        return new CertificateKey(certificate.address(), certificate.fingerprint());
    }

    @Override
    public String toString() {
        return fingerprint + " of listener " + Addresses.format(address);
    }
}
