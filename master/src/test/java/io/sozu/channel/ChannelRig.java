package io.sozu.channel;

import io.sozu.bindings.linux.FdMessage;
import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.eventloop.EventLoop;
import io.sozu.eventloop.time.LoopClock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A loop with channels that note what they receive. */
final class ChannelRig implements AutoCloseable {
    static final ChannelLimits LIMITS = new ChannelLimits(256, 4096);
    private static final long WAIT_NANOS = 1_000_000_000L;
    private static final int TURNS_MAX = 1_000_000;

    final Kernel kernel;
    final EventLoop loop;
    final ChannelTable table;
    final FdMessage descriptors = new FdMessage(4);
    private final long bytesBefore = NativeMemory.bytes(MemoryTag.CHANNEL);
    private final List<End> ends = new ArrayList<>();

    ChannelRig(final Kernel kernel) {
        this.kernel = kernel;
        this.loop = new EventLoop(kernel, new LoopClock(kernel), 16);
        this.table = new ChannelTable(loop, (channel, fault) -> {
            throw fault;
        });
    }

    /** One end of a channel and what came out of it. */
    final class End implements FrameHandler {
        final FrameChannel channel;
        final List<String> frames = new ArrayList<>();
        final List<Integer> fds = new ArrayList<>();
        int oversizes;
        int rooms;
        int errno = -1;
        boolean finished;
        boolean echo;

        private End(final int fd, final ChannelLimits limits) {
            channel = new FrameChannel(new FrameChannel.Host(loop, kernel, descriptors), fd,
                    table.nextToken(), limits);
            table.add(channel);
            channel.open(this);
        }

        boolean send(final String text) {
            return channel.send(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void onFrame(final byte[] frame, final int fd) {
            frames.add(new String(frame, StandardCharsets.UTF_8));
            fds.add(fd);
            if (echo && !channel.send(frame)) {
                throw new AssertionError("no room for an answer to what was read");
            }
        }

        @Override
        public void onOversize() {
            oversizes++;
            send("too large");
        }

        @Override
        public void onRoom() {
            rooms++;
        }

        @Override
        public void onEnd(final int why) {
            errno = why;
        }

        @Override
        public void onFinished() {
            finished = true;
        }
    }

    End end(final int fd) {
        return end(fd, LIMITS);
    }

    End end(final int fd, final ChannelLimits limits) {
        final End end = new End(fd, limits);
        ends.add(end);
        return end;
    }

    /** Takes turns until something holds. */
    void until(final BooleanSupplier condition) {
        for (int turn = 0; !condition.getAsBoolean(); turn++) {
            if (turn == TURNS_MAX) {
                throw new AssertionError("it never came about");
            }
            loop.runOnce(WAIT_NANOS);
        }
    }

    /** Closes everything and returns how many bytes of channels are still allocated. */
    long leakedBytes() {
        ends.forEach(each -> each.channel.close());
        ends.clear();
        loop.close();
        descriptors.close();
        return NativeMemory.bytes(MemoryTag.CHANNEL) - bytesBefore;
    }

    @Override
    public void close() {
        final long leaked = leakedBytes();
        if (leaked > 0) {
            throw new AssertionError(leaked + " bytes of channels leaked");
        }
    }
}
