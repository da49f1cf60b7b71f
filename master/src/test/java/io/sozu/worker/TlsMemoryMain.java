package io.sozu.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.bindings.openssl.OpenSslMemory;
import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.SimPeer;
import io.sozu.protocols.tls.TlsCertificate;
import io.sozu.protocols.tls.TlsSettings;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntConsumer;
import javax.net.ssl.SSLContext;

/**
 * Opens and closes connections of every kind, and prints what OpenSSL holds for an idle one, and how many
 * bytes and blocks of it all of them have left behind: first on a simulated kernel, then on real sockets.
 */
final class TlsMemoryMain implements AutoCloseable {
    private static final int IDLE = 100;
    private static final int WARM_UP = 60;
    /** A simulated world remembers every peer: so many, and then another world. */
    private static final int ROUND = 1000;
    private static final String GET = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static final String LAST = "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final TlsCertificate CERTIFICATE = TestCertificate.make("EC", "a.test").served();
    private final SimProxy proxy = new SimProxy(5, FaultPlan.none(),
            WorkerOptions.parse("{\"max_connections\":200,\"max_buffers\":64,\"buffer_size\":16384}"));
    private final SSLContext resuming = SimTlsClient.context();
    private final SSLContext forgetful = SimTlsClient.context();

    private TlsMemoryMain() {
        proxy.world.latency(0, 0);
        proxy.addBackend("b", peer -> peer.send(OK));
        proxy.worker.tls().put(0, TlsSettings.DEFAULT, CERTIFICATE);
    }

    public static void main(final String[] arguments) throws Exception {
        OpenSslMemory.load();
        final int connections = Integer.parseInt(arguments[0]);
        final long[] left = new long[3];
        for (int done = 0; done < connections; done += ROUND) {
            try (TlsMemoryMain simulated = new TlsMemoryMain()) {
                simulated.visit(WARM_UP);
                if (done == 0) {
                    System.out.println("idle " + simulated.idleBytes());
                }
                measure(left, Math.min(ROUND, connections - done), simulated::visit);
            }
        }
        tell(left);
        try (LiveWorker live = new LiveWorker(CERTIFICATE)) {
            call(live, WARM_UP);
            Arrays.fill(left, 0);
            measure(left, connections, count -> call(live, count));
            tell(left);
        }
        System.exit(0);
    }

    private static void measure(final long[] left, final int connections, final IntConsumer visit) {
        final long[] before = held();
        visit.accept(connections);
        final long[] after = held();
        for (int i = 0; i < left.length; i++) {
            left[i] += after[i] - before[i];
        }
    }

    private static void tell(final long[] left) {
        System.out.println("left " + left[0] + " blocks " + left[1] + " bytes " + left[2] + " of ours");
    }

    private static long[] held() {
        long ours = 0;
        for (final MemoryTag tag : MemoryTag.values()) {
            ours += NativeMemory.bytes(tag);
        }
        return new long[] {OpenSslMemory.blocks(), OpenSslMemory.bytes(), ours};
    }

    /** Clients on real sockets, of which some leave without having said anything that makes sense. */
    private static void call(final LiveWorker live, final int connections) {
        final SSLContext context = SimTlsClient.context();
        for (int i = 0; i < connections; i++) {
            final boolean whole = i % 4 != 0;
            try (Socket socket = whole
                    ? context.getSocketFactory().createSocket("127.0.0.1", live.address().getPort())
                    : new Socket("127.0.0.1", live.address().getPort())) {
                socket.setTcpNoDelay(true);
                socket.getOutputStream().write((whole ? LAST : "\026\003\001").getBytes(ISO_8859_1));
                if (whole && !new String(socket.getInputStream().readAllBytes(), ISO_8859_1).endsWith("ok")) {
                    throw new AssertionError("no answer");
                }
            } catch (final IOException e) {
                throw new AssertionError(e);
            }
        }
        while (live.counter("client.connections") > 0) {
            live.run(worker -> { });
        }
    }

    @Override
    public void close() {
        proxy.close();
    }

    private long idleBytes() {
        final long before = OpenSslMemory.bytes();
        final List<SimTlsClient> clients = new ArrayList<>();
        for (int i = 0; i < IDLE; i++) {
            final SimTlsClient client = new SimTlsClient(proxy, forgetful, 0);
            client.send(GET);
            proxy.runUntil(() -> client.received().endsWith("ok"));
            client.forget();
            clients.add(client);
        }
        if (proxy.worker.traffic().pool().used() != 0) {
            throw new AssertionError("an idle connection holds a page");
        }
        final long held = OpenSslMemory.bytes() - before;
        clients.forEach(SimTlsClient::close);
        proxy.runUntil(() -> proxy.counter("client.connections") == 0);
        return held / IDLE;
    }

    private void visit(final int connections) {
        for (int i = 0; i < connections; i++) {
            switch (i % 6) {
                case 0 -> garbage(i);
                case 1 -> cut(i);
                case 2 -> whole(resuming, LAST);
                default -> whole(i % 2 == 0 ? resuming : forgetful, GET);
            }
        }
        proxy.runUntil(() -> proxy.counter("client.connections") == 0);
    }

    private void whole(final SSLContext context, final String request) {
        final SimTlsClient client = new SimTlsClient(proxy, context, 0);
        client.send(request);
        proxy.runUntil(() -> client.received().endsWith("ok"));
        client.close();
        if (context == forgetful) {
            client.forget();
        }
    }

    private void garbage(final int seed) {
        final SimPeer peer = proxy.connect();
        final byte[] bytes = new byte[300];
        new Random(seed).nextBytes(bytes);
        bytes[0] = seed % 4 == 0 ? (byte) 'G' : 22;
        bytes[1] = 3;
        peer.send(bytes);
        proxy.runUntil(() -> peer.isEnded() || peer.errno() != 0);
        peer.close();
    }

    /** Leaves in the middle of a handshake. */
    private void cut(final int bytes) {
        final SimTlsClient client = new SimTlsClient(proxy, resuming, 1 + bytes % 50);
        client.send(GET);
        for (int i = 0; i < 4; i++) {
            proxy.turn();
        }
        client.close();
    }
}
