package io.sozu.protocols.tls;

import java.util.List;

/**
 * A certificate and what goes with it.
 *
 * @param id what it is known by
 * @param names the hosts it is served to: lower case, no dot at the end, {@code *.} for one label
 * @param chain the certificate and behind it those up to an authority, as PEM
 * @param key its private key, as PEM
 * @param preferredUntil among those of one host and kind of key the one with the greatest is served
 */
public record TlsCertificate(String id, List<String> names, String chain, String key, long preferredUntil) {
    public TlsCertificate {
        names = List.copyOf(names);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "certificate " + id + " for " + names;
    }
}
