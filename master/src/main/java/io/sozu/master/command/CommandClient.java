package io.sozu.master.command;

import io.sozu.channel.FrameChannel;
import io.sozu.channel.FrameHandler;
import io.sozu.control.Answer;
import io.sozu.control.Envelope;
import io.sozu.control.Event;
import io.sozu.control.EventKind;
import io.sozu.control.Order;
import io.sozu.control.OrderException;
import io.sozu.control.OrderJson;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/**
 * One client of the command socket: reads its orders, passes them on, sends the answers back.
 *
 * <p>Every message gets an answer, also one that cannot be read. A client may send orders without waiting;
 * when too many of them are not answered yet, or it does not read its answers, it is not read any more.
 */
final class CommandClient implements FrameHandler, EventFeed.Subscriber {
    private static final int ORDERS_MAX = 32;

    private final CommandSocket owner;
    private final FrameChannel channel;
    private final ArrayDeque<byte[]> unsent = new ArrayDeque<>();
    private int orders;
    private boolean inputEnded;
    private boolean ended;
    private long activeNanos;
    private long progressBytes = -1;

    CommandClient(final CommandSocket owner, final FrameChannel channel, final long nowNanos) {
        this.owner = owner;
        this.channel = channel;
        this.activeNanos = nowNanos;
    }

    FrameChannel channel() {
        return channel;
    }

    /** Returns when it last sent something or was answered. */
    long activeNanos() {
        return activeNanos;
    }

    /** Returns whether none of its orders waits for an answer. */
    boolean isIdle() {
        return orders == 0;
    }

    /**
     * Returns whether answers have waited since the last such question and the client took nothing of them.
     */
    boolean isStuck() {
        final long sent = channel.sentBytes();
        final boolean stuck = channel.unsentBytes() > 0 && sent == progressBytes;
        progressBytes = sent;
        return stuck;
    }

    /** Says a last word: the client is answered, then it is sent away. */
    void refuse(final String why) {
        send(Answer.error("", why));
        end();
    }

    @Override
    public void onFrame(final byte[] frame, final int fd) {
        activeNanos = owner.nowNanos();
        orders++;
        if (orders >= ORDERS_MAX) {
            channel.pause();
        }
        try {
            final Envelope envelope = OrderJson.readEnvelope(text(frame));
            if (envelope.order() instanceof Order.SubscribeEvents) {
                subscribe(envelope.id());
            } else {
                owner.dispatch(envelope, this::answer);
            }
        } catch (final OrderException e) {
            answer(e.answer());
        } catch (final CharacterCodingException e) {
            answer(Answer.error("", "message is not UTF-8"));
        }
    }

    private void subscribe(final String id) {
        final String problem = owner.events().subscribe(id, this);
        if (problem != null) {
            answer(Answer.error(id, problem));
        } else {
            owner.events().tell(Event.of(EventKind.EVENTS_SUBSCRIBED, null));
        }
    }

    /** A subscriber that does not read is not waited for: what waits for it is bounded by its channel. */
    @Override
    public boolean tell(final Answer answer) {
        if (channel.isClosed() || ended) {
            return false;
        }
        send(answer);
        if (!unsent.isEmpty()) {
            owner.lags(this);
            return false;
        }
        return true;
    }

    private static String text(final byte[] frame) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(frame)).toString();
    }

    private void answer(final Answer answer) {
        send(answer);
        if (!answer.last()) {
            return;
        }
        activeNanos = owner.nowNanos();
        orders--;
        if (orders == ORDERS_MAX - 1) {
            channel.resume();
        }
        if (orders == 0 && inputEnded) {
            end();
        }
    }

    private void send(final Answer answer) {
        if (channel.isClosed() || ended) {
            return;
        }
        byte[] frame = OrderJson.write(answer).getBytes(StandardCharsets.UTF_8);
        if (!channel.limits().takes(frame.length)) {
            frame = OrderJson.write(Answer.error(answer.id(), "the answer of " + frame.length
                    + " bytes exceeds max_command_buffer_size, which is " + channel.limits().maxBytes()
                    + ": raise it and start again")).getBytes(StandardCharsets.UTF_8);
        }
        unsent.add(frame);
        onRoom();
    }

    @Override
    public void onRoom() {
        while (!unsent.isEmpty() && channel.send(unsent.peek())) {
            unsent.poll();
        }
        if (ended && unsent.isEmpty()) {
            channel.end();
        }
    }

    private void end() {
        ended = true;
        onRoom();
        owner.ending(this);
    }

    @Override
    public void onOversize() {
        refuse("message is longer than max_command_buffer_size, which is " + channel.limits().maxBytes());
    }

    @Override
    public void onEnd(final int errno) {
        inputEnded = true;
        if (errno != 0 || owner.events().has(this)) {
            owner.close(this);
        } else if (orders == 0) {
            end();
        }
    }

    @Override
    public void onFinished() {
        owner.close(this);
    }
}
