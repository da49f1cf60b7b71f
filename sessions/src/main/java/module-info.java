/** The state of traffic: records and tables, no wire format, no JSON. */
module io.sozu.sessions {
    requires transitive io.sozu.eventloop;
}
