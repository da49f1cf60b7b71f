package io.sozu.eventloop.sink;

import io.sozu.bindings.memory.Memory;

/** Where log lines go at last. Used by the writer's thread only, which it may block. */
public interface LogSink extends AutoCloseable {
    /**
     * Writes whole lines, each ended by a line feed.
     *
     * @return how many of them were lost
     */
    int write(long address, int lengthBytes);

    /** Closes what the sink has opened itself; never throws. */
    @Override
    void close();

    /** Counts the lines of a block. */
    static int lines(final long address, final long lengthBytes) {
        int lines = 0;
        for (long at = address; at < address + lengthBytes; at++) {
            if (Memory.getByte(at) == '\n') {
                lines++;
            }
        }
        return lines;
    }
}
