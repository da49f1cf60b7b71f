/** What the bytes mean: parsers and stateless machines. */
module io.sozu.protocols {
    requires transitive io.sozu.sessions;
}
