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
 * @param ocspFile what an authority says of it, as DER, in a file; null for none
 */
public record TlsCertificate(String id, List<String> names, String chain, String key, long preferredUntil,
        String ocspFile) {
    public TlsCertificate {
        names = List.copyOf(names);
    }

    /** One of which no authority says anything. */
    public TlsCertificate(final String id, final List<String> names, final String chain, final String key,
            final long preferredUntil) {
        this(id, names, chain, key, preferredUntil, null);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "certificate " + id + " for " + names;
    }
}
