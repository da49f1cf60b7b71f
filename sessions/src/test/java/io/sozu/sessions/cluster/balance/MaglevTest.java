package io.sozu.sessions.cluster.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.LeakCheck;
import io.sozu.sessions.cluster.Backend;
import io.sozu.sessions.cluster.BackendAddress;
import io.sozu.sessions.cluster.BackendSettings;
import io.sozu.sessions.cluster.ClusterSettings;
import io.sozu.sessions.cluster.Clusters;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table itself. */
@ExtendWith(LeakCheck.class)
final class MaglevTest {
    /** Looks at each place of the table: the shares are exact, to one place. */
    @ParameterizedTest
    @CsvSource({"1, 0", "2, 2046", "3, 4091", "4, 4091", "5, 8181", "16, 8181", "17, 16361", "256, 16361",
        "257, 32722", "400, 32722"})
    void shouldShareThePlacesEvenlyInATableAsSmallAsTheNumberOfBackendsAllows(final int count,
            final int tableBytes) {
        try (Clusters clusters = new Clusters(Balancers::of, 1)) {
            clusters.put("web", ClusterSettings.DEFAULT);
            final Backend[] backends = new Backend[count];
            for (int i = 0; i < count; i++) {
                backends[i] = clusters.addBackend("web", new BackendSettings("b" + i,
                        BackendAddress.of(new InetSocketAddress("10.0.0.1", 1 + i)), 7, null, false));
            }
            final Maglev maglev = new Maglev();
            maglev.reset(backends, count);
            assertEquals(tableBytes, maglev.tableBytes());
            final int[] counts = new int[count];
            for (int key = 0; key < Maglev.PLACES; key++) {
                final String id = maglev.pick(backends, count, key, 0).id();
                counts[Integer.parseInt(id.substring(1))]++;
            }
            for (final int places : counts) {
                assertTrue(places == Maglev.PLACES / count || places == Maglev.PLACES / count + 1,
                        () -> places + " places");
            }
        }
    }
}
