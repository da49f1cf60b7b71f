package io.sozu.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sozu.bindings.sim.SimListener;
import io.sozu.bindings.sim.SimPeer;
import java.util.Arrays;
import java.util.SplittableRandom;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * A simulated backend that answers scripts, checks the bodies it gets, and may be slow or break off. It never
 * ends half of a body that its end delimits in good order: nobody could tell.
 */
final class SimBackend {
    private final SimProxy proxy;
    private final SplittableRandom random;
    private final double breakOff;
    private final SimListener listener;
    private String wrong;
    private final boolean silent;
    private final SSLContext context;
    private int answered;

    /**
     * @param breakOff how likely a response ends in a reset, a close or half a message
     * @param silent whether it closes kept connections without having said so: then a request that must not
     *     be sent twice may be lost to nobody's fault
     */
    SimBackend(final SimProxy proxy, final long seed, final double breakOff, final boolean silent) {
        this(proxy, seed, breakOff, silent, null);
    }

    /** As the other, with TLS when a context is given. */
    SimBackend(final SimProxy proxy, final long seed, final double breakOff, final boolean silent,
            final SSLContext context) {
        this.silent = silent;
        this.context = context;
        this.proxy = proxy;
        this.random = new SplittableRandom(seed);
        this.breakOff = breakOff;
        this.listener = proxy.world.listen(0, this::accept);
    }

    int port() {
        return listener.port();
    }

    /** Returns what was wrong with a request, or null. */
    String wrong() {
        return wrong;
    }

    int answered() {
        return answered;
    }

    private void accept(final SimPeer peer) {
        final Wire wire = context == null ? new Wire(peer, null) : new Wire(peer, secure(peer));
        final MessageReader reader = new MessageReader(false, message -> answer(wire, message));
        if (wire.tls == null) {
            peer.onBytes((p, bytes) -> reader.take(bytes));
        } else {
            wire.tls.onText(text -> reader.take(text.getBytes(ISO_8859_1)));
        }
        peer.onEnd(p -> p.close());
    }

    private SimTlsPeer secure(final SimPeer peer) {
        final SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        return new SimTlsPeer(proxy.world, peer, engine, 0);
    }

    /** A connection, in clear where there is no TLS. */
    private record Wire(SimPeer peer, SimTlsPeer tls) {
        void send(final byte[] bytes) {
            if (tls == null) {
                peer.send(bytes);
            } else {
                tls.send(new String(bytes, ISO_8859_1));
            }
        }

        void close() {
            if (tls != null) {
                tls.sendCloseNotify();
            }
            peer.close();
        }
    }

    private void answer(final Wire peer, final MessageReader.Message message) {
        final Script script = Script.parse(message.line());
        if (!Arrays.equals(script.requestBody(), message.body())) {
            wrong = "request " + script + " has a body of " + message.body().length + " bytes";
        }
        if (message.field("X-Forwarded-For") == null || message.field("Connection") != null) {
            wrong = "request head " + message.head();
        }
        final byte[] response = script.response();
        proxy.world.after(random.nextInt(3) == 0 ? random.nextLong(50_000_000) : 0, () ->
                reply(peer, script, response));
    }

    private void reply(final Wire peer, final Script script, final byte[] response) {
        if (random.nextDouble() < breakOff) {
            peer.send(Arrays.copyOf(response, random.nextInt(response.length)));
            if (random.nextBoolean() && script.responseForm() != 'u') {
                peer.close();
            } else {
                proxy.world.after(random.nextLong(5_000_000), peer.peer::reset);
            }
            return;
        }
        answered++;
        final boolean last = script.responseForm() == 'u' || random.nextInt(20) == 0;
        peer.send(last && !silent ? script.lastResponse() : response);
        if (last) {
            peer.close();
        }
    }
}
