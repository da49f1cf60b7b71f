package io.sozu.bindings.memory;

/** What a block of native memory is for; every allocation is accounted under exactly one tag. */
public enum MemoryTag {
    /** Slots of connections and exchanges. */
    SLAB,
    /** Fixed-size pages that hold received bytes. */
    PAGES,
    /** The timer wheel. */
    TIMERS,
    /** Epoll event arrays and call-state blocks. */
    EVENTS,
    /** Counters and histograms. */
    METRICS,
    /** The ring of log lines. */
    LOG,
    /** Routes, socket addresses, pre-rendered answers: what changes with the configuration. */
    CONFIGURATION,
    /** What is known of clients beyond their slots. */
    CLIENTS,
    /** What sources of connections have used of their limits. */
    LIMITS,
    /** Scratch space of parsers, rewriters and system-call arguments. */
    SCRATCH,
    /** Frames of the control channel. */
    CHANNEL,
    /** Keys of tickets, and texts on their way to OpenSSL; what OpenSSL itself takes is its own. */
    TLS
}
