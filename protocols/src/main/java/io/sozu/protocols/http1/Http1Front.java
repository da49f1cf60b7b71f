package io.sozu.protocols.http1;

import io.sozu.bindings.linux.Errno;
import io.sozu.eventloop.Readiness;
import io.sozu.protocols.FrontMachine;
import io.sozu.protocols.Verdict;
import io.sozu.protocols.http.HeadFault;
import io.sozu.protocols.http.ListenerProfile;
import io.sozu.protocols.http.ListenerProfiles;
import io.sozu.protocols.transport.Transport;
import io.sozu.sessions.BodyForm;
import io.sozu.sessions.Connection;
import io.sozu.sessions.ConnectionPhase;
import io.sozu.sessions.Exchange;
import io.sozu.sessions.Fault;
import io.sozu.sessions.Half;
import io.sozu.sessions.HalfPhase;
import io.sozu.sessions.Slab;
import io.sozu.sessions.buffer.BufferPool;
import io.sozu.sessions.buffer.StreamBuffer;
import io.sozu.sessions.cluster.Cluster;
import io.sozu.sessions.routing.RouteKey;

/**
 * HTTP/1.0 and 1.1 as clients speak them: reads one request after the other into exchanges, writes their
 * responses. The phases of a connection and who moves it between them are told in LIFECYCLE.md beside this
 * file.
 */
public final class Http1Front implements FrontMachine {
    /**
     * What is read and discarded behind the last answer, so that closing does not erase it (RFC 9112, 9.6).
     */
    private static final int LINGER_MAX_BYTES = 64 << 10;
    private static final long LINGER_NANOS = 2_000_000_000L;
    /** How long an old connection may still be idle: a client that asks now is told, and not cut off. */
    private static final long LAST_CHANCE_NANOS = 1_000_000_000;
    private static final int BULK_FROM_BYTES = 16 << 10;

    private final Transport transport;
    private final BufferPool pool;
    private final Slab exchanges;
    private final ListenerProfiles profiles;
    private final RequestReader requests;
    private final ResponseWriter responses;

    public Http1Front(final Transport transport, final BufferPool pool, final Slab exchanges,
            final ListenerProfiles profiles, final RequestReader requests, final ResponseWriter responses) {
        this.transport = transport;
        this.pool = pool;
        this.exchanges = exchanges;
        this.profiles = profiles;
        this.requests = requests;
        this.responses = responses;
    }

    @Override
    public Verdict onReady(final Connection front, final Exchange exchange, final long nowNanos) {
        return switch (front.phase()) {
            case EXCHANGE -> exchanging(front, exchange.wrap(front.exchange()), nowNanos);
            case LINGERING -> linger(front);
            default -> readHead(front, exchange, nowNanos);
        };
    }

    @Override
    public RouteKey routeKey() {
        return requests.routeKey();
    }

    private Verdict readHead(final Connection front, final Exchange exchange, final long nowNanos) {
        final StreamBuffer buffer = front.buffer();
        if (buffer.heldBytes() > front.scannedBytes()) {
            return parseHead(front, exchange, nowNanos);
        }
        if (!front.isReady(Readiness.READ | Readiness.HANGUP | Readiness.ERROR)) {
            return Verdict.WAIT;
        }
        if (!buffer.hasPage()) {
            final int page = pool.acquireForRequest();
            if (page == BufferPool.NONE) {
                pool.awaitRequestPage(front.slot());
                return Verdict.WAIT;
            }
            buffer.start(page);
        }
        final int count = transport.receive(front, buffer.address(buffer.filled()), buffer.roomBytes());
        if (count > 0) {
            buffer.filled(buffer.filled() + count);
            return parseHead(front, exchange, nowNanos);
        }
        if (buffer.heldBytes() == 0) {
            buffer.release();
        }
        return count == -Errno.EAGAIN ? Verdict.WAIT : Verdict.CLOSE;
    }

    private Verdict parseHead(final Connection front, final Exchange exchange, final long nowNanos) {
        final StreamBuffer buffer = front.buffer();
        if (front.phase() == ConnectionPhase.IDLE) {
            front.enter(ConnectionPhase.READING_HEAD);
            if (front.served() > 0) {
                front.deadlineNanos(nowNanos + profiles.get(front.listener()).requestTimeoutNanos());
            }
        }
        final int result =
                requests.parse(buffer.address(buffer.ready()), buffer.heldBytes(), front.scannedBytes());
        if (result == RequestHeadParser.NEED_MORE) {
            return needMore(front, exchange, nowNanos);
        }
        front.scannedBytes(0);
        if (result < 0) {
            return refuse(front, exchange, HeadFault.of(result), nowNanos);
        }
        final ListenerProfile profile = profiles.get(front.listener());
        if (result > profile.maxHeadBytes()) {
            return refuse(front, exchange, HeadFault.HEAD_TOO_LARGE, nowNanos);
        }
        if (requests.fieldCount() > profile.maxFields()) {
            return refuse(front, exchange, HeadFault.TOO_MANY_FIELDS, nowNanos);
        }
        open(front, exchange, nowNanos);
        requests.describe(front, exchange, result);
        if (nowNanos - front.openedNanos() >= profile.maxAgeNanos()) {
            front.markClosing();
        }
        return Verdict.ROUTE;
    }

    private Verdict needMore(final Connection front, final Exchange exchange, final long nowNanos) {
        final StreamBuffer buffer = front.buffer();
        front.scannedBytes(buffer.heldBytes());
        if (buffer.heldBytes() >= Math.min(pool.headMaxBytes(),
                profiles.get(front.listener()).maxHeadBytes())) {
            return refuse(front, exchange,
                    requests.tooLarge(buffer.address(buffer.ready()), buffer.heldBytes()),
                    nowNanos);
        }
        if (buffer.roomBytes() == 0) {
            buffer.compact();
        }
        return front.isReady(Readiness.READ) ? Verdict.AGAIN : Verdict.WAIT;
    }

    /** Answers a head that cannot be served; nothing behind it is looked at. */
    private Verdict refuse(final Connection front, final Exchange exchange, final HeadFault fault,
            final long nowNanos) {
        open(front, exchange, nowNanos);
        exchange.fault(Fault.REQUEST_MALFORMED);
        front.markClosing();
        final Half request = exchange.request();
        request.enter(HalfPhase.CUT);
        request.discardHeld();
        return answer(front, exchange, fault.status(), nowNanos) ? Verdict.AGAIN : Verdict.CLOSE;
    }

    /** Makes an exchange of the connection, and hands it the page with the head. */
    private void open(final Connection front, final Exchange exchange, final long nowNanos) {
        final int slot = exchanges.acquire();
        assert slot != Slab.NONE : "fewer exchanges than front connections";
        exchange.wrap(slot).front(front.slot());
        exchange.listener(front.listener());
        exchange.startedNanos(nowNanos);
        exchange.terms().begin(profiles.get(front.listener()).terms());
        requests.identify(exchange);
        exchange.request().buffer().takeFrom(front.buffer());
        front.exchange(slot);
        front.enter(ConnectionPhase.EXCHANGE);
        front.deadlineNanos(Long.MAX_VALUE);
    }

    @Override
    public void readAffinity(final Connection front, final Exchange exchange, final Cluster cluster) {
        requests.readAffinity(front, exchange, cluster, profiles.get(front.listener()).stickyName());
    }

    @Override
    public void onRouted(final Connection front, final Exchange exchange, final long nowNanos) {
        final long maxBodyBytes = exchange.terms().maxBodyBytes();
        final Half request = exchange.request();
        if (request.remaining() > maxBodyBytes) {
            fail(exchange, Fault.REQUEST_TOO_LARGE);
            return;
        }
        final int result = requests.rewrite(front, exchange, profiles.get(front.listener()).forwarded());
        if (result < 0) {
            fail(exchange, bodyFault(result));
        } else if (request.bodyBytes() > maxBodyBytes) {
            fail(exchange, Fault.REQUEST_TOO_LARGE);
        }
    }

    @Override
    public boolean redirect(final Connection front, final Exchange exchange, final int port,
            final long nowNanos) {
        // The head is rewritten in onRouted: what is taken of it is taken before.
        final int prepared = responses.prepareRedirect(exchange, requests, port);
        onRouted(front, exchange, nowNanos);
        if (exchange.fault() != Fault.NONE) {
            return answer(front, exchange, exchange.fault().status(), nowNanos);
        }
        if (prepared < 0) {
            return answer(front, exchange, -prepared, nowNanos);
        }
        responses.redirect(exchange, prepared);
        answered(front, exchange, nowNanos);
        return true;
    }

    private Verdict exchanging(final Connection front, final Exchange exchange, final long nowNanos) {
        final Half response = exchange.response();
        if (front.isReady(Readiness.ERROR) || !responses.write(front, exchange)) {
            return Verdict.CLOSE;
        }
        if (response.isDone()) {
            return complete(front, exchange, nowNanos);
        }
        if (response.phase() == HalfPhase.CUT && response.buffer().readyBytes() == 0) {
            return Verdict.CLOSE;
        }
        if (exchange.request().phase() == HalfPhase.BODY && !exchange.isGenerated()
                && front.isReady(Readiness.READ | Readiness.HANGUP)) {
            final Verdict verdict = readBody(front, exchange);
            if (verdict != Verdict.WAIT) {
                return verdict;
            }
        }
        setDeadline(front, exchange, nowNanos);
        return response.buffer().readyBytes() > 0 && front.isReady(Readiness.WRITE) ? Verdict.AGAIN
                : Verdict.WAIT;
    }

    private Verdict readBody(final Connection front, final Exchange exchange) {
        final Half request = exchange.request();
        final StreamBuffer buffer = request.buffer();
        final int room = request.makeRoom(isLarge(request));
        if (room != Half.ROOM) {
            return room == Half.FULL && buffer.readyBytes() == 0
                    ? fail(exchange, Fault.REQUEST_TRAILERS_TOO_LARGE) : Verdict.WAIT;
        }
        final int count = transport.receive(front, buffer.address(buffer.filled()), buffer.roomBytes());
        if (count > 0) {
            request.received(count);
            final int result = requests.advance(request,
                    profiles.get(exchange.listener()).forwarded().certificate());
            if (result < 0) {
                return fail(exchange, bodyFault(result));
            }
            if (request.bodyBytes() > exchange.terms().maxBodyBytes()) {
                return fail(exchange, Fault.REQUEST_TOO_LARGE);
            }
            return front.isReady(Readiness.READ) ? Verdict.AGAIN : Verdict.WAIT;
        }
        request.releaseIfEmpty();
        if (count == -Errno.EAGAIN) {
            return Verdict.WAIT;
        }
        return count == 0 ? fail(exchange, Fault.REQUEST_CUT) : Verdict.CLOSE;
    }

    private static Fault bodyFault(final int result) {
        return HeadFault.of(result) == HeadFault.TRAILERS_TOO_LARGE
                ? Fault.REQUEST_TRAILERS_TOO_LARGE : Fault.REQUEST_MALFORMED;
    }

    private static boolean isLarge(final Half request) {
        return request.form() != BodyForm.COUNTED || request.remaining() > BULK_FROM_BYTES;
    }

    /** The request can go no further; what stands of it must not reach a backend as a whole one. */
    private static Verdict fail(final Exchange exchange, final Fault fault) {
        exchange.fault(fault);
        if (exchange.request().phase() != HalfPhase.ENDED) {
            exchange.request().enter(HalfPhase.CUT);
        }
        return Verdict.FAIL;
    }

    /** A client is waited for while it has to send or to take; else the deadline is the backend's. */
    private static void setDeadline(final Connection front, final Exchange exchange, final long nowNanos) {
        final Half request = exchange.request();
        if (exchange.response().buffer().readyBytes() > 0) {
            front.deadlineNanos(nowNanos + exchange.terms().frontTimeoutNanos());
        } else if (request.phase() != HalfPhase.BODY) {
            front.deadlineNanos(Long.MAX_VALUE);
        } else if (request.isStalled()) {
            exchange.terms().pauseBody();
            front.deadlineNanos(Long.MAX_VALUE);
        } else {
            front.deadlineNanos(exchange.terms().bodyDeadlineNanos(nowNanos, request.bodyBytes()));
        }
    }

    /** The response has left: the connection goes on with what the client sends next, or ends. */
    private Verdict complete(final Connection front, final Exchange exchange, final long nowNanos) {
        final Half request = exchange.request();
        front.served(front.served() + 1);
        front.lastActivityNanos(nowNanos);
        if (request.phase() != HalfPhase.ENDED) {
            front.markClosing();
        }
        if (!front.isClosing()) {
            request.discardReady();
            if (request.buffer().heldBytes() > 0) {
                front.buffer().takeFrom(request.buffer());
                front.buffer().beginAt(front.buffer().ready());
            }
            front.exchange(Slab.NONE);
            front.enter(ConnectionPhase.IDLE);
            front.deadlineNanos(keepUntil(front, nowNanos));
            return Verdict.FINISH;
        }
        // Also before a close: bytes that came unnoticed would make it drop what was not sent yet: tcp(7).
        transport.endSending(front);
        if (request.phase() == HalfPhase.ENDED && request.buffer().heldBytes() == 0
                && !front.isReady(Readiness.READ)) {
            return Verdict.FINISH_AND_CLOSE;
        }
        front.exchange(Slab.NONE);
        front.enter(ConnectionPhase.LINGERING);
        front.deadlineNanos(nowNanos + LINGER_NANOS);
        return Verdict.FINISH;
    }

    /** A connection is kept while its client is not idle for too long, and about as long as it may live. */
    private long keepUntil(final Connection front, final long nowNanos) {
        final ListenerProfile profile = profiles.get(front.listener());
        final long lifeNanos = profile.maxAgeNanos() - (nowNanos - front.openedNanos());
        return nowNanos + Math.min(profile.keepaliveTimeoutNanos(), Math.max(lifeNanos, LAST_CHANCE_NANOS));
    }

    private Verdict linger(final Connection front) {
        if (!front.isReady(Readiness.READ | Readiness.HANGUP | Readiness.ERROR)) {
            return Verdict.WAIT;
        }
        final int count = transport.discard(front);
        if (count == -Errno.EAGAIN) {
            return Verdict.WAIT;
        }
        front.discardedBytes(front.discardedBytes() + Math.max(count, 0));
        return count <= 0 || front.discardedBytes() > LINGER_MAX_BYTES ? Verdict.CLOSE : Verdict.AGAIN;
    }

    @Override
    public boolean answer(final Connection front, final Exchange exchange, final int status,
            final long nowNanos) {
        if (!responses.answer(exchange, status)) {
            return false;
        }
        answered(front, exchange, nowNanos);
        return true;
    }

    /** Nothing is sent to a backend; what has not come of the body never will be read. */
    private static void answered(final Connection front, final Exchange exchange, final long nowNanos) {
        final Half request = exchange.request();
        request.discardReady();
        if (request.phase() != HalfPhase.ENDED) {
            front.markClosing();
        }
        setDeadline(front, exchange, nowNanos);
    }

    @Override
    public Verdict onDeadline(final Connection front, final Exchange exchange, final long nowNanos) {
        return switch (front.phase()) {
            case READING_HEAD -> {
                open(front, exchange, nowNanos);
                exchange.request().enter(HalfPhase.CUT);
                exchange.request().discardHeld();
                exchange.fault(Fault.REQUEST_HEAD_TIMEOUT);
                yield Verdict.FAIL;
            }
            case EXCHANGE -> {
                exchange.wrap(front.exchange());
                yield exchange.response().buffer().readyBytes() > 0
                        || exchange.request().phase() != HalfPhase.BODY
                        ? Verdict.CLOSE : fail(exchange, Fault.REQUEST_BODY_TIMEOUT);
            }
            default -> Verdict.CLOSE;
        };
    }

    @Override
    public void drain() {
        responses.drain();
    }

    @Override
    public boolean isIdle(final Connection front) {
        return front.phase() == ConnectionPhase.IDLE && front.buffer().heldBytes() == 0
                && !front.isReady(Readiness.READ);
    }
}
