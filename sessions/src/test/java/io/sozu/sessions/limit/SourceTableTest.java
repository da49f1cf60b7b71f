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
    private final SourceTable table = new SourceTable(10, 11, 12);

    @AfterEach
    void close() {
        table.close();
    }

    private record Key(long source, int scope) {
    }

    private record Held(Key key, int claim) {
    }

    @Test
    void shouldCountEachSourceInEachScopeByItself() {
        final int first = table.claim(1, 1, 2);
        final int second = table.claim(1, 1, 2);
        assertEquals(SourceTable.REFUSED, table.claim(1, 1, 2));
        assertEquals(first, second);
        assertNotEquals(SourceTable.REFUSED, table.claim(1, 2, 1));
        assertNotEquals(SourceTable.REFUSED, table.claim(2, 1, 1));
        assertEquals(4, table.claims());
        assertEquals(2, table.count(first));
        table.release(first);
        assertEquals(first, table.claim(1, 1, 2));
        assertEquals(SourceTable.REFUSED, table.claim(1, 1, 2));
        assertEquals(1, table.scope(first));
    }

    @Test
    void shouldCountTheSourceThatIsZero() {
        final int claim = table.claim(0, 1, 1);
        assertNotEquals(SourceTable.NONE, claim);
        assertEquals(SourceTable.REFUSED, table.claim(0, 1, 1));
    }

    @Test
    void shouldObeyALimitThatWasLoweredOrRaisedMeanwhile() {
        for (int i = 0; i < 5; i++) {
            assertNotEquals(SourceTable.REFUSED, table.claim(1, 1, 5));
        }
        assertEquals(SourceTable.REFUSED, table.claim(1, 1, 3));
        assertNotEquals(SourceTable.REFUSED, table.claim(1, 1, 6));
    }

    /** As many sources as there is no room for: those who are counted stay exact, the others are let in. */
    @Test
    void shouldLetInWhomItCannotCountAndForgetNobody() {
        final List<Held> held = new ArrayList<>();
        for (long source = 0; source < 4L * table.entries(); source++) {
            final int claim = table.claim(source, 1, 1);
            assertNotEquals(SourceTable.REFUSED, claim);
            if (claim != SourceTable.NONE) {
                held.add(new Held(new Key(source, 1), claim));
            }
        }
        assertTrue(held.size() > table.entries() * 9 / 10, () -> held.size() + " of " + table.entries());
        assertEquals(held.size(), table.claims());
        assertEquals(4L * table.entries() - held.size(), table.untracked());
        for (final Held each : held) {
            assertEquals(SourceTable.REFUSED, table.claim(each.key.source, 1, 1));
        }
        held.forEach(each -> table.release(each.claim));
        assertEquals(0, table.claims());
        assertNotEquals(SourceTable.NONE, table.claim(Long.MIN_VALUE, 1, 1));
    }

    @Test
    void shouldAgreeWithANaiveCountOfRandomClaims() {
        for (int seed = 0; seed < 50; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final Map<Key, Integer> naive = new HashMap<>();
            final List<Held> held = new ArrayList<>();
            final long before = table.untracked();
            for (int step = 0; step < 4_000; step++) {
                if (!held.isEmpty() && random.nextInt(100) < (step / 1000 % 2 == 0 ? 30 : 70)) {
                    final Held ended = held.remove(random.nextInt(held.size()));
                    table.release(ended.claim);
                    naive.merge(ended.key, -1, Integer::sum);
                } else {
                    final Key key = new Key(random.nextInt(200), 1 + random.nextInt(3));
                    final int max = 1 + random.nextInt(8);
                    final int claim = table.claim(key.source, key.scope, max);
                    final int count = naive.getOrDefault(key, 0);
                    assertEquals(count >= max, claim == SourceTable.REFUSED, key::toString);
                    if (claim != SourceTable.REFUSED) {
                        held.add(new Held(key, claim));
                        assertEquals(count + 1, naive.merge(key, 1, Integer::sum));
                        assertEquals(count + 1, table.count(claim));
                        assertEquals(key.scope, table.scope(claim));
                    }
                }
            }
            assertEquals(before, table.untracked(), "seldom so full that nobody is left out");
            assertEquals(held.size(), table.claims());
            held.forEach(each -> table.release(each.claim));
            assertEquals(0, table.claims());
        }
    }
}
