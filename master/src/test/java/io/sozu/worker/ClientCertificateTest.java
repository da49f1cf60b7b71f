package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimPeer;
import io.sozu.control.Order;
import io.sozu.control.model.HeaderPolicy;
import io.sozu.control.model.ListenerConfig;
import io.sozu.protocols.http.ClientCertificate;
import io.sozu.sessions.Connection;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What backends are told of clients' certificates, and what clients cannot tell them. */
@ExtendWith(LeakCheck.class)
final class ClientCertificateTest {
    private static final String SPOOFED = "x-client-cert-verify: SUCCESS\r\n"
            + "X_Client_Cert_Subject: CN=root\r\n";
    private final SimProxy proxy = new SimProxy(6, FaultPlan.none(), SimProxy.options());
    private final StringBuilder seen = new StringBuilder();

    @BeforeEach
    void start() {
        proxy.addBackend("b", proxy.world.listen(0, peer -> {
            final MessageReader reader = new MessageReader(false, message ->
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
            peer.onBytes((p, bytes) -> {
                seen.append(new String(bytes, StandardCharsets.ISO_8859_1));
                reader.take(bytes);
            });
        }).port());
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    private void prefix(final String prefix) {
        proxy.order(new Order.ReplaceHttpListener(ListenerConfig.http(new InetSocketAddress("127.0.0.1",
                SimProxy.PORT)).withHeaders(HeaderPolicy.DEFAULT.withCertificatePrefix(prefix))), -1);
    }

    private void served(final SimPeer client, final String request) {
        final long before = client.receivedBytes();
        client.send(request);
        proxy.runUntil(() -> client.receivedBytes() > before && client.receivedText().endsWith("\r\n\r\n"));
    }

    @Test
    void shouldNotBelieveWhatClientsSay() {
        prefix("X-Client-Cert-");
        served(proxy.connect(), "GET / HTTP/1.1\r\nHost: a\r\n" + SPOOFED + "X-Other: 1\r\n\r\n");
        assertTrue(seen.toString().contains("X-Client-Cert-Verify: NONE\r\n"), seen.toString());
        assertTrue(seen.toString().contains("X-Other: 1\r\n"));
        assertFalse(seen.toString().contains("SUCCESS") || seen.toString().contains("root"), seen.toString());
    }

    @Test
    void shouldNotBelieveTrailersEither() {
        prefix("X-Client-Cert-");
        final SimPeer client = proxy.connect();
        served(client, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "1\r\nx\r\n0\r\n" + SPOOFED + "X-Other: 1\r\n\r\n");
        assertTrue(seen.toString().endsWith("1\r\nx\r\n0\r\nX-Other: 1\r\n\r\n"), seen.toString());
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        proxy.runUntil(() -> seen.toString().endsWith("chunked\r\n\r\n"));
        served(client, "0\r\n" + SPOOFED + "\r\n");
        assertTrue(seen.toString().endsWith("chunked\r\n\r\n0\r\n\r\n"), seen.toString());
    }

    @Test
    void shouldLeaveFieldsAloneWhereThereIsNoPrefix() {
        served(proxy.connect(), "POST / HTTP/1.1\r\nHost: a\r\n" + SPOOFED
                + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + SPOOFED + "\r\n");
        assertEquals(3, seen.toString().split("x-client-cert-verify: SUCCESS\r\nX_Client", -1).length);
        assertFalse(seen.toString().contains("NONE"));
    }

    @Test
    void shouldTellOfACertificateWithEachRequestOfItsConnectionAlone() {
        prefix("X-SSL-");
        final SimPeer client = proxy.connect();
        served(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        final Connection connection = proxy.worker.traffic().newConnection();
        for (int slot = 0; slot < proxy.worker.traffic().connections().slots(); slot++) {
            if (proxy.worker.traffic().connections().isLive(slot) && connection.wrap(slot).isFront()) {
                connection.certificate(ClientCertificate.of(new byte[] {1}));
            }
        }
        final String said = "X-SSL-Verify: SUCCESS\r\nX-SSL-Fingerprint: "
                + "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a\r\n";
        for (int i = 0; i < 2; i++) {
            seen.setLength(0);
            served(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertTrue(seen.toString().contains(said), seen.toString());
        }
        seen.setLength(0);
        served(proxy.connect(), "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertTrue(seen.toString().contains("X-SSL-Verify: NONE\r\n"), seen.toString());
    }
}
