package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimPeer;
import io.sozu.control.model.FailurePolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often a request is tried on another backend, and when there have been enough of them. */
@ExtendWith(LeakCheck.class)
final class RetryTest {
    /** Nobody listens on these ports. */
    private static final int[] REFUSING = {7, 8, 9, 10};
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final int RESERVE = 1000;
    private SimProxy proxy;

    @BeforeEach
    void start() {
        proxy = new SimProxy(4, FaultPlan.none(), SimProxy.options());
        for (final int port : REFUSING) {
            proxy.addBackend("b" + port, port);
        }
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    private void policy(final int retries, final int budgetPercent) {
        proxy.onFailure(new FailurePolicy(8, 5, 0, 0, 10, 50, retries, budgetPercent));
    }

    private void ask(final int times) {
        for (int i = 0; i < times; i++) {
            final SimPeer client = proxy.connect().send(GET);
            proxy.runUntil(() -> client.receivedBytes() > 0);
            assertTrue(client.receivedText().startsWith("HTTP/1.1 503 "), client::receivedText);
            client.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 2", "2, 3"})
    void shouldTryAsManyBackendsAsTheClusterAllows(final int retries, final int tried) {
        policy(retries, 0);
        ask(1);
        assertEquals(tried, proxy.counter("backend.connections.error"));
        assertEquals(retries, proxy.counter("backend.connect.retries"));
    }

    @Test
    void shouldTryOnlyAShareOfTheRequestsAgainOnceTheReserveIsSpent() {
        policy(2, 10);
        ask(RESERVE / 2 + 100);
        final long retries = proxy.counter("backend.connect.retries");
        assertTrue(retries >= RESERVE && retries <= RESERVE + (RESERVE / 2 + 100) / 10, "retries " + retries);
        ask(200);
        final long more = proxy.counter("backend.connect.retries") - retries;
        assertEquals(200 / 10, more);
        assertTrue(proxy.counter("backend.connect.retries_refused") > 0);
    }

    @Test
    void shouldTryEveryRequestAgainWhereThereIsNoBudget() {
        policy(2, 0);
        ask(RESERVE);
        assertEquals(2L * RESERVE, proxy.counter("backend.connect.retries"));
    }
}
