/** What the bytes mean: parsers and stateless machines. */
module io.sozu.protocols {
    requires transitive io.sozu.sessions;

    exports io.sozu.protocols.http;
    exports io.sozu.protocols;
    exports io.sozu.protocols.transport;
    exports io.sozu.protocols.tls;
    exports io.sozu.protocols.http1;
}
