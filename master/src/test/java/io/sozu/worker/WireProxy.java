package io.sozu.worker;

import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.SimPeer;
import io.sozu.control.Order;
import io.sozu.control.model.BalancingConfig;
import io.sozu.control.model.ClusterAdmission;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.ExchangeTerms;
import io.sozu.control.model.FailurePolicy;
import io.sozu.control.model.HttpsRedirect;
import io.sozu.control.model.StickyConfig;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A whole worker in virtual time, for those who send it anything: what a client sent, what the backend got of
 * it and what the client got back.
 */
public final class WireProxy implements AutoCloseable {
    private static final long PIECE_GAP_NANOS = 20_000;

    private final SimProxy proxy = new SimProxy(1, FaultPlan.none(), SimProxy.options());
    private final List<Stream> streams = new ArrayList<>();
    private Backend backend;
    private int asked;
    private int order;

    /** @param sticky whether clients are tied to the backend by a cookie */
    public WireProxy(final boolean sticky) {
        if (sticky) {
            proxy.order(new Order.AddCluster(new ClusterConfig(SimProxy.CLUSTER,
                    new StickyConfig(true, false, false, null, 0, "/"), HttpsRedirect.OFF,
                    BalancingConfig.DEFAULT, FailurePolicy.DEFAULT, ClusterAdmission.DEFAULT,
                    ExchangeTerms.NONE)), -1);
        }
        proxy.addBackend("b0", proxy.world.listen(0, peer -> streams.add(new Stream(peer))).port());
    }

    /** Answers requests in the order in which they come. */
    public interface Backend {
        /** Answers a complete request; number counts from 0. */
        Reply answer(String head, int number);
    }

    /** What a backend does with its connection behind a reply. */
    public enum Then {
        KEEP,
        CLOSE,
        RESET
    }

    /**
     * What a backend sends.
     *
     * @param pieceBytes how many at a time, 0 for all at once
     */
    public record Reply(byte[] bytes, Then then, int pieceBytes) {
        /** All at once. */
        public Reply(final byte[] bytes, final Then then) {
            this(bytes, then, 0);
        }
    }

    /**
     * What became of one client.
     *
     * @param heard what each connection to the backend carried, in the order of their first bytes
     * @param answers what the client got
     * @param reset whether the client was cut off
     */
    public record Outcome(List<Heard> heard, byte[] answers, boolean reset) {
    }

    /** What one connection to the backend carried, and whether the proxy has ended it since. */
    public record Heard(byte[] bytes, boolean ended) {
    }

    /**
     * Sends bytes from one client, who then has no more to say, and waits until the proxy is done with it.
     *
     * @param pieceBytes how many are sent at a time, 0 for all at once
     */
    public Outcome ask(final byte[] bytes, final int pieceBytes, final Backend answers) {
        backend = answers;
        asked = 0;
        order = 0;
        streams.removeIf(stream -> stream.ended);
        streams.forEach(Stream::forget);
        final SimPeer client = proxy.connect();
        if (pieceBytes == 0) {
            client.send(bytes).shutdownWrite();
        } else {
            client.sendSlowly(bytes, pieceBytes, PIECE_GAP_NANOS);
            proxy.world.after(PIECE_GAP_NANOS * (bytes.length / pieceBytes + 2), client::shutdownWrite);
        }
        proxy.runUntil(() -> client.isEnded() || client.errno() != 0);
        final boolean reset = client.errno() != 0;
        client.close();
        proxy.runUntil(() -> proxy.worker.traffic().exchanges().live() == 0
                && proxy.counter("client.connections") == 0);
        // One more turn of the network, for the ends of connections to arrive.
        proxy.world.sleep(PIECE_GAP_NANOS * 10);
        if (proxy.worker.traffic().pool().used() != 0) {
            throw new AssertionError("pages in use: " + proxy.worker.traffic().pool().used());
        }
        if (proxy.counter("sessions.broken") != 0) {
            throw new AssertionError("a machine has thrown");
        }
        return new Outcome(streams.stream().filter(stream -> stream.heard.size() > 0)
                .sorted(Comparator.comparingInt(stream -> stream.order)).map(Stream::result).toList(),
                client.received(), reset);
    }

    @Override
    public void close() {
        proxy.close();
    }

    /** The backend's end of one connection. */
    private final class Stream {
        private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
        private final MessageReader reader;
        private int order;
        private boolean ended;

        Stream(final SimPeer peer) {
            reader = reader(peer);
            peer.onBytes(this::take);
            peer.onEnd(p -> {
                ended = true;
                p.close();
            });
            peer.onError(p -> ended = true);
        }

        private MessageReader reader(final SimPeer peer) {
            return new MessageReader(false, message -> {
                final Reply reply = backend.answer(message.head(), asked++);
                if (reply.pieceBytes() == 0) {
                    peer.send(reply.bytes());
                    finish(peer, reply.then());
                } else {
                    peer.sendSlowly(reply.bytes(), reply.pieceBytes(), PIECE_GAP_NANOS);
                    proxy.world.after(PIECE_GAP_NANOS * (reply.bytes().length / reply.pieceBytes() + 1),
                            () -> finish(peer, reply.then()));
                }
            });
        }

        private void finish(final SimPeer peer, final Then then) {
            switch (then) {
                case CLOSE -> peer.close();
                case RESET -> proxy.world.after(PIECE_GAP_NANOS, peer::reset);
                case KEEP -> { }
            }
        }

        private void take(final SimPeer peer, final byte[] bytes) {
            if (heard.size() == 0) {
                order = WireProxy.this.order++;
            }
            heard.writeBytes(bytes);
            try {
                reader.take(bytes);
            } catch (final RuntimeException e) {
                throw new AssertionError("the backend cannot read " + heard, e);
            }
        }

        private void forget() {
            heard.reset();
        }

        private Heard result() {
            return new Heard(heard.toByteArray(), ended);
        }
    }
}
