package io.sozu.control.model;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a listener negotiates with; an empty list is that of Mozilla's intermediate profile.
 *
 * @param versions the versions spoken, never empty
 * @param cipherList what TLS 1.2 may use, by OpenSSL's names, the preferred first
 * @param cipherSuites what TLS 1.3 may use
 * @param groups the groups of the key exchange
 * @param signatureAlgorithms what signs
 */
public record TlsAlgorithms(Set<TlsVersion> versions, List<String> cipherList, List<String> cipherSuites,
                            List<String> groups, List<String> signatureAlgorithms) {
    private static final int MAX_WORDS = 64;

    /** What holds where nothing is said. */
    public static final TlsAlgorithms DEFAULT = new TlsAlgorithms(EnumSet.allOf(TlsVersion.class), List.of(),
        List.of(), List.of(), List.of());

    /**
     * Checks the words as far as that can be done without OpenSSL, and takes those of Sōzu for OpenSSL's.
     *
     * @throws InvalidConfigException naming the field, the word and the cure
     */
    public TlsAlgorithms {
        if (versions.isEmpty()) {
            throw new InvalidConfigException("versions", "are none; name TLS_V12, TLS_V13 or both");
        }
        versions = Set.copyOf(versions);
        final List<String> ciphers = cipherList;
        cipherSuites = words("cipher_suites", TlsWords.suites(cipherSuites, ciphers));
        cipherList = words("cipher_list", TlsWords.ciphers(ciphers));
        groups = words("groups_list", TlsWords.groups(groups));
        signatureAlgorithms = words("signature_algorithms", TlsWords.signatures(signatureAlgorithms));
    }

    private static List<String> words(final String field, final List<String> words) {
        if (words.size() > MAX_WORDS) {
            throw new InvalidConfigException(field, "has " + words.size() + " words, more than " + MAX_WORDS);
        }
        for (final String word : words) {
            if (!word.matches("[!-9;-~]{1,80}")) {
                throw new InvalidConfigException(field, "has " + Quote.of(word)
                    + "; give each name a string of its own, without blanks and colons");
            }
        }
        return words;
    }
}
