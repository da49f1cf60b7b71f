package io.sozu.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.model.Addresses;
import io.sozu.control.model.AnswerPolicy;
import io.sozu.control.model.BackendAddress;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.BackendTls;
import io.sozu.control.model.BalancingConfig;
import io.sozu.control.model.CertificateConfig;
import io.sozu.control.model.ClientAuth;
import io.sozu.control.model.ClusterAdmission;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.Condition;
import io.sozu.control.model.ExchangeTerms;
import io.sozu.control.model.FailurePolicy;
import io.sozu.control.model.ForwardedMode;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.FrontendKey;
import io.sozu.control.model.HeaderPolicy;
import io.sozu.control.model.HstsConfig;
import io.sozu.control.model.HttpsRedirect;
import io.sozu.control.model.ListenerAdmission;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.ListenerLimits;
import io.sozu.control.model.ListenerProtocol;
import io.sozu.control.model.LoadBalancing;
import io.sozu.control.model.LoadMetric;
import io.sozu.control.model.PathKind;
import io.sozu.control.model.PathRule;
import io.sozu.control.model.RateLimit;
import io.sozu.control.model.RulePosition;
import io.sozu.control.model.SniPolicy;
import io.sozu.control.model.StickyConfig;
import io.sozu.control.model.TicketKey;
import io.sozu.control.model.Timeouts;
import io.sozu.control.model.TlsAlgorithms;
import io.sozu.control.model.TlsConfig;
import io.sozu.control.model.TlsVersion;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every order keeps its meaning through its JSON. */
final class OrderRoundTripTest {
    private static final InetSocketAddress V4 = Addresses.parse("address", "127.0.0.1:8080");
    private static final InetSocketAddress V6 = Addresses.parse("address", "[2001:db8::1]:80");

    static Stream<Order> orders() {
        final FrontendKey plain = new FrontendKey(V4, "*", PathRule.ANY, null);
        final FrontendKey narrow = new FrontendKey(V6, "*.example.com", new PathRule(PathKind.EQUALS, "/a"),
            "GET");
        final FrontendKey canary = new FrontendKey(V4, "a./b+/.c", new PathRule(PathKind.REGEX, "/a.*"), null,
            Condition.header("X-Canary", "a: \"1\""), Condition.query("v", "a=%20"));
        return Stream.concat(Stream.concat(Stream.concat(clusters(), tls()), actions()), Stream.of(
            new Order.RemoveCluster("web"),
            new Order.AddHttpFrontend(new FrontendConfig(plain, "web", RulePosition.TREE, Map.of())),
            new Order.AddHttpFrontend(new FrontendConfig(narrow, null, RulePosition.PRE, Map.of("owner", "a",
                "b", "c"))),
            new Order.AddHttpFrontend(new FrontendConfig(canary, "web", RulePosition.POST, Map.of())),
            new Order.AddHttpFrontend(new FrontendConfig(canary, "web", RulePosition.POST, Map.of(),
                new ExchangeTerms(null, null, 3, null, 0, 0L))),
            new Order.AddHttpFrontend(new FrontendConfig(canary, "web", RulePosition.POST, Map.of(),
                ExchangeTerms.NONE, new HstsConfig(false, 0, true, false, true))),
            new Order.AddHttpListener(ListenerConfig.http(V4).withHeaders(HeaderPolicy.DEFAULT.withHsts(
                new HstsConfig(true, 7, false, true, false)))),
            new Order.RemoveHttpFrontend(canary),
            new Order.RemoveHttpFrontend(plain),
            new Order.RemoveHttpFrontend(narrow),
            new Order.AddBackend(BackendConfig.of("web", "web-0", V4)),
            new Order.AddBackend(new BackendConfig("web", "web-1", BackendAddress.of(V6), "one", 0, true)),
            new Order.AddBackend(new BackendConfig("web", "web-1", BackendAddress.of(V6), null, 5, false,
                12)),
            new Order.AddBackend(BackendConfig.of("web", "web-2", BackendAddress.parse("address",
                "unix:/run/app.sock"))),
            new Order.AddBackend(BackendConfig.of("web", "web-3", BackendAddress.parse("address", "app:80"))),
            new Order.RemoveBackend("web", "web-0", BackendAddress.of(V6)),
            new Order.RemoveBackend("web", "web-2", BackendAddress.parse("address", "unix:@app")),
            new Order.AddHttpListener(ListenerConfig.http(V4)),
            new Order.AddHttpListener(new ListenerConfig(ListenerProtocol.HTTP, V6, V4, false, "C",
                new Timeouts(1, 2, 3, 4, 5, 6), new HeaderPolicy(ForwardedMode.APPEND, "X-Id", true, true)
                    .withCertificatePrefix("X-SSL-"),
                new ListenerLimits(1, 2, 3, 4, 5, 6), new ListenerAdmission(3, 4, new RateLimit(5, 6),
                    new RateLimit(7, 0), new RateLimit(8, 9), new RateLimit(10, 11)), new AnswerPolicy(503),
                false)),
            new Order.ReplaceHttpListener(new ListenerConfig(ListenerProtocol.HTTP, V6, V4, false, "C",
                new Timeouts(1, 2, 3, 4, 5, 6), HeaderPolicy.DEFAULT, new ListenerLimits(1, 2, 3, 4, 5, 6),
                new ListenerAdmission(3, 4), new AnswerPolicy(503), false)),
            new Order.ReplaceHttpFrontend(new FrontendConfig(canary, "web", RulePosition.PRE, Map.of("a",
                "b"))),
            new Order.UpdateHttpListener(V4, fields("front_timeout", "forwarded")),
            new Order.UpdateHttpFrontend(canary, fields("route", "tags")),
            new Order.UpdateCluster("web", fields("load_balancing", "max_queue")),
            new Order.UpdateBackend("web", "b", BackendAddress.parse("address", "app:80"),
                fields("sticky_id", "load_balancing_parameters")),
            new Order.RemoveListener(V4, ListenerProtocol.HTTP),
            new Order.ActivateListener(V4, ListenerProtocol.HTTP, false, Order.NO_SLOT),
            new Order.ActivateListener(V6, ListenerProtocol.HTTP, true, 3),
            new Order.DeactivateListener(V4, ListenerProtocol.TCP, false, Order.NO_SLOT),
            new Order.DeactivateListener(V4, ListenerProtocol.HTTPS, true, 0),
            new Order.Status(),
            new Order.SubscribeEvents(),
            new Order.ListWorkers(),
            new Order.ListListeners(),
            new Order.ListFrontends(true, false, true, "example"),
            new Order.ListFrontends(false, false, false, null),
            new Order.ListBackends(null),
            new Order.ListBackends("web"),
            new Order.ListClusters(null, null, null),
            new Order.ListClusters("web", null, null),
            new Order.ListClusters(null, "example.com", "/a"),
            new Order.ExplainRoute(null, "GET", "a.b", "/", "", Map.of()),
            new Order.ExplainRoute(V6, "PUT", "a.b", "/c", "d=e", Map.of("X-A", "b", "c", "")),
            new Order.DumpState()));
    }

    private static Stream<Order> actions() {
        return Stream.of(
            new Order.Logging("debug"),
            new Order.ReloadConfiguration(null, true),
            new Order.ReloadConfiguration("/etc/sozu.toml", false),
            new Order.SoftStop(),
            new Order.HardStop());
    }

    private static Stream<Order> tls() {
        final FrontendKey key = new FrontendKey(V4, "*", PathRule.ANY, null);
        final FrontendConfig frontend = new FrontendConfig(key, "web", RulePosition.TREE, Map.of());
        final ListenerConfig listener = ListenerConfig.https(V6).withTls(new TlsConfig(new TlsAlgorithms(
            Set.of(TlsVersion.TLS_V13), List.of("ECDHE-RSA-AES128-GCM-SHA256"),
                List.of("TLS_AES_128_GCM_SHA256"),
            List.of("X25519", "P-256"), List.of("ed25519")), List.of("h2", "http/1.1"), 0,
            new SniPolicy(SniPolicy.Choice.REFUSE, SniPolicy.Choice.REFUSE, false), TestTls.ec(), 5,
            new ClientAuth(ClientAuth.Mode.REQUIRED, TestTls.text("ca.pem"), 2, TestTls.text("crl.pem")),
            "/run/keys", true));
        final CertificateConfig own = new CertificateConfig(V4, TestTls.ec(), List.of(), null);
        final CertificateConfig named = new CertificateConfig(V4, TestTls.rsa(), List.of("*.b.c", "A.b"), 4L);
        return Stream.of(
            new Order.AddHttpListener(ListenerConfig.https(V4)),
            new Order.AddBackend(new BackendConfig("web", "b", BackendAddress.of(V6), null, 5, false, 0,
                "app.test")),
            new Order.AddCluster(ClusterConfig.of("web").withBackendTls(BackendTls.DEFAULT)),
            new Order.AddCluster(ClusterConfig.of("web").withBackendTls(new BackendTls(true,
                TestTls.text("ca.pem"), "app.test", Set.of(TlsVersion.TLS_V13), TestTls.ec()))),
            new Order.AddCluster(ClusterConfig.of("web").withBackendTls(new BackendTls(false, null,
                "2001:db8::1", Set.of(TlsVersion.TLS_V12), null))),
            new Order.UpdateCluster("web", fields("backend_tls", "sticky_session")),
            new Order.AddHttpListener(listener),
            new Order.ReplaceHttpListener(listener),
            new Order.UpdateHttpListener(V4, ListenerProtocol.HTTPS, fields("certificate", "versions")),
            new Order.AddHttpFrontend(frontend, ListenerProtocol.HTTPS),
            new Order.ReplaceHttpFrontend(frontend, ListenerProtocol.HTTPS),
            new Order.RemoveHttpFrontend(key, ListenerProtocol.HTTPS),
            new Order.UpdateHttpFrontend(key, ListenerProtocol.HTTPS, fields("tags", "route")),
            new Order.AddCertificate(own), new Order.AddCertificate(named),
            new Order.ReplaceCertificate(own, TestTls.rsa().fingerprint()),
            new Order.ReplaceCertificate(named, TestTls.ec().fingerprint()),
            new Order.RemoveCertificate(V6, TestTls.ec().fingerprint()),
            new Order.ListCertificates(true, "a.b", null),
            new Order.ListCertificates(false, null, TestTls.ec().fingerprint()));
    }

    private static Stream<Order> clusters() {
        return Stream.of(
            new Order.AddCluster(ClusterConfig.of("web")),
            new Order.AddCluster(new ClusterConfig("w\u00e9b \"1\"", true, true, new BalancingConfig(
                LoadBalancing.POWER_OF_TWO, LoadMetric.CONNECTION_TIME))),
            new Order.AddCluster(new ClusterConfig("web", false, false, BalancingConfig.DEFAULT,
                new FailurePolicy(7, 8, 9, 10, 11, 12, 1, 14))),
            new Order.AddCluster(new ClusterConfig("web", false, false, BalancingConfig.DEFAULT,
                FailurePolicy.DEFAULT, new ClusterAdmission(3, 0, new RateLimit(4, 5), new RateLimit(6, 0)),
                new ExchangeTerms(1, 2, 3, 4, 5, 6_000_000_000L))),
            new Order.AddCluster(new ClusterConfig("web", StickyConfig.DEFAULT, new HttpsRedirect(true, 8443),
                BalancingConfig.DEFAULT, FailurePolicy.DEFAULT, ClusterAdmission.DEFAULT,
                ExchangeTerms.NONE)),
            new Order.AddCluster(new ClusterConfig("web", new StickyConfig(true, true, true,
                StickyConfig.SameSite.NONE, 3600, "/app"), new BalancingConfig(LoadBalancing.MAGLEV,
                null, "cookie:user", 30))),
            new Order.AddCluster(new ClusterConfig("web", new StickyConfig(false, false, true, null,
                0, "/"), BalancingConfig.DEFAULT)));
    }

    /** What an update changes is read whole beside the settings there are. */
    private static ObjectNode fields(final String nothing, final String something) {
        return JsonNodeFactory.instance.objectNode().putNull(nothing).put(something, "x");
    }

    @ParameterizedTest
    @MethodSource("orders")
    void shouldReadTheOrderAClientWrote(final Order order) throws OrderException {
        final Envelope envelope = new Envelope("c-1", OptionalInt.of(2), order);

        assertEquals(envelope, OrderJson.readEnvelope(OrderJson.write(envelope)));
        assertEquals(Envelope.of("c-2", order), OrderJson.readEnvelope(OrderJson.write(Envelope.of("c-2",
            order))));
    }

    @ParameterizedTest
    @MethodSource("orders")
    void shouldReadTheOrderTheMasterWrote(final Order order) throws OrderException {
        final WorkerMessage message = new WorkerMessage("c-1-worker-0", order);
        final String text = OrderJson.write(message);

        assertEquals(message, OrderJson.readWorkerMessage(text));
        assertFalse(text.indexOf(0) >= 0 || text.contains("\n"), text);
    }

    @Test
    void shouldTakeTicketKeysFromTheMasterAlone() throws OrderException {
        final Order order = new Order.SetTicketKeys(List.of(new TicketKey(new byte[TicketKey.BYTES])));
        final String client = OrderJson.write(Envelope.of("c-1", order));

        assertEquals(order, OrderJson.readWorkerMessage(OrderJson.write(new WorkerMessage("w", order)))
            .order());
        assertEquals("SET_TICKET_KEYS is given by the master alone", assertThrows(OrderException.class,
            () -> OrderJson.readEnvelope(client)).getMessage());
    }

    @Test
    void shouldHaveARoundTripForEveryServedType() {
        final Set<OrderType> served = Arrays.stream(OrderType.values()).filter(OrderType::served)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(OrderType.class)));
        final Set<OrderType> tested = orders().map(Order::type)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(OrderType.class)));
        served.removeAll(Set.of(OrderType.QUERY, OrderType.SET_TICKET_KEYS));

        assertEquals(served, tested);
    }

    @Test
    void shouldReadTheAnswerThatWasWritten() throws OrderException {
        final Answer content = Answer.ok("a", "WORKERS", OrderJson.toJson(ClusterConfig.of("web")));
        for (final Answer answer : new Answer[] {content, Answer.ok("b", ""), Answer.processing("c", "soon"),
            Answer.error("", "no")}) {
            assertEquals(answer, OrderJson.readAnswer(OrderJson.write(answer)));
        }
    }

    @Test
    void shouldReadAWorkersAnswerWithoutVersion() throws OrderException {
        assertEquals(Answer.ok("READY", ""),
            OrderJson.readAnswer("{\"id\":\"READY\",\"status\":\"OK\",\"message\":\"\",\"content\":null}"));
    }
}
