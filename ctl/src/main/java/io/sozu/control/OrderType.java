package io.sozu.control;

import io.sozu.control.model.ListenerProtocol;
import java.util.ArrayList;
import java.util.List;

/** The name of every order there is in Sōzu's JSON, those not served yet among them. */
public enum OrderType {
    ADD_CLUSTER(Place.PROXY),
    REMOVE_CLUSTER(Place.PROXY),
    ADD_HTTP_FRONTEND(Place.PROXY),
    REMOVE_HTTP_FRONTEND(Place.PROXY),
    ADD_BACKEND(Place.PROXY),
    REMOVE_BACKEND(Place.PROXY),
    ADD_HTTP_LISTENER(Place.PROXY),
    UPDATE_HTTP_LISTENER(Place.PROXY),
    ADD_HTTPS_FRONTEND(Place.PROXY),
    REMOVE_HTTPS_FRONTEND(Place.PROXY),
    ADD_HTTPS_LISTENER(Place.PROXY),
    UPDATE_HTTPS_LISTENER(Place.PROXY),
    ADD_CERTIFICATE(Place.PROXY),
    REPLACE_CERTIFICATE(Place.PROXY),
    REMOVE_CERTIFICATE(Place.PROXY),
    /** These nine are no orders of Sōzu. */
    SET_TICKET_KEYS(Place.WORKER),
    REPLACE_HTTP_LISTENER(Place.PROXY),
    REPLACE_HTTPS_LISTENER(Place.PROXY),
    REPLACE_HTTP_FRONTEND(Place.PROXY),
    REPLACE_HTTPS_FRONTEND(Place.PROXY),
    UPDATE_HTTPS_FRONTEND(Place.PROXY),
    UPDATE_CLUSTER(Place.PROXY),
    UPDATE_BACKEND(Place.PROXY),
    UPDATE_HTTP_FRONTEND(Place.PROXY),
    REMOVE_LISTENER(Place.PROXY),
    ACTIVATE_LISTENER(Place.PROXY),
    DEACTIVATE_LISTENER(Place.PROXY),
    LOGGING(Place.PROXY),
    SOFT_STOP(Place.PROXY),
    HARD_STOP(Place.PROXY),
    /** Sōzu's way to ask for clusters; read as {@link #LIST_CLUSTERS}. */
    QUERY(Place.PROXY),
    /** Outside {@code PROXY} the fleet answers, inside it each worker does; both are the same order here. */
    STATUS(Place.EITHER),
    LIST_WORKERS(Place.TOP),
    LIST_LISTENERS(Place.TOP),
    LIST_FRONTENDS(Place.TOP),
    LIST_CLUSTERS(Place.TOP),
    LIST_BACKENDS(Place.TOP),
    QUERY_CERTIFICATES_FROM_THE_STATE(Place.TOP),
    QUERY_CERTIFICATES_FROM_WORKERS(Place.TOP),
    DUMP_STATE(Place.TOP),
    /** Not an order of Sōzu. */
    EXPLAIN_ROUTE(Place.TOP),
    SUBSCRIBE_EVENTS(Place.TOP),

    ADD_TCP_FRONTEND,
    REMOVE_TCP_FRONTEND,
    ADD_UDP_FRONTEND,
    REMOVE_UDP_FRONTEND,
    ADD_TCP_LISTENER,
    ADD_UDP_LISTENER,
    UPDATE_TCP_LISTENER,
    UPDATE_UDP_LISTENER,
    QUERY_CLUSTER_BY_ID,
    QUERY_CLUSTERS_BY_DOMAIN,
    QUERY_CLUSTERS_HASHES,
    QUERY_METRICS,
    METRICS,
    CONFIGURE_METRICS,
    SET_METRIC_DETAIL,
    SET_MAX_CONNECTIONS_PER_IP,
    QUERY_MAX_CONNECTIONS_PER_IP,
    SET_HEALTH_CHECK,
    REMOVE_HEALTH_CHECK,
    QUERY_HEALTH_CHECKS,
    COUNT_REQUESTS,
    SAVE_STATE,
    LOAD_STATE,
    RELOAD_CONFIGURATION(Place.EITHER),
    LAUNCH_WORKER,
    UPGRADE_MAIN,
    UPGRADE_MASTER,
    UPGRADE_WORKER,
    RETURN_LISTEN_SOCKETS;

    /** The type of the envelope around the orders that workers obey. */
    static final String PROXY = "PROXY";

    private final Place place;

    OrderType() {
        this(Place.NOT_SERVED);
    }

    OrderType(final Place place) {
        this.place = place;
    }

    /** Where in a client's message an order stands. */
    enum Place {
        TOP,
        PROXY,
        EITHER,
        /** Nowhere: only the master gives it to a worker. */
        WORKER,
        NOT_SERVED
    }

    /** Returns whether the order is obeyed. */
    public boolean served() {
        return place != Place.NOT_SERVED;
    }

    Place place() {
        return place;
    }

    static OrderType of(final Order order) {
        return switch (order) {
            case Order.AddCluster o -> ADD_CLUSTER;
            case Order.RemoveCluster o -> REMOVE_CLUSTER;
            case Order.AddHttpFrontend o -> https(o.protocol()) ? ADD_HTTPS_FRONTEND : ADD_HTTP_FRONTEND;
            case Order.RemoveHttpFrontend o -> https(o.protocol()) ? REMOVE_HTTPS_FRONTEND
                : REMOVE_HTTP_FRONTEND;
            case Order.AddBackend o -> ADD_BACKEND;
            case Order.RemoveBackend o -> REMOVE_BACKEND;
            case Order.AddHttpListener o -> https(o.listener().protocol()) ? ADD_HTTPS_LISTENER
                : ADD_HTTP_LISTENER;
            case Order.ReplaceHttpListener o -> https(o.listener().protocol()) ? REPLACE_HTTPS_LISTENER
                : REPLACE_HTTP_LISTENER;
            case Order.ReplaceHttpFrontend o -> https(o.protocol()) ? REPLACE_HTTPS_FRONTEND
                : REPLACE_HTTP_FRONTEND;
            case Order.UpdateHttpListener o -> https(o.protocol()) ? UPDATE_HTTPS_LISTENER
                : UPDATE_HTTP_LISTENER;
            case Order.UpdateHttpFrontend o -> https(o.protocol()) ? UPDATE_HTTPS_FRONTEND
                : UPDATE_HTTP_FRONTEND;
            case Order.UpdateCluster o -> UPDATE_CLUSTER;
            case Order.UpdateBackend o -> UPDATE_BACKEND;
            case Order.AddCertificate o -> ADD_CERTIFICATE;
            case Order.ReplaceCertificate o -> REPLACE_CERTIFICATE;
            case Order.RemoveCertificate o -> REMOVE_CERTIFICATE;
            case Order.SetTicketKeys o -> SET_TICKET_KEYS;
            case Order.RemoveListener o -> REMOVE_LISTENER;
            case Order.ActivateListener o -> ACTIVATE_LISTENER;
            case Order.DeactivateListener o -> DEACTIVATE_LISTENER;
            case Order.Logging o -> LOGGING;
            case Order.ReloadConfiguration o -> RELOAD_CONFIGURATION;
            case Order.SoftStop o -> SOFT_STOP;
            case Order.HardStop o -> HARD_STOP;
            case Order.SubscribeEvents o -> SUBSCRIBE_EVENTS;
            case Order.Status o -> STATUS;
            case Order.ListWorkers o -> LIST_WORKERS;
            case Order.ListListeners o -> LIST_LISTENERS;
            case Order.ListFrontends o -> LIST_FRONTENDS;
            case Order.ListClusters o -> LIST_CLUSTERS;
            case Order.ListBackends o -> LIST_BACKENDS;
            case Order.ListCertificates o -> o.fromWorkers() ? QUERY_CERTIFICATES_FROM_WORKERS
                : QUERY_CERTIFICATES_FROM_THE_STATE;
            case Order.DumpState o -> DUMP_STATE;
            case Order.ExplainRoute o -> EXPLAIN_ROUTE;
        };
    }

    private static boolean https(final ListenerProtocol protocol) {
        return protocol == ListenerProtocol.HTTPS;
    }

    /** Returns the names of the orders that a client may give. */
    static List<String> servedNames() {
        final List<String> names = new ArrayList<>(List.of(PROXY));
        for (final OrderType type : values()) {
            if (type.served() && type.place != Place.WORKER) {
                names.add(type.name());
            }
        }
        return names;
    }
}
