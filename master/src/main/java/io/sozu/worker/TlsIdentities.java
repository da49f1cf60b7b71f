package io.sozu.worker;

import io.sozu.protocols.http.ClientCertificate;
import io.sozu.protocols.http.HostBindings;
import io.sozu.protocols.tls.TlsListeners;
import io.sozu.sessions.Connection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Notes behind a handshake who is at both ends: the hosts that requests may be for, and the client's
 * certificate. Once for a connection.
 */
final class TlsIdentities {
    private final TlsListeners tls;
    private final HostBindings bindings;
    /** By the list itself: the same certificates have the same one. */
    private final Map<List<String>, Integer> known = new IdentityHashMap<>();
    private int changes;

    TlsIdentities(final TlsListeners tls, final HostBindings bindings) {
        this.tls = tls;
        this.bindings = bindings;
    }

    /** Notes what the handshake of a connection has told. */
    void note(final Connection front) {
        if (changes != tls.changes()) {
            forget();
        }
        final List<String> hosts = tls.hosts(front);
        if (hosts != null) {
            final int binding = known.computeIfAbsent(hosts, bindings::add);
            bindings.hold(binding);
            front.binding(binding);
        }
        final byte[] certificate = tls.clientCertificate(front);
        if (certificate != null) {
            front.certificate(ClientCertificate.of(certificate));
        }
    }

    /** Lets go of hosts that only connections may still need. */
    private void forget() {
        known.values().forEach(bindings::release);
        known.clear();
        changes = tls.changes();
    }
}
