package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The file is read again: what it says now holds, and connections stay. */
@Tag("e2e")
final class ReloadTest {
    @RegisterExtension
    final Stage stage = Stage.perTest();
    @TempDir
    private Path directory;

    private static Path file(final ProxyProcess proxy) {
        return proxy.commandSocket().resolveSibling("config.toml");
    }

    private static void edit(final ProxyProcess proxy, final UnaryOperator<String> change)
            throws IOException {
        final String before = Files.readString(file(proxy));
        final String after = change.apply(before);
        assertTrue(!after.equals(before), "nothing was edited");
        Files.writeString(file(proxy), after);
    }

    private static String get(final String host, final String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    }

    private static JsonNode reload(final ProxyProcess proxy, final String data) throws IOException {
        try (Ctl ctl = proxy.ctl()) {
            return ctl.ask("RELOAD_CONFIGURATION", data);
        }
    }

    private static String reloaded(final ProxyProcess proxy) throws IOException {
        final JsonNode answer = reload(proxy, null);
        assertEquals("OK", answer.path("status").asText(), answer::toString);
        return answer.path("message").asText();
    }

    @Test
    void shouldDoWhatTheFileSaysNowAndKeepConnections() throws Exception {
        final ScriptedBackend one = stage.backend("one");
        final ScriptedBackend two = stage.backend("two");
        final ProxyProcess proxy = stage.proxy(new ProxyConfig().workers(2).cluster("web", "web.test", one)
                .cluster("gone", "gone.test", one));
        try (RawClient kept = proxy.client()) {
            kept.send(get("web.test", "/1"));
            assertEquals(200, kept.answer().status());
            edit(proxy, text -> text.replace("gone.test", "new.test")
                    .replace("127.0.0.1:" + one.port(), "127.0.0.1:" + two.port()));
            final JsonNode dry = reload(proxy, "{\"dry_run\":true}");
            assertTrue(dry.toString().contains("FRONTEND_REMOVED at 127.0.0.1"), dry::toString);
            kept.send(get("gone.test", "/2"));
            assertEquals(200, kept.answer().status());
            assertTrue(reloaded(proxy).contains(" changes"));
            final int before = two.seen().size();
            kept.send(get("gone.test", "/3"));
            assertEquals(404, kept.answer().status());
            kept.send(get("new.test", "/4"));
            assertEquals(200, kept.answer().status());
            kept.send(get("web.test", "/5"));
            assertEquals(200, kept.answer().status());
            assertEquals(before + 2, two.seen().size());
            assertTrue(reloaded(proxy).contains("nothing to change"));
        }
    }

    @Test
    void shouldChangeNothingForAFileThatIsWrong() throws Exception {
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(stage.backend("one")));
        edit(proxy, text -> text.replace("protocol = \"http\"", "protocol = \"htpp\""));
        final JsonNode answer = reload(proxy, null);
        assertEquals("ERROR", answer.path("status").asText());
        assertTrue(answer.path("message").asText()
                .matches("(?s)nothing was changed: .*config.toml:\\d+:.*htpp.*"), answer::toString);
        assertEquals("ERROR", reload(proxy, "{\"path\":\"other.toml\"}").path("status").asText());
        assertTrue(reload(proxy, "{\"path\":\"/nowhere/other.toml\"}").path("message").asText()
                .contains("no such file"));
        try (RawClient client = proxy.client()) {
            client.send(Requests.get("/"));
            assertEquals(200, client.answer().status());
        }
    }

    @Test
    void shouldNameWhatWaitsForTheNextStart() throws Exception {
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(stage.backend("one")).workers(1));
        edit(proxy, text -> text.replaceFirst("worker_count = \\d+", "worker_count = 2"));
        assertTrue(reloaded(proxy).contains("the processes takes effect at the next start"));
        assertEquals(1, proxy.workers().size());
    }

    @Test
    void shouldReadCertificatesAgainBySignal() throws Exception {
        final TestAuthority authority = new TestAuthority(directory, "root").issue("first", "a.test")
                .issue("second", "a.test").issue("served", "a.test");
        final ProxyProcess proxy = stage.proxy(new ProxyConfig().workers(2).https(authority, "served")
                .cluster("web", "*", stage.backend("one")));
        for (final String name : new String[] {"first", "second"}) {
            try (TlsClient kept = connect(authority, proxy)) {
                for (final String end : new String[] {".pem", ".key"}) {
                    Files.copy(Path.of(authority.file(name + end)), Path.of(authority.file("served" + end)),
                            StandardCopyOption.REPLACE_EXISTING);
                }
                ProxyProcess.signal("HUP", proxy.masterPid());
                Await.until("the new certificate is served", () -> isShown(authority, proxy, name));
                assertEquals(200, kept.get("a.test", "/kept").status());
            }
        }
    }

    private static TlsClient connect(final TestAuthority authority, final ProxyProcess proxy)
            throws IOException {
        return new TlsClient(TlsClient.context(authority, null, null), proxy.port(), "a.test",
                parameters -> { });
    }

    /** By each of several connections, so that each worker is met. */
    private static boolean isShown(final TestAuthority authority, final ProxyProcess proxy,
            final String name) {
        try {
            for (int i = 0; i < 8; i++) {
                try (TlsClient client = connect(authority, proxy)) {
                    if (!client.shown().equals(TlsClient.certificate(authority, name + ".pem"))) {
                        return false;
                    }
                }
            }
            return true;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
