package io.sozu.eventloop.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.bindings.sim.LeakCheck;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
final class MetricsTest {
    @Test
    void shouldReadWhatWasWrittenKnowingTheAddressOnly() {
        try (Counters counters = new Counters(8)) {
            final int requests = counters.count("http.requests");
            final int open = counters.gauge("client.connections");
            counters.increment(requests);
            counters.add(requests, 41);
            counters.set(open, 7);
            counters.add(open, -2);
            final CountersReader reader = new CountersReader(counters.address());
            assertEquals(List.of(new Metric(0, "http.requests", Metric.Kind.COUNT),
                    new Metric(1, "client.connections", Metric.Kind.GAUGE)), reader.metrics());
            assertEquals(42, reader.value(requests));
            assertEquals(5, reader.value(open));
            assertEquals(5, counters.get(open));
            assertNull(reader.find("no.such"));
            assertThrows(IndexOutOfBoundsException.class, () -> reader.value(2));
        }
    }

    @Test
    void shouldGiveOneIdToOneNameAndRefuseWhatDoesNotFit() {
        try (Counters counters = new Counters(2)) {
            assertEquals(counters.count("a"), counters.count("a"));
            assertThrows(IllegalStateException.class, () -> counters.gauge("a"));
            counters.gauge("n".repeat(64));
            assertEquals("n".repeat(64), new CountersReader(counters.address()).metric(1).name());
            assertThrows(IllegalStateException.class, () -> counters.count("c"));
            assertThrows(IllegalArgumentException.class, () -> counters.count("n".repeat(65)));
            assertThrows(IllegalArgumentException.class, () -> counters.count(""));
        }
    }

    @Test
    void shouldLiveInMemoryOfTheCallerAndGiveBackOnlyItsOwn() {
        final long before = NativeMemory.bytes(MemoryTag.METRICS);
        final long size = Counters.sizeBytes(3);
        final long address = NativeMemory.allocate(MemoryTag.METRICS, size);
        try (Counters counters = new Counters(3, address)) {
            counters.add(counters.count("x"), 3);
        }
        assertEquals(3, new CountersReader(address).value(0));
        NativeMemory.free(MemoryTag.METRICS, address, size);
        final Counters own = new Counters(3);
        final Histogram histogram = new Histogram();
        assertTrue(NativeMemory.bytes(MemoryTag.METRICS) > before);
        own.close();
        own.close();
        histogram.close();
        histogram.close();
        assertEquals(before, NativeMemory.bytes(MemoryTag.METRICS));
        final long blank = NativeMemory.allocate(MemoryTag.METRICS, 64);
        assertThrows(IllegalArgumentException.class, () -> new CountersReader(blank));
        NativeMemory.free(MemoryTag.METRICS, blank, 64);
    }

    @Test
    void shouldPutEachSizeIntoTheBucketThatEndsAtOrAboveIt() {
        int former = -1;
        for (long value = 0; value >= 0 && value < Long.MAX_VALUE / 2; value += 1 + value / 50) {
            final int bucket = Histogram.bucket(value);
            assertTrue(bucket == former || bucket == former + 1, "gap before " + value);
            final long last = Histogram.lastOf(bucket);
            assertTrue(last >= value && last - value <= value / 16, value + " in a bucket up to " + last);
            former = bucket;
        }
        final int greatest = Histogram.bucket(Long.MAX_VALUE);
        assertEquals(Long.MAX_VALUE, Histogram.lastOf(greatest));
        assertTrue((greatest + 1) * Long.BYTES + 64 <= Histogram.SIZE_BYTES);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldFindPercentilesWithinOneSixteenth(final long seed) {
        final Random random = new Random(seed);
        final long[] values = random.longs(10_000, 0, 40).map(bits -> random.nextLong(1L << bits)).toArray();
        try (Histogram histogram = new Histogram()) {
            assertEquals(0, histogram.percentile(99));
            for (final long value : values) {
                histogram.record(value);
            }
            Arrays.sort(values);
            assertEquals(values.length, histogram.count());
            assertEquals(Arrays.stream(values).sum(), histogram.sum());
            assertEquals(values[values.length - 1], histogram.greatest());
            for (final double percent : new double[] {0, 1, 25, 50, 90, 99, 99.9, 99.99, 100}) {
                final long exact = values[Math.max(0, (int) Math.ceil(values.length * percent / 100) - 1)];
                final long read = histogram.percentile(percent);
                assertTrue(read >= exact && read <= exact + exact / 16,
                        () -> percent + " %: " + read + " for " + exact + ", seed " + seed);
            }
            histogram.clear();
            histogram.record(-5);
            assertEquals(0, histogram.percentile(100));
            assertEquals(1, histogram.count());
        }
    }
}
