package io.sozu.perf.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** What every target asks of what it fuzzes. */
final class Oracle {
    /** Up to this length an input is cut everywhere; beyond it at some places, the same ones each time. */
    private static final int CUT_EVERYWHERE_BYTES = 96;
    private static final int CUTS = 12;

    private Oracle() {
    }

    static void check(final boolean holds, final Supplier<String> otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise.get());
        }
    }

    static void same(final Object expected, final Object actual, final Supplier<String> about) {
        if (!Objects.equals(expected, actual)) {
            throw new AssertionError(about.get() + "\nexpected " + expected + "\nbut was  " + actual);
        }
    }

    /** Fails when something took longer than it may on a busy machine. */
    static void inTime(final long startedNanos, final long limitNanos, final Supplier<String> about) {
        final long tookNanos = System.nanoTime() - startedNanos;
        check(tookNanos < limitNanos, () -> about.get() + " took " + tookNanos / 1_000_000 + " ms");
    }

    /** Returns where to cut an input, ascending, neither at its begin nor at its end. */
    static int[] cuts(final byte[] input) {
        final int places = Math.max(0, input.length - 1);
        final SplittableRandom random = random(input);
        final int[] cuts = new int[places <= CUT_EVERYWHERE_BYTES ? places : CUTS];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = 1 + (places <= CUT_EVERYWHERE_BYTES ? i : random.nextInt(places));
        }
        Arrays.sort(cuts);
        return cuts;
    }

    /** Returns choices that depend on nothing but the input. */
    static SplittableRandom random(final byte[] input) {
        return new SplittableRandom(Arrays.hashCode(input));
    }

    static String text(final byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
