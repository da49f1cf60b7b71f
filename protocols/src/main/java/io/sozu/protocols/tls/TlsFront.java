package io.sozu.protocols.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.eventloop.Readiness;
import io.sozu.protocols.FrontMachine;
import io.sozu.protocols.Verdict;
import io.sozu.protocols.transport.TlsTransport;
import io.sozu.protocols.transport.Transport;
import io.sozu.sessions.Connection;
import io.sozu.sessions.ConnectionPhase;
import io.sozu.sessions.Exchange;
import io.sozu.sessions.cluster.Cluster;
import io.sozu.sessions.routing.RouteKey;

/**
 * The handshake of a client's connection, which then speaks HTTP/1.1. A client that speaks HTTP without TLS
 * gets an answer that says so.
 */
public final class TlsFront implements FrontMachine, AutoCloseable {
    private static final long LINGER_NANOS = 2_000_000_000L;
    private static final byte[] PLAIN = ("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n"
            + "Content-Length: 58\r\nConnection: close\r\n\r\n"
            + "This port speaks HTTPS, and the request came without TLS.\n").getBytes(US_ASCII);

    private final Transport transport;
    private final TlsListeners listeners;
    private final int upgradeTo;
    private final HandshakeWatch watch;
    private final long answer = NativeMemory.allocate(MemoryTag.CONFIGURATION, PLAIN.length);

    /** @param upgradeTo the index of the machine of HTTP/1.1 */
    public TlsFront(final Transport transport, final TlsListeners listeners, final int upgradeTo,
            final HandshakeWatch watch) {
        this.transport = transport;
        this.listeners = listeners;
        this.upgradeTo = upgradeTo;
        this.watch = watch;
        Memory.copy(PLAIN, 0, answer, PLAIN.length);
    }

    @Override
    public Verdict onReady(final Connection front, final Exchange exchange, final long nowNanos) {
        if (front.tls() == 0) {
            if (!front.isReady(Readiness.READ | Readiness.HANGUP | Readiness.ERROR)) {
                return Verdict.WAIT;
            }
            if (!watch.admits(front, nowNanos)) {
                return Verdict.WAIT;
            }
            if (!listeners.start(front)) {
                return fail(front, HandshakeFault.NO_MEMORY, nowNanos);
            }
        }
        final int result = transport.tls().handshake(front);
        if (result == TlsTransport.DONE) {
            watch.done(front, listeners.isResumed(front), listeners.isTls13(front),
                    listeners.isStandard(front));
            listeners.noteKernelTls(front);
            front.protocol(upgradeTo);
            front.enter(ConnectionPhase.IDLE);
            return Verdict.UPGRADE;
        }
        if (result == -Errno.EAGAIN) {
            return Verdict.WAIT;
        }
        if (result != -Errno.EPROTO) {
            return fail(front, HandshakeFault.CLIENT_LEFT, nowNanos);
        }
        final HandshakeFault fault = fault();
        watch.failed(front, fault, nowNanos);
        return switch (fault) {
            case PLAIN_HTTP -> explain(front, nowNanos);
            case CLIENT_CERTIFICATE -> {
                transport.release(front, false);
                yield linger(front, nowNanos);
            }
            default -> Verdict.CLOSE;
        };
    }

    /**
     * A record of TLS begins with a small number, a method of HTTP with a capital letter; OpenSSL knows some
     * methods itself, however they come.
     */
    private HandshakeFault fault() {
        final HandshakeFault fault = HandshakeFault.of(transport.tls().error());
        final int firstByte = transport.tls().firstByte();
        return fault == HandshakeFault.MALFORMED && firstByte >= 'A' && firstByte <= 'Z'
                ? HandshakeFault.PLAIN_HTTP : fault;
    }

    private Verdict fail(final Connection front, final HandshakeFault fault, final long nowNanos) {
        watch.failed(front, fault, nowNanos);
        return Verdict.CLOSE;
    }

    private Verdict explain(final Connection front, final long nowNanos) {
        transport.release(front, false);
        if (transport.send(front, answer, PLAIN.length) != PLAIN.length) {
            return Verdict.CLOSE;
        }
        return linger(front, nowNanos);
    }

    /**
     * Lets a client read why it is refused. One of TLS 1.3 has its request under way when it shows its
     * certificate: to close over that would be a reset, which takes the alert away from it.
     */
    private Verdict linger(final Connection front, final long nowNanos) {
        transport.endSending(front);
        front.protocol(upgradeTo);
        front.enter(ConnectionPhase.LINGERING);
        front.deadlineNanos(nowNanos + LINGER_NANOS);
        return Verdict.UPGRADE;
    }

    @Override
    public Verdict onDeadline(final Connection front, final Exchange exchange, final long nowNanos) {
        return fail(front, front.tls() != 0
                && nowNanos - front.openedNanos() < listeners.handshakeNanos(front.listener())
                ? HandshakeFault.CROWDED_OUT : HandshakeFault.TIMEOUT, nowNanos);
    }

    @Override
    public boolean isIdle(final Connection front) {
        return false;
    }

    @Override
    public void drain() {
        // A handshake under way is finished: HTTP then says that the connection ends.
    }

    @Override
    public RouteKey routeKey() {
        throw noRequest();
    }

    @Override
    public void readAffinity(final Connection front, final Exchange exchange, final Cluster cluster) {
        throw noRequest();
    }

    @Override
    public void onRouted(final Connection front, final Exchange exchange, final long nowNanos) {
        throw noRequest();
    }

    @Override
    public boolean redirect(final Connection front, final Exchange exchange, final int port,
            final long nowNanos) {
        throw noRequest();
    }

    @Override
    public boolean answer(final Connection front, final Exchange exchange, final int status,
            final long nowNanos) {
        throw noRequest();
    }

    private static IllegalStateException noRequest() {
        return new IllegalStateException("a handshake has no request");
    }

    @Override
    public void close() {
        NativeMemory.free(MemoryTag.CONFIGURATION, answer, PLAIN.length);
    }
}
