/** The state of traffic: records and tables, no wire format, no JSON. */
module io.sozu.sessions {
    requires transitive io.sozu.eventloop;

    exports io.sozu.sessions.cluster;
    exports io.sozu.sessions.cluster.balance;
    exports io.sozu.sessions.routing;
}
