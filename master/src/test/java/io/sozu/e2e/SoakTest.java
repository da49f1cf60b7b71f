package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Friends and enemies at the same time, under orders that change everything and {@code kill -9} of workers,
 * for {@code -Dsoak.seconds=12}, plainly and over TLS: no wrong byte, nothing lost but what a killed worker
 * had in hand, and at the end nothing held: no slot, page, descriptor or memory. {@code perf/soak.sh} runs it
 * for hours; {@code -Dsoak.report=FILE} is where it then says how much there was of all that.
 */
@Tag("e2e")
final class SoakTest {
    private static final int SECONDS = Integer.getInteger("soak.seconds", 12);
    private static final long SEED = Long.getLong("soak.seed", 1);
    private static final String REPORT = System.getProperty("soak.report", "");
    private static final int KEPT = 8;
    private static final int FRESH = 4;
    private static final int UPLOADS = 2;
    private static final long GROWTH_BYTES = 48L << 20;
    private static final Duration KILL_EVERY = Duration.ofSeconds(6);

    @RegisterExtension
    final Stage stage = Stage.perTest();

    private final List<ScriptedBackend> backends = new ArrayList<>();
    private final Random random = new Random(SEED);
    @TempDir
    private Path directory;
    private SSLContext tls;
    private ProxyProcess proxy;
    private int kills;
    private int changes;
    private String summary;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLoseNothingAndKeepNothing(final boolean secure) throws IOException {
        for (int i = 0; i < 3; i++) {
            backends.add(stage.backend("b" + i).countOnly());
        }
        final ProxyConfig config = ProxyConfig.of(backends.toArray(ScriptedBackend[]::new)).workers(2)
                .listener("min_body_rate", 1).listener("max_header_fields", 200);
        if (secure) {
            final TestAuthority authority = new TestAuthority(directory, "root").issue("a", Requests.HOST);
            config.https(authority, "a");
            tls = TlsClient.context(authority, null, null);
        }
        proxy = stage.proxy(config);
        warmUp();
        final long master = proxy.masterPid();
        final int masterFds = ProcFs.openFds(master);
        final long masterBytes = ProcFs.residentBytes(master);
        final int workerFds = restingFds();
        final LoadClient kept = LoadClient.keepingConnections(proxy.port(), tls, KEPT);
        final LoadClient fresh = LoadClient.connectingAnew(proxy.port(), tls, FRESH);
        try (kept; fresh; UploadClient uploads = new UploadClient(proxy.port(), tls, UPLOADS, SEED);
             Enemies enemies = new Enemies(proxy.port(), tls, SEED)) {
            disturb(kept, fresh);
            enemies.stop();
            uploads.stop();
            kept.stop();
            fresh.stop();
            assertEquals(0, kept.count(LoadOutcome.WRONG) + fresh.count(LoadOutcome.WRONG) + uploads.wrong(),
                    () -> "wrong bytes: " + kept + fresh + uploads);
            assertTrue(kept.failed() <= (long) kills * KEPT && fresh.failed() <= (long) kills * FRESH
                    && uploads.lost() <= (long) kills * UPLOADS,
                    () -> kills + " kills, lost: " + kept + "\n" + fresh + "\n" + uploads);
            assertEquals(0, lostBesides(kept) + lostBesides(fresh), () -> kept + "\n" + fresh);
            assertTrue(kept.count(LoadOutcome.OK) > SECONDS * 20L && uploads.served() > SECONDS,
                    uploads::toString);
            assertTrue(enemies.met() > SECONDS, "hostile connections: " + enemies.met());
            summary = summary(kept, fresh, uploads, enemies);
        }
        proxy.awaitRest();
        Await.until(() -> "no page is held\n" + proxy.logs(), Await.PATIENCE,
                () -> proxy.counter("buffer.in_use") == 0);
        Await.until("no worker holds more descriptors than at first", () -> restingFds() <= workerFds);
        Await.until("the master holds no more descriptors than at first",
                () -> ProcFs.openFds(master) <= masterFds);
        final long grownBytes = ProcFs.residentBytes(master) - masterBytes;
        assertTrue(grownBytes < GROWTH_BYTES, () -> "the master of " + masterBytes + " bytes has grown by "
                + grownBytes);
        if (!REPORT.isEmpty()) {
            Files.writeString(Path.of(REPORT), summary, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    private String summary(final LoadClient kept, final LoadClient fresh, final UploadClient uploads,
            final Enemies enemies) {
        return SECONDS + " s" + (tls == null ? "" : " of TLS") + ", seed " + SEED + ": "
                + (kept.count(LoadOutcome.OK) + fresh.count(LoadOutcome.OK)) + " requests and "
                + uploads.served() + " uploads served, " + enemies.met()
                + " hostile connections, " + changes + " changes of the configuration, " + kills
                + " workers killed; lost with them: " + (kept.failed() + fresh.failed() + uploads.lost())
                + "\n";
    }

    /** What no kill explains. */
    private static long lostBesides(final LoadClient load) {
        return load.count(LoadOutcome.STATUS) + load.count(LoadOutcome.TIMED_OUT)
                + load.count(LoadOutcome.REFUSED);
    }

    private void warmUp() throws IOException {
        for (int i = 0; i < 40; i++) {
            try (RawClient client = new RawClient(proxy.port(), tls)) {
                assertEquals(200, client.get("/warm").status());
            }
        }
    }

    /** The most descriptors a worker has while nobody is connected to it. */
    private int restingFds() throws IOException {
        backends.forEach(ScriptedBackend::closeConnections);
        int most = 0;
        for (final long worker : proxy.workers()) {
            most = Math.max(most, ProcFs.openFds(worker));
        }
        return most;
    }

    /** Orders without end, and every few seconds a worker dies. */
    private void disturb(final LoadClient kept, final LoadClient fresh) throws IOException {
        final long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
        long nextKill = System.nanoTime() + KILL_EVERY.toNanos() / 2;
        while (System.nanoTime() < end) {
            try (Ctl ctl = proxy.ctl()) {
                change(ctl);
                changes++;
            }
            kept.awaitMore(20);
            if (System.nanoTime() >= nextKill) {
                kill();
                kept.awaitMore(100);
                fresh.awaitMore(20);
                nextKill = System.nanoTime() + KILL_EVERY.toNanos();
            }
        }
    }

    private void kill() throws IOException {
        final List<Long> workers = proxy.workers();
        final long victim = workers.get(random.nextInt(workers.size()));
        ProxyProcess.signal("KILL", victim);
        kills++;
        proxy.awaitAllWorkersBut(victim);
        for (final long worker : proxy.workers()) {
            assertTrue(ProcFs.residentBytes(worker) < 400L << 20, "a worker has grown beyond all measure");
        }
    }

    /** One change that serves all requests as before. */
    private void change(final Ctl ctl) throws IOException {
        final ScriptedBackend backend = backends.get(random.nextInt(2));
        final String scheme = tls == null ? "HTTP" : "HTTPS";
        final String address = "\"address\":\"127.0.0.1:" + proxy.port() + "\"";
        final String frontend = "{\"route\":{\"CLUSTER_ID\":\"web\"}," + address
                + ",\"hostname\":\"h" + random.nextInt(3) + ".test\",\"path\":{\"PREFIX\":\"/\"}}";
        switch (random.nextInt(4)) {
            case 0 -> {
                ctl.removeBackend(ProxyConfig.CLUSTER, backend.name(), backend);
                ctl.addBackend(ProxyConfig.CLUSTER, backend.name(), backend);
            }
            case 1 -> {
                ctl.obeyed("ADD_" + scheme + "_FRONTEND", frontend);
                ctl.obeyed("REMOVE_" + scheme + "_FRONTEND", frontend);
            }
            case 2 -> ctl.obeyed("ADD_CLUSTER", "{\"cluster_id\":\"web\",\"load_balancing\":\""
                    + List.of("round_robin", "random", "least_loaded", "power_of_two").get(random.nextInt(4))
                    + "\"}");
            default -> ctl.obeyed("UPDATE_" + scheme + "_LISTENER", "{" + address + ",\"front_timeout\":"
                    + (30 + random.nextInt(30))
                    + (tls == null ? "" : ",\"send_tls13_tickets\":" + random.nextInt(3)) + "}");
        }
    }
}
