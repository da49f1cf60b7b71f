package io.sozu.protocols;

import io.sozu.sessions.Connection;
import io.sozu.sessions.Exchange;

/**
 * A protocol as backends speak it: writes requests out of exchanges and reads their responses. The mirror of
 * {@link FrontMachine}, under the same rules.
 */
public interface BackMachine {
    /** Moves the connection on. */
    Verdict onReady(Connection back, Exchange exchange, long nowNanos);

    /** The deadline of the connection has passed. */
    Verdict onDeadline(Connection back, Exchange exchange, long nowNanos);
}
