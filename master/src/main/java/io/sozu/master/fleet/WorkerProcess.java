package io.sozu.master.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import io.sozu.bindings.linux.Errno;
import io.sozu.channel.FrameChannel;
import io.sozu.channel.FrameHandler;
import io.sozu.control.Answer;
import io.sozu.control.Event;
import io.sozu.control.Order;
import io.sozu.control.OrderException;
import io.sozu.control.OrderJson;
import io.sozu.control.WorkerMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One worker process: its channel, what waits to be sent on it, and who waits for answers.
 *
 * <p>Made and closed by the {@link Fleet}. Orders leave in the order given, as fast as the worker reads them.
 */
public final class WorkerProcess implements FrameHandler {
    /** The id of the frame by which a worker says that it serves. */
    public static final String READY = "READY";
    /** The id of the frame by which a worker says that it drains and will end. */
    public static final String LEAVING = "LEAVING";

    /** A worker that lags so far behind will never catch up. */
    private static final int QUEUE_MAX = 1_000_000;

    private record Outgoing(String id, Order order, int fd) {
    }

    /** Learns what a worker does of its own accord. */
    interface Owner {
        void onReadyFrame(WorkerProcess worker);

        void onLeavingFrame(WorkerProcess worker);

        void onEventFrame(WorkerProcess worker, Event event);

        void onChannelEnd(WorkerProcess worker);

        void onTrouble(WorkerProcess worker, String what);

        void onHopeless(WorkerProcess worker, String why);
    }

    private final Owner owner;
    private final int slot;
    private final int pid;
    private final int pidFd;
    private final FrameChannel channel;
    private final ArrayDeque<Outgoing> queue = new ArrayDeque<>();
    private final Map<String, AnswerHandler> pending = new HashMap<>();
    private final List<Runnable> whenGone = new ArrayList<>();
    private WorkerPhase phase = WorkerPhase.STARTING;
    private long startNanos;
    private JsonNode counters;
    private boolean readyFrame;
    private int batchUnanswered;
    private long heartbeatNanos;
    private boolean heartbeatPending;

    WorkerProcess(final Owner owner, final int slot, final int pid, final int pidFd,
            final FrameChannel channel) {
        this.owner = owner;
        this.slot = slot;
        this.pid = pid;
        this.pidFd = pidFd;
        this.channel = channel;
    }

    /** Returns the worker's slot, which is also its id. */
    public int slot() {
        return slot;
    }

    public int pid() {
        return pid;
    }

    public WorkerPhase phase() {
        return phase;
    }

    /** Returns what the worker said of itself last, {@code null} when it has not yet. */
    public JsonNode counters() {
        return counters;
    }

    /** Returns whether it serves, answering or not. */
    public boolean isServing() {
        return phase == WorkerPhase.READY || phase == WorkerPhase.NOT_ANSWERING;
    }

    /** Names it in a log line. */
    @Override
    public String toString() {
        return "worker " + slot + " (pid " + pid + ")";
    }

    /**
     * Queues an order.
     *
     * @param id unique among the orders this worker has not answered
     * @param fd a descriptor to send along, or -1
     */
    public void send(final String id, final Order order, final int fd, final AnswerHandler handler) {
        if (phase == WorkerPhase.STOPPED) {
            handler.onLost();
            return;
        }
        final AnswerHandler former = pending.put(id, handler);
        assert former == null : id;
        queue.add(new Outgoing(id, order, fd));
        if (queue.size() == 1) {
            pump();
        }
        if (queue.size() > QUEUE_MAX) {
            queue.clear();
            owner.onHopeless(this, "does not take its orders");
        }
    }

    /** Returns whether an order with this id is not answered yet. */
    public boolean isPending(final String id) {
        return pending.containsKey(id);
    }

    /** Drops a descriptor from what waits to be sent: the worker gets the order without it. */
    void forget(final int fd) {
        channel.forget(fd);
        if (queue.stream().anyMatch(each -> each.fd == fd)) {
            final List<Outgoing> all = new ArrayList<>(queue);
            queue.clear();
            all.forEach(each -> queue.add(each.fd == fd ? new Outgoing(each.id, each.order, -1) : each));
        }
    }

    /** Names what is to be done when the process has ended. */
    void whenGone(final Runnable action) {
        whenGone.add(action);
    }

    void enter(final WorkerPhase next) {
        assert phase != WorkerPhase.STOPPED : this;
        phase = next;
    }

    /** Notes when its process was asked for. */
    void startNanos(final long nanos) {
        startNanos = nanos;
    }

    long startNanos() {
        return startNanos;
    }

    int pidFd() {
        return pidFd;
    }

    FrameChannel channel() {
        return channel;
    }

    boolean isReadyAndConfigured() {
        return readyFrame && batchUnanswered == 0;
    }

    /** Sends one order of the configuration it starts with. */
    void sendBatch(final String id, final Order order, final int fd) {
        batchUnanswered++;
        send(id, order, fd, answer -> {
            if (answer.last()) {
                batchUnanswered--;
                if (answer.status() == Answer.Status.ERROR) {
                    owner.onTrouble(this, "refused " + order.type() + " of the configuration: "
                            + answer.message());
                }
                readyWhenConfigured();
            }
        });
    }

    /** Asks how it is; returns false when it has owed that answer for longer than the timeout. */
    boolean heartbeat(final String id, final long nowNanos, final long timeoutNanos) {
        if (heartbeatPending) {
            return nowNanos - heartbeatNanos < timeoutNanos;
        }
        heartbeatPending = true;
        heartbeatNanos = nowNanos;
        askStatus(id, () -> heartbeatPending = false);
        return true;
    }

    /** Asks how it is; {@link #counters} are as it says when it has been heard, or has ended. */
    public void askStatus(final String id, final Runnable heard) {
        send(id, new Order.Status(), -1, new AnswerHandler() {
            @Override
            public void onAnswer(final Answer answer) {
                counters = answer.content();
                if (phase == WorkerPhase.NOT_ANSWERING) {
                    phase = WorkerPhase.READY;
                }
                heard.run();
            }

            @Override
            public void onLost() {
                heard.run();
            }
        });
    }

    @Override
    public void onFrame(final byte[] frame, final int fd) {
        final Answer answer;
        try {
            answer = OrderJson.readAnswer(new String(frame, StandardCharsets.UTF_8));
            if (answer.id().equals(Event.ID)) {
                owner.onEventFrame(this, Event.read(answer));
                return;
            }
        } catch (final OrderException e) {
            owner.onTrouble(this, "sent what is no answer: " + e.getMessage());
            return;
        }
        switch (answer.id()) {
            case READY -> {
                readyFrame = true;
                readyWhenConfigured();
            }
            case LEAVING -> owner.onLeavingFrame(this);
            default -> answered(answer);
        }
    }

    private void readyWhenConfigured() {
        if (phase == WorkerPhase.STARTING && isReadyAndConfigured()) {
            owner.onReadyFrame(this);
        }
    }

    private void answered(final Answer answer) {
        final AnswerHandler handler = answer.last() ? pending.remove(answer.id()) : pending.get(answer.id());
        if (handler == null) {
            owner.onTrouble(this, "answered \"" + answer.id() + "\", which is no order of ours: "
                    + answer.message());
            return;
        }
        handler.onAnswer(answer);
    }

    @Override
    public void onOversize() {
        owner.onTrouble(this, "sent an answer larger than " + channel.limits().maxBytes() + " bytes");
    }

    @Override
    public void onRoom() {
        pump();
    }

    @Override
    public void onEnd(final int errno) {
        if (errno != 0) {
            owner.onTrouble(this, "broke its channel: " + Errno.describe(errno));
        }
        owner.onChannelEnd(this);
    }

    private void pump() {
        while (!queue.isEmpty()) {
            final Outgoing next = queue.peek();
            final byte[] frame =
                    OrderJson.write(new WorkerMessage(next.id, next.order)).getBytes(StandardCharsets.UTF_8);
            if (!channel.limits().takes(frame.length)) {
                queue.poll();
                pending.remove(next.id).onAnswer(Answer.error(next.id, "the order of " + frame.length
                        + " bytes exceeds max_command_buffer_size"));
            } else if (channel.send(frame, next.fd)) {
                queue.poll();
            } else {
                return;
            }
        }
    }

    /** Ends all waiting: the process is gone. */
    void lost() {
        phase = WorkerPhase.STOPPED;
        queue.clear();
        final List<AnswerHandler> waiting = new ArrayList<>(pending.values());
        pending.clear();
        waiting.forEach(AnswerHandler::onLost);
        final List<Runnable> told = new ArrayList<>(whenGone);
        whenGone.clear();
        told.forEach(Runnable::run);
    }
}
