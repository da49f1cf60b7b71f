package io.sozu.perf.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every input that is kept, and some thousand cousins of them, which are new with
 * {@code -Dfuzz.seed=N -Dfuzz.cousins=N}.
 */
final class CorpusReplayTest {
    private static final int COUSINS = Integer.getInteger("fuzz.cousins", 1_000);
    /** What goes through a whole worker is looked at harder. */
    private static final int WIRE_FACTOR = 6;
    private static final long SEED = Long.getLong("fuzz.seed", 1);
    private static final long MAX_CORPUS_BYTES = 1 << 20;

    @ParameterizedTest
    @EnumSource
    void shouldStandEveryInputThatWasKept(final Target target) throws IOException {
        final List<byte[]> inputs = Seeds.of(target);
        assertTrue(inputs.size() > 20, () -> "only " + inputs.size() + " inputs");
        inputs.forEach(target::take);
    }

    @ParameterizedTest
    @EnumSource
    void shouldStandTheirCousins(final Target target) throws IOException {
        final Cousins cousins = new Cousins(Seeds.of(target), SEED);
        final int count = target.isWire() ? WIRE_FACTOR * COUSINS : COUSINS;
        for (int i = 0; i < count; i++) {
            target.take(cousins.next());
        }
    }

    @Test
    void shouldKeepCorporaSmallAndReadable() throws IOException {
        long bytes = 0;
        for (final Target target : Target.values()) {
            bytes += Files.size(Corpus.file(target));
            for (final byte[] input : Corpus.read(target)) {
                assertArrayEquals(input, Corpus.input(Corpus.line(input)));
            }
        }
        assertTrue(bytes < MAX_CORPUS_BYTES, bytes + " bytes");
    }
}
