package io.sozu.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.memory.Memory;
import io.sozu.eventloop.Readiness;
import io.sozu.protocols.FrontMachine;
import io.sozu.protocols.Verdict;
import io.sozu.protocols.transport.Transport;
import io.sozu.sessions.BodyForm;
import io.sozu.sessions.Connection;
import io.sozu.sessions.ConnectionPhase;
import io.sozu.sessions.Exchange;
import io.sozu.sessions.ExchangeTerms;
import io.sozu.sessions.Half;
import io.sozu.sessions.HalfPhase;
import io.sozu.sessions.Slab;
import io.sozu.sessions.buffer.StreamBuffer;
import io.sozu.sessions.cluster.Cluster;
import io.sozu.sessions.routing.RouteKey;

/**
 * A front machine that exists to prove a point: it carries several exchanges on one connection at once, in a
 * protocol that has nothing of HTTP/1, and every back machine serves it unchanged.
 *
 * <pre>
 *   frame:     stream (u8) | kind (u8) | length (u16, big endian) | payload
 *   to us:     'H' target, a space, the length of the body   'D' body
 *   from us:   'H' status                                    'D' body   'E' end   'X' cut
 * </pre>
 *
 * <p>For one connection per instance; a frame under way is its only state beside the slots.
 */
final class ThreeStreamFront implements FrontMachine {
    private static final long MINUTE_NANOS = 60_000_000_000L;
    private static final ExchangeTerms TERMS = new ExchangeTerms(MINUTE_NANOS, MINUTE_NANOS, MINUTE_NANOS,
            MINUTE_NANOS, 0, Long.MAX_VALUE, 0);
    private static final int HEADER_BYTES = 4;
    private static final int DATA_MAX_BYTES = 1000;

    private final Transport transport;
    private final Traffic traffic;
    private final RouteKey routeKey = new RouteKey();
    private final Exchange probe;
    private int sending = Slab.NONE;
    private int sendingBytes;
    private int last = Slab.NONE;

    ThreeStreamFront(final Transport transport, final Traffic traffic) {
        this.transport = transport;
        this.traffic = traffic;
        this.probe = traffic.newExchange();
    }

    @Override
    public RouteKey routeKey() {
        return routeKey;
    }

    @Override
    public void readAffinity(final Connection front, final Exchange exchange, final Cluster cluster) {
        throw new AssertionError("no test ties a client to a backend");
    }

    @Override
    public boolean redirect(final Connection front, final Exchange exchange, final int port,
            final long nowNanos) {
        throw new AssertionError("no test sends a client to HTTPS");
    }

    @Override
    public Verdict onReady(final Connection front, final Exchange exchange, final long nowNanos) {
        final Verdict written = write(front, exchange);
        return written == Verdict.WAIT ? read(front, exchange) : written;
    }

    private Verdict write(final Connection front, final Exchange exchange) {
        if (sending == Slab.NONE && !chooseFrame(front, exchange)) {
            return Verdict.WAIT;
        }
        final Half response = exchange.wrap(sending).response();
        if (!front.isReady(Readiness.WRITE)) {
            return Verdict.WAIT;
        }
        final StreamBuffer buffer = response.buffer();
        final int count = transport.send(front, buffer.address(buffer.from()), sendingBytes);
        if (count < 0) {
            return count == -Errno.EAGAIN ? Verdict.WAIT : Verdict.CLOSE;
        }
        sendingBytes -= count;
        final boolean finished = sendingBytes == 0 && response.phase() != HalfPhase.HEAD
                && exchange.isAnswered()
                && buffer.readyBytes() == count && isFinal(exchange);
        response.consume(count);
        if (sendingBytes == 0) {
            sending = Slab.NONE;
        }
        if (finished) {
            unlink(front, exchange);
            return Verdict.FINISH;
        }
        return Verdict.AGAIN;
    }

    /** The frame that has just left was the last: its kind stands in the stream's number for us. */
    private static boolean isFinal(final Exchange exchange) {
        return exchange.backStream() == 'E' || exchange.backStream() == 'X';
    }

    /** Takes the exchanges in turn; makes the next frame of the first that has one. */
    private boolean chooseFrame(final Connection front, final Exchange exchange) {
        int candidate = last == Slab.NONE ? front.exchange() : next(front, last);
        for (int i = 0; i < 300 && candidate != Slab.NONE; i++) {
            if (makeFrame(exchange.wrap(candidate))) {
                sending = candidate;
                last = candidate;
                return true;
            }
            if (candidate == last) {
                return false;
            }
            candidate = next(front, candidate);
            last = last == Slab.NONE ? front.exchange() : last;
        }
        return false;
    }

    private int next(final Connection front, final int slot) {
        final int after = probe.wrap(slot).nextOnFront();
        return after == Slab.NONE ? front.exchange() : after;
    }

    private boolean makeFrame(final Exchange exchange) {
        final Half response = exchange.response();
        if (response.isHeadPending()) {
            final int headBytes = response.headBytes();
            response.headTaken();
            response.consume(headBytes - 3);
            exchange.markAnswered();
            status(exchange);
            return frame(exchange, 'H', 3);
        }
        if (!exchange.isAnswered()) {
            return false;
        }
        final int ready = response.buffer().readyBytes();
        if (ready > 0) {
            return frame(exchange, 'D', Math.min(ready, DATA_MAX_BYTES));
        }
        if (response.phase() == HalfPhase.ENDED || response.phase() == HalfPhase.CUT) {
            final boolean cut = response.phase() == HalfPhase.CUT;
            return response.makeRoom(false) == Half.ROOM && frame(exchange, cut ? 'X' : 'E', 0);
        }
        return false;
    }

    /** Puts the status in place of the last bytes of the head. */
    private static void status(final Exchange exchange) {
        final StreamBuffer buffer = exchange.response().buffer();
        final byte[] digits = Integer.toString(exchange.status()).getBytes(ISO_8859_1);
        Memory.copy(digits, 0, buffer.address(buffer.from()), digits.length);
    }

    /** The bytes before what is ready are free: the header goes there. */
    private boolean frame(final Exchange exchange, final char kind, final int length) {
        final StreamBuffer buffer = exchange.response().buffer();
        buffer.from(buffer.from() - HEADER_BYTES);
        final long at = buffer.address(buffer.from());
        Memory.putByte(at, (byte) exchange.frontStream());
        Memory.putByte(at + 1, (byte) kind);
        Memory.putByte(at + 2, (byte) (length >>> 8));
        Memory.putByte(at + 3, (byte) length);
        exchange.backStream(kind);
        sendingBytes = HEADER_BYTES + length;
        return true;
    }

    private void unlink(final Connection front, final Exchange exchange) {
        last = Slab.NONE;
        final int after = exchange.nextOnFront();
        if (front.exchange() == exchange.slot()) {
            front.exchange(after);
            if (after == Slab.NONE) {
                front.enter(ConnectionPhase.IDLE);
            }
            return;
        }
        int before = front.exchange();
        while (probe.wrap(before).nextOnFront() != exchange.slot()) {
            before = probe.nextOnFront();
        }
        probe.nextOnFront(after);
    }

    private Verdict read(final Connection front, final Exchange exchange) {
        final StreamBuffer buffer = front.buffer();
        if (buffer.hasPage() && wholeFrame(buffer)) {
            return onFrame(front, exchange);
        }
        if (!front.isReady(Readiness.READ | Readiness.HANGUP)) {
            return Verdict.WAIT;
        }
        if (!buffer.hasPage()) {
            buffer.start(traffic.pool().acquireForRequest());
        } else {
            buffer.compact();
        }
        final int count = transport.receive(front, buffer.address(buffer.filled()), buffer.roomBytes());
        if (count > 0) {
            buffer.filled(buffer.filled() + count);
            return Verdict.AGAIN;
        }
        if (buffer.heldBytes() == 0) {
            buffer.release();
        }
        return count == -Errno.EAGAIN ? Verdict.WAIT : Verdict.CLOSE;
    }

    private static int length(final long frame) {
        return (Memory.getByte(frame + 2) & 0xff) << 8 | Memory.getByte(frame + 3) & 0xff;
    }

    private static boolean wholeFrame(final StreamBuffer buffer) {
        return buffer.heldBytes() >= HEADER_BYTES
                && buffer.heldBytes() >= HEADER_BYTES + length(buffer.address(buffer.ready()));
    }

    private Verdict onFrame(final Connection front, final Exchange exchange) {
        final StreamBuffer buffer = front.buffer();
        final long frame = buffer.address(buffer.ready());
        final int stream = Memory.getByte(frame);
        final byte[] payload = Memory.toArray(frame + HEADER_BYTES, length(frame));
        final boolean head = Memory.getByte(frame + 1) == 'H';
        buffer.beginAt(buffer.ready() + HEADER_BYTES + payload.length);
        if (buffer.heldBytes() == 0) {
            buffer.release();
        }
        if (head) {
            open(front, exchange, stream, new String(payload, ISO_8859_1).split(" "));
            return Verdict.ROUTE;
        }
        int slot = front.exchange();
        while (probe.wrap(slot).frontStream() != stream) {
            slot = probe.nextOnFront();
        }
        append(exchange.wrap(slot).request(), payload);
        end(exchange);
        return Verdict.AGAIN;
    }

    private void open(final Connection front, final Exchange exchange, final int stream,
            final String[] words) {
        if (front.phase() == ConnectionPhase.IDLE) {
            front.enter(ConnectionPhase.EXCHANGE);
            front.deadlineNanos(Long.MAX_VALUE);
        }
        final int slot = traffic.exchanges().acquire();
        exchange.wrap(slot).front(front.slot());
        exchange.listener(front.listener());
        exchange.terms().begin(TERMS);
        exchange.frontStream(stream);
        exchange.nextOnFront(front.exchange());
        exchange.markPlainOnly();
        front.exchange(slot);
        final Half request = exchange.request();
        request.form(BodyForm.COUNTED);
        request.remaining(Long.parseLong(words[1]));
        final byte[] head = ("POST " + words[0]
                + " HTTP/1.1\r\nHost: streams\r\nX-Forwarded-For: here\r\nContent-Length: "
                + words[1] + "\r\n\r\n").getBytes(ISO_8859_1);
        request.makeRoom(false);
        final long at = request.buffer().address(request.buffer().filled());
        Memory.copy(head, 0, at, head.length);
        request.received(head.length);
        routeKey.begin(front.listener()).path(at + 5, words[0].length()).method(at, 4);
    }

    /** The head was made in canonical form when it was read. */
    @Override
    public void onRouted(final Connection front, final Exchange exchange, final long nowNanos) {
        final Half request = exchange.request();
        request.keepForReplay();
        request.appendHead(request.buffer().heldBytes());
        request.enter(HalfPhase.BODY);
        end(exchange);
    }

    private static void append(final Half request, final byte[] bytes) {
        request.makeRoom(false);
        Memory.copy(bytes, 0, request.buffer().address(request.buffer().filled()), bytes.length);
        request.received(bytes.length);
        request.append(bytes.length);
        request.remaining(request.remaining() - bytes.length);
    }

    private static void end(final Exchange exchange) {
        if (exchange.request().remaining() == 0) {
            exchange.request().enter(HalfPhase.ENDED);
        }
    }

    @Override
    public boolean answer(final Connection front, final Exchange exchange, final int status,
            final long nowNanos) {
        exchange.status(status);
        exchange.request().discardReady();
        exchange.response().makeRoom(false);
        exchange.response().received(3);
        exchange.response().appendHead(3);
        exchange.response().enter(HalfPhase.ENDED);
        return true;
    }

    @Override
    public Verdict onDeadline(final Connection front, final Exchange exchange, final long nowNanos) {
        return Verdict.CLOSE;
    }

    @Override
    public void drain() {
    }

    @Override
    public boolean isIdle(final Connection front) {
        return front.exchange() == Slab.NONE;
    }
}
