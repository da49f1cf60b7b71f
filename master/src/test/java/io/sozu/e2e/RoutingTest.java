package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which cluster a request reaches, by frontends of the file and by orders. */
@Tag("e2e")
final class RoutingTest {
    @RegisterExtension
    final Stage stage = Stage.perTest();

    private static String ask(final RawClient client, final String host, final String path)
            throws IOException {
        return ask(client, "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }

    /** Returns the backend that answered, or the status when none did. */
    private static String ask(final RawClient client, final String request) throws IOException {
        final Answer answer = client.send(request).answer();
        return answer.status() == 200 ? answer.head().only(ScriptedBackend.MARK)
                : Integer.toString(answer.status());
    }

    /** Adds a cluster of one backend, both named alike, and its frontends. */
    private ScriptedBackend cluster(final ProxyConfig config, final String name, final String... frontends)
            throws IOException {
        final ScriptedBackend backend = stage.backend(name);
        config.cluster(name, List.of(frontends), backend);
        return backend;
    }

    @Test
    void shouldRouteByWhatTheFileSaysOfHostsAndPaths() throws IOException {
        final ProxyConfig config = new ProxyConfig().workers(1);
        cluster(config, "cdn", "hostname = '/cdn[0-9]+/.a.test'");
        cluster(config, "star", "hostname = '*.a.test'");
        cluster(config, "idn", "hostname = 'b\u00fccher.test'");
        cluster(config, "api", "hostname = 'a.test', path = '/v[0-9]+/.*', path_type = 'REGEX'");
        cluster(config, "web", "hostname = 'a.test', path = '/'",
                "hostname = 'a.test', path = '/v1/x', path_type = 'EQUALS'");
        cluster(config, "first", "hostname = '*', path = '/health', path_type = 'EQUALS', position = 'PRE'");
        cluster(config, "last", "hostname = '*', position = 'POST', method = 'GET'");
        final ProxyProcess proxy = stage.proxy(config);
        try (RawClient client = proxy.client()) {
            assertEquals("cdn", ask(client, "CDN42.a.test", "/"));
            assertEquals("star", ask(client, "cdnx.a.test", "/"));
            assertEquals("idn", ask(client, "xn--bcher-kva.test", "/"));
            assertEquals("api", ask(client, "a.test", "/v12/x?y=/v"));
            assertEquals("web", ask(client, "a.test", "/v1/x"));
            assertEquals("web", ask(client, "a.test", "/v/x"));
            assertEquals("first", ask(client, "a.test", "/health"));
            assertEquals("last", ask(client, "b.test", "/"));
            assertEquals("404", ask(client, "DELETE / HTTP/1.1\r\nHost: b.test\r\n\r\n"));
        }
    }

    @Test
    void shouldAddAndRemoveFrontendsOfEveryKindByOrders() throws IOException {
        final ScriptedBackend web = stage.backend("web");
        final ScriptedBackend other = stage.backend("other");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(web).cluster("other", "other.test", other));
        final String start = "{\"route\":{\"CLUSTER_ID\":\"other\"},\"address\":\"127.0.0.1:" + proxy.port()
                + "\",";
        final String regex = start + "\"hostname\":\"" + Requests.HOST
                + "\",\"path\":{\"REGEX\":\"/[a-c]+\"}}";
        final String label = start + "\"hostname\":\"/x|y/.test\"}";
        final String before = start
                + "\"hostname\":\"*\",\"path\":{\"PREFIX\":\"/abc\"},\"position\":\"PRE\"}";
        try (Ctl ctl = proxy.ctl(); RawClient client = proxy.client()) {
            ctl.obeyed("ADD_HTTP_FRONTEND", regex);
            ctl.obeyed("ADD_HTTP_FRONTEND", label);
            assertEquals("other", ask(client, Requests.HOST, "/abc"));
            assertEquals("web", ask(client, Requests.HOST, "/abcd"));
            assertEquals("other", ask(client, "Y.test", "/"));
            ctl.obeyed("ADD_HTTP_FRONTEND", before);
            assertEquals("other", ask(client, Requests.HOST, "/abcd"));
            final JsonNode twice = ctl.order("ADD_HTTP_FRONTEND", before.replace("PRE\"}", "POST\"}"));
            assertTrue(twice.path("message").asText().endsWith("exists already; remove it first"),
                    twice::toString);
            for (final String frontend : List.of(regex, label, before)) {
                ctl.obeyed("REMOVE_HTTP_FRONTEND", frontend);
            }
            assertEquals("web", ask(client, Requests.HOST, "/abc"));
            assertEquals("404", ask(client, "y.test", "/"));
        }
    }

    @Test
    void shouldRouteByHeaderAndQueryAndExplainWhy() throws IOException {
        final ProxyConfig config = new ProxyConfig().workers(1);
        cluster(config, "web", "hostname = 'a.test'");
        cluster(config, "canary", "hostname = 'a.test', header = { name = 'X-Canary', value = '1' }");
        cluster(config, "second", "hostname = 'a.test', query = { name = 'v', value = '2' }, method = 'GET'");
        cluster(config, "both", "hostname = 'a.test', header = { name = 'X-Canary', value = '1' },"
                + " query = { name = 'v', value = '2' }");
        final ProxyProcess proxy = stage.proxy(config);
        final String canary = "/ HTTP/1.1\r\nHost: a.test\r\nAccept: */*\r\nx-canary:  1 \r\n\r\n";
        try (Ctl ctl = proxy.ctl(); RawClient client = proxy.client()) {
            assertEquals("web", ask(client, "a.test", "/?v=1&w=2"));
            assertEquals("second", ask(client, "a.test", "/?w=1&v=2"));
            assertEquals("canary", ask(client, "PUT " + canary));
            assertEquals("both", ask(client, "GET " + canary.replace("/ H", "/?v=2 H")));
            final JsonNode frontends = ctl.ask("EXPLAIN_ROUTE",
                    "{\"method\":\"GET\",\"host\":\"A.test\",\"path\":\"/x\","
                    + "\"query\":\"v=2\"}").path("content").path("data").path(0).path("frontends");
            assertEquals(2, frontends.size(), frontends::toString);
            assertEquals("second", frontends.path(0).path("cluster_id").asText());
            assertTrue(frontends.path(0).path("wins").asBoolean());
            assertEquals("has fewer conditions on header and query", frontends.path(1).path("why").asText());
        }
    }
}
