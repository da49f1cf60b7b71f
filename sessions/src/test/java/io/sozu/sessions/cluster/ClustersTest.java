package io.sozu.sessions.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.linux.SockAddr;
import io.sozu.bindings.linux.SocketOptions;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.sessions.cluster.balance.Balancers;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
final class ClustersTest {
    private static final BackendAddress ADDRESS =
            BackendAddress.of(new InetSocketAddress("127.0.0.1", 8080));
    private final Clusters clusters = new Clusters(Balancers::of, 1);
    private final List<String> drained = new ArrayList<>();

    ClustersTest() {
        clusters.onDrained(backend -> {
            assertEquals(BackendPhase.DRAINED, backend.phase());
            assertSame(backend, clusters.backend(backend.index(), backend.generation()),
                    "not given back yet");
            drained.add(backend.toString());
        });
    }

    @AfterEach
    void close() {
        clusters.close();
    }

    private Backend add(final String id, final int weight) {
        return clusters.addBackend("web", new BackendSettings(id, ADDRESS, weight, null, false));
    }

    private Backend picked() {
        return clusters.find("web").pick(0, RetryPolicy.NONE_TRIED);
    }

    @Test
    void shouldGiveAnUnusedBackendBackAtOnce() {
        clusters.put("web", ClusterSettings.DEFAULT);
        final Backend backend = add("a", 100);
        assertSame(backend, picked());
        assertSame(backend, clusters.removeBackend("web", "a", ADDRESS));
        assertEquals(BackendPhase.DRAINED, backend.phase());
        assertEquals(List.of("web/a@127.0.0.1:8080"), drained);
        assertNull(clusters.backend(backend.index(), backend.generation()));
        assertNull(picked());
        assertEquals(0, NativeMemory.bytes(MemoryTag.CONFIGURATION));
    }

    @Test
    void shouldDrainARemovedBackendUntilItsLastConnectionAndExchange() {
        clusters.put("web", ClusterSettings.DEFAULT);
        final Backend backend = add("a", 100);
        final long sockAddr = backend.sockAddr();
        backend.exchangeStarted();
        backend.connectionOpened();
        backend.connectionOpened();
        backend.connectionIdle();
        clusters.removeBackend("web", "a", ADDRESS);
        assertEquals(BackendPhase.CLOSING, backend.phase());
        assertEquals(1, clusters.drainingBackends());
        assertNull(picked());
        backend.connectionBusy();
        backend.connectionClosed();
        assertEquals(sockAddr, backend.sockAddr());
        assertEquals(ADDRESS, BackendAddress.of(SockAddr.read(backend.sockAddr(), backend.sockAddrBytes())));
        backend.connectionClosed();
        assertSame(backend, clusters.backend(backend.index(), backend.generation()));
        assertTrue(drained.isEmpty(), "its exchange has not ended");
        backend.exchangeEnded();
        assertEquals(1, drained.size());
        assertNull(clusters.backend(backend.index(), backend.generation()));
        assertEquals(0, clusters.drainingBackends());
    }

    @Test
    void shouldWorkAtOnceWhenAddedAgainWhileTheOldOneDrains() {
        clusters.put("web", ClusterSettings.DEFAULT);
        final Backend old = add("a", 100);
        old.connectionOpened();
        old.connectFailed(0);
        clusters.removeBackend("web", "a", ADDRESS);
        final Backend again = add("a", 100);
        assertNotSame(old, again);
        assertNotEquals(old.index(), again.index());
        assertSame(again, picked());
        assertTrue(again.health().isUsable(0));
        old.connectionClosed();
        assertEquals(1, drained.size());
        assertSame(again, picked());
        assertEquals(ADDRESS, BackendAddress.of(SockAddr.read(again.sockAddr(), again.sockAddrBytes())));
        assertEquals(1, clusters.backendCount());
    }

    @Test
    void shouldKeepTheConnectionsOfABackendWhoseSettingsAreReplaced() {
        clusters.put("web", ClusterSettings.DEFAULT);
        final Backend backend = add("a", 100);
        backend.connectionOpened();
        assertSame(backend, add("a", 0));
        assertEquals(0, backend.weight());
        assertEquals(1, backend.openConnections());
        assertEquals("a", backend.stickyId());
        assertSame(backend, clusters.addBackend("web", new BackendSettings("a", ADDRESS, 7, "s", true)));
        assertEquals("s", backend.stickyId());
        assertTrue(backend.backup());
        assertEquals(1, clusters.backendCount());
        assertEquals(1, clusters.find("web").backendCount());
        backend.connectionClosed();
        assertTrue(drained.isEmpty());
    }

    @Test
    void shouldTellBackendsApartByIdAndAddress() {
        clusters.put("web", ClusterSettings.DEFAULT);
        final BackendAddress other = BackendAddress.of(new InetSocketAddress("::1", 8080));
        final Backend first = add("a", 100);
        final Backend second = add("b", 100);
        final Backend third = clusters.addBackend("web", new BackendSettings("a", other));
        assertEquals(3, clusters.find("web").backendCount());
        assertEquals(other, BackendAddress.of(SockAddr.read(third.sockAddr(), third.sockAddrBytes())));
        clusters.removeBackend("web", "a", ADDRESS);
        assertEquals(BackendPhase.DRAINED, first.phase());
        assertEquals(BackendPhase.NORMAL, second.phase());
        assertEquals(BackendPhase.NORMAL, third.phase());
        assertEquals("web/a@[::1]:8080", third.toString());
        assertSame(second, clusters.find("web").backend(0));
        assertSame(third, clusters.find("web").backend(1));
    }

    @Test
    void shouldRefuseToRemoveWhatIsNotThere() {
        assertEquals("there is no cluster web",
                assertThrows(RefusedException.class, () -> clusters.remove("web")).getMessage());
        add("a", 100);
        assertThrows(RefusedException.class, () -> clusters.remove("web"), "named, not configured");
        final RefusedException refused = assertThrows(RefusedException.class,
                () -> clusters.removeBackend("web", "b", ADDRESS));
        assertEquals("cluster web has no backend b at 127.0.0.1:8080", refused.getMessage());
        assertThrows(RefusedException.class, () -> clusters.removeBackend("api", "a", ADDRESS));
        assertThrows(RefusedException.class,
                () -> clusters.removeBackend("web", "a",
                        BackendAddress.of(new InetSocketAddress("127.0.0.1", 8081))));
        assertEquals(1, clusters.backendCount());
        assertNull(clusters.find("api"));
    }

    @Test
    void shouldRefuseBackendsThatCannotBe() {
        assertThrows(RefusedException.class, () -> new BackendSettings("", ADDRESS));
        assertThrows(RefusedException.class, () -> new BackendSettings("a", null));
        assertThrows(RefusedException.class,
                () -> BackendAddress.of(InetSocketAddress.createUnresolved("host", 80)));
        assertThrows(RefusedException.class,
                () -> BackendAddress.of(new InetSocketAddress("127.0.0.1", 0)));
        assertThrows(RefusedException.class, () -> new BackendSettings("a", ADDRESS, 256, null, false));
        assertThrows(RefusedException.class, () -> new BackendSettings("a", ADDRESS, -1, null, false));
        assertThrows(RefusedException.class, () -> clusters.put("", ClusterSettings.DEFAULT));
    }

    @Test
    void shouldForgetAClusterWithTheLastThatNamesIt() {
        final Cluster cluster = clusters.refer("web");
        final Backend backend = add("a", 100);
        clusters.put("web", ClusterSettings.DEFAULT);
        assertSame(cluster, clusters.cluster(cluster.index(), cluster.generation()));
        clusters.remove("web");
        clusters.release(cluster);
        assertSame(cluster, clusters.find("web"), "it has a backend");
        backend.connectionOpened();
        clusters.removeBackend("web", "a", ADDRESS);
        assertNull(clusters.find("web"));
        assertNull(clusters.cluster(cluster.index(), cluster.generation()));
        assertSame(cluster, backend.cluster());
        backend.connectionClosed();
        assertEquals(1, drained.size());
        final Cluster next = clusters.put("api", ClusterSettings.DEFAULT);
        assertEquals(cluster.index(), next.index());
        assertNotEquals(cluster.generation(), next.generation());
    }

    @Test
    void shouldReuseNumbersAndMemoryOfManyBackends() {
        clusters.put("web", ClusterSettings.DEFAULT);
        for (int round = 0; round < 3; round++) {
            final List<Backend> backends = new ArrayList<>();
            for (int i = 0; i < 5_000; i++) {
                backends.add(add("b" + i, 100));
                assertTrue(backends.get(i).index() < 5_000);
            }
            assertEquals(5_000, clusters.backendCount());
            assertEquals(5_000, clusters.backendIndexes());
            for (final Backend backend : backends) {
                assertSame(backend, clusters.backend(backend.index()));
                assertEquals(8080, SockAddr.port(backend.sockAddr()));
            }
            backends.forEach(b -> clusters.removeBackend("web", b.id(), b.address()));
            backends.forEach(b -> assertNull(clusters.backend(b.index(), b.generation())));
            assertEquals(0, clusters.backendCount());
            assertEquals(0, NativeMemory.bytes(MemoryTag.CONFIGURATION));
        }
        assertNull(clusters.backend(-1));
        assertNull(clusters.backend(Integer.MAX_VALUE));
    }

    @Test
    void shouldGiveEverythingBackWhenTheWorkerEnds() {
        add("a", 100).connectionOpened();
        add("b", 100);
        clusters.removeBackend("web", "a", ADDRESS);
        assertNotEquals(0, NativeMemory.bytes(MemoryTag.CONFIGURATION));
    }

    @Test
    void shouldHoldTheSocketAddressOfAUnixSocket() {
        final BackendAddress path = new BackendAddress.Unix("/run/app.sock");
        final Backend file = clusters.addBackend("web", new BackendSettings("f", path));
        assertEquals(SocketOptions.AF_UNIX, SockAddr.family(file.sockAddr()));
        assertEquals(2 + "/run/app.sock".length() + 1, file.sockAddrBytes());
        final Backend named = clusters.addBackend("web",
                new BackendSettings("n", new BackendAddress.Unix("@app")));
        assertEquals(2 + 1 + "app".length(), named.sockAddrBytes());
        assertEquals("web/f@unix:/run/app.sock", file.toString());
        clusters.removeBackend("web", "f", path);
        assertThrows(RefusedException.class, () -> clusters.removeBackend("web", "n", path));
        assertThrows(RefusedException.class, () -> new BackendAddress.Unix("/"));
    }
}
