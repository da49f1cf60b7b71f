package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimPeer;
import io.sozu.protocols.http.ListenerProfile;
import io.sozu.protocols.http.ListenerProfiles;
import io.sozu.sessions.Connection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests for hosts that the certificate of their connection is not for. */
@ExtendWith(LeakCheck.class)
final class MisdirectedTest {
    private final SimProxy proxy = new SimProxy(8, FaultPlan.none(), SimProxy.options());
    private SimPeer client;
    private int binding;

    /** Opens a connection that was served a certificate, on a listener that binds requests to it. */
    @BeforeEach
    void start() {
        proxy.addBackend("b", peer -> peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        bind(true);
        client = proxy.connect();
        proxy.runUntil(() -> proxy.liveConnections() == 1);
        binding = proxy.worker.closer().bindings().add(List.of("a.test", "*.b.test"));
        final Connection connection = proxy.worker.traffic().newConnection();
        for (int slot = 0; slot < proxy.worker.traffic().connections().slots(); slot++) {
            if (proxy.worker.traffic().connections().isLive(slot)) {
                connection.wrap(slot).binding(binding);
                proxy.worker.closer().bindings().hold(binding);
            }
        }
    }

    private void bind(final boolean bound) {
        final ListenerProfiles profiles = proxy.worker.closer().profiles();
        final ListenerProfile is = profiles.get(0);
        profiles.put(0, new ListenerProfile(is.forwarded(), is.terms(), is.requestTimeoutNanos(),
                is.keepaliveTimeoutNanos(), is.maxAgeNanos(), is.maxRequests(), is.maxFields(),
                is.maxHeadBytes(), is.noRouteStatus(), is.stickyName(), true, bound));
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    private String answered(final String request) {
        final int before = client.receivedText().length();
        client.send(request);
        proxy.runUntil(() -> client.receivedText().indexOf("\r\n\r\n", before) > 0);
        return client.receivedText().substring(before);
    }

    @ParameterizedTest
    @CsvSource({"a.test, 200", "A.test:8443, 200", "x.b.test, 200", "c.test, 421", "b.test, 421",
        "'[::1]', 421", "127.0.0.1, 421"})
    void shouldAnswer421ToWhatTheCertificateIsNotFor(final String host, final int status) {
        final String answer = answered("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        assertFalse(answer.contains("Connection: close"), answer);
    }

    @Test
    void shouldGoOnWithTheConnectionAndLookAtEachRequest() {
        assertTrue(answered("POST / HTTP/1.1\r\nHost: c\r\nContent-Length: 1\r\n\r\nx")
                .startsWith("HTTP/1.1 421 Misdirected Request\r\n"));
        assertTrue(answered("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n").startsWith("HTTP/1.1 200 "));
        assertTrue(answered("GET http://c/ HTTP/1.1\r\nHost: a.test\r\n\r\n").startsWith("HTTP/1.1 421 "));
        bind(false);
        assertTrue(answered("GET / HTTP/1.1\r\nHost: c\r\n\r\n").startsWith("HTTP/1.1 200 "));
        assertEquals(2, proxy.counter("http.errors"));
    }

    @Test
    void shouldServeARequestThatNamesNoHost() {
        assertTrue(answered("GET / HTTP/1.0\r\n\r\n").startsWith("HTTP/1.1 200 "));
    }

    @Test
    void shouldForgetTheHostsWithTheLastConnection() {
        proxy.worker.closer().bindings().release(binding);
        assertEquals(1, proxy.worker.closer().bindings().live());
        client.close();
        proxy.runUntil(() -> proxy.liveConnections() == 0);
        assertEquals(0, proxy.worker.closer().bindings().live());
    }
}
