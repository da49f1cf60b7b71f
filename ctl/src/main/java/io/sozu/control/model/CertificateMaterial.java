package io.sozu.control.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A certificate with what it is served with. Its private key is in no text but that of orders.
 *
 * @param certificate as PEM
 * @param chain the certificates between it and an authority's, each as PEM, the next issuer first
 * @param key the private key, as PEM
 * @param ocspFile absolute path of what its authority says of it (OCSP, DER), null for nothing
 * @param info what the certificate says of itself
 */
public record CertificateMaterial(String certificate, List<String> chain, String key, String ocspFile,
                                  CertificateInfo info) {
    private static final int MAX_CHAIN = 16;

    /** Takes a copy. */
    public CertificateMaterial {
        chain = List.copyOf(chain);
    }

    /**
     * Reads PEM texts. The certificate may have its chain behind it, and the chain the certificate in it.
     *
     * @throws InvalidConfigException when one of them is not what it should be
     */
    public static CertificateMaterial of(final String certificate, final List<String> chain, final String key,
                                         final String ocspFile) {
        if (certificate == null || key == null) {
            throw new InvalidConfigException(certificate == null ? "certificate" : "key", "is missing; a"
                + " certificate needs its private key, and a key its certificate");
        }
        final List<Pem.Block> blocks = new ArrayList<>(Pem.certificates("certificate", certificate));
        for (final String text : chain) {
            blocks.addAll(Pem.certificates("certificate_chain", text));
        }
        final String leaf = blocks.getFirst().text();
        final List<String> rest = blocks.stream().map(Pem.Block::text).filter(text -> !text.equals(leaf))
            .distinct().toList();
        if (rest.size() > MAX_CHAIN) {
            throw new InvalidConfigException("certificate_chain", "has " + rest.size()
                + " certificates, more than " + MAX_CHAIN + "; give only those between yours and its"
                + " authority");
        }
        return new CertificateMaterial(leaf, rest, Pem.key("key", key), ocspFile,
            CertificateInfo.of("certificate", leaf));
    }

    /** Returns the lower-case hex of the certificate's SHA-256. */
    public String fingerprint() {
        return info.fingerprint();
    }

    /**
     * Returns what a client may stumble over, in plain words; empty for nothing.
     *
     * @param nowSeconds since 1970
     */
    public List<String> warnings(final long nowSeconds) {
        final List<String> warnings = new ArrayList<>();
        if (info.notAfterSeconds() < nowSeconds) {
            warnings.add("the certificate has expired on " + CertificateConfig.date(info.notAfterSeconds())
                + ": clients will refuse it; renew it");
        }
        if (info.notBeforeSeconds() > nowSeconds) {
            warnings.add("the certificate is good only from "
                + CertificateConfig.date(info.notBeforeSeconds())
                + " on: until then clients will refuse it; check the clock");
        }
        CertificateInfo last = info;
        for (final String text : chain) {
            final CertificateInfo next = CertificateInfo.of("certificate_chain", text);
            if (!last.issuer().equals(next.subject())) {
                warnings.add("the chain is out of order, or misses a certificate: " + Quote.of(last.subject())
                    + " was issued by " + Quote.of(last.issuer()) + ", and next to it comes "
                    + Quote.of(next.subject()) + "; each must be followed by its issuer");
                return warnings;
            }
            last = next;
        }
        if (chain.isEmpty() && !last.issuer().equals(last.subject())) {
            warnings.add("the certificate comes without a chain: clients that do not know its issuer "
                + Quote.of(last.issuer()) + " by themselves will refuse it; add the intermediate"
                + " certificates by certificate_chain, unless that issuer is a root they trust");
        }
        return warnings;
    }

    /** Equal texts say equal things of themselves. */
    @Override
    public boolean equals(final Object other) {
        return other instanceof CertificateMaterial material && certificate.equals(material.certificate)
            && chain.equals(material.chain) && key.equals(material.key)
            && Objects.equals(ocspFile, material.ocspFile);
    }

    @Override
    public int hashCode() {
        return certificate.hashCode() + 31 * chain.hashCode();
    }

    /** Names the certificate; the private key is not told. */
    @Override
    public String toString() {
        return "certificate " + info.fingerprint() + " of " + info.names() + " with " + chain.size()
            + " of its chain" + (ocspFile == null ? "" : ", OCSP in " + ocspFile);
    }
}
