package io.sozu.channel;

import io.sozu.eventloop.EventLoop;
import io.sozu.eventloop.Token;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The channels of a loop: gives each its token and passes on its events. Owns the kind, not the channels.
 *
 * <p>What one channel's owner throws concerns that channel alone.
 */
public final class ChannelTable {
    private final Map<Integer, FrameChannel> channels = new HashMap<>();
    private final BiConsumer<FrameChannel, RuntimeException> faults;
    private int lastSlot;

    /**
     * Becomes the receiver of {@link Token#CHANNEL} of a loop.
     *
     * @param faults takes what an owner throws; the channel may have missed events since
     */
    public ChannelTable(final EventLoop loop, final BiConsumer<FrameChannel, RuntimeException> faults) {
        this.faults = faults;
        loop.handle(Token.CHANNEL, this::onEvent);
    }

    /** Returns a token no channel had before. */
    public long nextToken() {
        lastSlot++;
        return Token.of(Token.CHANNEL, 0, lastSlot);
    }

    /** Passes on the events of a channel from now on. */
    public void add(final FrameChannel channel) {
        channels.put(Token.slot(channel.token()), channel);
    }

    /** Forgets a channel: events of it that are under way are ignored. */
    public void remove(final FrameChannel channel) {
        channels.remove(Token.slot(channel.token()));
    }

    private void onEvent(final long token, final int events, final long nowNanos) {
        final FrameChannel channel = channels.get(Token.slot(token));
        if (channel != null) {
            try {
                channel.onEvent(events);
            } catch (final RuntimeException e) {
                faults.accept(channel, e);
            }
        }
    }
}
