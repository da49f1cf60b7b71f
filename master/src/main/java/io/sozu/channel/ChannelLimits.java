package io.sozu.channel;

/**
 * How much a channel may hold in each direction.
 *
 * @param initialBytes size of a buffer that is not in need of more
 * @param maxBytes the longest frame, its terminator included, and the most that waits to be sent
 */
public record ChannelLimits(int initialBytes, int maxBytes) {
    private static final int SMALLEST_BYTES = 256;

    public ChannelLimits {
        if (initialBytes < SMALLEST_BYTES || maxBytes < initialBytes) {
            throw new IllegalArgumentException("channel buffers of " + initialBytes + " to " + maxBytes
                    + " bytes: the smallest is " + SMALLEST_BYTES);
        }
    }

    /** Returns whether a frame of so many bytes, without terminator, can ever be sent. */
    public boolean takes(final int frameBytes) {
        return frameBytes < maxBytes;
    }
}
