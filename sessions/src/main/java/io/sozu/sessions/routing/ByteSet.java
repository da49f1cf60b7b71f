package io.sozu.sessions.routing;

/** Some of the 256 bytes; what changes is made while an expression is read. */
final class ByteSet {
    static final int BYTES = 256;
    private final long[] words = new long[BYTES / Long.SIZE];

    static ByteSet of(final String characters) {
        final ByteSet set = new ByteSet();
        characters.chars().forEach(set::add);
        return set;
    }

    static ByteSet range(final int first, final int last) {
        final ByteSet set = new ByteSet();
        set.addRange(first, last);
        return set;
    }

    boolean contains(final int value) {
        return (words[value >>> 6] & 1L << value) != 0;
    }

    void add(final int value) {
        words[value >>> 6] |= 1L << value;
    }

    void addRange(final int first, final int last) {
        for (int value = first; value <= last; value++) {
            add(value);
        }
    }

    void addAll(final ByteSet other) {
        for (int i = 0; i < words.length; i++) {
            words[i] |= other.words[i];
        }
    }

    ByteSet complement() {
        final ByteSet set = new ByteSet();
        for (int i = 0; i < words.length; i++) {
            set.words[i] = ~words[i];
        }
        return set;
    }

    /** Adds the other case of each ASCII letter. */
    void addOtherCases() {
        for (int small = 'a'; small <= 'z'; small++) {
            final int capital = small - 'a' + 'A';
            if (contains(small) || contains(capital)) {
                add(small);
                add(capital);
            }
        }
    }
}
