package io.sozu.control.model;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a certificate says of itself.
 *
 * @param names the hosts it is for, lower case, sorted; IP addresses among them
 * @param notBeforeSeconds since when it is good, in seconds since 1970
 * @param notAfterSeconds until when
 * @param fingerprint the SHA-256 of it, in lower-case hex
 * @param keyType as {@code ECDSA P-256} or {@code RSA 2048}
 */
public record CertificateInfo(List<String> names, long notBeforeSeconds, long notAfterSeconds,
                              String fingerprint, String keyType, String subject, String issuer) {
    private static final int DNS = 2;
    private static final int IP = 7;
    private static final int MAX_NAMES = 10_000;
    private static final int FINGERPRINT_CHARS = 64;
    /** One that is a host has nothing to escape. */
    private static final Pattern COMMON_NAME = Pattern.compile("(?:^|(?<!\\\\)[,+])CN=([^,+\\\\\"#;<>=]+)");

    /**
     * Reads the first certificate of a PEM text.
     *
     * @param field what the text is called where it is wrong
     * @throws InvalidConfigException when it is none
     */
    public static CertificateInfo of(final String field, final String pem) {
        return of(field, Pem.parse(field, Pem.certificates(field, pem).getFirst().text()));
    }

    static CertificateInfo of(final String field, final X509Certificate certificate) {
        return new CertificateInfo(names(field, certificate), certificate.getNotBefore().getTime() / 1000,
            certificate.getNotAfter().getTime() / 1000, fingerprint(certificate),
            keyType(certificate.getPublicKey()), certificate.getSubjectX500Principal().getName(),
            certificate.getIssuerX500Principal().getName());
    }

    /**
     * Returns a fingerprint as it is compared; colons and capitals make no difference.
     *
     * @throws InvalidConfigException when it is none
     */
    public static String fingerprint(final String field, final String text) {
        final String hex = text.replace(":", "").toLowerCase(Locale.ROOT);
        if (hex.length() != FINGERPRINT_CHARS || !hex.matches("[0-9a-f]*")) {
            throw new InvalidConfigException(field, Quote.of(text)
                + " is no fingerprint; write the 64 hex digits of its SHA-256, as `certificate list` shows"
                + " them");
        }
        return hex;
    }

    /** Returns whether one of these names is the host's, or is a wildcard for its first label. */
    public static boolean covers(final Collection<String> names, final String host) {
        final int dot = host.indexOf('.');
        return names.contains(host) || dot > 0 && names.contains("*" + host.substring(dot));
    }

    /** The alternative names; the common name only of a certificate that has none. */
    private static List<String> names(final String field, final X509Certificate certificate) {
        final Set<String> names = new TreeSet<>();
        try {
            final Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives == null) {
                return commonName(certificate);
            }
            for (final List<?> alternative : alternatives) {
                final int kind = (Integer) alternative.get(0);
                if (kind == DNS) {
                    names.add(folded((String) alternative.get(1)));
                } else if (kind == IP) {
                    names.add(InetAddress.getByName((String) alternative.get(1)).getHostAddress());
                }
            }
        } catch (final CertificateParsingException | UnknownHostException e) {
            throw new InvalidConfigException(field, "has alternative names that cannot be read");
        }
        if (names.size() > MAX_NAMES) {
            throw new InvalidConfigException(field, "has " + names.size() + " names, more than " + MAX_NAMES);
        }
        return List.copyOf(names);
    }

    private static String folded(final String name) {
        return (name.endsWith(".") ? name.substring(0, name.length() - 1) : name).toLowerCase(Locale.ROOT);
    }

    private static List<String> commonName(final X509Certificate certificate) {
        final Matcher name = COMMON_NAME.matcher(certificate.getSubjectX500Principal().getName());
        return name.find() ? List.of(folded(name.group(1))) : List.of();
    }

    private static String fingerprint(final X509Certificate certificate) {
        try {
            return sha256(certificate.getEncoded());
        } catch (final CertificateEncodingException e) {
            throw new IllegalStateException("what was read can be written", e);
        }
    }

    /**
     * Returns the SHA-256 of the public key of the first certificate of a PEM text, in lower-case hex.
     *
     * @param field what the text is called where it is wrong
     * @throws InvalidConfigException when it is none
     */
    public static String keyFingerprint(final String field, final String pem) {
        return sha256(Pem.parse(field, Pem.certificates(field, pem).getFirst().text()).getPublicKey()
            .getEncoded());
    }

    private static String sha256(final byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every platform has SHA-256", e);
        }
    }

    private static String keyType(final PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa -> "RSA " + rsa.getModulus().bitLength();
            case ECPublicKey ec -> "ECDSA P-" + ec.getParams().getOrder().bitLength();
            default -> key.getAlgorithm().equals("EdDSA") ? "Ed25519" : key.getAlgorithm();
        };
    }
}
