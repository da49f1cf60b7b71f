package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Backends behind unix sockets. */
@Tag("e2e")
final class UnixBackendTest {
    private static final int BACKLOG = 16;

    @RegisterExtension
    final Stage stage = Stage.perTest();

    @TempDir
    private Path directory;

    private static ProxyConfig config(final String address) throws IOException {
        return new ProxyConfig().cluster(ProxyConfig.CLUSTER, Requests.HOST,
                "{ address = \"" + address + "\", backend_id = \"u\" }");
    }

    private static String backend(final String address) {
        return "{\"cluster_id\":\"web\",\"backend_id\":\"u\",\"address\":\"" + address + "\"}";
    }

    private static String get(final UnixListener server, final int connection, final RawClient client,
            final String body) throws IOException {
        client.send(Requests.get("/" + body));
        final String head = server.serve(connection, body);
        final Answer answer = client.answer();
        assertEquals(200, answer.status());
        assertEquals(body, answer.text());
        return head;
    }

    @Test
    void shouldServeFromASocketFileAndKeepItsConnection() throws IOException {
        final Path path = directory.resolve("app.sock");
        final UnixListener server = stage.own(UnixListener.at(path, BACKLOG));
        final ProxyProcess proxy = stage.proxy(config("unix:" + path));
        try (RawClient client = proxy.client()) {
            client.send(Requests.get("/first"));
            final int connection = server.accept();
            final String head = server.serve(connection, "first");
            assertTrue(head.startsWith("GET /first HTTP/1.1\r\n"), head);
            assertTrue(head.contains("X-Forwarded-For: 127.0.0.1\r\n"), head);
            assertEquals("first", client.answer().text());
            get(server, connection, client, "second");
            server.close(connection);
        }
    }

    @Test
    void shouldServeFromAnAbstractName() throws IOException {
        final String name = "sozu-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        final UnixListener server = stage.own(UnixListener.named(name, BACKLOG));
        final ProxyProcess proxy = stage.proxy(config("unix:@" + name));
        try (RawClient client = proxy.client()) {
            client.send(Requests.get("/hello"));
            final int connection = server.accept();
            server.serve(connection, "hello");
            assertEquals("hello", client.answer().text());
            server.close(connection);
        }
    }

    @Test
    void shouldAnswer503AtOnceWhileTheFileIsMissingAndServeOnceItIsThere() throws IOException {
        final Path path = directory.resolve("late.sock");
        final ProxyProcess proxy = stage.proxy(config("unix:" + path));
        try (RawClient client = proxy.client()) {
            assertEquals(503, client.get("/missing").status());
            Files.createFile(path);
            assertEquals(503, client.get("/no-socket").status());
            Files.delete(path);
            final UnixListener server = stage.own(UnixListener.at(path, BACKLOG));
            client.send(Requests.get("/there"));
            final int connection = server.accept();
            server.serve(connection, "there");
            assertEquals(200, client.answer().status());
            server.close(connection);
        }
    }

    @Test
    void shouldAnswer503AtOnceWhenTheBacklogIsFull() throws IOException {
        final Path path = directory.resolve("full.sock");
        final UnixListener server = stage.own(UnixListener.at(path, 0));
        final ProxyProcess proxy = stage.proxy(config("unix:" + path));
        try (RawClient waiting = proxy.client(); RawClient refused = proxy.client()) {
            waiting.send(Requests.get("/waiting"));
            Await.until("the backlog is full", () -> refused.get("/refused").status() == 503);
            final int connection = server.accept();
            server.serve(connection, "waiting");
            assertEquals("waiting", waiting.answer().text());
            server.close(connection);
        }
    }

    @Test
    void shouldTryAnotherBackendWhereTheSocketDoesNotAnswer() throws IOException {
        final ScriptedBackend alive = stage.backend("alive");
        final ProxyProcess proxy = stage.proxy(new ProxyConfig().cluster(ProxyConfig.CLUSTER, Requests.HOST,
                "{ address = \"unix:" + directory.resolve("none") + "\" }, { address = \"" + alive.address()
                + "\" }"));
        try (RawClient client = proxy.client()) {
            for (int i = 0; i < 5; i++) {
                assertEquals(200, client.get("/" + i).status());
            }
        }
    }

    @Test
    void shouldBeAddedAndRemovedByOrders() throws IOException {
        final Path path = directory.resolve("app.sock");
        final UnixListener server = stage.own(UnixListener.at(path, BACKLOG));
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of());
        try (Ctl ctl = proxy.ctl(); RawClient client = proxy.client()) {
            assertEquals(503, client.get("/none").status());
            ctl.obeyed("ADD_BACKEND", backend("unix:" + path));
            client.send(Requests.get("/added"));
            final int connection = server.accept();
            server.serve(connection, "added");
            assertEquals("added", client.answer().text());
            assertEquals("unix:" + path, ctl.ask("LIST_CLUSTERS").findValue("backends").path(0)
                    .path("address").asText());
            ctl.obeyed("REMOVE_BACKEND", backend("unix:" + path));
            assertEquals(503, client.get("/removed").status());
            Await.until("its idle connection is closed", () -> server.isEnded(connection));
            server.close(connection);
        }
    }

    @Test
    void shouldRefuseAnAddressThatCanBeNoSocket() throws IOException {
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of());
        try (Ctl ctl = proxy.ctl()) {
            final JsonNode answer = ctl.order("ADD_BACKEND", backend("unix:/" + "x".repeat(120)));
            assertEquals("ERROR", answer.path("status").asText());
            assertTrue(answer.path("message").asText().contains("at most 107"), answer.toString());
        }
    }
}
