package io.sozu.worker;

import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimPeer;
import io.sozu.control.Order;
import io.sozu.control.model.BalancingConfig;
import io.sozu.control.model.ClusterAdmission;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.ExchangeTerms;
import io.sozu.control.model.FailurePolicy;
import io.sozu.control.model.ListenerAdmission;
import io.sozu.control.model.RateLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** A simulated proxy with limits, and clients from several sources. */
@ExtendWith(LeakCheck.class)
abstract class AdmissionRig {
    static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    SimProxy proxy;

    @AfterEach
    void close() {
        proxy.close();
    }

    void start(final ListenerAdmission admission) {
        proxy = SimProxy.admitting(SimProxy.options(), admission);
        backend();
    }

    void start(final Integer maxConnectionsPerIp, final Integer retryAfter) {
        start(ListenerAdmission.DEFAULT);
        order(maxConnectionsPerIp, retryAfter);
    }

    void order(final Integer maxConnectionsPerIp, final Integer retryAfter) {
        proxy.order(new Order.AddCluster(new ClusterConfig(SimProxy.CLUSTER, false, false,
                BalancingConfig.DEFAULT, FailurePolicy.DEFAULT,
                new ClusterAdmission(maxConnectionsPerIp, retryAfter), ExchangeTerms.NONE)), -1);
    }

    int backend() {
        return proxy.addBackend("b", peer -> peer.send(OK));
    }

    SimPeer connect(final String source) {
        return proxy.world.connect(source, "127.0.0.1", SimProxy.PORT);
    }

    /** Each of these takes up to 100 ms of virtual time. */
    SimPeer ask(final SimPeer client, final int status) {
        client.takeReceived();
        client.send(GET);
        proxy.runUntil(() -> client.receivedText().startsWith("HTTP/1.1 " + status + " ")
                && client.receivedText().endsWith(status == 200 ? "ok" : "\n"));
        return client;
    }

    SimPeer served(final String source) {
        return ask(connect(source), 200);
    }

    void leave(final SimPeer client) {
        final long before = proxy.counter("client.connections");
        client.close();
        proxy.runUntil(() -> proxy.counter("client.connections") < before);
    }

    void order(final RateLimit requests, final RateLimit requestsPerSource) {
        proxy.order(new Order.AddCluster(new ClusterConfig(SimProxy.CLUSTER, false, false,
                BalancingConfig.DEFAULT, FailurePolicy.DEFAULT,
                new ClusterAdmission(null, null, requests, requestsPerSource), ExchangeTerms.NONE)), -1);
    }
}
