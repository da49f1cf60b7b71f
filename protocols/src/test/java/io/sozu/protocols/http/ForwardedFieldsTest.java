package io.sozu.protocols.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.protocols.http1.HeadRewriter;
import io.sozu.protocols.http1.RequestHeadParser;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
final class ForwardedFieldsTest {
    private static final int ROOM_BYTES = 16 * 1024;
    private static final String ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    private static final String IDS = "X-Request-Id: " + ID + "\r\nSozu-Id: " + ID + "\r\n";
    private static final String LINE = "GET / HTTP/1.1\r\n";
    private static final String SPOOFED = "X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\n"
            + "X-Forwarded-Port: 443\r\nx-forwarded-for: 8.8.8.8\r\nX-Forwarded-Host: evil\r\n"
            + "Forwarded: for=9.9.9.9\r\n";
    private static final String OURS = "X-Forwarded-For: 10.1.2.3\r\n"
            + "Forwarded: proto=http;for=\"10.1.2.3:4567\";by=127.0.0.1\r\n"
            + "X-Forwarded-Proto: http\r\nX-Forwarded-Port: 8080\r\nX-Forwarded-Host: a:81\r\n";

    private static ForwardedSettings settings(final ForwardedMode mode) {
        return ForwardedSettings.plain(mode, "127.0.0.1", 8080);
    }

    private static long place(final String text, final long address) {
        final byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        Memory.copy(bytes, 0, address, bytes.length);
        return address;
    }

    /** Rewrites a request with the fields of a client at 10.1.2.3, port 4567, or another address. */
    private static String forwarded(final ForwardedSettings settings, final String head, final String ip) {
        final long block = NativeMemory.allocate(MemoryTag.SCRATCH, 4 * ROOM_BYTES);
        try (ForwardedFields fields = new ForwardedFields(settings);
                HeadRewriter rewriter = new HeadRewriter(ROOM_BYTES)) {
            final HeadView view = new HeadView();
            final long address = place(head, block + HeadRewriter.MAX_GROWTH_BYTES);
            final int end = new RequestHeadParser().parse(address, head.length(), 0, view);
            assertEquals(head.length(), end);
            final long client = place(ip, block + 2 * ROOM_BYTES);
            final long ulid = place(ID, client + 64);
            final long insert = block + 3 * ROOM_BYTES;
            final int insertBytes = fields.render(view, client, ip.length(), 4567, ulid, insert);
            final long start = rewriter.rewriteRequest(view, insert, insertBytes);
            assertTrue(address - start <= ForwardedFields.MAX_GROWTH_BYTES, "grows by " + (address - start));
            return text(start, (int) (address + end - start));
        } finally {
            NativeMemory.free(MemoryTag.SCRATCH, block, 4 * ROOM_BYTES);
        }
    }

    private static String forwarded(final ForwardedMode mode, final String fields) {
        return forwarded(settings(mode), LINE + fields + "\r\n", "10.1.2.3");
    }

    private static String text(final long address, final int lengthBytes) {
        return new String(Memory.toArray(address, lengthBytes), StandardCharsets.ISO_8859_1);
    }

    @Test
    void shouldReplaceWhatTheClientClaims() {
        assertEquals(LINE + OURS + IDS + "Host: a:81\r\nX: y\r\n\r\n",
                forwarded(ForwardedMode.REPLACE, "Host: a:81\r\n" + SPOOFED + "X: y\r\n"));
    }

    @Test
    void shouldAppendToWhatTheClientClaims() {
        assertEquals(LINE + "X-Forwarded-For: 9.9.9.9, 8.8.8.8, 10.1.2.3\r\n"
                        + "Forwarded: for=9.9.9.9, proto=http;for=\"10.1.2.3:4567\";by=127.0.0.1\r\n" + IDS
                        + "Host: a:81\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Port: 443\r\n"
                        + "X-Forwarded-Host: evil\r\n\r\n",
                forwarded(ForwardedMode.APPEND, "Host: a:81\r\n" + SPOOFED));
        assertEquals(LINE + OURS + IDS + "Host: a:81\r\n\r\n",
                forwarded(ForwardedMode.APPEND, "Host: a:81\r\n"));
        assertEquals(LINE + OURS + IDS + "Host: a:81\r\n\r\n",
                forwarded(ForwardedMode.APPEND, "Host: a:81\r\nX-Forwarded-For:\r\n"));
    }

    @Test
    void shouldNotBelieveWhatConnectionTakesAway() {
        assertEquals(LINE + OURS + IDS + "Host: a:81\r\n\r\n", forwarded(ForwardedMode.APPEND,
                "Connection: x-forwarded-for, Forwarded, x-forwarded-proto, x-forwarded-port,"
                        + "x-forwarded-host,x-request-id\r\nHost: a:81\r\n" + SPOOFED
                        + "X-Request-Id: 1\r\n"));
    }

    @Test
    void shouldLeaveForwardedFieldsAloneWhenOff() {
        assertEquals(LINE + IDS + "Host: a:81\r\n" + SPOOFED + "\r\n",
                forwarded(ForwardedMode.OFF, "Host: a:81\r\n" + SPOOFED));
    }

    @Test
    void shouldKeepARequestIdAndDropASozuId() {
        assertEquals(LINE + "Sozu-Id: " + ID + "\r\nHost: a\r\nX-Request-ID: mine\r\n\r\n",
                forwarded(ForwardedMode.OFF, "Host: a\r\nX-Request-ID: mine\r\nSOZU-ID: fake\r\n"));
    }

    @Test
    void shouldTreatXRealIpAsTold() {
        final String head = LINE + "Host: a\r\nX-Real-IP: 9.9.9.9\r\n\r\n";
        final ForwardedSettings keep = settings(ForwardedMode.OFF);
        final ForwardedSettings elide = new ForwardedSettings(ForwardedMode.OFF, "http", "127.0.0.1", 80,
                "Sozu-Id", true, false);
        final ForwardedSettings send = new ForwardedSettings(ForwardedMode.OFF, "http", "127.0.0.1", 80,
                "Sozu-Id", false, true);
        assertEquals(LINE + IDS + "Host: a\r\nX-Real-IP: 9.9.9.9\r\n\r\n", forwarded(keep, head, "10.1.2.3"));
        assertEquals(LINE + IDS + "Host: a\r\n\r\n", forwarded(elide, head, "10.1.2.3"));
        assertEquals(LINE + "X-Real-IP: 10.1.2.3\r\n" + IDS + "Host: a\r\n\r\n",
                forwarded(send, head, "10.1.2.3"));
    }

    @Test
    void shouldQuoteIpv6Addresses() {
        final ForwardedSettings ipv6 = ForwardedSettings.plain(ForwardedMode.REPLACE, "::1", 8080);
        assertEquals(LINE + "X-Forwarded-For: 2001:db8::7\r\n"
                        + "Forwarded: proto=http;for=\"[2001:db8::7]:4567\";by=\"[::1]\"\r\n"
                        + "X-Forwarded-Proto: http\r\nX-Forwarded-Port: 8080\r\n" + IDS
                        + "Host: [::1]:8080\r\n\r\n",
                forwarded(ipv6, "GET / HTTP/1.0\r\n\r\n", "2001:db8::7"));
    }

    @Test
    void shouldStayWithinTheGrowthItPromises() {
        final String longest = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255";
        for (final ForwardedMode mode : ForwardedMode.values()) {
            final ForwardedSettings most = new ForwardedSettings(mode, "https", longest, 65_535,
                    "s".repeat(ForwardedSettings.LONGEST_NAME), true, true);
            final String host = "h".repeat(255) + ":65535";
            forwarded(most, LINE + "Host: " + host + "\r\n\r\n", longest);
            forwarded(most, "GET http://" + host + " HTTP/1.0\r\n\r\n", longest);
            forwarded(most, "GET / HTTP/1.0\r\nX-Forwarded-For: " + "1".repeat(10_000) + "\r\n\r\n", longest);
            final String many = "Forwarded:1\r\nx-forwarded-for:1\r\n".repeat(60);
            forwarded(most, LINE + "Host: " + host + "\r\n" + many + "\r\n", longest);
        }
    }

    @Test
    void shouldRefuseSettingsThatMakeBadFields() {
        for (final String name : new String[] {"", "a b", "a:", "Host", "x-request-id", "s".repeat(65)}) {
            assertThrows(IllegalArgumentException.class, () -> new ForwardedSettings(ForwardedMode.OFF,
                    "http", "::1", 80, name, false, false), name);
        }
        assertThrows(IllegalArgumentException.class,
                () -> ForwardedSettings.plain(ForwardedMode.OFF, "[::1]", 80));
        assertThrows(IllegalArgumentException.class,
                () -> ForwardedSettings.plain(ForwardedMode.OFF, "::1", 65_536));
    }

    @Test
    void shouldRenderTheSozuIdOfAResponse() {
        final long block = NativeMemory.allocate(MemoryTag.SCRATCH, 256);
        try (ForwardedFields fields = new ForwardedFields(settings(ForwardedMode.OFF))) {
            final int bytes = fields.renderSozuId(place(ID, block), block + 64);
            assertEquals("Sozu-Id: " + ID + "\r\n", text(block + 64, bytes));
        } finally {
            NativeMemory.free(MemoryTag.SCRATCH, block, 256);
        }
    }
}
