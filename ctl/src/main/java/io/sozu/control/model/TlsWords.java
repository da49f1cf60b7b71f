package io.sozu.control.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What Sōzu's files call what OpenSSL knows by another name. */
final class TlsWords {
    private static final String SUITE = "TLS_";
    private static final String RUSTLS_SUITE = "TLS13_";
    private static final String CIPHER = "TLS_ECDHE_";

    private static final Map<String, String> SIGNATURES = Map.of(
        "ECDSA_NISTP256_SHA256", "ecdsa_secp256r1_sha256", "ECDSA_NISTP384_SHA384", "ecdsa_secp384r1_sha384",
        "ECDSA_NISTP521_SHA512", "ecdsa_secp521r1_sha512", "RSA_PSS_SHA256", "rsa_pss_rsae_sha256",
        "RSA_PSS_SHA384", "rsa_pss_rsae_sha384", "RSA_PSS_SHA512", "rsa_pss_rsae_sha512",
        "RSA_PKCS1_SHA256", "rsa_pkcs1_sha256", "RSA_PKCS1_SHA384", "rsa_pkcs1_sha384",
        "RSA_PKCS1_SHA512", "rsa_pkcs1_sha512", "ED25519", "ed25519");
    private static final Map<String, String> GROUPS = Map.of("x25519", "X25519", "x448", "X448",
        "secp256r1", "P-256", "secp384r1", "P-384", "secp521r1", "P-521", "p-256", "P-256", "p-384", "P-384",
        "p-521", "P-521");

    private TlsWords() {
    }

    /**
     * Returns the ciphers of TLS 1.2 among these: {@code TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256} has a dash.
     */
    static List<String> ciphers(final List<String> words) {
        final List<String> ciphers = new ArrayList<>();
        for (final String word : words) {
            if (!isSuite(word)) {
                ciphers.add(word.startsWith(CIPHER) ? cipher(word) : word);
            }
        }
        return List.copyOf(ciphers);
    }

    private static String cipher(final String word) {
        final String name = word.substring(SUITE.length()).replace("_WITH", "").replace("AES_", "AES")
            .replace('_', '-');
        return name.contains("CHACHA20-POLY1305") ? name.replace("-SHA256", "") : name;
    }

    /**
     * Returns the suites of TLS 1.3: those among the ciphers, as Sōzu has them, where nothing else is said.
     */
    static List<String> suites(final List<String> words, final List<String> ciphers) {
        return (words.isEmpty() ? ciphers.stream().filter(TlsWords::isSuite).toList() : words).stream()
            .map(word -> word.startsWith(RUSTLS_SUITE) ? SUITE + word.substring(RUSTLS_SUITE.length()) : word)
            .toList();
    }

    private static boolean isSuite(final String word) {
        return word.startsWith(RUSTLS_SUITE) || word.startsWith(SUITE) && !word.contains("_WITH_");
    }

    static List<String> groups(final List<String> words) {
        return words.stream().map(word -> GROUPS.getOrDefault(word, word)).toList();
    }

    static List<String> signatures(final List<String> words) {
        return words.stream().map(word -> SIGNATURES.getOrDefault(word, word)).toList();
    }
}
