package io.sozu.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.Answer;
import io.sozu.control.Order;
import io.sozu.control.OrderJson;
import io.sozu.control.TestTls;
import io.sozu.control.model.Addresses;
import io.sozu.control.model.BackendTls;
import io.sozu.control.model.CertificateConfig;
import io.sozu.control.model.CertificateMaterial;
import io.sozu.control.model.ClientAuth;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.ExchangeTerms;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.FrontendKey;
import io.sozu.control.model.HeaderPolicy;
import io.sozu.control.model.HstsConfig;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.ListenerProtocol;
import io.sozu.control.model.PathRule;
import io.sozu.control.model.RulePosition;
import io.sozu.control.model.SniPolicy;
import io.sozu.control.model.TlsAlgorithms;
import io.sozu.control.model.TlsConfig;
import io.sozu.control.model.TlsVersion;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line about HTTPS. */
final class CtlTlsTest {
    private static final String FILES = "src/test/resources/io/sozu/control/tls/";
    private static final String ADDRESS = " -a 0.0.0.0:8443 ";
    private static final InetSocketAddress LISTENER = Addresses.parse("address", "0.0.0.0:8443");

    @TempDir
    private Path directory;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(final String command) {
        final String line = command.replace("@", FILES) + " --socket " + directory.resolve("s");
        return CtlMain.run(new PrintWriter(out, true), new PrintWriter(err, true), line.split(" +"));
    }

    private void makes(final String command, final Order order) throws Exception {
        try (FakeMaster master = FakeMaster.answering(directory.resolve("s"), id -> Answer.ok(id, ""))) {
            assertEquals(ExitCode.OK, run(command), err::toString);
            assertEquals(order, master.order());
        }
        Files.delete(directory.resolve("s"));
    }

    private void refuses(final String command, final String part) {
        err.getBuffer().setLength(0);
        assertEquals(ExitCode.USAGE, run(command), command);
        assertTrue(err.toString().contains(part), err::toString);
        assertFalse(err.toString().contains("PRIVATE KEY-----\nM"), err::toString);
    }

    @Test
    void shouldMakeTheOrdersAboutBackends() throws Exception {
        final ClusterConfig cluster = ClusterConfig.of("web");
        makes("cluster add -i web --backend-tls",
            new Order.AddCluster(cluster.withBackendTls(BackendTls.DEFAULT)));
        makes("cluster add -i web --backend-tls=false", new Order.AddCluster(cluster));
        makes("cluster add -i web --backend-tls-verify false", new Order.AddCluster(cluster.withBackendTls(
            new BackendTls(false, null, null, BackendTls.DEFAULT.versions(), null))));
        final BackendTls all = new BackendTls(true, TestTls.text("ca.pem"), "app.test",
            Set.of(TlsVersion.TLS_V13), TestTls.ec());
        final String options = " --backend-tls-ca @ca.pem --backend-tls-server-name app.test"
            + " --backend-tls-versions TLSv1.3 --backend-tls-certificate @ec.pem --backend-tls-key @ec.key";
        makes("cluster add -i web" + options, new Order.AddCluster(cluster.withBackendTls(all)));
        final ObjectNode fields = JsonNodeFactory.instance.objectNode();
        fields.set("backend_tls", OrderJson.toJson(new Order.AddCluster(cluster.withBackendTls(all)))
            .get("data").get("backend_tls"));
        makes("cluster update -i web" + options, new Order.UpdateCluster("web", fields));
        makes("cluster update -i web --backend-tls=false", new Order.UpdateCluster("web",
            JsonNodeFactory.instance.objectNode().putNull("backend_tls")));
        refuses("cluster add -i web --backend-tls=false --backend-tls-ca @ca.pem", "takes no --backend-tls-");
        refuses("cluster add -i web --backend-tls-verify false --backend-tls-ca @ca.pem",
            "ca has no effect while verify is false");
        refuses("cluster add -i web --backend-tls-certificate @ec.pem", "key is missing");
        refuses("cluster add -i web --backend-tls-server-name *.a", "is no name of a server");
        assertFalse(OrderJson.toJson(cluster.withBackendTls(all)).toString().contains("PRIVATE"));
    }

    @Test
    void shouldMakeTheOrdersAboutListeners() throws Exception {
        final TlsConfig own = TlsConfig.DEFAULT.withCertificate(TestTls.ec());
        makes("listener https add" + ADDRESS, new Order.AddHttpListener(ListenerConfig.https(LISTENER)));
        makes("listener https add" + ADDRESS + "--certificate @ec.pem --key @ec.key",
            new Order.AddHttpListener(ListenerConfig.https(LISTENER).withTls(own)));
        makes("listener https add" + ADDRESS + "--tls-versions TLSv1.3 --cipher-list A:B --cipher-suites C"
            + " --groups-list X25519,P-256 --signature-algorithms ed25519 --alpn-protocols http/1.1,h2"
            + " --send-tls13-tickets 0 --no-sni refuse --unknown-sni refuse --strict-sni-binding false"
            + " --handshake-timeout 3 --client-auth required --client-ca @ca.pem --client-auth-depth 2"
            + " --client-crl @crl.pem --key-log-file /run/keys --ktls --certificate @rsa.pem"
            + " --certificate-chain @inter.pem --key @rsa1.key --ocsp-file /run/ocsp",
            new Order.AddHttpListener(ListenerConfig.https(LISTENER).withTls(new TlsConfig(
                new TlsAlgorithms(Set.of(TlsVersion.TLS_V13), List.of("A", "B"), List.of("C"),
                    List.of("X25519", "P-256"), List.of("ed25519")), List.of("http/1.1", "h2"), 0,
                new SniPolicy(SniPolicy.Choice.REFUSE, SniPolicy.Choice.REFUSE, false), TestTls.rsa(), 3,
                new ClientAuth(ClientAuth.Mode.REQUIRED, TestTls.text("ca.pem"), 2, TestTls.text("crl.pem")),
                "/run/keys", true))));
        makes("listener https activate" + ADDRESS, new Order.ActivateListener(LISTENER,
            ListenerProtocol.HTTPS, false, Order.NO_SLOT));
        makes("listener https deactivate" + ADDRESS, new Order.DeactivateListener(LISTENER,
            ListenerProtocol.HTTPS, false, Order.NO_SLOT));
        makes("listener https remove" + ADDRESS, new Order.RemoveListener(LISTENER, ListenerProtocol.HTTPS));
        makes("listener https update" + ADDRESS + "--unknown-sni refuse --client-crl @crl.pem --ktls false"
            + " --front-timeout 9 --versions TLS_V13", new Order.UpdateHttpListener(LISTENER,
            ListenerProtocol.HTTPS, JsonNodeFactory.instance.objectNode().put("unknown_sni", "refuse")
                .put("client_crl", TestTls.text("crl.pem")).put("ktls", false).put("front_timeout", 9)
                .set("versions", JsonNodeFactory.instance.arrayNode().add("TLS_V13"))));
    }

    private static ListenerConfig telling(final HstsConfig hsts) {
        return ListenerConfig.https(LISTENER).withHeaders(HeaderPolicy.DEFAULT.withHsts(hsts));
    }

    @Test
    void shouldMakeTheOrdersAboutHsts() throws Exception {
        final FrontendKey key = new FrontendKey(LISTENER, "a.b", PathRule.ANY, null);
        final String frontend = " --hostname a.b id web" + ADDRESS;
        makes("listener https add --hsts-max-age 7 --hsts-include-subdomains" + ADDRESS,
            new Order.AddHttpListener(telling(new HstsConfig(true, 7, true, false, false))));
        makes("listener https add --hsts-preload" + ADDRESS,
            new Order.AddHttpListener(telling(new HstsConfig(true, 31_536_000, false, true, false))));
        makes("listener https update --hsts-disabled" + ADDRESS, new Order.UpdateHttpListener(LISTENER,
            ListenerProtocol.HTTPS, JsonNodeFactory.instance.objectNode().set("hsts",
                JsonNodeFactory.instance.objectNode().put("enabled", false).put("max_age", 31_536_000)
                    .put("include_subdomains", false).put("preload", false)
                    .put("force_replace_backend", false))));
        makes("frontend https add --hsts-force-replace-backend" + frontend, new Order.AddHttpFrontend(
            new FrontendConfig(key, "web", RulePosition.TREE, Map.of(), ExchangeTerms.NONE,
                new HstsConfig(true, 31_536_000, false, false, true)), ListenerProtocol.HTTPS));
        makes("frontend https update --hostname a.b --hsts-max-age 0" + ADDRESS,
            new Order.UpdateHttpFrontend(key, ListenerProtocol.HTTPS, JsonNodeFactory.instance.objectNode()
                .set("hsts", JsonNodeFactory.instance.objectNode().put("enabled", true).put("max_age", 0)
                    .put("include_subdomains", false).put("preload", false)
                    .put("force_replace_backend", false))));
        makes("frontend https update --hostname a.b --hsts-inherited" + ADDRESS,
            new Order.UpdateHttpFrontend(key, ListenerProtocol.HTTPS,
                JsonNodeFactory.instance.objectNode().putNull("hsts")));
        refuses("frontend https update --hostname a.b --hsts-inherited --hsts-disabled" + ADDRESS,
            "--hsts-inherited contradicts the other options of HSTS");
        refuses("frontend https add --hsts-inherited" + frontend, "--hsts-inherited");
        refuses("frontend https add --hsts-disabled --hsts-preload" + frontend,
            "--hsts-disabled contradicts the other options of HSTS");
        refuses("frontend https add --hsts-max-age -1" + frontend, "hsts.max_age -1 is outside");
        refuses("frontend http add --hsts-max-age 1" + frontend, "--hsts-max-age");
    }

    @Test
    void shouldMakeTheOrdersAboutFrontends() throws Exception {
        final FrontendKey key = new FrontendKey(LISTENER, "a.b", PathRule.ANY, null);
        makes("frontend https add --hostname a.b id web" + ADDRESS, new Order.AddHttpFrontend(
            new FrontendConfig(key, "web", RulePosition.TREE, Map.of()), ListenerProtocol.HTTPS));
        makes("frontend https remove --hostname a.b" + ADDRESS, new Order.RemoveHttpFrontend(key,
            ListenerProtocol.HTTPS));
        makes("frontend https update --hostname a.b deny" + ADDRESS, new Order.UpdateHttpFrontend(key,
            ListenerProtocol.HTTPS, JsonNodeFactory.instance.objectNode().put("route", "DENY")));
    }

    @Test
    void shouldMakeTheOrdersAboutCertificates() throws Exception {
        final CertificateMaterial rsa = CertificateMaterial.of(TestTls.text("rsa.pem"),
            List.of(TestTls.text("inter.pem")), TestTls.text("rsa8.key"), null);
        final String old = TestTls.ec().fingerprint();
        makes("certificate add --certificate @ec.pem --key @ec.key" + ADDRESS, new Order.AddCertificate(
            new CertificateConfig(LISTENER, TestTls.ec(), List.of(), null)));
        makes("certificate add --certificate @rsa.pem --certificate-chain @inter.pem --key @rsa1.key --names"
            + " a.b,*.c.d --expired-at 7 --ocsp-file /run/ocsp" + ADDRESS, new Order.AddCertificate(
            new CertificateConfig(LISTENER, TestTls.rsa(), List.of("a.b", "*.c.d"), 7L)));
        final Order replaced = new Order.ReplaceCertificate(new CertificateConfig(LISTENER, rsa, List.of(),
            null), old);
        final String replace = "certificate replace --new-certificate @rsa.pem --new-certificate-chain"
            + " @inter.pem --new-key @rsa8.key" + ADDRESS;
        makes(replace + "--old-certificate @ec.pem", replaced);
        makes(replace + "--old-fingerprint " + old, replaced);
        makes("certificate remove --certificate @ec.pem" + ADDRESS, new Order.RemoveCertificate(LISTENER,
            old));
        makes("certificate remove --fingerprint " + old.toUpperCase(Locale.ROOT)
            .replaceAll("(..)(?=.)", "$1:") + ADDRESS, new Order.RemoveCertificate(LISTENER, old));
        makes("certificate list", new Order.ListCertificates(false, null, null));
        makes("certificate list -w -d a.b -f " + old, new Order.ListCertificates(true, "a.b", old));
    }

    @Test
    void shouldSayWhatIsWrongWithAFileAndSendNothing() {
        final String add = "certificate add" + ADDRESS;
        refuses(add + "--certificate @none.pem --key @ec.key", FILES + "none.pem: no such file");
        refuses(add + "--certificate @ec.key --key @ec.key", "certificate has no certificate");
        refuses(add + "--certificate @ec.pem --key @enc.key", "key is encrypted");
        refuses(add + "--certificate @ec.pem", "--key");
        refuses("certificate remove" + ADDRESS, "--fingerprint");
        refuses("certificate remove --fingerprint 12" + ADDRESS, "is no fingerprint");
        refuses("listener https add --certificate @ec.pem" + ADDRESS, "key is missing");
        refuses("listener https update" + ADDRESS, "nothing is to change");
    }

    @Test
    void shouldListCertificatesWithTheDaysThatAreLeft() {
        final ArrayNode array = JsonNodeFactory.instance.arrayNode();
        final CertificateConfig certificate = new CertificateConfig(LISTENER, TestTls.ec(), List.of(), null);
        array.add(OrderJson.toJson(certificate).put("default", true));
        final long end = TestTls.ec().info().notAfterSeconds();
        final StringWriter text = new StringWriter();
        for (final long left : new long[] {86_400L * 30 + 5, 86_400L, -1}) {
            final PrintWriter writer = new PrintWriter(text, true);
            CertificateViews.table(array, false, end - left).print(writer);
            writer.flush();
        }
        assertEquals("LISTENER NAMES KEY EXPIRES FINGERPRINT", text.toString().lines().findFirst()
            .orElseThrow().replaceAll(" +", " "));
        for (final String left : List.of("30 days", "1 day", "EXPIRED")) {
            assertTrue(text.toString().replaceAll(" +", " ").contains("0.0.0.0:8443 (default)"
                + " *.b.example.com 127.0.0.1 a.example.com ECDSA P-256 2126-10-31 (" + left + ") "
                + TestTls.ec().fingerprint()), text.toString());
        }
    }
}
