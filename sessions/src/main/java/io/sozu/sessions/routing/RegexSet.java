package io.sozu.sessions.routing;

import io.sozu.bindings.memory.Memory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Regular expressions that are asked all at once which of them match a text, whole and byte by byte.
 *
 * <p>A text is read once, however many expressions there are: a table leads from state to state, and a state
 * says which expressions end there. States are made when a text first leads to them, which allocates; a text
 * that leads to known ones allocates nothing. When the table is full it is begun anew, so that neither memory
 * nor the time for a byte can be driven up by texts: both are bounded by the size of the expressions.
 */
final class RegexSet {
    static final int[] NONE = {};
    /** The places of all states together, with their ways on: at most a quarter of a megabyte. */
    private static final int MAX_STATE_INTS = 1 << 16;
    private static final int LEAST_STATE_INTS = 1 << 12;
    private static final int STATE_INTS_PER_STEP = 64;

    private final List<RegexProgram> programs = new ArrayList<>();
    private final Map<Places, State> states = new HashMap<>();
    private final byte[] classes = new byte[ByteSet.BYTES];
    private int[] bases;
    private int[] representatives;
    private int[] marks;
    private int[] stack;
    private int[] found;
    private int foundCount;
    private int mark;
    private int stateInts;
    private int maxStateInts;
    private State start;

    /** A set of places in the programs, and what follows of it. */
    private static final class State {
        private final int[] places;
        private final int[] ends;
        private final State[] next;

        State(final int[] places, final int[] ends, final int classCount) {
            this.places = places;
            this.ends = ends;
            this.next = new State[classCount];
        }
    }

    /** Places as a key. */
    private record Places(int[] all) {
        @Override
        public boolean equals(final Object other) {
            return other instanceof Places places && Arrays.equals(all, places.all);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(all);
        }
    }

    /** Puts an expression at an index; those from there on move up. */
    void add(final int index, final RegexProgram program) {
        programs.add(index, program);
        start = null;
    }

    /** Takes an expression out; those behind it move down. */
    void remove(final int index) {
        programs.remove(index);
        start = null;
    }

    int size() {
        return programs.size();
    }

    /** Returns the indexes of the expressions that match, ascending; the array is not the caller's. */
    int[] match(final long address, final int lengthBytes) {
        State state = start == null ? begin() : start;
        for (int i = 0; i < lengthBytes; i++) {
            if (state.places.length == 0) {
                return NONE;
            }
            final int byteClass = classes[Memory.getByte(address + i) & 0xff] & 0xff;
            final State next = state.next[byteClass];
            state = next == null ? step(state, byteClass) : next;
        }
        return state.ends;
    }

    /** Prepares everything anew for the expressions there are. */
    private State begin() {
        bases = new int[programs.size() + 1];
        for (int i = 0; i < programs.size(); i++) {
            bases[i + 1] = bases[i] + programs.get(i).size();
        }
        final int steps = bases[programs.size()];
        marks = new int[steps];
        stack = new int[steps + 1];
        found = new int[steps];
        mark = 0;
        maxStateInts = Math.min(MAX_STATE_INTS, LEAST_STATE_INTS + steps * STATE_INTS_PER_STEP);
        classify();
        return restart();
    }

    /** Bytes that no expression tells apart are of one class. */
    private void classify() {
        Arrays.fill(classes, (byte) 0);
        int count = 1;
        for (final RegexProgram program : programs) {
            for (int step = 0; step < program.size() && count < ByteSet.BYTES; step++) {
                if (program.kind(step) == RegexProgram.TAKE) {
                    count = split(program.set(step), count);
                }
            }
        }
        representatives = new int[count];
        for (int value = 0; value < ByteSet.BYTES; value++) {
            representatives[classes[value] & 0xff] = value;
        }
    }

    private int split(final ByteSet set, final int count) {
        final int[] inside = new int[count];
        final int[] outside = new int[count];
        for (int value = 0; value < ByteSet.BYTES; value++) {
            (set.contains(value) ? inside : outside)[classes[value] & 0xff]++;
        }
        int total = count;
        final int[] renamed = new int[count];
        for (int i = 0; i < count; i++) {
            renamed[i] = inside[i] > 0 && outside[i] > 0 ? total++ : i;
        }
        for (int value = 0; value < ByteSet.BYTES; value++) {
            if (set.contains(value)) {
                classes[value] = (byte) renamed[classes[value] & 0xff];
            }
        }
        return total;
    }

    private State restart() {
        states.clear();
        stateInts = 0;
        nextMark();
        for (int i = 0; i < programs.size(); i++) {
            follow(i, bases[i], true, false);
        }
        start = state(true);
        return start;
    }

    private State step(final State from, final int byteClass) {
        final int value = representatives[byteClass];
        nextMark();
        for (final int place : from.places) {
            final int index = programOf(place);
            final RegexProgram program = programs.get(index);
            final int step = place - bases[index];
            if (program.kind(step) == RegexProgram.TAKE && program.set(step).contains(value)) {
                follow(index, bases[index] + program.next(step), false, false);
            }
        }
        final State to = state(false);
        from.next[byteClass] = to;
        return to;
    }

    /** Returns the state of the places just found. */
    private State state(final boolean atBegin) {
        final int[] places = Arrays.copyOf(found, foundCount);
        Arrays.sort(places);
        final Places key = new Places(places);
        final State known = atBegin ? null : states.get(key);
        if (known != null) {
            return known;
        }
        final State made = new State(places, ends(places, atBegin), representatives.length);
        stateInts += places.length + made.ends.length + made.next.length;
        if (!atBegin && stateInts > maxStateInts) {
            restart();
            stateInts += places.length + made.ends.length + made.next.length;
        }
        if (!atBegin) {
            states.put(key, made);
        }
        return made;
    }

    /** Returns which expressions end when the text does. */
    private int[] ends(final int[] places, final boolean atBegin) {
        nextMark();
        for (final int place : places) {
            follow(programOf(place), place, atBegin, true);
        }
        final int[] ends = new int[programs.size()];
        int count = 0;
        for (int i = 0; i < ends.length; i++) {
            if (marks[bases[i + 1] - 1] == mark) {
                ends[count++] = i;
            }
        }
        return count == 0 ? NONE : Arrays.copyOf(ends, count);
    }

    /** Notes the places that a place leads to without a byte; the last step of a program is its match. */
    private void follow(final int index, final int first, final boolean atBegin, final boolean atEnd) {
        final RegexProgram program = programs.get(index);
        final int base = bases[index];
        int depth = 0;
        stack[depth++] = first;
        while (depth > 0) {
            final int place = stack[--depth];
            if (marks[place] == mark) {
                continue;
            }
            marks[place] = mark;
            final int step = place - base;
            switch (program.kind(step)) {
                case RegexProgram.FORK -> {
                    depth = push(depth, base + program.other(step));
                    depth = push(depth, base + program.next(step));
                }
                case RegexProgram.BEGIN -> depth = atBegin ? push(depth, base + program.next(step)) : depth;
                case RegexProgram.END -> {
                    found[foundCount++] = place;
                    depth = atEnd ? push(depth, base + program.next(step)) : depth;
                }
                default -> found[foundCount++] = place;
            }
        }
    }

    /** Each place is pushed at most twice before it is marked, and a mark ends it. */
    private int push(final int depth, final int place) {
        if (marks[place] == mark) {
            return depth;
        }
        if (depth == stack.length) {
            stack = Arrays.copyOf(stack, depth * 2);
        }
        stack[depth] = place;
        return depth + 1;
    }

    private void nextMark() {
        if (++mark == Integer.MAX_VALUE) {
            Arrays.fill(marks, 0);
            mark = 1;
        }
        foundCount = 0;
    }

    private int programOf(final int place) {
        final int at = Arrays.binarySearch(bases, place);
        return at >= 0 ? at : -at - 2;
    }
}
