package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.SimPeer;
import io.sozu.control.Order;
import io.sozu.control.model.ListenerAdmission;
import io.sozu.control.model.RateLimit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Limits of rates, reached and released, in virtual time. */
final class RateLimitTest extends AdmissionRig {
    private static ListenerAdmission rates(final RateLimit connections, final RateLimit connectionsPerSource,
            final RateLimit requests, final RateLimit requestsPerSource) {
        return new ListenerAdmission(0, 0, connections, connectionsPerSource, requests, requestsPerSource);
    }

    private static void assertLimited(final SimPeer refused, final String name, final int rate) {
        final String text = refused.receivedText();
        assertTrue(text.contains("\r\nRetry-After: 1\r\n") && text.contains("\r\nRateLimit-Policy: \"" + name
                + "\";q=" + rate + ";w=1\r\n") && text.contains("\r\nRateLimit: \"" + name
                + "\";r=0;t=1\r\n") && !text.contains("Connection: close"), text);
    }

    private void pass(final double seconds) {
        proxy.world.sleep((long) (seconds * 1e9));
        proxy.turn();
    }

    @Test
    void shouldAnswer429ToASourceThatAsksTooOftenUntilItsBucketHasATokenAgain() {
        start(rates(RateLimit.NONE, RateLimit.NONE, RateLimit.NONE, new RateLimit(1, 3)));
        final SimPeer first = connect("10.0.0.1");
        final SimPeer second = connect("10.0.0.1");
        ask(first, 200);
        ask(second, 200);
        ask(first, 200);
        assertLimited(ask(second, 429), "source", 1);
        served("10.0.0.2");
        assertEquals(1, proxy.counter("http.refused.listener_request_rate_per_source"));
        pass(1);
        ask(second, 200);
        ask(first, 429);
        pass(30);
        for (int i = 0; i < 3; i++) {
            ask(first, 200);
        }
        ask(first, 429);
    }

    @Test
    void shouldRememberWhatASourceHasAskedForWhenItConnectsAnew() {
        start(rates(RateLimit.NONE, RateLimit.NONE, RateLimit.NONE, new RateLimit(1, 2)));
        leave(ask(served("10.0.0.1"), 200));
        assertEquals(0, proxy.worker.admission().claims());
        ask(connect("10.0.0.1"), 429);
    }

    @Test
    void shouldLimitAllRequestsOfAListenerThoseThatNoFrontendTakesToo() {
        start(rates(RateLimit.NONE, RateLimit.NONE, new RateLimit(1, 3), RateLimit.NONE));
        final SimPeer client = served("10.0.0.1");
        client.takeReceived();
        client.send("GET / HTTP/1.1\r\nHost: b\r\n\r\n");
        proxy.runUntil(() -> client.receivedText().endsWith("ok"));
        served("10.0.0.2");
        assertLimited(ask(connect("10.0.0.3"), 429), "all", 1);
        assertEquals(1, proxy.counter("http.refused.listener_request_rate"));
        pass(1);
        served("10.0.0.3");
    }

    @Test
    void shouldLimitTheRequestsOfACluster() {
        start(ListenerAdmission.DEFAULT);
        order(new RateLimit(1, 2), RateLimit.NONE);
        served("10.0.0.1");
        served("10.0.0.2");
        assertLimited(ask(connect("10.0.0.3"), 429), "all", 1);
        order(RateLimit.NONE, new RateLimit(1, 1));
        final SimPeer client = served("10.0.0.1");
        assertLimited(ask(client, 429), "source", 1);
        served("10.0.0.2");
        assertEquals(1, proxy.counter("http.refused.cluster_request_rate"));
        assertEquals(1, proxy.counter("http.refused.cluster_request_rate_per_source"));
        order(RateLimit.NONE, RateLimit.NONE);
        ask(client, 200);
        order(RateLimit.NONE, new RateLimit(1, 1));
        pass(0.9);
        ask(client, 200);
        ask(client, 429);
    }

    @Test
    void shouldAcceptConnectionsOfAListenerAtItsPace() {
        start(rates(new RateLimit(10, 2), RateLimit.NONE, RateLimit.NONE, RateLimit.NONE));
        final long from = proxy.world.nowNanos();
        final List<SimPeer> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            clients.add(connect("10.0.0." + i).send(GET));
        }
        proxy.runUntil(() -> clients.stream().allMatch(client -> client.receivedText().endsWith("ok")));
        assertEquals(1.1, (proxy.world.nowNanos() - from) / 1e9, 0.15, "ten of them after 100 ms each");
        assertTrue(proxy.counter("listener.limited.connection_rate") >= 10);
    }

    @Test
    void shouldResetConnectionsOfASourceThatComeTooFast() {
        start(rates(RateLimit.NONE, new RateLimit(1, 2), RateLimit.NONE, RateLimit.NONE));
        leave(served("10.0.0.1"));
        served("10.0.0.1");
        final SimPeer third = connect("10.0.0.1");
        proxy.runUntil(third::isReset);
        served("10.0.0.2");
        assertEquals(1, proxy.counter("listener.refused.connection_rate_per_source"));
        pass(1);
        served("10.0.0.1");
        final SimPeer last = connect("10.0.0.1");
        proxy.runUntil(last::isReset);
    }

    private void replace(final ListenerAdmission admission) {
        proxy.order(new Order.ReplaceHttpListener(SimProxy.listener(SimProxy.PORT, admission)), -1);
    }

    @Test
    void shouldCountConnectionsThatWereThereBeforeTheLimit() {
        start(ListenerAdmission.DEFAULT);
        final SimPeer first = served("10.0.0.1");
        final SimPeer second = served("10.0.0.1");
        replace(new ListenerAdmission(0, 1));
        assertEquals(2, proxy.worker.admission().claims());
        final SimPeer third = connect("10.0.0.1");
        proxy.runUntil(third::isReset);
        served("10.0.0.2");
        leave(first);
        final SimPeer fourth = connect("10.0.0.1");
        proxy.runUntil(fourth::isReset);
        leave(second);
        served("10.0.0.1");
        replace(ListenerAdmission.DEFAULT);
        served("10.0.0.1");
        assertEquals(2, proxy.worker.admission().claims());
    }

    @Test
    void shouldKeepWhatWasUsedOfARateWhenTheRateOfAListenerChanges() {
        start(rates(RateLimit.NONE, RateLimit.NONE, RateLimit.NONE, new RateLimit(1, 5)));
        final SimPeer client = served("10.0.0.1");
        for (int i = 0; i < 4; i++) {
            ask(client, 200);
        }
        replace(rates(RateLimit.NONE, RateLimit.NONE, RateLimit.NONE, new RateLimit(1, 2)));
        ask(client, 429);
        pass(2);
        ask(client, 200);
        ask(client, 200);
        ask(client, 429);
        replace(rates(RateLimit.NONE, RateLimit.NONE, new RateLimit(1, 2), RateLimit.NONE));
        ask(client, 200);
        ask(client, 200);
        ask(client, 429);
        replace(rates(RateLimit.NONE, RateLimit.NONE, new RateLimit(1, 2), new RateLimit(1, 1)));
        ask(client, 429);
        replace(ListenerAdmission.DEFAULT);
        ask(client, 200);
    }

    @Test
    void shouldAcceptAtOnceWhenThePaceIsTakenAway() {
        start(rates(new RateLimit(1, 1), RateLimit.NONE, RateLimit.NONE, RateLimit.NONE));
        served("10.0.0.1");
        final SimPeer second = connect("10.0.0.1").send(GET);
        proxy.turn();
        assertEquals(0, second.receivedBytes());
        replace(ListenerAdmission.DEFAULT);
        proxy.runUntil(() -> second.receivedText().endsWith("ok"));
    }
}
