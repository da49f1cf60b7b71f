package io.sozu.eventloop;

/** Receives signals on the loop's thread. */
@FunctionalInterface
public interface SignalHandler {
    /** Called once per turn and signal however often it came; the number is one of {@link SignalSource}. */
    void onSignal(int number);
}
