package io.sozu.control;

/** What can happen. Names are Sōzu's where it has one. */
public enum EventKind {
    /** A worker could not connect to a backend, which is left alone for some time. */
    BACKEND_DOWN,
    /** A worker could again not connect to a backend that was down; not an event of Sōzu. */
    BACKEND_BACK_OFF,
    /** A worker could connect to a backend that was down. */
    BACKEND_UP,
    /** A backend served badly and is ejected for some time; not an event of Sōzu. */
    BACKEND_EJECTED,
    /** A backend has served after its ejection; not an event of Sōzu. */
    BACKEND_RETURNED,
    /** A worker has no backend of a cluster left that is neither down nor ejected. */
    NO_AVAILABLE_BACKENDS,
    /** A worker has such a backend again. */
    CLUSTER_RECOVERED,
    /** A removed backend has served all that a worker had given it. */
    REMOVED_BACKEND_HAS_NO_CONNECTIONS,
    /** A worker had more to tell than it may; not an event of Sōzu. */
    EVENTS_LOST,

    CLUSTER_ADDED,
    CLUSTER_REMOVED,
    /** Not an event of Sōzu. */
    CLUSTER_UPDATED,
    FRONTEND_ADDED,
    FRONTEND_REMOVED,
    /** Not an event of Sōzu. */
    FRONTEND_UPDATED,
    /** By an order, or as an address of a name; not an event of Sōzu. */
    BACKEND_ADDED,
    /** By an order, or as an address of a name; not an event of Sōzu. */
    BACKEND_REMOVED,
    /** Not an event of Sōzu. */
    BACKEND_UPDATED,
    /** Of a listener; the certificates of listeners themselves are part of them. */
    CERTIFICATE_ADDED,
    CERTIFICATE_REMOVED,
    CERTIFICATE_REPLACED,
    LISTENER_ADDED,
    LISTENER_REMOVED,
    LISTENER_UPDATED,
    LISTENER_ACTIVATED,
    LISTENER_DEACTIVATED,
    /** The configuration is what a file says. */
    CONFIGURATION_RELOADED,
    LOGGING_LEVEL_CHANGED,

    /** A worker serves; not an event of Sōzu. */
    WORKER_READY,
    /** A worker has ended without being told to. */
    WORKER_KILLED,
    /** A worker has ended as it was told to; not an event of Sōzu. */
    WORKER_STOPPED,
    /** Another worker was started in the place of one that is gone. */
    WORKER_RELAUNCHED,
    SOZU_STOP_REQUESTED,
    EVENTS_SUBSCRIBED
}
