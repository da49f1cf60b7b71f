package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Peers that vanish at any moment, and too few descriptors: everything is given back, and nothing spins. */
@Tag("e2e")
final class LeakTest {
    private static final int ROUNDS = 300;
    private static final Duration LOOK = Duration.ofMillis(500);

    @RegisterExtension
    final Stage stage = Stage.perTest();

    @Test
    void shouldGiveBackAllDescriptorsWhenPeersVanishAtAnyMoment() throws IOException {
        final ScriptedBackend backend = stage.backend("b1").countOnly();
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend));
        final Random random = new Random(Cutting.SEED);
        backend.on("/dies", served -> die(served, random));
        warmUp(proxy);
        final long worker = proxy.workers().getFirst();
        backend.closeConnections();
        Await.until("no backend connection is open", () -> backend.openConnections() == 0);
        final int before = ProcFs.openFds(worker);
        for (int i = 0; i < ROUNDS; i++) {
            vanish(proxy, random);
        }
        backend.closeConnections();
        Await.until(() -> "descriptors: " + before + " before, " + fds(worker) + " after", Await.PATIENCE,
                () -> ProcFs.openFds(worker) <= before);
        warmUp(proxy);
        proxy.awaitRest();
    }

    @Test
    void shouldNeitherSpinNorFallWhenNoDescriptorIsLeft() throws IOException {
        final ScriptedBackend backend = stage.backend("b1").countOnly();
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend));
        warmUp(proxy);
        final long worker = proxy.workers().getFirst();
        limit(worker, ProcFs.openFds(worker) + 6);
        final List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 30; i++) {
                clients.add(proxy.client().send(Requests.get("/many/" + i)));
            }
            Await.within(LOOK, () -> false);
            final long ticks = ProcFs.cpuTicks(worker);
            Await.within(LOOK, () -> false);
            assertTrue(ProcFs.cpuTicks(worker) - ticks < 20, "the worker spins");
            limit(worker, 20_000);
            for (final RawClient client : clients) {
                final int status = client.answer().status();
                assertTrue(status == 200 || status == 503, () -> "status " + status);
                client.close();
            }
        } finally {
            for (final RawClient client : clients) {
                client.close();
            }
        }
        warmUp(proxy);
        proxy.awaitRest();
    }

    private static void warmUp(final ProxyProcess proxy) throws IOException {
        for (int i = 0; i < 20; i++) {
            try (RawClient client = proxy.client()) {
                assertEquals(200, client.get("/warm").status());
            }
        }
    }

    /** One client that leaves in the middle of something. */
    private static void vanish(final ProxyProcess proxy, final Random random) throws IOException {
        final RawClient client = proxy.client();
        final String request = switch (random.nextInt(5)) {
            case 0 -> Requests.get("/dies").repeat(1 + random.nextInt(3));
            case 1 -> Requests.post("/dies", "x".repeat(random.nextInt(40_000)));
            case 2 -> "POST /dies HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "5\r\nhello\r\n0\r\n\r\n";
            case 3 -> Requests.get("/fine") + Requests.get("/dies");
            default -> "GET /dies HTTP/1.1\r\nHost : a.test\r\n\r\n";
        };
        client.send(request.substring(0, random.nextInt(request.length() + 1)));
        switch (random.nextInt(4)) {
            case 0 -> client.close();
            case 1 -> client.reset();
            case 2 -> {
                client.finishSending();
                client.ending();
                client.close();
            }
            default -> {
                client.finishSending();
                client.close();
            }
        }
    }

    private static void die(final Served served, final Random random) throws IOException {
        final String answer = "HTTP/1.1 200 OK\r\n" + served.marks() + "Content-Length: 30000\r\n\r\n"
                + "y".repeat(30_000);
        switch (random.nextInt(4)) {
            case 0 -> served.answer();
            case 1 -> served.close();
            case 2 -> served.reset();
            default -> {
                served.send(answer.substring(0, random.nextInt(answer.length())));
                served.reset();
            }
        }
    }

    private static int fds(final long pid) {
        try {
            return ProcFs.openFds(pid);
        } catch (IOException e) {
            return -1;
        }
    }

    /** Sets the soft limit of open descriptors of a running process. */
    private static void limit(final long pid, final int descriptors) throws IOException {
        try {
            final Process prlimit = new ProcessBuilder("prlimit", "--pid", Long.toString(pid),
                    "--nofile=" + descriptors + ":").start();
            assertEquals(0, prlimit.waitFor(), "prlimit");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
