package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Orders that cannot be obeyed, and bytes that are none: an ERROR with a clear line, and nothing half
 * applied.
 */
@Tag("e2e")
final class OrderRefusalTest {
    @RegisterExtension
    static final Stage STAGE = Stage.perClass();

    private static ScriptedBackend backend;
    private static ProxyProcess proxy;

    @BeforeAll
    static void start() throws IOException {
        backend = STAGE.backend("b1");
        proxy = STAGE.proxy(ProxyConfig.of(backend).workers(2));
    }

    @Test
    void shouldRefuseOrdersForAnUnknownCluster() throws IOException {
        assertRefused("ADD_BACKEND",
                "{\"cluster_id\":\"nope\",\"backend_id\":\"x\",\"address\":\"127.0.0.1:1\"}", "nope");
        assertRefused("REMOVE_BACKEND",
                "{\"cluster_id\":\"nope\",\"backend_id\":\"x\",\"address\":\"127.0.0.1:1\"}", "nope");
        assertRefused("REMOVE_CLUSTER", "\"nope\"", "nope");
    }

    @Test
    void shouldRefuseToAddOrRemoveWhatDoesNotFit() throws IOException {
        final String address = "\"address\":\"127.0.0.1:" + proxy.port() + "\"";
        assertRefused("ADD_HTTP_FRONTEND", "{\"route\":{\"CLUSTER_ID\":\"web\"}," + address
                + ",\"hostname\":\"a.test\",\"path\":{\"PREFIX\":\"\"}}", "a.test");
        assertRefused("REMOVE_HTTP_FRONTEND", "{\"route\":{\"CLUSTER_ID\":\"web\"}," + address
                + ",\"hostname\":\"absent.test\",\"path\":{\"PREFIX\":\"/\"}}", "absent.test");
        assertRefused("REMOVE_BACKEND",
                "{\"cluster_id\":\"web\",\"backend_id\":\"absent\",\"address\":\"127.0.0.1:1\"}",
                "127.0.0.1:1");
        assertRefused("ADD_HTTP_LISTENER", "{" + address + "}", Integer.toString(proxy.port()));
        assertRefused("REMOVE_LISTENER", "{\"address\":\"127.0.0.1:1\",\"proxy\":\"http\"}", "127.0.0.1:1");
    }

    @Test
    void shouldRefuseValuesThatMakeNoSense() throws IOException {
        assertRefused("ADD_BACKEND",
                "{\"cluster_id\":\"web\",\"backend_id\":\"x\",\"address\":\"not an address\"}",
                "not an address");
        assertRefused("ADD_BACKEND", "{\"cluster_id\":\"web\",\"backend_id\":\"x\"}", "address");
        assertRefused("ADD_CLUSTER", "{\"cluster_id\":5}", "cluster_id");
        assertRefused("ADD_CLUSTER", "{\"cluster_id\":\"x\",\"load_balancing\":\"astrology\"}", "astrology");
        assertRefused("NO_SUCH_ORDER", "{}", "NO_SUCH_ORDER");
    }

    @Test
    void shouldAnswerEveryMessageThatIsNoOrder() throws IOException {
        try (Ctl ctl = proxy.ctl()) {
            for (final String text : new String[] {"not json", "{\"id\":\"x\"", "[]", "{}", "5", "",
                    "{\"id\":\"a\",\"version\":99,"
                    + "\"type\":\"STATUS\"}", "{\"id\":7,\"version\":0,\"type\":\"STATUS\"}",
                    "{\"id\":\"a\",\"version\":0}",
                    "\u00e9".repeat(10), "[".repeat(100_000), "{\"id\":\"b\",\"version\":0,\"type\":\""
                    + "x".repeat(5000) + "\"}"}) {
                ctl.sendRaw((text + "\0").getBytes(UTF_8));
                final JsonNode answer = ctl.next();
                final String shown = text.substring(0, Math.min(40, text.length()));
                assertEquals("ERROR", answer.path("status").asText(), shown);
                assertOneLine(answer.path("message").asText());
            }
            ctl.sendRaw(new byte[] {'"', (byte) 0xff, (byte) 0xfe, '"', 0});
            assertEquals("ERROR", ctl.next().path("status").asText());
            assertEquals("OK", ctl.ask("STATUS").path("status").asText());
        }
    }

    @Test
    void shouldSurviveClientsThatSendGarbageOrHalfAMessage() throws IOException {
        final Random random = new Random(5);
        for (int i = 0; i < 20; i++) {
            try (Ctl ctl = proxy.ctl()) {
                final byte[] garbage = new byte[1 + random.nextInt(5_000)];
                random.nextBytes(garbage);
                ctl.sendRaw(garbage);
            }
        }
        try (Ctl half = proxy.ctl(); Ctl other = proxy.ctl()) {
            half.sendRaw("{\"id\":\"x\",".getBytes(UTF_8));
            assertEquals("OK", other.ask("STATUS").path("status").asText());
            half.sendRaw("\"version\":0,\"type\":\"STATUS\"}\0".getBytes(UTF_8));
            assertEquals("OK", half.next().path("status").asText());
        }
        assertServed();
    }

    @Test
    void shouldBoundAMessageThatNeverEnds() throws IOException {
        try (Ctl ctl = proxy.ctl()) {
            final byte[] block = "x".repeat(65_536).getBytes(UTF_8);
            try {
                for (int i = 0; i < 100; i++) {
                    ctl.sendRaw(block);
                }
                assertEquals("ERROR", ctl.next().path("status").asText());
            } catch (IOException e) {
                assertTrue(ctl.closedByMaster(), "answered or closed");
            }
        }
        assertServed();
    }

    @Test
    void shouldKeepTheCommandSocketToItsOwner() throws IOException {
        assertEquals("rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(proxy.commandSocket())));
    }

    private static void assertRefused(final String type, final String data,
            final String named) throws IOException {
        try (Ctl ctl = proxy.ctl()) {
            final JsonNode before = ctl.ask("DUMP_STATE");
            assertEquals("OK", before.path("status").asText(), before::toString);
            final JsonNode answer = ctl.order(type, data);
            assertEquals("ERROR", answer.path("status").asText(), () -> type + " " + data + ": " + answer);
            final String message = answer.path("message").asText();
            assertOneLine(message);
            assertTrue(message.contains(named), () -> named + " is not named: " + message);
            assertEquals(before.path("content"), ctl.ask("DUMP_STATE").path("content"),
                    "nothing is half applied");
        }
        assertServed();
    }

    private static void assertOneLine(final String message) {
        assertFalse(message.isBlank() || message.contains("\n") || message.contains("Exception"), message);
    }

    private static void assertServed() throws IOException {
        try (RawClient client = proxy.client()) {
            assertEquals(200, client.get("/still").status());
        }
    }
}
