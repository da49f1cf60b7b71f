package io.sozu.master.command;

import io.sozu.control.Answer;
import java.util.function.Consumer;

/** Ends the whole proxy. */
@FunctionalInterface
public interface Stopper {
    /**
     * Begins the end, or shortens one that has begun.
     *
     * @param id of the order, which is answered when all workers have ended
     */
    void stop(boolean hard, String id, Consumer<Answer> client);
}
