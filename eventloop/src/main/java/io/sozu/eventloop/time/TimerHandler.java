package io.sozu.eventloop.time;

/** Looks at a slot whose entry in the wheel has come due; it re-arms when its deadline has moved. */
@FunctionalInterface
public interface TimerHandler {
    void onTimer(int slot, long nowNanos);
}
