package io.sozu.perf.fuzz;

import java.util.List;

/**
 * What somebody made of a stream.
 *
 * @param messages those that are complete, in order
 * @param end how the stream ends behind them
 * @param fault what is wrong with what follows, empty when nothing is
 */
record Reading(List<Message> messages, End end, String fault) {
    /** Where a stream ends. */
    enum End {
        /** Between messages. */
        CLEAN,
        /** Inside a message that is right so far. */
        CUT,
        /** In something that is no message. */
        FAULT,
        /** In something that this reader cannot read, though the standard has it. */
        UNKNOWN
    }

    /** Who reads streams. */
    interface Reader {
        /** Reads all that one end sent; methods are those of the requests when it is responses. */
        Reading read(byte[] stream, List<String> methods);
    }

    boolean isClean() {
        return end == End.CLEAN;
    }
}
