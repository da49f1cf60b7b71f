package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimPeer;
import io.sozu.control.Order;
import io.sozu.control.model.BalancingConfig;
import io.sozu.control.model.ClusterAdmission;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.ExchangeTerms;
import io.sozu.control.model.FailurePolicy;
import io.sozu.control.model.HttpsRedirect;
import io.sozu.control.model.StickyConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients without TLS of a cluster that is served with TLS only. */
@ExtendWith(LeakCheck.class)
final class HttpsRedirectTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private final SimProxy proxy = new SimProxy(3, FaultPlan.none(), SimProxy.options());

    @AfterEach
    void close() {
        proxy.close();
    }

    private void redirect(final boolean enabled, final Integer port) {
        redirect(enabled, port, ExchangeTerms.NONE);
    }

    private void redirect(final boolean enabled, final Integer port, final ExchangeTerms terms) {
        proxy.order(new Order.AddCluster(new ClusterConfig(SimProxy.CLUSTER, StickyConfig.of(true),
                new HttpsRedirect(enabled, port), BalancingConfig.DEFAULT, FailurePolicy.DEFAULT,
                ClusterAdmission.DEFAULT, terms)), -1);
    }

    private SimPeer answered(final String request) {
        final SimPeer client = proxy.connect().send(request);
        proxy.runUntil(() -> client.receivedText().contains("\r\n\r\n"));
        return client;
    }

    private static String location(final String head) {
        return head.lines().filter(line -> line.startsWith("Location: ")).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "GET / HTTP/1.1               | a.test          |      | https://a.test/",
        "GET /a?b=c&d=%20 HTTP/1.1    | A.test          |      | https://A.test/a?b=c&d=%20",
        "GET //evil.test/ HTTP/1.1    | a.test          |      | https://a.test//evil.test/",
        "GET /a HTTP/1.1              | a.test:8080     |      | https://a.test/a",
        "GET /a HTTP/1.1              | a.test:8080     | 443  | https://a.test/a",
        "GET /a HTTP/1.1              | a.test:8080     | 8443 | https://a.test:8443/a",
        "GET /a HTTP/1.1              | [::1]:8080      | 8443 | https://[::1]:8443/a",
        "GET /a HTTP/1.1              | 127.0.0.1       | 1    | https://127.0.0.1:1/a",
        "GET /a HTTP/1.0              | a.test          |      | https://a.test/a",
        "GET http://b.test HTTP/1.1   | a.test          |      | https://b.test/",
        "GET http://b.test:1?c HTTP/1.1 | a.test        | 2    | https://b.test:2/?c",
        "GET http://b.test:1/c?d HTTP/1.1 | a.test      | 2    | https://b.test:2/c?d",
        "POST /a HTTP/1.1             | a.test          |      | https://a.test/a"})
    void shouldNameTheSameHostAndTargetByHttps(final String line, final String host, final Integer port,
            final String location) {
        redirect(true, port);
        final SimPeer client = answered(line + "\r\nHost: " + host + "\r\n\r\n");
        assertTrue(client.receivedText().startsWith("HTTP/1.1 301 Moved Permanently\r\n"));
        assertEquals("Location: " + location, location(client.receivedText()));
        assertTrue(client.receivedText().endsWith("\r\n\r\n301 Moved Permanently\n"));
        assertTrue(client.receivedText().contains("Sozu-Id: "));
        assertFalse(client.receivedText().contains("Set-Cookie"));
        assertEquals(1, proxy.counter("http.301.redirection"));
        assertEquals(0, proxy.counter("http.errors"));
    }

    @Test
    void shouldKeepTheConnectionForWhatFollows() {
        redirect(true, null);
        final SimPeer client = proxy.connect().send(
                "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nxy"
                + "HEAD /b HTTP/1.1\r\nHost: a\r\n\r\n" + GET);
        proxy.runUntil(() -> client.receivedText().contains("https://a.test/a\r\n\r\n301 Moved"));
        assertEquals(2, client.receivedText().split("\r\n\r\n301 Moved", -1).length - 1);
        assertTrue(client.receivedText().contains(
                "Content-Length: 22\r\nLocation: https://a/b\r\n\r\nHTTP/1.1 301"));
        assertFalse(client.receivedText().contains("Connection: close"));
    }

    @Test
    void shouldCloseWhereTheBodyHasNotCome() {
        redirect(true, null);
        final SimPeer client = answered("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nxy");
        assertTrue(client.receivedText().startsWith("HTTP/1.1 301 "));
        assertTrue(client.receivedText().contains("Connection: close\r\n"));
        proxy.runUntil(client::isEnded);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "GET /a HTTP/1.0\\r\\n\\r\\n | 400",
        "POST /a HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nx\\r\\n | 400",
        "POST /a HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 6\\r\\n\\r\\n | 413"})
    void shouldAnswerWhatIsWrongWithTheRequestInstead(final String request, final int status) {
        redirect(true, null, new ExchangeTerms(null, null, null, null, null, 5L));
        final SimPeer client = answered(request.replace("\\r\\n", "\r\n"));
        assertTrue(client.receivedText().startsWith("HTTP/1.1 " + status + " "), client.receivedText());
        assertFalse(client.receivedText().contains("Location: "));
        assertEquals(1, proxy.counter("http.errors"));
        assertEquals(0, proxy.counter("http.301.redirection"));
    }

    @ParameterizedTest
    @ValueSource(ints = {8000, 8191})
    void shouldTakeTheLongestTarget(final int bytes) {
        redirect(true, 65_535);
        final String host = "a.".repeat(127);
        final String target = "/" + "x".repeat(bytes - 1);
        final SimPeer client = answered("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        assertEquals("Location: https://" + host + ":65535" + target, location(client.receivedText()));
    }

    @Test
    void shouldSayThatATargetIsTooLongForAPage() {
        try (SimProxy small = new SimProxy(4, FaultPlan.none(), WorkerOptions.parse(
                "{\"max_connections\":8,\"max_buffers\":8,\"buffer_size\":4096}"))) {
            small.order(new Order.AddCluster(new ClusterConfig(SimProxy.CLUSTER, StickyConfig.DEFAULT,
                    HttpsRedirect.of(true), BalancingConfig.DEFAULT, FailurePolicy.DEFAULT,
                    ClusterAdmission.DEFAULT, ExchangeTerms.NONE)), -1);
            final SimPeer client = small.connect().send("GET /" + "x".repeat(4040)
                    + " HTTP/1.1\r\nHost: a\r\n\r\n");
            small.runUntil(() -> client.receivedText().contains("\r\n\r\n"));
            assertTrue(client.receivedText().startsWith("HTTP/1.1 414 "), client.receivedText());
        }
    }

    @Test
    void shouldServeAgainOnceItIsSwitchedOff() {
        proxy.addBackend("b", proxy.world.listen(0, peer -> peer.onBytes((p, bytes) ->
                p.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))).port());
        redirect(true, 8443);
        assertTrue(answered(GET).receivedText().startsWith("HTTP/1.1 301 "));
        redirect(false, 8443);
        assertTrue(answered(GET).receivedText().startsWith("HTTP/1.1 200 "));
        proxy.order(new Order.RemoveCluster(SimProxy.CLUSTER), -1);
        assertTrue(answered(GET).receivedText().startsWith("HTTP/1.1 503 "));
    }
}
