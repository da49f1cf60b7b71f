package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The graceful stop. A request is lost when it was sent on a connection that had been established and whose
 * end the client had not seen, and was not answered in full; a connection that is refused after the stop
 * loses nothing.
 */
@Tag("e2e")
final class StopTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    final Stage stage = Stage.perTest();

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void shouldStopUnderLoadWithoutOneFailedRequest(final String signal) throws IOException {
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(stage.backend("b1").countOnly()).workers(2));
        final List<Long> workers = proxy.workers();
        try (LoadClient kept = LoadClient.leavingWhenClosed(proxy.port(), 12);
             LoadClient fresh = LoadClient.connectingAnew(proxy.port(), 4)) {
            kept.awaitMore(1_000);
            fresh.awaitMore(200);
            ProxyProcess.signal(signal, proxy.masterPid());
            assertEquals(0, proxy.awaitExit(LIMIT), proxy::logs);
            kept.awaitLeft();
            fresh.awaitLeft();
            assertEquals(0, kept.failed(), () -> kept + "\n" + proxy.logs());
            assertEquals(0, fresh.failed(), () -> fresh + "\n" + proxy.logs());
        }
        assertGone(proxy, workers);
    }

    @Test
    void shouldFinishExchangesInFlightAndRefuseNewConnections() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend));
        final List<Long> workers = proxy.workers();
        final Gate gate = new Gate();
        backend.on("/long", served -> {
            served.readBody();
            gate.pass();
            served.answer();
        });
        try (RawClient waiting = proxy.client(); RawClient uploading = proxy.client(); RawClient idle =
                proxy.client()) {
            assertEquals(200, idle.get("/idle").status());
            waiting.send(Requests.get("/long"));
            uploading.send("POST /long HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\nhalf ");
            Await.until("both are in flight", () -> backend.seen().size() == 3);
            ProxyProcess.signal("TERM", proxy.masterPid());
            Await.until("new connections are refused", () -> refused(proxy));
            assertEquals(Ending.Kind.CLOSED, idle.ending().kind());
            uploading.send("whole");
            gate.open();
            for (final RawClient client : List.of(waiting, uploading)) {
                final Answer answer = client.answer();
                assertEquals(200, answer.status());
                assertTrue(answer.head().connection("close"), answer::toString);
                assertEquals(new Ending(Ending.Kind.CLOSED, ""), client.ending());
            }
        }
        assertEquals(0, proxy.awaitExit(LIMIT), proxy::logs);
        assertGone(proxy, workers);
    }

    @Test
    void shouldStopAtTheDeadlineWhenAnExchangeNeverEnds() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend).set("shutdown_timeout", 1));
        final List<Long> workers = proxy.workers();
        backend.on("/hang", Served::awaitClose);
        try (RawClient client = proxy.client()) {
            client.send(Requests.get("/hang"));
            Await.until("the request is in flight", () -> !backend.seen().isEmpty());
            ProxyProcess.signal("TERM", proxy.masterPid());
            assertEquals(0, proxy.awaitExit(Duration.ofSeconds(8)), proxy::logs);
            assertThrows(IOException.class, client::answer);
        }
        assertGone(proxy, workers);
    }

    @Test
    void shouldStopAtOnceWhenTheSignalComesTwice() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend));
        final List<Long> workers = proxy.workers();
        backend.on("/hang", Served::awaitClose);
        try (RawClient client = proxy.client()) {
            client.send(Requests.get("/hang"));
            Await.until("the request is in flight", () -> !backend.seen().isEmpty());
            ProxyProcess.signal("HUP", proxy.masterPid());
            ProxyProcess.signal("TERM", proxy.masterPid());
            Await.until("new connections are refused", () -> refused(proxy));
            ProxyProcess.signal("TERM", proxy.masterPid());
            proxy.awaitExit(Duration.ofSeconds(5));
            assertThrows(IOException.class, client::answer);
        }
        assertGone(proxy, workers);
    }

    @Test
    void shouldStopWhenOrderedTo() throws IOException {
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(stage.backend("b1")).workers(2));
        final List<Long> workers = proxy.workers();
        try (Ctl ctl = proxy.ctl()) {
            assertEquals("OK", ctl.order("SOFT_STOP", null).path("status").asText());
        }
        assertEquals(0, proxy.awaitExit(LIMIT), proxy::logs);
        assertGone(proxy, workers);
    }

    @Test
    void shouldStopAtOnceWhenOrderedToHard() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend).workers(2));
        final List<Long> workers = proxy.workers();
        backend.on("/hang", Served::awaitClose);
        try (Ctl ctl = proxy.ctl(); RawClient client = proxy.client()) {
            client.send(Requests.get("/hang"));
            Await.until("the request is in flight", () -> !backend.seen().isEmpty());
            ctl.send("PROXY", "{\"type\":\"HARD_STOP\"}");
            assertThrows(WireCut.class, client::answer);
        }
        proxy.awaitExit(LIMIT);
        assertGone(proxy, workers);
    }

    private static boolean refused(final ProxyProcess proxy) throws IOException {
        try {
            proxy.client().close();
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }

    private static void assertGone(final ProxyProcess proxy, final List<Long> workers) {
        Await.until("no worker is left", () -> workers.stream()
                .noneMatch(pid -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)));
        assertTrue(!Files.exists(proxy.commandSocket()), "the command socket is removed");
    }
}
