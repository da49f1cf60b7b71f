package io.sozu.eventloop;

/** Receives the events of one kind of token, on the loop's thread. */
@FunctionalInterface
public interface EventHandler {
    /**
     * Called once per event of a turn.
     *
     * @param token the token the descriptor was registered with
     * @param events bits of {@link io.sozu.bindings.linux.EpollFlags}
     * @param nowNanos the time of this turn
     */
    void onEvent(long token, int events, long nowNanos);
}
