package io.sozu.sessions.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.LeakCheck;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
final class SourceTableTest {
    private static final long SECOND = 1_000_000_000;
    private static final Rate RATE = Rate.of(1, 5);
    private final SourceTable table = new SourceTable(10, 11, 12);

    @AfterEach
    void close() {
        table.close();
    }

    private record Key(long source, int scope) {
    }

    private record Held(Key key, int entry) {
    }

    private static final class Naive {
        private int claims;
        private final long[] fullNanos = new long[2];
    }

    private int claimed(final long source, final int scope, final long nowNanos) {
        final int entry = table.entry(source, scope, nowNanos);
        if (entry != SourceTable.NONE) {
            table.claim(entry);
        }
        return entry;
    }

    private boolean take(final int entry, final int bucket, final long nowNanos) {
        final boolean allowed = RATE.waitNanos(table.fullNanos(entry, bucket), nowNanos) == 0;
        if (allowed) {
            table.fullNanos(entry, bucket, RATE.taken(table.fullNanos(entry, bucket), nowNanos));
        }
        return allowed;
    }

    @Test
    void shouldCountEachSourceInEachScopeByItself() {
        final int first = claimed(1, 1, 0);
        assertEquals(first, claimed(1, 1, 0));
        assertNotEquals(first, claimed(1, 2, 0));
        assertNotEquals(first, claimed(2, 1, 0));
        assertEquals(4, table.claims());
        assertEquals(2, table.count(first));
        assertEquals(1, table.scope(first));
        table.release(first);
        assertEquals(1, table.count(first));
        assertEquals(first, table.entry(1, 1, 0));
    }

    @Test
    void shouldKnowTheSourceThatIsZero() {
        final int entry = claimed(0, 1, 0);
        assertNotEquals(SourceTable.NONE, entry);
        assertEquals(entry, table.entry(0, 1, 0));
    }

    @Test
    void shouldKeepTheTwoBucketsApart() {
        final int entry = claimed(1, 1, 0);
        for (int i = 0; i < 5; i++) {
            assertTrue(take(entry, SourceTable.REQUESTS, 0));
        }
        assertEquals(0, table.fullNanos(entry, SourceTable.CONNECTIONS));
        assertEquals(5 * SECOND, table.fullNanos(entry, SourceTable.REQUESTS));
    }

    /** As many sources as there is no room for: those who are counted stay exact, the others are let in. */
    @Test
    void shouldLetInWhomItCannotCountAndForgetNobodyWhoIsThere() {
        final List<Held> held = new ArrayList<>();
        final long sources = 4L * table.entries();
        for (long source = 0; source < sources; source++) {
            final int entry = claimed(source, 1, 0);
            if (entry != SourceTable.NONE) {
                held.add(new Held(new Key(source, 1), entry));
            }
        }
        assertTrue(held.size() > table.entries() * 9 / 10, () -> held.size() + " of " + table.entries());
        assertEquals(held.size(), table.claims());
        assertEquals(sources - held.size(), table.untracked());
        for (final Held each : held) {
            assertEquals(each.entry, table.entry(each.key.source, 1, 0));
            assertEquals(1, table.count(each.entry));
        }
        held.forEach(each -> table.release(each.entry));
        assertEquals(0, table.claims());
        assertNotEquals(SourceTable.NONE, table.entry(Long.MIN_VALUE, 1, 0));
    }

    /** A flood of sources, each of which asks once: who has asked too often is not forgotten for them. */
    @Test
    void shouldGiveUpTheFullestBucketsFirst() {
        final int offender = table.entry(-1, 1, 0);
        for (int i = 0; i < 5; i++) {
            assertTrue(take(offender, SourceTable.REQUESTS, 0));
        }
        final int connected = claimed(-2, 1, 0);
        take(connected, SourceTable.REQUESTS, 0);
        for (long source = 0; source < 20L * table.entries(); source++) {
            take(table.entry(source, 1, 0), SourceTable.REQUESTS, 0);
        }
        assertEquals(offender, table.entry(-1, 1, 0));
        assertEquals(5 * SECOND, table.fullNanos(offender, SourceTable.REQUESTS));
        assertEquals(connected, table.entry(-2, 1, 0));
        assertEquals(SECOND, table.fullNanos(connected, SourceTable.REQUESTS));
        assertEquals(0, table.untracked());
    }

    @Test
    void shouldPreferAPlaceWhoseBucketsAreFull() {
        final List<Integer> entries = new ArrayList<>();
        for (long source = 0; source < table.entries() / 2; source++) {
            entries.add(table.entry(source, 1, 0));
            take(entries.getLast(), SourceTable.REQUESTS, 0);
        }
        for (long source = 0; source < table.entries() / 2; source++) {
            table.entry(1_000_000 + source, 1, SECOND - 1);
        }
        for (int source = 0; source < table.entries() / 2; source++) {
            assertEquals(entries.get(source), table.entry(source, 1, SECOND - 1));
        }
    }

    @Test
    void shouldAgreeWithANaiveModelOfRandomClaimsAndTokens() {
        long nowNanos = 0;
        for (int seed = 0; seed < 60; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final Map<Key, Naive> naive = new HashMap<>();
            final List<Held> held = new ArrayList<>();
            nowNanos += 1_000 * SECOND;
            for (int step = 0; step < 4_000; step++) {
                nowNanos += random.nextLong(SECOND / 100);
                if (!held.isEmpty() && random.nextInt(100) < (step / 1000 % 2 == 0 ? 30 : 70)) {
                    final Held ended = held.remove(random.nextInt(held.size()));
                    table.release(ended.entry);
                    naive.get(ended.key).claims--;
                    continue;
                }
                final Key key = new Key(random.nextInt(100), 1 + random.nextInt(2));
                final Naive expected = naive.computeIfAbsent(key, k -> new Naive());
                final int entry = table.entry(key.source, key.scope, nowNanos);
                final int bucket = random.nextInt(2);
                final boolean allowed = RATE.waitNanos(expected.fullNanos[bucket], nowNanos) == 0;
                assertEquals(allowed, take(entry, bucket, nowNanos), key::toString);
                if (allowed) {
                    expected.fullNanos[bucket] = RATE.taken(expected.fullNanos[bucket], nowNanos);
                    table.claim(entry);
                    expected.claims++;
                    held.add(new Held(key, entry));
                }
                assertEquals(expected.claims, table.count(entry));
                assertEquals(key.scope, table.scope(entry));
            }
            assertEquals(held.size(), table.claims());
            held.forEach(each -> table.release(each.entry));
            assertEquals(0, table.claims());
        }
        assertEquals(0, table.untracked());
    }
}
