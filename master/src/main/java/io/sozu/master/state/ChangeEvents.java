package io.sozu.master.state;

import io.sozu.control.Event;
import io.sozu.control.EventKind;
import io.sozu.control.Order;
import io.sozu.control.model.Addresses;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.FrontendKey;
import java.net.InetSocketAddress;

/** Names what an order makes of the configuration. */
public final class ChangeEvents {
    private ChangeEvents() {
    }

    /**
     * Returns the event of an order.
     *
     * @param before the state that has not obeyed it yet
     */
    public static Event of(final ConfigState before, final Order.Change order) {
        return switch (order) {
            case Order.AddCluster o -> cluster(before.cluster(o.cluster().clusterId()) == null
                ? EventKind.CLUSTER_ADDED : EventKind.CLUSTER_UPDATED, o.cluster().clusterId());
            case Order.RemoveCluster o -> cluster(EventKind.CLUSTER_REMOVED, o.clusterId());
            case Order.AddHttpFrontend o -> frontend(EventKind.FRONTEND_ADDED, o.frontend());
            case Order.ReplaceHttpFrontend o -> frontend(EventKind.FRONTEND_UPDATED, o.frontend());
            case Order.RemoveHttpFrontend o -> frontend(EventKind.FRONTEND_REMOVED, o.key(), null);
            case Order.AddBackend o -> added(before.backend(BackendKey.of(o.backend())) == null
                ? EventKind.BACKEND_ADDED : EventKind.BACKEND_UPDATED, o.backend());
            case Order.RemoveBackend o -> new Event(EventKind.BACKEND_REMOVED, null, o.clusterId(),
                o.backendId(), o.address().text(), null);
            case Order.AddCertificate o -> certificate(EventKind.CERTIFICATE_ADDED, o.certificate().address(),
                o.certificate().fingerprint() + " of " + String.join(", ", o.certificate().names()));
            case Order.ReplaceCertificate o -> certificate(EventKind.CERTIFICATE_REPLACED,
                o.certificate().address(), o.oldFingerprint() + " by " + o.certificate().fingerprint());
            case Order.RemoveCertificate o -> certificate(EventKind.CERTIFICATE_REMOVED, o.address(),
                o.fingerprint());
            case Order.AddHttpListener o -> listener(EventKind.LISTENER_ADDED, o.listener().address());
            case Order.ReplaceHttpListener o -> listener(EventKind.LISTENER_UPDATED, o.listener().address());
            case Order.RemoveListener o -> listener(EventKind.LISTENER_REMOVED, o.address());
            case Order.ActivateListener o -> listener(EventKind.LISTENER_ACTIVATED, o.address());
            case Order.DeactivateListener o -> listener(EventKind.LISTENER_DEACTIVATED, o.address());
        };
    }

    private static Event cluster(final EventKind kind, final String clusterId) {
        return new Event(kind, null, clusterId, null, null, null);
    }

    private static Event frontend(final EventKind kind, final FrontendConfig frontend) {
        return frontend(kind, frontend.key(), frontend.clusterId());
    }

    private static Event frontend(final EventKind kind, final FrontendKey key, final String clusterId) {
        return new Event(kind, null, clusterId, null, Addresses.format(key.address()), key.toString());
    }

    private static Event added(final EventKind kind, final BackendConfig backend) {
        return new Event(kind, null, backend.clusterId(), backend.backendId(), backend.address().text(),
            null);
    }

    private static Event certificate(final EventKind kind, final InetSocketAddress address,
                                     final String detail) {
        return new Event(kind, null, null, null, Addresses.format(address), detail);
    }

    private static Event listener(final EventKind kind, final InetSocketAddress address) {
        return new Event(kind, null, null, null, Addresses.format(address), null);
    }
}
