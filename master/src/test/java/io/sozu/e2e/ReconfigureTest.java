package io.sozu.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Orders while traffic flows: no request is lost for them, and they take effect. */
@Tag("e2e")
final class ReconfigureTest {
    private static final int ROUNDS = 12;

    @RegisterExtension
    final Stage stage = Stage.perTest();

    @Test
    void shouldAddAndRemoveBackendsUnderLoadWithoutOneFailedRequest() throws IOException {
        final List<ScriptedBackend> backends = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            backends.add(stage.backend("b" + i).countOnly());
        }
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backends.get(0)).workers(2));
        try (Ctl ctl = proxy.ctl();
             LoadClient kept = LoadClient.keepingConnections(proxy.port(), 8);
             LoadClient fresh = LoadClient.connectingAnew(proxy.port(), 4)) {
            for (int round = 0; round < ROUNDS; round++) {
                final ScriptedBackend old = backends.get(round % 3);
                final ScriptedBackend next = backends.get((round + 1) % 3);
                final int before = next.servedRequests();
                ctl.addBackend(ProxyConfig.CLUSTER, next.name(), next);
                kept.awaitMore(100);
                ctl.removeBackend(ProxyConfig.CLUSTER, old.name(), old);
                kept.awaitMore(100);
                fresh.awaitMore(30);
                assertTrue(next.servedRequests() > before, () -> next.name() + " was added and got nothing");
                Await.until("the removed backend is left alone", () -> old.openConnections() == 0);
            }
            kept.stop();
            fresh.stop();
            assertEquals(0, kept.failed() + fresh.failed(), () -> kept + "\n" + fresh);
        }
    }

    @Test
    void shouldFinishWhatIsInFlightAtABackendThatIsRemoved() throws IOException {
        final ScriptedBackend old = stage.backend("old");
        final ScriptedBackend next = stage.backend("next");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(old));
        final Gate gate = new Gate();
        old.on("/long", served -> {
            gate.pass();
            served.answer();
        });
        try (Ctl ctl = proxy.ctl(); RawClient client = proxy.client()) {
            client.send(Requests.get("/long"));
            Await.until("the request is in flight", () -> !old.seen().isEmpty());
            ctl.addBackend(ProxyConfig.CLUSTER, "next", next);
            ctl.removeBackend(ProxyConfig.CLUSTER, "old", old);
            try (RawClient other = proxy.client()) {
                for (int i = 0; i < 5; i++) {
                    assertEquals("next", other.get("/" + i).head().only(ScriptedBackend.MARK));
                }
            }
            gate.open();
            assertEquals("old", client.answer().head().only(ScriptedBackend.MARK));
            assertEquals("next", client.get("/then").head().only(ScriptedBackend.MARK));
        }
        Await.until("the removed backend is left alone", () -> old.openConnections() == 0);
    }

    @Test
    void shouldAddAndRemoveClustersAndFrontendsWhileOthersAreServed() throws IOException {
        final ScriptedBackend first = stage.backend("first").countOnly();
        final ScriptedBackend second = stage.backend("second");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(first).workers(2));
        final String frontend = "{\"route\":{\"CLUSTER_ID\":\"two\"},\"address\":\"127.0.0.1:" + proxy.port()
                + "\",\"hostname\":\"two.test\",\"path\":{\"PREFIX\":\"/\"}}";
        try (Ctl ctl = proxy.ctl(); LoadClient load = LoadClient.keepingConnections(proxy.port(), 6)) {
            for (int round = 0; round < 5; round++) {
                assertEquals(404, statusOfTwo(proxy));
                ctl.obeyed("ADD_CLUSTER", "{\"cluster_id\":\"two\"}");
                ctl.addBackend("two", "second", second);
                ctl.obeyed("ADD_HTTP_FRONTEND", frontend);
                assertEquals(200, statusOfTwo(proxy));
                ctl.removeBackend("two", "second", second);
                assertEquals(503, statusOfTwo(proxy));
                ctl.obeyed("REMOVE_HTTP_FRONTEND", frontend);
                ctl.obeyed("REMOVE_CLUSTER", "\"two\"");
                load.awaitMore(50);
            }
            load.stop();
            assertEquals(0, load.failed(), load::toString);
        }
    }

    @Test
    void shouldOpenAndCloseAListener() throws IOException {
        final ScriptedBackend backend = stage.backend("b1");
        final ProxyProcess proxy = stage.proxy(ProxyConfig.of(backend).workers(2));
        final int port = ProxyConfig.freePort();
        final String address = "\"address\":\"127.0.0.1:" + port + "\"";
        try (Ctl ctl = proxy.ctl()) {
            ctl.obeyed("ADD_HTTP_LISTENER", "{" + address + "}");
            ctl.obeyed("ADD_HTTP_FRONTEND", "{\"route\":{\"CLUSTER_ID\":\"web\"}," + address
                    + ",\"hostname\":\"a.test\",\"path\":{\"PREFIX\":\"/\"}}");
            ctl.obeyed("ACTIVATE_LISTENER", "{" + address + ",\"proxy\":\"http\",\"from_scm\":false}");
            for (int i = 0; i < 10; i++) {
                try (RawClient client = new RawClient(port)) {
                    assertEquals(200, client.get("/l").status());
                }
            }
            ctl.obeyed("DEACTIVATE_LISTENER", "{" + address + ",\"proxy\":\"http\",\"to_scm\":false}");
            Await.until("the listener is closed", () -> refused(port));
            ctl.obeyed("REMOVE_LISTENER", "{" + address + ",\"proxy\":\"http\"}");
        }
        try (RawClient client = proxy.client()) {
            assertEquals(200, client.get("/first-listener").status());
        }
    }

    private static boolean refused(final int port) throws IOException {
        try {
            new RawClient(port).close();
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }

    /** Every answer of several connections, so that each worker is asked. */
    private static int statusOfTwo(final ProxyProcess proxy) throws IOException {
        int status = 0;
        for (int i = 0; i < 8; i++) {
            try (RawClient client = proxy.client()) {
                final int one = client.send("GET / HTTP/1.1\r\nHost: two.test\r\n\r\n").answer().status();
                assertTrue(i == 0 || one == status, "the workers disagree");
                status = one;
            }
        }
        return status;
    }
}
