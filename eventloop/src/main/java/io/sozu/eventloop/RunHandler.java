package io.sozu.eventloop;

/** Advances one runnable slot, on the loop's thread. */
@FunctionalInterface
public interface RunHandler {
    void onRun(int slot, long nowNanos);
}
