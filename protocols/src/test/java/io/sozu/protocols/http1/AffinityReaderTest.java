package io.sozu.protocols.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.eventloop.RunQueue;
import io.sozu.protocols.http.HeadView;
import io.sozu.sessions.Connection;
import io.sozu.sessions.Exchange;
import io.sozu.sessions.Slab;
import io.sozu.sessions.buffer.BufferPool;
import io.sozu.sessions.cluster.AffinitySettings;
import io.sozu.sessions.cluster.Backend;
import io.sozu.sessions.cluster.BackendAddress;
import io.sozu.sessions.cluster.BackendSettings;
import io.sozu.sessions.cluster.Cluster;
import io.sozu.sessions.cluster.ClusterSettings;
import io.sozu.sessions.cluster.Clusters;
import io.sozu.sessions.cluster.FailureSettings;
import io.sozu.sessions.cluster.HashKey;
import io.sozu.sessions.cluster.LoadBalancing;
import io.sozu.sessions.cluster.LoadMetric;
import io.sozu.sessions.cluster.balance.Balancers;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and sticky cookies as they stand in heads, well formed and not. */
@ExtendWith(LeakCheck.class)
final class AffinityReaderTest {
    private static final int CASES = 40_000;
    private static final int CAPACITY_BYTES = 4096;
    private static final byte[] STICKY = "S".getBytes(ISO_8859_1);
    private static final String[] PIECES = {"S=a", "S=b", "S=c", "S", "S=", "=a", "s=a", "SS=a", "S =a",
        "S= a", "S=\"a\"", "x=1", "x", "long=" + "v".repeat(50), ";", ";", ";", "; ", " ;\t", "  ", "=", "==",
        "S=a=b", "S=aa", "\u00ff", ",", "S=a,S=b"};

    private final RunQueue queue = new RunQueue(4);
    private final BufferPool pool = new BufferPool(queue, 4, 8, 1000, 1, 4000);
    private final Slab connections = new Slab(1, Connection.SLOT_BYTES);
    private final Slab exchanges = new Slab(1, Exchange.SLOT_BYTES);
    private final Connection front = new Connection(connections, pool).wrap(connections.acquire());
    private final Clusters clusters = new Clusters(Balancers::of, 1);
    private final NativeText text = new NativeText(CAPACITY_BYTES);
    private final NativeText target = new NativeText(2 * CAPACITY_BYTES);
    private final RequestHeadParser parser = new RequestHeadParser();
    private final HeadView view = new HeadView();
    private final AffinityReader reader = new AffinityReader();
    private Exchange exchange;

    @AfterEach
    void close() {
        target.close();
        text.close();
        clusters.close();
        exchanges.close();
        connections.close();
        pool.close();
    }

    private Cluster cluster(final LoadBalancing way, final String key, final String attributes) {
        final Cluster cluster = clusters.put("web", new ClusterSettings(way, LoadMetric.CONNECTIONS,
                FailureSettings.DEFAULT, new AffinitySettings(HashKey.parse(key), 0, attributes)));
        for (final String id : new String[] {"a", "b"}) {
            clusters.addBackend("web", new BackendSettings(id,
                    BackendAddress.of(new InetSocketAddress("10.0.0.1", id.charAt(0))), 100, null, false));
        }
        return cluster;
    }

    /** Reads a head as the front machine does. */
    private void read(final Cluster cluster, final String head) {
        text.set(head);
        assertEquals(head.length(), parser.parse(text.address(), text.lengthBytes(), 0, view), head);
        if (exchange != null) {
            exchanges.release(exchange.slot());
        }
        exchange = new Exchange(exchanges, pool, queue).wrap(exchanges.acquire());
        reader.begin();
        reader.read(view, front, exchange, cluster, STICKY);
    }

    private static String get(final String... fields) {
        return "GET /path?query HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", fields)
                + (fields.length > 0 ? "\r\n" : "") + "\r\n";
    }

    private String tied() {
        final Backend backend = clusters.backend(exchange.tiedBackend(), exchange.tiedGeneration());
        return backend == null ? null : backend.id();
    }

    private String stripped() {
        final long end = reader.strip(view, target.address());
        return NativeText.text(target.address(), (int) (end - target.address()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "Cookie: S=a | a | ``",
        "cookie:S=b | b | ``",
        "Cookie: x=1; S=a; y=2 | a | Cookie: x=1; y=2",
        "Cookie: S=a;x=1 | a | Cookie: x=1",
        "Cookie: x=1;S=a | a | Cookie: x=1",
        "Cookie: S=c; S=b; S=a | b | ``",
        "Cookie: S=\"a\" | | ``",
        "Cookie: S=a=b; x | | Cookie: x",
        "Cookie: s=a; SS=a; S =a; x=S=a | | Cookie: unchanged",
        "Cookie: ;; ;S=a;; x=1 ;  ; y | a | Cookie: x=1; y",
        "Cookie: x=1 | | Cookie: unchanged",
        "X: S=a | | Cookie: unchanged"})
    void shouldFindTheStickyCookieAndTakeItOut(final String field, final String tied, final String left) {
        final Cluster cluster = cluster(LoadBalancing.ROUND_ROBIN, "source", "; Path=/");
        read(cluster, get(field));
        assertEquals(tied, tied());
        assertTrue(exchange.isSticky());
        final String stripped = stripped();
        final boolean unchanged = left.endsWith("unchanged");
        assertEquals(unchanged || left.isEmpty() ? "" : left + "\r\n", stripped);
        assertEquals(unchanged ? 0 : 1, view.droppedCount());
    }

    @Test
    void shouldLookAtEachCookieField() {
        read(cluster(LoadBalancing.ROUND_ROBIN, "source", "; Path=/"),
                get("Cookie: x=1", "X: y", "Cookie: S=no; z=2", "Cookie: S=b"));
        assertEquals("b", tied());
        assertEquals("Cookie: z=2\r\n", stripped());
        assertEquals(2, view.droppedCount());
    }

    @Test
    void shouldLeaveTheCookieOfAClusterThatTiesNobody() {
        read(cluster(LoadBalancing.HRW, "source", null), get("Cookie: S=a"));
        assertFalse(exchange.isSticky());
        assertEquals("", stripped());
        assertEquals(0, view.droppedCount());
    }

    private long key(final String key, final String... fields) {
        read(cluster(LoadBalancing.MAGLEV, key, null), get(fields));
        return exchange.key();
    }

    @Test
    void shouldHashWhatTheClusterAsksFor() {
        final long source = key("source");
        assertEquals(source, key("header:X"));
        assertEquals(source, key("header:X", "X:", "X: 2"));
        assertEquals(source, key("cookie:u", "Cookie: v=1"));
        assertEquals(source, key("cookie:u", "Cookie: u=; u=2"));
        assertNotEquals(source, key("header:X", "X: 1"));
        assertEquals(key("header:x", "X: 1"), key("header:X", "x:  1 ", "X: 2"));
        assertNotEquals(key("header:X", "X: 1"), key("header:X", "X: 2"));
        assertEquals(key("header:X", "X: 1"), key("cookie:u", "Cookie: a=b; u=1; u=2"));
        assertEquals(key("path"), key("header:X", "X: /path"));
    }

    /** What a plain reading says: the cookies of all fields, each trimmed, up to its first equals sign. */
    private static List<String> cookies(final List<String> values) {
        final List<String> cookies = new ArrayList<>();
        for (final String value : values) {
            for (final String piece : value.split(";")) {
                final String cookie = trim(piece);
                if (!cookie.isEmpty()) {
                    cookies.add(cookie);
                }
            }
        }
        return cookies;
    }

    private static String trim(final String piece) {
        return piece.replaceAll("^[ \\t]+|[ \\t]+$", "");
    }

    private static boolean isSticky(final String cookie) {
        return cookie.equals("S") || cookie.startsWith("S=");
    }

    private static String expectedTie(final List<String> cookies) {
        for (final String cookie : cookies) {
            if (isSticky(cookie) && (trim(cookie.substring(Math.min(2, cookie.length()))).equals("a")
                    && cookie.equals("S=a") || cookie.equals("S=b"))) {
                return cookie.substring(2);
            }
        }
        return null;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldReadAndStripAnyCookieAsAPlainReadingDoesAndMakeNoHeadLonger(final long seed) {
        final Cluster cluster = cluster(LoadBalancing.HRW, "cookie:x", "; Path=/");
        final Random random = new Random(seed);
        int ties = 0;
        for (int i = 0; i < CASES; i++) {
            final String[] fields = new String[1 + random.nextInt(3)];
            final List<String> values = new ArrayList<>();
            for (int field = 0; field < fields.length; field++) {
                final StringBuilder value = new StringBuilder();
                for (int piece = random.nextInt(8); piece > 0; piece--) {
                    value.append(PIECES[random.nextInt(PIECES.length)]);
                }
                values.add(trim(value.toString()));
                fields[field] = (random.nextBoolean() ? "Cookie:" : "cookie: ") + value;
            }
            final String head = get(fields);
            read(cluster, head);
            final List<String> cookies = cookies(values);
            final String expected = expectedTie(cookies);
            assertEquals(expected, tied(), head);
            ties += expected == null ? 0 : 1;
            assertStripped(head, values);
        }
        assertTrue(ties > CASES / 20);
    }

    private void assertStripped(final String head, final List<String> values) {
        final long guard = target.address() + CAPACITY_BYTES;
        Memory.putLong(guard, 0x5a5a5a5a5a5a5a5aL);
        int room = 0;
        final String stripped = stripped();
        final List<String> left = new ArrayList<>();
        for (int i = 0; i < view.fieldCount(); i++) {
            if (view.dropped(i)) {
                room += view.lineBytes(i);
            } else if (view.nameBytes(i) == "Cookie".length()) {
                left.add(NativeText.text(view.address() + view.valueOffset(i), view.valueBytes(i)));
            }
        }
        assertTrue(stripped.length() <= room, () -> head + " became " + stripped);
        assertEquals(0x5a5a5a5a5a5a5a5aL, Memory.getLong(guard));
        for (final String line : stripped.isEmpty() ? new String[0] : stripped.split("\r\n", -1)) {
            if (!line.isEmpty()) {
                assertTrue(line.startsWith("Cookie: "), line);
                left.add(line.substring("Cookie: ".length()));
            }
        }
        final List<String> expected = new ArrayList<>(cookies(values));
        expected.removeIf(cookie -> isSticky(cookie));
        final List<String> found = new ArrayList<>(cookies(left));
        expected.sort(null);
        found.sort(null);
        assertEquals(expected, found, head);
    }
}
