package io.sozu.protocols.tls;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The hosts of the certificates of each context, by a number that no context has had before: an address may
 * be that of another context later. Those of a context that is served no longer are known for as long as a
 * handshake that began with it may take. Control path.
 */
final class ContextHosts {
    private final Map<Long, List<String>> hosts = new HashMap<>();
    private final Map<Long, Long> goneNanos = new HashMap<>();
    private long last;

    /** Returns the number of a new context. */
    long add(final List<TlsCertificate> certificates) {
        last++;
        hosts.put(last, certificates.stream().flatMap(each -> each.names().stream()).distinct().toList());
        return last;
    }

    /** Returns the hosts of a context, the same list each time, or null when they are not known any more. */
    List<String> of(final long mark) {
        return hosts.get(mark);
    }

    /** No handshake begins with a context any more, and those that have take no longer than this. */
    void retire(final long mark, final long nanos) {
        final long now = System.nanoTime();
        goneNanos.entrySet().removeIf(gone -> {
            final boolean over = gone.getValue() - now < 0;
            if (over) {
                hosts.remove(gone.getKey());
            }
            return over;
        });
        goneNanos.put(mark, now + nanos);
    }
}
