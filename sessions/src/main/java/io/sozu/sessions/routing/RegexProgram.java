package io.sozu.sessions.routing;

import io.sozu.sessions.cluster.RefusedException;
import java.util.Arrays;

/**
 * A regular expression as the steps of a machine that is in many places at once; the first step is step 0.
 *
 * <p>A step takes one byte of a set, or goes on at two places, or asks for the text's begin or end, or is
 * the end of the expression. Immutable once made.
 */
final class RegexProgram {
    static final byte TAKE = 0;
    static final byte FORK = 1;
    static final byte BEGIN = 2;
    static final byte END = 3;
    static final byte MATCH = 4;
    /** The most steps of one expression, its repetitions written out. */
    static final int MAX_STEPS = 4_000;

    private final String text;
    private byte[] kinds = new byte[16];
    private int[] next = new int[16];
    private int[] other = new int[16];
    private ByteSet[] sets = new ByteSet[16];
    private int size;

    private RegexProgram(final String text) {
        this.text = text;
    }

    /**
     * Makes a program of an expression, which has to match whole texts.
     *
     * @throws RefusedException when it is no expression that is served, or too large a one
     */
    static RegexProgram of(final String text, final boolean anyCase) {
        final RegexProgram program = new RegexProgram(text);
        final RegexNode node = RegexParser.parse(text, anyCase);
        program.write(node);
        program.add(MATCH);
        return program;
    }

    int size() {
        return size;
    }

    byte kind(final int step) {
        return kinds[step];
    }

    int next(final int step) {
        return next[step];
    }

    /** Returns the second place a FORK goes on at. */
    int other(final int step) {
        return other[step];
    }

    /** Returns the bytes that a TAKE takes. */
    ByteSet set(final int step) {
        return sets[step];
    }

    /** Writes a node's steps; whoever is behind them stands at their end. */
    private void write(final RegexNode node) {
        switch (node) {
            case RegexNode.OneOf one -> {
                final int step = add(TAKE);
                sets[step] = one.bytes();
            }
            case RegexNode.Begin begin -> add(BEGIN);
            case RegexNode.End end -> add(END);
            case RegexNode.Sequence sequence -> sequence.parts().forEach(this::write);
            case RegexNode.Choice choice -> write(choice);
            case RegexNode.Repeat repeat -> write(repeat);
        }
    }

    private void write(final RegexNode.Choice choice) {
        final int[] ends = new int[choice.parts().size() - 1];
        for (int i = 0; i < ends.length; i++) {
            final int fork = add(FORK);
            write(choice.parts().get(i));
            ends[i] = add(FORK);
            other[fork] = size;
        }
        write(choice.parts().getLast());
        for (final int end : ends) {
            next[end] = size;
            other[end] = size;
        }
    }

    private void write(final RegexNode.Repeat repeat) {
        for (int i = 0; i < repeat.least(); i++) {
            write(repeat.part());
        }
        if (repeat.most() == RegexNode.Repeat.ENDLESS) {
            final int fork = add(FORK);
            write(repeat.part());
            final int back = add(FORK);
            next[back] = fork;
            other[back] = fork;
            other[fork] = size;
            return;
        }
        final int[] forks = new int[repeat.most() - repeat.least()];
        for (int i = 0; i < forks.length; i++) {
            forks[i] = add(FORK);
            write(repeat.part());
        }
        for (final int fork : forks) {
            other[fork] = size;
        }
    }

    private int add(final byte kind) {
        if (size == MAX_STEPS) {
            throw new RefusedException("regular expression " + (text.length() > 60 ? text.substring(0, 60)
                    + "…" : text)
                    + " is too large with its repetitions written out");
        }
        if (size == kinds.length) {
            kinds = Arrays.copyOf(kinds, size * 2);
            next = Arrays.copyOf(next, size * 2);
            other = Arrays.copyOf(other, size * 2);
            sets = Arrays.copyOf(sets, size * 2);
        }
        kinds[size] = kind;
        next[size] = size + 1;
        return size++;
    }
}
