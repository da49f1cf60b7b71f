package io.sozu.worker;

import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.openssl.SelfSigned;
import io.sozu.control.Answer;
import io.sozu.control.Order;
import io.sozu.control.model.BackendAddress;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.BackendTls;
import io.sozu.control.model.CertificateMaterial;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.FrontendKey;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.ListenerLimits;
import io.sozu.control.model.ListenerProtocol;
import io.sozu.control.model.PathKind;
import io.sozu.control.model.PathRule;
import io.sozu.control.model.RulePosition;
import io.sozu.control.model.TlsConfig;
import io.sozu.control.model.TlsVersion;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** The listeners, frontends and clusters of a warm-up: they come and go by ordinary orders. */
final class WarmUpRoutes {
    private static final int NO_FD = -1;
    private static final String CLUSTER = "warm-up";
    private static final String SECURED_CLUSTER = "warm-up-tls";
    /** So that every other request by TLS begins with a handshake. */
    private static final ListenerLimits LIMITS = new ListenerLimits(0, 0, 2, 0,
            ListenerLimits.DEFAULT.maxHeaderFields(), 0);

    private final Worker worker;
    private final Kernel kernel;
    private final WarmUpPeer.Buffer buffer;
    private final Deque<Order> undoing = new ArrayDeque<>();

    /** @param buffer where addresses are written */
    WarmUpRoutes(final Worker worker, final Kernel kernel, final WarmUpPeer.Buffer buffer) {
        this.worker = worker;
        this.kernel = kernel;
        this.buffer = buffer;
    }

    /** Leads from clients to backends; returns where clients connect to. */
    InetSocketAddress plain(final InetSocketAddress back) {
        add(ClusterConfig.of(CLUSTER), back);
        return listen(ListenerProtocol.HTTP, null, CLUSTER);
    }

    /**
     * Leads from clients to this worker itself by TLS, and from there to backends, so that both ends of it
     * are ours; returns where clients connect to, without TLS.
     */
    InetSocketAddress secured(final InetSocketAddress back, final SelfSigned certificate) {
        add(ClusterConfig.of(CLUSTER), back);
        final InetSocketAddress inner = listen(ListenerProtocol.HTTPS, certificate, CLUSTER);
        add(ClusterConfig.of(SECURED_CLUSTER).withBackendTls(new BackendTls(true, certificate.certificate(),
                WarmUpScript.HOST, EnumSet.allOf(TlsVersion.class), null)), inner);
        return listen(ListenerProtocol.HTTP, null, SECURED_CLUSTER);
    }

    private void add(final ClusterConfig cluster, final InetSocketAddress backend) {
        final String id = cluster.clusterId();
        order(new Order.AddCluster(cluster), new Order.RemoveCluster(id));
        order(new Order.AddBackend(BackendConfig.of(id, id, backend)),
                new Order.RemoveBackend(id, id, BackendAddress.of(backend)));
    }

    private InetSocketAddress listen(final ListenerProtocol protocol, final SelfSigned certificate,
            final String cluster) {
        final WarmUpSocket socket = WarmUpSocket.open(kernel, buffer);
        final InetSocketAddress address = socket.address();
        try {
            order(new Order.AddHttpListener(listener(address, certificate)),
                    new Order.RemoveListener(address, protocol));
            for (final FrontendKey key : frontends(address)) {
                order(new Order.AddHttpFrontend(new FrontendConfig(key, cluster, RulePosition.TREE, Map.of()),
                        protocol), new Order.RemoveHttpFrontend(key, protocol));
            }
        } catch (final WarmUp.GivenUpException e) {
            kernel.close(socket.fd());
            throw e;
        }
        check(new Order.ActivateListener(address, protocol, true, 0), socket.fd());
        return address;
    }

    private static ListenerConfig listener(final InetSocketAddress address, final SelfSigned certificate) {
        final ListenerConfig plain = ListenerConfig.http(address);
        return certificate == null ? plain : new ListenerConfig(ListenerProtocol.HTTPS, address, null, false,
                plain.stickyName(), plain.timeouts(), plain.headers(), LIMITS, plain.admission(),
                plain.answers(), TlsConfig.DEFAULT.withCertificate(CertificateMaterial.of(
                certificate.certificate(), List.of(), certificate.key(), null)), false);
    }

    /** An exact host, a wildcard, and any host below a path. */
    private static List<FrontendKey> frontends(final InetSocketAddress front) {
        return List.of(new FrontendKey(front, WarmUpScript.HOST, PathRule.ANY, null),
                new FrontendKey(front, "*." + WarmUpScript.HOST, PathRule.ANY, null),
                new FrontendKey(front, "*", new PathRule(PathKind.PREFIX, WarmUpScript.EVERYWHERE), null));
    }

    private void order(final Order order, final Order inverse) {
        check(order, NO_FD);
        undoing.push(inverse);
    }

    private void check(final Order order, final int fd) {
        final Answer answer = worker.orders().apply(order, fd);
        if (answer.status() != Answer.Status.OK) {
            throw new WarmUp.GivenUpException(answer.message());
        }
    }

    /** Takes everything away that was added, the last thing first. */
    void undo() {
        while (!undoing.isEmpty()) {
            worker.orders().apply(undoing.pop(), NO_FD);
        }
    }
}
