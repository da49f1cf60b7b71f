package io.sozu.worker;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.FdMessage;
import io.sozu.bindings.linux.Kernel;
import io.sozu.channel.ChannelLimits;
import io.sozu.channel.FrameChannel;
import io.sozu.channel.FrameHandler;
import io.sozu.channel.UnixProbe;
import io.sozu.control.Answer;
import io.sozu.control.Event;
import io.sozu.control.Order;
import io.sozu.control.OrderException;
import io.sozu.control.OrderJson;
import io.sozu.control.WorkerMessage;
import io.sozu.eventloop.EventLoop;
import io.sozu.eventloop.Token;
import io.sozu.eventloop.log.Log;
import io.sozu.eventloop.time.LoopClock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/**
 * A worker's end of the channel: orders in, answers out, and the worker's own end.
 *
 * <p>A worker ends by SOFT_STOP or SIGTERM (it drains first), by HARD_STOP, or as an orphan. When the channel
 * closes, the master has died: the worker serves on with what it knows until a new master answers at the
 * command socket, which is after that one's workers listen, or until the grace has passed; then it drains.
 * Belongs to the loop's thread.
 */
public final class WorkerChannel implements FrameHandler, AutoCloseable {
    /** The descriptor a worker is born with. */
    public static final int FD = 3;

    private static final String READY = "READY";
    private static final String LEAVING = "LEAVING";
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long LAST_ANSWER_NANOS = NANOS_PER_SECOND;

    private enum Phase {
        /** There is a master. */
        SERVING,
        /** The master is gone. */
        ORPHANED,
        /** What is left is served, then the process ends. */
        DRAINING,
        /** The last answer is on its way. */
        ENDING
    }

    /** What a worker's channel stands on, all of one thread. */
    public record Host(EventLoop loop, LoopClock clock, Kernel kernel, Log log) {
    }

    private final Host host;
    private final WorkerOptions options;
    private final Duty duty;
    private final FdMessage descriptors = new FdMessage(1);
    private final FrameChannel channel;
    private final ArrayDeque<byte[]> unsent = new ArrayDeque<>();
    private Phase phase = Phase.SERVING;
    private String stopId;
    private long orphanNanos;
    private long nextProbeNanos;
    private long endNanos;

    /** Takes over the channel the process was born with, or another descriptor in tests. */
    public WorkerChannel(final Host host, final int fd, final WorkerOptions options, final Duty duty) {
        this.host = host;
        this.options = options;
        this.duty = duty;
        this.channel = new FrameChannel(new FrameChannel.Host(host.loop, host.kernel, descriptors), fd,
                Token.of(Token.CHANNEL, 0, 0), new ChannelLimits(options.commandBufferBytes(),
                options.maxCommandBufferBytes()));
        host.loop.handle(Token.CHANNEL, (token, events, nowNanos) -> channel.onEvent(events));
    }

    /** Registers with the loop and tells the master that this worker serves. */
    public void open() {
        final int result = channel.open(this);
        if (result < 0) {
            throw new IllegalStateException("the channel cannot be watched: " + Errno.describe(-result));
        }
        send(Answer.ok(READY, ""));
    }

    /** Drains and ends of its own accord; the master is told to start another. A second call ends at once. */
    public void leave() {
        if (phase == Phase.DRAINING || phase == Phase.ENDING) {
            end();
            return;
        }
        host.log.info("this worker drains and ends, as a signal asks");
        send(Answer.processing(LEAVING, "drains"));
        drain(false);
    }

    /** Returns how long the next turn may wait for its first event. */
    public long waitNanos() {
        return phase == Phase.SERVING || phase == Phase.DRAINING ? Long.MAX_VALUE : NANOS_PER_SECOND / 10;
    }

    /** Tells what has happened, unless the master is slow to read. Called after each turn. */
    public void tellEvents() {
        for (Event event = mayTell() ? duty.nextEvent() : null; event != null;
                event = mayTell() ? duty.nextEvent() : null) {
            send(event.answer(Event.ID, null));
        }
    }

    private boolean mayTell() {
        return (phase == Phase.SERVING || phase == Phase.DRAINING) && unsent.isEmpty();
    }

    /** Returns whether the process is to end now; looks after an orphan. Called after each turn. */
    public boolean isOver() {
        final long nowNanos = host.clock.nowNanos();
        if (phase == Phase.ORPHANED && nowNanos - nextProbeNanos >= 0) {
            nextProbeNanos = nowNanos + NANOS_PER_SECOND;
            probe(nowNanos);
        }
        return phase == Phase.ENDING && (unsent.isEmpty() && channel.unsentBytes() == 0
                || nowNanos - endNanos >= LAST_ANSWER_NANOS);
    }

    @Override
    public void onFrame(final byte[] frame, final int fd) {
        final String text = new String(frame, StandardCharsets.UTF_8);
        try {
            final WorkerMessage message = OrderJson.readWorkerMessage(text);
            obey(message.id(), message.order(), fd);
        } catch (final OrderException e) {
            if (fd >= 0) {
                host.kernel.close(fd);
            }
            host.log.error("an order cannot be read: " + e.getMessage());
            send(e.answer());
        }
    }

    private void obey(final String id, final Order order, final int fd) {
        switch (order) {
            case Order.Status status -> send(duty.status().withId(id));
            case Order.ListBackends list -> send(duty.backends(list.clusterId()).withId(id));
            case Order.ListCertificates list -> send(duty.certificates(list).withId(id));
            case Order.SoftStop stop -> softStop(id);
            case Order.HardStop stop -> {
                send(Answer.ok(id, "ends at once"));
                end();
            }
            default -> send(apply(order, fd).withId(id));
        }
    }

    /** A fault while one order is applied must not end the worker, nor leave the master without an answer. */
    private Answer apply(final Order order, final int fd) {
        try {
            return duty.apply(order, fd);
        } catch (final RuntimeException e) {
            host.log.error("a fault of the worker itself while it applied " + order.type(), e);
            return Answer.error("", "fault of the worker itself: " + e);
        }
    }

    private void softStop(final String id) {
        send(Answer.processing(id, "drains"));
        stopId = id;
        drain(false);
    }

    private void drain(final boolean forGood) {
        phase = Phase.DRAINING;
        duty.drain(options.drainSeconds() * NANOS_PER_SECOND, forGood, this::onDrained);
    }

    private void onDrained() {
        if (stopId != null) {
            send(Answer.ok(stopId, "has drained"));
        }
        end();
    }

    private void end() {
        if (phase != Phase.ENDING) {
            phase = Phase.ENDING;
            endNanos = host.clock.nowNanos();
        }
    }

    private void probe(final long nowNanos) {
        final boolean late = nowNanos - orphanNanos >= options.orphanGraceSeconds() * NANOS_PER_SECOND;
        final boolean followed = !options.commandSocket().isEmpty()
                && UnixProbe.connect(host.kernel, options.commandSocket()) == 0;
        if (late || followed) {
            host.log.warn(followed ? "a new master serves: this orphan drains and ends"
                    : "no new master came within " + options.orphanGraceSeconds()
                    + " s: this orphan drains and ends");
            drain(true);
        }
    }

    private void send(final Answer answer) {
        final byte[] frame = OrderJson.write(answer).getBytes(StandardCharsets.UTF_8);
        if (channel.limits().takes(frame.length)) {
            unsent.add(frame);
            onRoom();
        } else {
            send(Answer.error(answer.id(), "the answer of " + frame.length + " bytes exceeds "
                    + "max_command_buffer_size"));
        }
    }

    @Override
    public void onRoom() {
        while (!unsent.isEmpty() && channel.send(unsent.peek())) {
            unsent.poll();
        }
    }

    @Override
    public void onOversize() {
        host.log.error("the master sent more than " + channel.limits().maxBytes() + " bytes at once");
    }

    @Override
    public void onEnd(final int errno) {
        unsent.clear();
        channel.close();
        if (phase == Phase.SERVING) {
            phase = Phase.ORPHANED;
            orphanNanos = host.clock.nowNanos();
            nextProbeNanos = orphanNanos + NANOS_PER_SECOND;
            host.log.warn("the master is gone: this worker serves on for " + options.orphanGraceSeconds()
                    + " s, or until a new master serves");
        }
    }

    @Override
    public void close() {
        channel.close();
        descriptors.close();
    }
}
