package io.sozu.eventloop;

/** Work that waits until a turn has handled its events and timers: flushing answers, publishing, reaping. */
@FunctionalInterface
public interface EndOfTurn {
    void onEndOfTurn(long nowNanos);
}
