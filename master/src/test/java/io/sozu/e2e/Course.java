package io.sozu.e2e;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A course of events at a client: the answers in order, then whether the connection serves on. Written {@code
 * 200 400/505 close}: an answer is a set of status codes, with {@code =/target} when it must be the backend's
 * answer to that target; {@code cut} is an answer that visibly ended too early; the last word is {@code
 * open}, {@code close} or {@code any}.
 */
record Course(List<String> answers, String ending) {
    static final String OPEN = "open";
    static final String CLOSE = "close";
    static final String ANY = "any";
    static final String CUT = "cut";

    static Course parse(final String text) {
        final List<String> words = List.of(text.strip().split(" +"));
        final String ending = words.getLast();
        if (!List.of(OPEN, CLOSE, ANY).contains(ending)) {
            throw new IllegalArgumentException("a course ends with open, close or any: " + text);
        }
        return new Course(List.copyOf(words.subList(0, words.size() - 1)), ending);
    }

    static List<Course> parseAll(final String text) {
        return Arrays.stream(text.split("\\|")).map(Course::parse).toList();
    }

    /** True when what was observed is this course. */
    boolean allows(final Course observed) {
        if (answers.size() != observed.answers.size() || !ending.equals(ANY)
                && !ending.equals(observed.ending)) {
            return false;
        }
        for (int i = 0; i < answers.size(); i++) {
            if (!allows(answers.get(i), observed.answers.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean allows(final String wanted, final String observed) {
        final String[] want = wanted.split("=", 2);
        final String[] got = observed.split("=", 2);
        final boolean target = want.length == 1 || got.length == 2 && got[1].equals(want[1]);
        return target && List.of(want[0].split("/")).contains(got[0]);
    }

    @Override
    public String toString() {
        final List<String> words = new ArrayList<>(answers);
        words.add(ending);
        return String.join(" ", words);
    }
}
