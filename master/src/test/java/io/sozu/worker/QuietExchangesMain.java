package io.sozu.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sozu.bindings.linux.LinuxKernel;
import io.sozu.bindings.sim.KernelUser;
import io.sozu.control.Answer;
import io.sozu.control.Order;
import io.sozu.control.model.AnswerPolicy;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.BalancingConfig;
import io.sozu.control.model.ClusterAdmission;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.ExchangeTerms;
import io.sozu.control.model.FailurePolicy;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.FrontendKey;
import io.sozu.control.model.HstsConfig;
import io.sozu.control.model.HttpsRedirect;
import io.sozu.control.model.HeaderPolicy;
import io.sozu.control.model.ListenerAdmission;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.ListenerLimits;
import io.sozu.control.model.ListenerProtocol;
import io.sozu.control.model.LoadBalancing;
import io.sozu.control.model.PathRule;
import io.sozu.control.model.RateLimit;
import io.sozu.control.model.RulePosition;
import io.sozu.control.model.StickyConfig;
import io.sozu.control.model.Timeouts;
import io.sozu.eventloop.log.Log;
import io.sozu.eventloop.log.LogLevel;
import io.sozu.eventloop.log.LogRing;
import io.sozu.protocols.tls.BackendTlsSettings;
import io.sozu.protocols.tls.TlsSettings;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Carries exchanges of several kinds over loopback, in clear or by TLS on either side, with limits some of
 * which are reached, and prints how many bytes the worker's thread allocated, by the JVM's own account, in
 * the quietest batch of them.
 */
final class QuietExchangesMain {
    /** One more than may use the cluster at a time. */
    private static final int CLIENTS = 5;
    private static final RateLimit HIGH = new RateLimit(1_000_000, 1_000_000);
    /** Reached by those who ask as fast as they can. */
    private static final RateLimit LOW = new RateLimit(10_000, 100);
    private static final int BATCH = 4_000;
    private static final int BATCHES_MAX = 40;
    private static final String[] REQUESTS = {
        "GET /a HTTP/1.1\r\nHost: a.test\r\nUser-Agent: quiet\r\nAccept: */*\r\n\r\n",
        "POST /b HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhello",
        "POST /c HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\n\r\n",
        "GET /d HTTP/1.1\r\nHost: sticky.test\r\nCookie: x=1\r\n\r\n",
        "GET /d HTTP/1.1\r\nHost: sticky.test\r\nCookie: x=1; SOZUBALANCEID=b; y=2\r\n\r\n",
        "GET /e HTTP/1.1\r\nHost: hrw.test\r\nX-User: me\r\n\r\n",
        "GET /f HTTP/1.1\r\nHost: maglev.test\r\nCookie: a=b; user=me\r\n\r\n",
        "GET /missing HTTP/1.1\r\nHost: other.test\r\n\r\n"};
    private static final byte[] RESPONSE =
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nServer: quiet\r\n\r\n"
            + "5\r\nhello\r\n0\r\n\r\n").getBytes(ISO_8859_1);
    private final AtomicLong served = new AtomicLong();
    private final boolean secure;
    private final boolean backendsSecure;

    private QuietExchangesMain(final String kind) {
        this.secure = kind.equals("TLS");
        this.backendsSecure = kind.equals("BACKEND_TLS");
    }

    public static void main(final String[] arguments) throws IOException {
        System.out.println(new QuietExchangesMain(arguments[0]).run());
        System.exit(0);
    }

    private long run() throws IOException {
        final ServerSocket backend = backendsSecure ? TestCertificate.make("EC", "b.test").context()
                .getServerSocketFactory().createServerSocket(0, 64, InetAddress.getLoopbackAddress())
                : new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        daemon(() -> acceptAll(backend));
        final LinuxKernel kernel = new LinuxKernel();
        final KernelUser user = new KernelUser(kernel);
        final Worker worker = new Worker(kernel, SimProxy.options(),
                new Log(new LogRing(1 << 16), kernel, 1, "WRK-00", LogLevel.WARN), 1);
        final int listener = user.listen(64);
        final InetSocketAddress address = new InetSocketAddress("127.0.0.1", user.portOf(listener));
        configure(worker, address, listener, backend.getLocalPort());
        if (secure) {
            worker.tls().put(0, TlsSettings.DEFAULT, TestCertificate.make("EC", "a.test").served());
        }
        for (int i = 0; backendsSecure && i < worker.clusters().backendIndexes(); i++) {
            worker.secured().put(i, new BackendTlsSettings(false, "", true, true, null), "b.test", null);
        }
        for (int i = 0; i < CLIENTS; i++) {
            daemon(() -> ask(address));
        }
        return quietest(worker);
    }

    private long quietest(final Worker worker) {
        final var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int batch = 0; batch < BATCHES_MAX && least != 0; batch++) {
            final long goal = served.get() + BATCH;
            final long before = threads.getCurrentThreadAllocatedBytes();
            while (served.get() < goal) {
                worker.loop().runOnce(100_000_000);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    private static void configure(final Worker worker, final InetSocketAddress address, final int fd,
            final int backendPort) {
        order(worker, new Order.AddHttpListener(limited(address)), -1);
        final StickyConfig tied = new StickyConfig(true, true, true, StickyConfig.SameSite.LAX, 60, "/");
        cluster(worker, address, backendPort, "a", StickyConfig.DEFAULT, BalancingConfig.DEFAULT);
        cluster(worker, address, backendPort, "sticky", tied, BalancingConfig.DEFAULT);
        cluster(worker, address, backendPort, "hrw", tied,
                new BalancingConfig(LoadBalancing.HRW, null, "header:X-User", 86_400));
        cluster(worker, address, backendPort, "maglev", StickyConfig.DEFAULT,
                new BalancingConfig(LoadBalancing.MAGLEV, null, "cookie:user", 86_400));
        order(worker, new Order.ActivateListener(address, ListenerProtocol.HTTP, true, 0), fd);
    }

    private static ListenerConfig limited(final InetSocketAddress address) {
        return new ListenerConfig(ListenerProtocol.HTTP, address, null, false,
                ListenerConfig.DEFAULT_STICKY_NAME, Timeouts.DEFAULT,
                HeaderPolicy.DEFAULT.withCertificatePrefix("X-Client-Cert-"),
                new ListenerLimits(1L << 40, 1, 0, 31_000_000, 100, 4096),
                new ListenerAdmission(1000, 1000, HIGH, HIGH, HIGH, LOW), AnswerPolicy.DEFAULT, false);
    }

    /** Adds a cluster with a host of its name and three backends, of which one starts slowly. */
    private static void cluster(final Worker worker, final InetSocketAddress address, final int backendPort,
            final String id, final StickyConfig sticky, final BalancingConfig balancing) {
        order(worker, new Order.AddCluster(new ClusterConfig(id, sticky, HttpsRedirect.OFF, balancing,
                FailurePolicy.DEFAULT, new ClusterAdmission(CLIENTS - 1, 1, HIGH, HIGH),
                new ExchangeTerms(60, 30, 3, 20, 1, 1L << 40))), -1);
        order(worker, new Order.AddHttpFrontend(new FrontendConfig(new FrontendKey(address, id + ".test",
                PathRule.ANY, null), id, RulePosition.TREE, Map.of(), ExchangeTerms.NONE,
                new HstsConfig(true, 60, true, false, true))), -1);
        for (final String backend : new String[] {"a", "b", "c"}) {
            order(worker, new Order.AddBackend(BackendConfig.of(id, backend,
                    new InetSocketAddress("127.0.0.1", backendPort))), -1);
        }
    }

    private static void order(final Worker worker, final Order order, final int fd) {
        final Answer answer = worker.orders().apply(order, fd);
        if (answer.status() != Answer.Status.OK) {
            throw new AssertionError(answer.message());
        }
    }

    private static void daemon(final Runnable task) {
        final Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    }

    private static void acceptAll(final ServerSocket backend) {
        try {
            while (true) {
                final Socket socket = backend.accept();
                socket.setTcpNoDelay(true);
                daemon(() -> answer(socket));
            }
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void answer(final Socket socket) {
        final MessageReader reader = new MessageReader(false, message -> send(socket, RESPONSE));
        pump(socket, reader);
    }

    private void ask(final InetSocketAddress proxy) {
        try (Socket socket = secure
                ? SimTlsClient.context().getSocketFactory().createSocket(proxy.getAddress(), proxy.getPort())
                : new Socket(proxy.getAddress(), proxy.getPort())) {
            socket.setTcpNoDelay(true);
            final int[] next = {0};
            send(socket, REQUESTS[0].getBytes(ISO_8859_1));
            pump(socket, new MessageReader(true, message -> {
                served.incrementAndGet();
                next[0] = (next[0] + 1) % REQUESTS.length;
                send(socket, REQUESTS[next[0]].getBytes(ISO_8859_1));
            }));
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void send(final Socket socket, final byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void pump(final Socket socket, final MessageReader reader) {
        final byte[] buffer = new byte[8192];
        try (InputStream in = socket.getInputStream()) {
            for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
                reader.take(Arrays.copyOf(buffer, count));
            }
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }
}
