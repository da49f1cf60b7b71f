package io.sozu.master.fleet;

import io.sozu.control.Answer;

/** Who sent an order to a worker and waits for what becomes of it. */
@FunctionalInterface
public interface AnswerHandler {
    /** Takes an answer: any number of PROCESSING, then one that is the last. */
    void onAnswer(Answer answer);

    /** Learns that the worker ended before its last answer. */
    default void onLost() {
    }
}
