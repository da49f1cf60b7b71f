package io.sozu.control.model;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** Reads PEM text: what stands between {@code -----BEGIN} and {@code -----END}. */
final class Pem {
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final int MAX_CHARS = 1 << 20;
    private static final int LINE_CHARS = 64;

    private Pem() {
    }

    /**
     * One object of a text.
     *
     * @param label what it says it is
     * @param text the object with its first and last line
     */
    record Block(String label, String text) {
        /** Says what it is, not what it holds. */
        @Override
        public String toString() {
            return label;
        }
    }

    /** Returns the objects of a text; what stands between them is no part of it. */
    static List<Block> blocks(final String field, final String text) {
        if (text.length() > MAX_CHARS) {
            throw new InvalidConfigException(field, "has " + text.length() + " characters, more than "
                + MAX_CHARS);
        }
        final List<Block> blocks = new ArrayList<>();
        for (int at = text.indexOf(BEGIN); at >= 0; ) {
            final int labelEnd = text.indexOf(DASHES, at + BEGIN.length());
            final String label = labelEnd < 0 ? "" : text.substring(at + BEGIN.length(), labelEnd);
            final String last = END + label + DASHES;
            final int end = labelEnd < 0 ? -1 : text.indexOf(last, labelEnd);
            if (end < 0) {
                throw new InvalidConfigException(field, "has a -----BEGIN " + label.replaceAll("[^A-Z0-9 ]",
                    "?")
                    + "----- without its -----END-----; it was cut off: copy it whole");
            }
            blocks.add(new Block(label, text.substring(at, end + last.length()).replace("\r", "") + "\n"));
            at = text.indexOf(BEGIN, end);
        }
        if (blocks.isEmpty()) {
            throw new InvalidConfigException(field, text.isBlank() ? "is empty"
                : "is no PEM: it has no -----BEGIN; convert it, as with openssl x509 -inform DER -in FILE");
        }
        return blocks;
    }

    /** Returns the certificates of a text, each in one way only, so that equal ones are equal texts. */
    static List<Block> certificates(final String field, final String text) {
        final List<Block> certificates = new ArrayList<>();
        for (final Block block : blocks(field, text)) {
            if (block.label().equals(CERTIFICATE) || block.label().equals("X509 CERTIFICATE")) {
                certificates.add(canonical(parse(field, block.text())));
            }
        }
        if (certificates.isEmpty()) {
            throw new InvalidConfigException(field, "has no certificate: it needs -----BEGIN CERTIFICATE-----"
                + ", there is " + blocks(field, text).getFirst().label());
        }
        return certificates;
    }

    /** Parses one certificate. */
    static X509Certificate parse(final String field, final String text) {
        final String pem = text.replace("X509 CERTIFICATE", CERTIFICATE);
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (final CertificateException e) {
            throw new InvalidConfigException(field, "is no certificate: what stands between BEGIN and END is"
                + " damaged; copy it again (openssl x509 -in FILE -noout -text shows whether it is whole)");
        }
    }

    private static Block canonical(final X509Certificate certificate) {
        try {
            return new Block(CERTIFICATE, BEGIN + CERTIFICATE + DASHES + "\n" + Base64
                .getMimeEncoder(LINE_CHARS, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
                + "\n" + END + CERTIFICATE + DASHES + "\n");
        } catch (final CertificateException e) {
            throw new IllegalStateException("a certificate that was read can be written", e);
        }
    }

    static String join(final List<Block> blocks) {
        return blocks.stream().map(Block::text).collect(Collectors.joining());
    }

    /** Returns the private key of a text, which is PKCS#8, PKCS#1 or SEC1. */
    static String key(final String field, final String text) {
        final List<Block> blocks = blocks(field, text);
        final List<Block> keys = blocks.stream().filter(block -> block.label().endsWith("PRIVATE KEY"))
            .toList();
        if (keys.isEmpty()) {
            throw new InvalidConfigException(field, "has no private key: it needs -----BEGIN PRIVATE"
                + " KEY-----, -----BEGIN RSA PRIVATE KEY----- or -----BEGIN EC PRIVATE KEY-----, there is "
                + blocks.getFirst().label());
        }
        final Block key = keys.getFirst();
        if (key.label().startsWith("ENCRYPTED") || key.text().contains("ENCRYPTED")) {
            throw new InvalidConfigException(field, "is encrypted, and nobody is there to type its"
                + " passphrase; decrypt it: openssl pkey -in FILE -out KEY.pem");
        }
        if (keys.size() > 1) {
            throw new InvalidConfigException(field, "has " + keys.size() + " private keys; keep the one of"
                + " the certificate");
        }
        if (!List.of("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY").contains(key.label())) {
            throw new InvalidConfigException(field, "is a " + key.label()
                + "; convert it: openssl pkey -in FILE -out KEY.pem");
        }
        return key.text();
    }
}
