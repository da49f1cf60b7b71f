package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bodies larger than memory, and peers slower than those that feed them. */
@Tag("e2e")
final class BackPressureTest {
    @RegisterExtension
    static final Stage STAGE = Stage.perClass();

    private static final long GIGABYTE = 1L << 30;
    /**
     * What a worker may grow by while a body of a gigabyte passes: pages, compiled code, nothing of the body.
     */
    private static final long MAX_GROWTH_BYTES = 64L << 20;
    /** What loopback sockets and two pages may hold of a body that nobody reads. */
    private static final long MAX_HELD_BYTES = 32L << 20;
    private static final long SLOW_BODY_BYTES = 96L << 20;
    private static final Duration QUIET = Duration.ofMillis(700);

    private static ScriptedBackend backend;
    private static ProxyProcess proxy;

    @BeforeAll
    static void start() throws IOException {
        backend = STAGE.backend("b1");
        proxy = STAGE.proxy(ProxyConfig.of(backend));
        backend.on("/down/length", served -> download(served, GIGABYTE));
        backend.on("/down/chunked", BackPressureTest::downloadByChunks);
        backend.on("/up", served -> {
            final Pattern64 received = new Pattern64();
            served.readBody(received);
            served.answer("", "received " + received.verifiedBytes());
        });
        warmUp();
    }

    @AfterAll
    static void shouldHoldNothingAfterwards() {
        proxy.awaitRest();
    }

    @Test
    void shouldPassAGigabyteDownInBoundedMemory() throws IOException {
        final long before = ProcFs.residentBytes(worker());
        try (RawClient client = proxy.client()) {
            final Head head = client.send(Requests.get("/down/length")).head();
            final Pattern64 received = new Pattern64();
            client.body(head, received);
            assertEquals(GIGABYTE, received.verifiedBytes());
        }
        assertGrowth(before);
    }

    @Test
    void shouldPassAGigabyteDownByChunksInBoundedMemory() throws IOException {
        final long before = ProcFs.residentBytes(worker());
        try (RawClient client = proxy.client()) {
            final Head head = client.send(Requests.get("/down/chunked")).head();
            final Pattern64 received = new Pattern64();
            client.body(head, received);
            assertEquals(GIGABYTE, received.verifiedBytes());
        }
        assertGrowth(before);
    }

    @Test
    void shouldPassAGigabyteUpInBoundedMemory() throws IOException {
        final long before = ProcFs.residentBytes(worker());
        try (RawClient client = proxy.client()) {
            client.send("POST /up HTTP/1.1\r\nHost: a.test\r\nContent-Length: " + GIGABYTE + "\r\n\r\n");
            Pattern64.send(GIGABYTE, client::send);
            assertEquals("received " + GIGABYTE, client.answer().text());
        }
        assertGrowth(before);
    }

    @Test
    void shouldHoldTheBackendBackWhileTheClientReadsNothing() throws IOException {
        final AtomicLong sent = new AtomicLong();
        backend.on("/held", served -> {
            served.send("HTTP/1.1 200 OK\r\n" + served.marks() + "Content-Length: " + SLOW_BODY_BYTES
                    + "\r\n\r\n");
            Pattern64.send(SLOW_BODY_BYTES, (bytes, offset, lengthBytes) -> {
                served.send(bytes, offset, lengthBytes);
                sent.addAndGet(lengthBytes);
            });
        });
        try (RawClient client = new RawClient(proxy.port(), 65_536)) {
            final Head head = client.send(Requests.get("/held")).head();
            awaitStandstill(sent);
            assertTrue(sent.get() <= MAX_HELD_BYTES, () -> sent + " bytes left the backend");
            assertOthersAreServed();
            final long ticks = ProcFs.cpuTicks(worker());
            awaitStandstill(sent);
            assertTrue(ProcFs.cpuTicks(worker()) - ticks < 20, "the worker is busy although nothing moves");
            final Pattern64 received = new Pattern64();
            client.body(head, received);
            assertEquals(SLOW_BODY_BYTES, received.verifiedBytes());
        }
    }

    @Test
    void shouldHoldTheClientBackWhileTheBackendReadsNothing() throws Exception {
        final AtomicLong sent = new AtomicLong();
        final Gate gate = new Gate();
        backend.on("/slow-up", served -> {
            gate.pass();
            final Pattern64 received = new Pattern64();
            served.readBody(received);
            served.answer("", "received " + received.verifiedBytes());
        });
        try (RawClient client = proxy.client()) {
            client.send("POST /slow-up HTTP/1.1\r\nHost: a.test\r\nContent-Length: " + SLOW_BODY_BYTES
                    + "\r\n\r\n");
            final Thread sender = Thread.ofPlatform().daemon().start(() -> sendAll(client, sent));
            awaitStandstill(sent);
            assertTrue(sent.get() > 0 && sent.get() <= MAX_HELD_BYTES, () -> sent + " bytes left the client");
            assertOthersAreServed();
            gate.open();
            assertEquals("received " + SLOW_BODY_BYTES, client.answer().text());
            sender.join();
        }
    }

    private static void warmUp() throws IOException {
        try (RawClient client = proxy.client()) {
            for (int i = 0; i < 500; i++) {
                assertEquals(200, client.get("/warm").status());
            }
        }
    }

    private static void download(final Served served, final long totalBytes) throws IOException {
        served.send("HTTP/1.1 200 OK\r\n" + served.marks() + "Content-Length: " + totalBytes + "\r\n\r\n");
        Pattern64.send(totalBytes, served::send);
    }

    private static void downloadByChunks(final Served served) throws IOException {
        served.send("HTTP/1.1 200 OK\r\n" + served.marks() + "Transfer-Encoding: chunked\r\n\r\n");
        Pattern64.send(GIGABYTE, (bytes, offset, lengthBytes) -> {
            served.send(Integer.toHexString(lengthBytes) + "\r\n");
            served.send(bytes, offset, lengthBytes);
            served.send("\r\n");
        });
        served.send("0\r\n\r\n");
    }

    private static void sendAll(final RawClient client, final AtomicLong sent) {
        try {
            Pattern64.send(SLOW_BODY_BYTES, (bytes, offset, lengthBytes) -> {
                client.send(bytes, offset, lengthBytes);
                sent.addAndGet(lengthBytes);
            });
        } catch (IOException e) {
            sent.set(Long.MIN_VALUE);
        }
    }

    /** Returns when the count has moved and then stood still. */
    private static void awaitStandstill(final AtomicLong count) {
        Await.until("the first bytes move", () -> count.get() > 0);
        long last;
        do {
            last = count.get();
            final long standing = last;
            Await.within(QUIET, () -> count.get() != standing);
        } while (count.get() != last);
    }

    private static void assertOthersAreServed() throws IOException {
        try (RawClient other = proxy.client()) {
            assertEquals(200, other.get("/other").status());
        }
    }

    private static void assertGrowth(final long beforeBytes) throws IOException {
        final long growth = ProcFs.peakResidentBytes(worker()) - beforeBytes;
        assertTrue(growth <= MAX_GROWTH_BYTES, () -> "the worker grew by " + (growth >> 20) + " MB");
    }

    private static long worker() throws IOException {
        return proxy.workers().getFirst();
    }
}
