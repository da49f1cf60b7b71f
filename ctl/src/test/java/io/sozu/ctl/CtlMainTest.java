package io.sozu.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sozu.control.Answer;
import io.sozu.control.Order;
import io.sozu.control.OrderJson;
import io.sozu.control.model.Addresses;
import io.sozu.control.model.AnswerPolicy;
import io.sozu.control.model.BackendAddress;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.BalancingConfig;
import io.sozu.control.model.ClusterAdmission;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.ExchangeTerms;
import io.sozu.control.model.FailurePolicy;
import io.sozu.control.model.ForwardedMode;
import io.sozu.control.model.Condition;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.FrontendKey;
import io.sozu.control.model.HeaderPolicy;
import io.sozu.control.model.HttpsRedirect;
import io.sozu.control.model.ListenerAdmission;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.ListenerLimits;
import io.sozu.control.model.ListenerProtocol;
import io.sozu.control.model.LoadBalancing;
import io.sozu.control.model.PathKind;
import io.sozu.control.model.PathRule;
import io.sozu.control.model.RateLimit;
import io.sozu.control.model.RulePosition;
import io.sozu.control.model.StickyConfig;
import io.sozu.control.model.Timeouts;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line against a master in this process. */
final class CtlMainTest {
    private static final InetSocketAddress LISTENER = Addresses.parse("address", "0.0.0.0:8080");
    private static final BackendAddress BACKEND = BackendAddress.parse("address", "10.0.0.5:3000");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;
    private Path socket;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void nameTheSocket() {
        socket = directory.resolve("sozu.sock");
    }

    @Test
    void shouldMakeTheOrderOfEachCommand() throws Exception {
        final BackendConfig plain = BackendConfig.of("web", "web-2", BACKEND);
        final String backend = "-i web --backend-id web-2 -a 10.0.0.5:3000";
        makes("status", new Order.Status());
        makes("shutdown", new Order.SoftStop());
        makes("shutdown --hard", new Order.HardStop());
        makes("reload", new Order.ReloadConfiguration(null, false));
        makes("reload --dry-run -f /etc/sozu/other.toml",
            new Order.ReloadConfiguration("/etc/sozu/other.toml", true));
        makes("logging debug", new Order.Logging("debug"));
        makes("cluster add -i web", new Order.AddCluster(ClusterConfig.of("web")));
        makes("cluster add -i web -s -r --load-balancing-policy least_loaded", new Order.AddCluster(
            new ClusterConfig("web", true, true, new BalancingConfig(LoadBalancing.LEAST_LOADED, null))));
        makes("cluster add -i web --load-balancing-policy hrw --hash-key header:X-User --slow-start 30 -s"
            + " --sticky-secure --sticky-http-only --sticky-same-site none --sticky-max-age 60"
            + " --sticky-path /app", new Order.AddCluster(new ClusterConfig("web", new StickyConfig(true,
                true, true, StickyConfig.SameSite.NONE, 60, "/app"), new BalancingConfig(LoadBalancing.HRW,
                null, "header:X-User", 30))));
        makes("cluster add -i web -r --https-redirect-port 8443", new Order.AddCluster(new ClusterConfig(
            "web", StickyConfig.DEFAULT, new HttpsRedirect(true, 8443), BalancingConfig.DEFAULT,
            FailurePolicy.DEFAULT, ClusterAdmission.DEFAULT, ExchangeTerms.NONE)));
        makes("cluster add -i web --max-queue 7 --queue-timeout 8", new Order.AddCluster(
            new ClusterConfig("web", false, false, BalancingConfig.DEFAULT, new FailurePolicy(7, 8))));
        makes("cluster add -i web --consecutive-5xx 3 --consecutive-failures 4 --ejection-time 5"
            + " --max-ejected-percent 60 --retries 1 --retry-budget 30",
            new Order.AddCluster(new ClusterConfig("web", false, false,
                BalancingConfig.DEFAULT, new FailurePolicy(128, 5, 3, 4, 5, 60, 1, 30))));
        makes("cluster add -i web --front-timeout 1 --back-timeout 2 --connect-timeout 3 --response-timeout 4"
            + " --min-body-rate 5 --max-body-size 6000000000",
            new Order.AddCluster(new ClusterConfig("web", false,
                false, BalancingConfig.DEFAULT, FailurePolicy.DEFAULT, ClusterAdmission.DEFAULT,
                new ExchangeTerms(1, 2, 3, 4, 5, 6_000_000_000L))));
        makes("cluster remove -i web", new Order.RemoveCluster("web"));
        makes("cluster list -d example.com", new Order.ListClusters(null, "example.com", null));
        makes("backend add " + backend, new Order.AddBackend(plain));
        makes("backend add -s s1 -w 7 -b " + backend,
            new Order.AddBackend(new BackendConfig("web", "web-2", BACKEND, "s1", 7, true)));
        makes("backend add --max-connections 12 " + backend,
            new Order.AddBackend(new BackendConfig("web", "web-2", BACKEND, null, 100, false, 12)));
        makes("backend remove " + backend, new Order.RemoveBackend("web", "web-2", BACKEND));
        makes("backend remove -i web --backend-id app -a unix:/run/app.sock",
            new Order.RemoveBackend("web", "app", BackendAddress.parse("address", "unix:/run/app.sock")));
        makes("backend list -i web", new Order.ListBackends("web"));
    }

    @Test
    void shouldMakeTheOrderOfEachCommandAboutFrontendsAndListeners() throws Exception {
        final FrontendKey api =
            new FrontendKey(LISTENER, "example.com", new PathRule(PathKind.PREFIX, "/api"), "GET");
        final FrontendKey all = new FrontendKey(LISTENER, "example.com", PathRule.ANY, null);
        final String frontend = "-a 0.0.0.0:8080 --hostname example.com";
        makes("frontend http add " + frontend + " -p /api -m GET --tags owner=me,zone=b id web",
            new Order.AddHttpFrontend(new FrontendConfig(api, "web", RulePosition.TREE,
                Map.of("owner", "me", "zone", "b"))));
        makes("frontend http add deny --position pre " + frontend,
            new Order.AddHttpFrontend(new FrontendConfig(all, null, RulePosition.PRE, Map.of())));
        makes("frontend http add id web --max-body-size 0 --response-timeout 7 " + frontend,
            new Order.AddHttpFrontend(new FrontendConfig(all, "web", RulePosition.TREE, Map.of(),
                new ExchangeTerms(null, null, null, 7, null, 0L))));
        makes("frontend http remove id web " + frontend, new Order.RemoveHttpFrontend(all));
        makes("frontend http add deny --if-header X-V:1 --if-query a=b " + frontend,
            new Order.AddHttpFrontend(new FrontendConfig(new FrontendKey(LISTENER, "example.com",
            PathRule.ANY, null,
                Condition.header("x-v", "1"), Condition.query("a", "b")), null, RulePosition.TREE,
                Map.of())));
        makes("route explain GET http://b\u00fccher.de:80/a/b?c=d#e -H X-A:b --listener 0.0.0.0:8080",
            new Order.ExplainRoute(LISTENER, "GET", "xn--bcher-kva.de", "/a/b", "c=d", Map.of("X-A", "b")));
        makes("route explain PUT example.com?x",
            new Order.ExplainRoute(null, "PUT", "example.com", "/", "x", Map.of()));
        makes("frontend list --http", new Order.ListFrontends(true, false, false, null));
        makes("listener http add -a 0.0.0.0:8080", new Order.AddHttpListener(ListenerConfig.http(LISTENER)));
        makes("listener http add -a 0.0.0.0:8080 --front-timeout 5 --forwarded append --send-x-real-ip"
            + " --max-body-size 10 --max-keepalive-requests 20 --keepalive-timeout 6 --response-timeout 7"
            + " --min-body-rate 8 --max-connection-age 9 --max-header-fields 11 --max-header-size 12"
            + " --no-route-status 421 --client-cert-prefix X-SSL-",
            new Order.AddHttpListener(new ListenerConfig(ListenerProtocol.HTTP, LISTENER, null, false,
                ListenerConfig.DEFAULT_STICKY_NAME, new Timeouts(5, 30, 3, 10, 6, 7),
                new HeaderPolicy(ForwardedMode.APPEND, "Sozu-Id", false, true)
                    .withCertificatePrefix("X-SSL-"),
                new ListenerLimits(10, 8, 20, 9, 11, 12), ListenerAdmission.DEFAULT, new AnswerPolicy(421),
                false)));
        makes("listener http remove -a 0.0.0.0:8080",
            new Order.RemoveListener(LISTENER, ListenerProtocol.HTTP));
        makes("listener http activate -a 0.0.0.0:8080",
            new Order.ActivateListener(LISTENER, ListenerProtocol.HTTP, false, Order.NO_SLOT));
        makes("listener http deactivate -a 0.0.0.0:8080",
            new Order.DeactivateListener(LISTENER, ListenerProtocol.HTTP, false, Order.NO_SLOT));
        makes("listener list", new Order.ListListeners());
    }

    @Test
    void shouldMakeOrdersWithLimitsOfConnectionsAndRates() throws Exception {
        makes("cluster add -i web --max-connections-per-ip 9 --retry-after 0", new Order.AddCluster(
            new ClusterConfig("web", false, false, BalancingConfig.DEFAULT, FailurePolicy.DEFAULT,
                new ClusterAdmission(9, 0), ExchangeTerms.NONE)));
        makes("cluster add -i web --request-rate 1 --request-burst 2 --request-rate-per-source 3"
            + " --request-burst-per-source 4", new Order.AddCluster(new ClusterConfig("web", false, false,
                BalancingConfig.DEFAULT, FailurePolicy.DEFAULT,
                new ClusterAdmission(null, null, new RateLimit(1, 2), new RateLimit(3, 4)),
                ExchangeTerms.NONE)));
        makes("listener http add -a 0.0.0.0:8080 --max-connections 5 --max-connections-per-source 6"
            + " --connection-rate 1 --connection-burst 2 --connection-rate-per-source 3"
            + " --connection-burst-per-source 4 --request-rate 5 --request-burst 6"
            + " --request-rate-per-source 7 --request-burst-per-source 8",
            new Order.AddHttpListener(new ListenerConfig(ListenerProtocol.HTTP, LISTENER, null, false,
                ListenerConfig.DEFAULT_STICKY_NAME, Timeouts.DEFAULT, HeaderPolicy.DEFAULT,
                ListenerLimits.DEFAULT, new ListenerAdmission(5, 6, new RateLimit(1, 2), new RateLimit(3, 4),
                    new RateLimit(5, 6), new RateLimit(7, 8)), AnswerPolicy.DEFAULT, false)));
    }

    @Test
    void shouldShowTheWorkersAsATable() throws Exception {
        final String workers = "[{\"id\":0,\"pid\":71,\"run_state\":\"RUNNING\",\"http.requests\":12345},"
            + "{\"id\":1,\"pid\":72,\"run_state\":\"STOPPING\"}]";
        try (FakeMaster master = FakeMaster.answering(socket,
                id -> Answer.ok(id, "STATUS", tree(workers)))) {
            assertEquals(ExitCode.OK, run("status"));
            assertEquals(new Order.Status(), master.order());
        }
        assertEquals("""
            ID  PID  STATE     CLIENTS  REQUESTS  ACTIVE  ERRORS  BACKEND CONNECTIONS
            0   71   RUNNING   -        12345     -       -       -
            1   72   STOPPING  -        -         -       -       -
            """, out.toString());
    }

    @Test
    void shouldShowFrontendsAndBackendsAsTables() throws Exception {
        final FrontendConfig frontend = new FrontendConfig(new FrontendKey(LISTENER, "example.com",
            new PathRule(PathKind.EQUALS, "/a"), null, Condition.header("X-V", "b=1"), null), null,
            RulePosition.TREE, Map.of("k", "v"));
        try (FakeMaster master = FakeMaster.answering(socket, id -> Answer.ok(id, "FRONTEND_LIST",
                JSON.createObjectNode().set("http_frontends", JSON.createArrayNode()
                    .add(OrderJson.toJson(frontend)))))) {
            assertEquals(ExitCode.OK, run("frontend list"));
            assertEquals(new Order.ListFrontends(false, false, false, null), master.order());
        }
        assertEquals("ADDRESS       HOST         PATH  METHOD  IF              ROUTE  POSITION  TAGS\n"
            + "0.0.0.0:8080  example.com  =/a   -       header x-v=b=1  deny   TREE      k=v\n",
            out.toString());
    }

    @Test
    void shouldShowWhatWorkersSayOfABackend() throws Exception {
        final String backend = "{\"cluster_id\":\"web\",\"address\":\"10.0.0.1:80\",\"connections\":7,"
            + "\"active_requests\":3,\"backend_id\":";
        final String clusters = "[{\"backends\":[" + backend + "\"a\",\"workers\":2,\"ejected\":0},"
            + backend + "\"b\",\"workers\":2,\"ejected\":2,\"starting\":1},"
            + backend + "\"c\",\"workers\":2,\"draining\":1}," + backend + "\"d\",\"workers\":0}]}]";
        try (FakeMaster master = FakeMaster.answering(socket,
                id -> Answer.ok(id, "BACKENDS", tree(clusters)))) {
            assertEquals(ExitCode.OK, run("backend list"));
            assertEquals(new Order.ListBackends(null), master.order());
        }
        for (final String row : List.of("a 10.0.0.1:80 - no - 7 3 up",
                "b 10.0.0.1:80 - no - 7 3 ejected, starting in 1 of 2",
                "c 10.0.0.1:80 - no - 7 3 draining in 1 of 2", "d 10.0.0.1:80 - no - 7 3 -")) {
            assertTrue(out.toString().replaceAll(" +", " ").contains("web " + row), out.toString());
        }
    }

    @Test
    void shouldShowWhatANameStandsForAndWhyItIsNotAnswered() throws Exception {
        final String backend = "{\"cluster_id\":\"web\",\"backend_id\":\"b\",\"address\":\"app:80\","
            + "\"resolved\":";
        final String clusters = "[{\"backends\":["
            + backend + "[\"10.0.0.1:80\",\"10.0.0.2:80\"],\"problem\":null},"
            + backend + "[\"10.0.0.1:80\"],\"problem\":\"no answer\"},"
            + backend + "[],\"problem\":\"no answer\"}," + backend + "[],\"problem\":null}]}]";
        try (FakeMaster master = FakeMaster.answering(socket,
                id -> Answer.ok(id, "BACKENDS", tree(clusters)))) {
            assertEquals(ExitCode.OK, run("backend list"));
            assertEquals(new Order.ListBackends(null), master.order());
        }
        for (final String address : List.of("app:80 (10.0.0.1:80, 10.0.0.2:80)",
                "app:80 (10.0.0.1:80; no answer)", "app:80 (not resolved; no answer)",
                "app:80 (not resolved)")) {
            assertTrue(out.toString().contains(address), out.toString());
        }
    }

    @Test
    void shouldPrintTheLastAnswerAloneAsOneLineOfJson() throws Exception {
        try (FakeMaster master = FakeMaster.scripted(socket, envelope -> List.of(
                OrderJson.write(Answer.processing(envelope.id(), "asking")),
                OrderJson.write(Answer.error("other", "is not for us")),
                OrderJson.write(Answer.ok(envelope.id(), "STATUS", tree("[]")))))) {
            assertEquals(ExitCode.OK, run("status --json"));
            assertEquals(new Order.Status(), master.order());
        }
        assertEquals(1, out.toString().lines().count());
        assertEquals("OK", tree(out.toString()).get("status").asText());
        assertEquals("", err.toString());
    }

    @Test
    void shouldSayWhatTheMasterRefusedAndEndWith1() throws Exception {
        try (FakeMaster master = FakeMaster.answering(socket,
                id -> Answer.error(id, "there is no cluster 'web'"))) {
            assertEquals(ExitCode.REFUSED, run("cluster remove -i web"));
            assertEquals(new Order.RemoveCluster("web"), master.order());
        }
        assertEquals("sozuctl: there is no cluster 'web'\n", err.toString());
        assertEquals("", out.toString());
    }

    @Test
    void shouldFindTheMasterByItsConfigurationFile() throws Exception {
        final Path config = Files.writeString(directory.resolve("c.toml"),
            "command_socket = \"./sozu.sock\" # beside it\n");
        try (FakeMaster master = FakeMaster.answering(socket, id -> Answer.ok(id, ""))) {
            assertEquals(ExitCode.OK,
                CtlMain.run(writer(out), writer(err), "-c", config.toString(), "cluster",
                "add", "-i", "web"));
            assertEquals(new Order.AddCluster(ClusterConfig.of("web")), master.order());
        }
        assertEquals("cluster web added\n", out.toString());
    }

    @Test
    void shouldNameThePathAndTheCureWhenNoMasterListens() throws Exception {
        assertEquals(ExitCode.NO_MASTER, run("status"));
        assertTrue(err.toString().contains(socket + ": there is no such file. Start one with: sozu start"));
    }

    @Test
    void shouldTellALeftSocketFromALivingMaster() throws Exception {
        FakeMaster.answering(socket, id -> Answer.ok(id, "")).close();
        assertTrue(Files.exists(socket));
        assertEquals(ExitCode.NO_MASTER, run("status"));
        assertTrue(err.toString().contains("the one that made this file is gone"), err::toString);
    }

    @Test
    void shouldRefuseAPathThatNoUnixSocketCanHave() {
        assertEquals(ExitCode.NO_MASTER, CtlMain.run(writer(out), writer(err), "status", "--socket",
            "/" + "long/".repeat(40) + "sozu.sock"));
        assertTrue(err.toString().contains("too long"), err::toString);
    }

    @Test
    void shouldEndWith4WhenTheMasterLeavesBeforeItAnswered() throws Exception {
        try (FakeMaster master = FakeMaster.scripted(socket, envelope -> List.of(""))) {
            assertEquals(ExitCode.NO_ANSWER, run("status"));
            assertEquals(new Order.Status(), master.order());
        }
        assertTrue(err.toString().contains("went away before it answered"), err::toString);
    }

    @Test
    void shouldEndWith4WhenNoAnswerComesInTime() throws Exception {
        try (FakeMaster master = FakeMaster.scripted(socket, envelope -> List.of())) {
            assertEquals(ExitCode.NO_ANSWER, run("status -t 20"));
            assertEquals(new Order.Status(), master.order());
        }
        assertTrue(err.toString().contains("no answer within 20 ms"), err::toString);
    }

    @Test
    void shouldSendNothingWhenTheCommandLineIsWrong() {
        assertUsage("backend add -i web --backend-id b -a nowhere", "IP:PORT");
        assertUsage("backend add -i web --backend-id b -a 10.0.0.5:3000 -w 300", "weight");
        assertUsage("frontend http add -a 0.0.0.0:8080 --hostname example.com cluster",
            "write id CLUSTER, or deny");
        assertUsage("cluster add", "--id");
        assertUsage("cluster", "add, update, remove, list");
        assertUsage("destroy", "destroy");
        assertUsage("status -c a.toml", "one of them");
        assertEquals(ExitCode.USAGE, CtlMain.run(writer(out), writer(err)));
    }

    @Test
    void shouldExplainEveryCommand() {
        for (final String command : List.of("", "status", "cluster add", "backend add", "backend remove",
                "frontend http add", "listener http add", "shutdown", "completion")) {
            assertEquals(ExitCode.OK,
                CtlMain.run(writer(out), writer(err), (command + " --help").strip().split(" ")));
        }
        assertTrue(out.toString().contains("3   no master can be reached"), out::toString);
        assertEquals("", err.toString());
    }

    @Test
    void shouldPrintACompletionScript() {
        assertEquals(ExitCode.OK, CtlMain.run(writer(out), writer(err), "completion", "bash"));
        assertTrue(out.toString().contains("complete -F"));
        assertTrue(out.toString().contains("_picocli_sozuctl_backend_add"));
    }

    @Test
    void shouldRehearseEveryCommand() {
        assertEquals(ExitCode.OK, CtlMain.run(writer(out), writer(err), "rehearse"));
    }

    private void makes(final String command, final Order order) throws Exception {
        try (FakeMaster master = FakeMaster.answering(socket, id -> Answer.ok(id, ""))) {
            assertEquals(ExitCode.OK, run(command), err::toString);
            assertEquals(order, master.order());
        }
        Files.delete(socket);
    }

    private void assertUsage(final String command, final String part) {
        err.getBuffer().setLength(0);
        assertEquals(ExitCode.USAGE, run(command), command);
        assertTrue(err.toString().contains(part), err::toString);
    }

    private int run(final String command) {
        return CtlMain.run(writer(out), writer(err), (command + " --socket " + socket).split(" "));
    }

    private static PrintWriter writer(final StringWriter text) {
        return new PrintWriter(text, true);
    }

    private static JsonNode tree(final String text) {
        try {
            return JSON.readTree(text);
        } catch (final JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
