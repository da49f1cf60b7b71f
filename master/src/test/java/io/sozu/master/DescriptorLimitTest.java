package io.sozu.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.linux.Processes;
import io.sozu.master.state.Settings;
import org.junit.jupiter.api.Test;

/** What is made of too few file descriptors. */
final class DescriptorLimitTest {
    private static final long FIXED = 202;

    private static DescriptorLimit fit(final int connections, final boolean given, final long admitted) {
        return DescriptorLimit.fit(new Settings.Limits(connections, given, 1000, 16_384, false, 128, 4),
                FIXED, admitted);
    }

    @Test
    void shouldTakeWhatFits() {
        assertEquals(new DescriptorLimit(10_000, null, null), fit(10_000, true, 20_202));
        assertEquals(new DescriptorLimit(10_000, null, null), fit(10_000, false, Long.MAX_VALUE));
    }

    @Test
    void shouldLowerTheDefaultToWhatTheLimitAdmitsAndSaySo() {
        final DescriptorLimit limit = fit(10_000, false, 20_000);
        assertEquals(9899, limit.maxConnections());
        assertNull(limit.problem());
        assertEquals("max_connections is 9899 in each worker: the limit of 20000 file descriptors"
                + " admits no more; for 10000 raise it (ulimit -n 20202, or LimitNOFILE=20202 in a systemd"
                + " unit)", limit.remark());
    }

    @Test
    void shouldRefuseANumberThatIsGivenAndDoesNotFit() {
        final DescriptorLimit limit = fit(10_000, true, 20_000);
        assertNull(limit.remark());
        assertEquals("max_connections = 10000 needs 20202 file descriptors in each worker, and the limit is"
                + " 20000: raise it (ulimit -n 20202, or LimitNOFILE=20202 in a systemd unit)"
                + " or set max_connections to at most 9899", limit.problem());
    }

    @Test
    void shouldRefuseALimitThatAdmitsNoConnectionAtAll() {
        final String problem = fit(10_000, false, FIXED).problem();
        assertTrue(problem.endsWith("(ulimit -n 20202, or LimitNOFILE=20202 in a systemd unit)"), problem);
        assertTrue(fit(10_000, false, 12).problem().contains("the limit is 12"));
    }

    @Test
    void shouldRaiseTheLimitOfThisProcessOnlyAsFarAsIsNeeded() {
        try (Processes processes = new Processes()) {
            final long soft = processes.fdLimitSoft();
            assertNull(DescriptorLimit.raise(processes,
                    new Settings.Limits(1, true, 1000, 16_384, false, 128, 4), 1, 1)
                    .problem());
            assertEquals(Math.max(soft, 203), processes.fdLimitSoft());
        }
    }
}
