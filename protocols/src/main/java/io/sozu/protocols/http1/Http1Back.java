package io.sozu.protocols.http1;

import io.sozu.bindings.linux.Errno;
import io.sozu.eventloop.Readiness;
import io.sozu.protocols.BackMachine;
import io.sozu.protocols.Verdict;
import io.sozu.protocols.http.BodyFraming;
import io.sozu.protocols.http.FieldName;
import io.sozu.protocols.http.HeadView;
import io.sozu.protocols.http.ListenerProfiles;
import io.sozu.protocols.http.Status;
import io.sozu.protocols.http.TransportSecurity;
import io.sozu.protocols.transport.Transport;
import io.sozu.sessions.BodyForm;
import io.sozu.sessions.Connection;
import io.sozu.sessions.ConnectionPhase;
import io.sozu.sessions.Exchange;
import io.sozu.sessions.Fault;
import io.sozu.sessions.Half;
import io.sozu.sessions.HalfPhase;
import io.sozu.sessions.buffer.StreamBuffer;

/**
 * HTTP/1.1 towards a backend: writes the request half, reads the response half. The phases of a connection
 * and who moves it between them are told in LIFECYCLE.md beside this file.
 */
public final class Http1Back implements BackMachine {
    /** Interim heads (RFC 9110, section 15.2) that one response may have. */
    private static final int INTERIM_MAX = 256;
    /** A body of which more than this is to come is worth a bulk page. */
    private static final int BULK_FROM_BYTES = 16 << 10;

    private final Transport transport;
    private final ListenerProfiles profiles;
    private final HeadView view;
    private final ResponseHeadParser parser;
    private final HeadRewriter rewriter;
    private final BodyReader bodies;

    public Http1Back(final Transport transport, final ListenerProfiles profiles, final HeadRewriter rewriter,
            final BodyReader bodies) {
        this.transport = transport;
        this.profiles = profiles;
        this.view = new HeadView();
        this.parser = new ResponseHeadParser();
        this.rewriter = rewriter;
        this.bodies = bodies;
    }

    @Override
    public Verdict onReady(final Connection back, final Exchange exchange, final long nowNanos) {
        return switch (back.phase()) {
            case CONNECTING -> connecting(back, exchange, nowNanos);
            case IDLE -> idle(back);
            default -> exchanging(back, exchange.wrap(back.exchange()), nowNanos);
        };
    }

    private Verdict connecting(final Connection back, final Exchange exchange, final long nowNanos) {
        final int result = transport.plain().connected(back);
        if (result < 0) {
            return result == -Errno.EAGAIN ? Verdict.WAIT
                    : fail(exchange.wrap(back.exchange()), Fault.ofConnect(-result));
        }
        back.enter(ConnectionPhase.EXCHANGE);
        return exchanging(back, exchange.wrap(back.exchange()), nowNanos);
    }

    /** Whatever a backend sends without having been asked, its end included, costs it the connection. */
    private Verdict idle(final Connection back) {
        if (!canReceive(back)) {
            return Verdict.WAIT;
        }
        return transport.overhear(back) == -Errno.EAGAIN ? Verdict.WAIT : Verdict.CLOSE;
    }

    private Verdict exchanging(final Connection back, final Exchange exchange, final long nowNanos) {
        final boolean sent = writeRequest(back, exchange.request());
        if (hasUnread(exchange.response()) || canReceive(back)) {
            final Verdict verdict = readResponse(back, exchange, nowNanos);
            if (verdict != Verdict.WAIT) {
                return verdict;
            }
        }
        setDeadline(back, exchange, nowNanos);
        return sent && exchange.request().buffer().readyBytes() > 0 && back.isReady(Readiness.WRITE)
                ? Verdict.AGAIN : Verdict.WAIT;
    }

    /** A backend that refuses more of a request may have answered it: what it sent is read all the same. */
    private boolean writeRequest(final Connection back, final Half request) {
        final StreamBuffer buffer = request.buffer();
        final int length = buffer.readyBytes();
        if (length == 0 || !back.isReady(Readiness.WRITE)) {
            return false;
        }
        request.headTaken();
        final int count = transport.send(back, buffer.address(buffer.from()), length);
        if (count > 0) {
            request.consume(count);
        } else if (count != -Errno.EAGAIN) {
            back.clearReady(Readiness.WRITE);
            back.addReady(Readiness.ERROR);
            back.markClosing();
        }
        return count > 0;
    }

    private Verdict readResponse(final Connection back, final Exchange exchange, final long nowNanos) {
        final Half response = exchange.response();
        final StreamBuffer buffer = response.buffer();
        if (response.phase() == HalfPhase.HEAD && buffer.readyBytes() > 0) {
            response.stall();
            return Verdict.WAIT;
        }
        if (hasUnread(response)) {
            return advance(back, exchange);
        }
        final int room = response.makeRoom(isLarge(response));
        if (room != Half.ROOM) {
            return room == Half.FULL && buffer.readyBytes() == 0
                    ? fail(exchange, Fault.RESPONSE_MALFORMED) : Verdict.WAIT;
        }
        final int count = transport.receive(back, buffer.address(buffer.filled()), buffer.roomBytes());
        if (count > 0) {
            response.received(count);
            if (!exchange.isReplying()) {
                exchange.markReplying();
                exchange.waitedNanos(nowNanos - back.lastActivityNanos());
                exchange.request().forgetReplay();
            }
            return advance(back, exchange);
        }
        response.releaseIfEmpty();
        return count == -Errno.EAGAIN ? stillOpen(back, exchange) : ended(back, exchange, count);
    }

    /** After a send has failed nothing more will wake the connection: what it holds is all there is. */
    private Verdict stillOpen(final Connection back, final Exchange exchange) {
        return back.isReady(Readiness.ERROR) ? ended(back, exchange, -Errno.ECONNRESET) : Verdict.WAIT;
    }

    private static boolean isLarge(final Half response) {
        return response.phase() == HalfPhase.BODY && response.movedBytes() > 0
                && (response.form() != BodyForm.COUNTED || response.remaining() > BULK_FROM_BYTES);
    }

    private Verdict advance(final Connection back, final Exchange exchange) {
        final Half response = exchange.response();
        if (response.phase() == HalfPhase.HEAD) {
            final Verdict verdict = readHead(back, exchange);
            if (response.phase() == HalfPhase.HEAD) {
                return verdict;
            }
        }
        final int result = bodies.advance(response, exchange.isPlainOnly());
        if (result < 0) {
            return fail(exchange, Fault.RESPONSE_MALFORMED);
        }
        return response.phase() == HalfPhase.ENDED ? release(back, response) : again(back);
    }

    private Verdict readHead(final Connection back, final Exchange exchange) {
        final Half response = exchange.response();
        final StreamBuffer buffer = response.buffer();
        final long head = buffer.address(buffer.ready());
        final int result =
                parser.parse(head, buffer.heldBytes(), response.scannedBytes(), exchange.method(), view);
        if (result == RequestHeadParser.NEED_MORE) {
            response.scannedBytes(buffer.heldBytes());
            return again(back);
        }
        if (result < 0) {
            return fail(exchange, Fault.RESPONSE_MALFORMED);
        }
        response.scannedBytes(0);
        return Status.isInterim(view.status()) ? interim(exchange, result)
                : finalHead(back, exchange, result);
    }

    /** An interim head leaves before the next is looked at: that one may grow into its place. */
    private Verdict interim(final Exchange exchange, final int headBytes) {
        final Half response = exchange.response();
        response.scan(response.scan() + 1);
        if (response.scan() > INTERIM_MAX) {
            return fail(exchange, Fault.RESPONSE_MALFORMED);
        }
        exchange.status(view.status());
        response.appendHead(rewrite(response, headBytes, exchange.listener()));
        response.stall();
        return Verdict.WAIT;
    }

    private Verdict finalHead(final Connection back, final Exchange exchange, final int headBytes) {
        final Half response = exchange.response();
        final BodyFraming framing = view.framing();
        response.framing(framing.id());
        response.remaining(framing == BodyFraming.LENGTH ? view.contentLength() : 0);
        response.scan(0);
        response.form(form(framing, exchange.isPlainOnly()));
        if (!view.keepAlive() || framing == BodyFraming.UNTIL_CLOSE) {
            back.markClosing();
        }
        exchange.status(view.status());
        final long security = exchange.terms().security();
        if (security != TransportSecurity.NONE && view.has(FieldName.STRICT_TRANSPORT_SECURITY)) {
            settleSecurity(exchange, security);
        }
        response.appendHead(rewrite(response, headBytes, exchange.listener()));
        response.enter(HalfPhase.BODY);
        return Verdict.AGAIN;
    }

    /** The backend says itself what clients are told: that stays, or gives way. */
    private void settleSecurity(final Exchange exchange, final long security) {
        if (TransportSecurity.replaces(security)) {
            view.dropAll(FieldName.STRICT_TRANSPORT_SECURITY.bit());
        } else {
            exchange.markSecured();
        }
    }

    private static BodyForm form(final BodyFraming framing, final boolean plainOnly) {
        return switch (framing) {
            case NONE, LENGTH -> BodyForm.COUNTED;
            case CHUNKED -> plainOnly ? BodyForm.UNTIL_END : BodyForm.CHUNKED;
            case UNTIL_CLOSE -> BodyForm.UNTIL_END;
        };
    }

    /** Puts the head at the front of what is held into canonical form; returns its new size. */
    private int rewrite(final Half response, final int headBytes, final int listener) {
        final StreamBuffer buffer = response.buffer();
        final int end = buffer.ready() + headBytes;
        profiles.get(listener).forwarded().dropSozuId(view);
        final long start = rewriter.rewriteResponse(view, 0, 0);
        buffer.beginAt((int) (start - buffer.address(0)));
        return end - buffer.ready();
    }

    private static boolean canReceive(final Connection back) {
        return back.isReady(Readiness.READ | Readiness.HANGUP | Readiness.ERROR);
    }

    /** Bytes that came with an interim head: no edge follows for them. */
    private static boolean hasUnread(final Half response) {
        return response.phase() == HalfPhase.HEAD && response.buffer().heldBytes() > response.scannedBytes();
    }

    private static Verdict again(final Connection back) {
        return canReceive(back) ? Verdict.AGAIN : Verdict.WAIT;
    }

    /** What stands behind a response was not asked for: it is dropped, and the connection with it. */
    private static Verdict release(final Connection back, final Half response) {
        if (response.buffer().heldBytes() > 0) {
            response.discardHeld();
            back.markClosing();
        }
        return Verdict.RELEASE;
    }

    private static Verdict ended(final Connection back, final Exchange exchange, final int result) {
        final Half response = exchange.response();
        back.markClosing();
        if (response.phase() == HalfPhase.HEAD) {
            return fail(exchange, exchange.isReplying() ? Fault.RESPONSE_HEAD_CUT : Fault.BACKEND_CLOSED);
        }
        if (result == 0 && response.framing() == BodyFraming.UNTIL_CLOSE.id()) {
            response.enter(HalfPhase.ENDED);
            return Verdict.RELEASE;
        }
        return fail(exchange, Fault.RESPONSE_BODY_CUT);
    }

    private static Verdict fail(final Exchange exchange, final Fault fault) {
        exchange.fault(fault);
        return Verdict.FAIL;
    }

    /** A backend is waited for once it can move: not while the client is slow to send or to take. */
    private static void setDeadline(final Connection back, final Exchange exchange, final long nowNanos) {
        final Half request = exchange.request();
        final boolean waitsForClient = request.buffer().readyBytes() == 0 && request.phase() == HalfPhase.BODY
                || exchange.response().isStalled();
        back.deadlineNanos(waitsForClient ? Long.MAX_VALUE : nowNanos
                + (exchange.response().phase() == HalfPhase.HEAD ? exchange.terms().responseTimeoutNanos()
                : exchange.terms().backTimeoutNanos()));
    }

    @Override
    public Verdict onDeadline(final Connection back, final Exchange exchange, final long nowNanos) {
        if (back.phase() == ConnectionPhase.IDLE) {
            return Verdict.CLOSE;
        }
        exchange.wrap(back.exchange());
        if (back.phase() == ConnectionPhase.CONNECTING) {
            return fail(exchange, Fault.CONNECT_TIMEOUT);
        }
        return fail(exchange, exchange.response().phase() == HalfPhase.HEAD
                ? Fault.RESPONSE_TIMEOUT : Fault.RESPONSE_BODY_TIMEOUT);
    }
}
