/** The state of traffic: slots, pages, routes, clusters; no wire format, no JSON. */
module io.sozu.sessions {
    requires transitive io.sozu.eventloop;

    exports io.sozu.sessions.buffer;
    exports io.sozu.sessions.cluster;
    exports io.sozu.sessions.cluster.balance;
    exports io.sozu.sessions.limit;
    exports io.sozu.sessions.routing;
    exports io.sozu.sessions;
}
