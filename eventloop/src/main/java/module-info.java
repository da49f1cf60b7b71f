/** One thread, one epoll, and its instruments. */
module io.sozu.eventloop {
    requires transitive io.sozu.bindings;
    requires jdk.unsupported;

    exports io.sozu.eventloop.time;
    exports io.sozu.eventloop.metrics;
    exports io.sozu.eventloop.log;
    exports io.sozu.eventloop;
    exports io.sozu.eventloop.sink;
}
