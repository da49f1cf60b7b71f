package io.sozu.control.model;

import java.util.Collection;
import java.util.Optional;

/** Finds the known word somebody probably meant. */
public final class Nearest {
    private static final int MAX_CHARS = 64;

    private Nearest() {
    }

    /**
     * Returns the known word closest to {@code word} when it is close enough to be a slip of the keyboard.
     */
    public static Optional<String> of(final String word, final Collection<String> known) {
        if (word.length() > MAX_CHARS) {
            return Optional.empty();
        }
        String best = null;
        int bestDistance = Math.max(1, word.length() / 3) + 1;
        for (final String candidate : known) {
            final int distance = distance(fold(word), fold(candidate));
            if (distance < bestDistance) {
                bestDistance = distance;
                best = candidate;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Returns {@code "; did you mean 'x'?"}, or nothing when no known word is near. */
    public static String hint(final String word, final Collection<String> known) {
        return of(word, known).map(near -> "; did you mean '" + near + "'?").orElse("");
    }

    private static String fold(final String word) {
        final StringBuilder folded = new StringBuilder(word.length());
        for (int i = 0; i < word.length(); i++) {
            final char c = word.charAt(i);
            folded.append(c == '-' ? '_' : c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
        }
        return folded.toString();
    }

    /** Counts the slips between two words: a letter too many, too few, wrong, or swapped with the next. */
    private static int distance(final String left, final String right) {
        final int[][] slips = new int[left.length() + 1][right.length() + 1];
        for (int i = 0; i <= left.length(); i++) {
            for (int j = 0; j <= right.length(); j++) {
                slips[i][j] = i == 0 || j == 0 ? i + j : Math.min(
                    slips[i - 1][j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1),
                    1 + Math.min(slips[i - 1][j], slips[i][j - 1]));
                if (i > 1 && j > 1 && left.charAt(i - 1) == right.charAt(j - 2)
                    && left.charAt(i - 2) == right.charAt(j - 1)) {
                    slips[i][j] = Math.min(slips[i][j], slips[i - 2][j - 2] + 1);
                }
            }
        }
        return slips[left.length()][right.length()];
    }
}
