package io.sozu.sessions.routing;

import io.sozu.sessions.cluster.RefusedException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a regular expression: the part of RE2's syntax that speaks of bytes. What it leaves out is refused by
 * name: back references and look-around, which no linear-time engine has, word boundaries and Unicode
 * classes.
 */
final class RegexParser {
    private static final int MAX_CHARS = 2_048;
    private static final int MAX_DEPTH = 100;
    private static final int MAX_REPEAT = 1_000;
    private static final int NO_NUMBER = -1;
    private static final ByteSet DIGITS = ByteSet.range('0', '9');
    private static final ByteSet SPACES = ByteSet.of("\t\n\f\r ");
    private static final ByteSet WORDS = words();
    private static final ByteSet ALL = new ByteSet().complement();

    private final String text;
    private int at;
    private int depth;
    private boolean anyCase;

    private RegexParser(final String text, final boolean anyCase) {
        this.text = text;
        this.anyCase = anyCase;
    }

    /**
     * Reads an expression.
     *
     * @param anyCase whether letters stand for both of their cases
     * @throws RefusedException when it is none, or none that is served
     */
    static RegexNode parse(final String text, final boolean anyCase) {
        final RegexParser parser = new RegexParser(text, anyCase);
        if (text.length() > MAX_CHARS) {
            throw parser.fault("is longer than " + MAX_CHARS + " characters");
        }
        if (text.chars().anyMatch(c -> c < ' ' || c >= 0x7f)) {
            throw parser.fault("has a character outside printable ASCII: write its bytes as \\xHH");
        }
        final RegexNode node = parser.choice();
        if (parser.at < text.length()) {
            throw parser.fault("has a ) that nothing opened");
        }
        return node;
    }

    private static ByteSet words() {
        final ByteSet set = ByteSet.of("_");
        set.addRange('0', '9');
        set.addRange('A', 'Z');
        set.addRange('a', 'z');
        return set;
    }

    private RegexNode choice() {
        final boolean outerCase = anyCase;
        final List<RegexNode> parts = new ArrayList<>();
        parts.add(sequence());
        while (takes("|")) {
            parts.add(sequence());
        }
        anyCase = outerCase;
        return parts.size() == 1 ? parts.getFirst() : new RegexNode.Choice(parts);
    }

    private RegexNode sequence() {
        final List<RegexNode> parts = new ArrayList<>();
        while (at < text.length() && text.charAt(at) != '|' && text.charAt(at) != ')') {
            final RegexNode part = atom();
            if (part != RegexNode.EMPTY) {
                parts.add(repeated(part));
            }
        }
        return parts.size() == 1 ? parts.getFirst() : new RegexNode.Sequence(parts);
    }

    private RegexNode repeated(final RegexNode part) {
        final RegexNode node = repeatedOnce(part);
        if (node != part) {
            takes("?");
            if (at < text.length() && ("*+?".indexOf(text.charAt(at)) >= 0 || isCount())) {
                throw fault("repeats a repetition: put the inner one into (?: )");
            }
        }
        return node;
    }

    private RegexNode repeatedOnce(final RegexNode part) {
        if (takes("*")) {
            return new RegexNode.Repeat(part, 0, RegexNode.Repeat.ENDLESS);
        }
        if (takes("+")) {
            return new RegexNode.Repeat(part, 1, RegexNode.Repeat.ENDLESS);
        }
        if (takes("?")) {
            return new RegexNode.Repeat(part, 0, 1);
        }
        return isCount() ? counted(part) : part;
    }

    /** Whether {@code {n}}, {@code {n,}} or {@code {n,m}} comes; another brace stands for itself. */
    private boolean isCount() {
        return text.startsWith("{", at) && text.substring(at).matches("\\{[0-9]{1,9}(,[0-9]{0,9})?}.*");
    }

    private RegexNode counted(final RegexNode part) {
        at++;
        final int least = number();
        int most = least;
        if (takes(",")) {
            most = number();
        }
        at++;
        if (least > MAX_REPEAT || most > MAX_REPEAT) {
            throw fault("repeats more than " + MAX_REPEAT + " times");
        }
        if (most != NO_NUMBER && most < least) {
            throw fault("repeats at most " + most + " and at least " + least + " times");
        }
        return new RegexNode.Repeat(part, least, most == NO_NUMBER ? RegexNode.Repeat.ENDLESS : most);
    }

    private int number() {
        final int from = at;
        while (text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return from == at ? NO_NUMBER : Integer.parseInt(text.substring(from, at));
    }

    private RegexNode atom() {
        final char c = text.charAt(at++);
        return switch (c) {
            case '(' -> group();
            case '[' -> new RegexNode.OneOf(bracketed());
            case '.' -> new RegexNode.OneOf(ALL);
            case '^' -> new RegexNode.Begin();
            case '$' -> new RegexNode.End();
            case '*', '+', '?' -> throw fault("has a " + c + " with nothing before it");
            case '\\' -> escaped();
            default -> literal(c);
        };
    }

    private RegexNode escaped() {
        if (takes("A")) {
            return new RegexNode.Begin();
        }
        if (takes("z")) {
            return new RegexNode.End();
        }
        final ByteSet known = classEscape();
        return known == null ? literal(byteEscape()) : new RegexNode.OneOf(known);
    }

    private RegexNode literal(final int value) {
        final ByteSet set = ByteSet.range(value, value);
        if (anyCase) {
            set.addOtherCases();
        }
        return new RegexNode.OneOf(set);
    }

    private RegexNode group() {
        if (++depth > MAX_DEPTH) {
            throw fault("has groups more than " + MAX_DEPTH + " deep");
        }
        final boolean outerCase = anyCase;
        if (takes("?") && flagsAlone()) {
            depth--;
            return RegexNode.EMPTY;
        }
        final RegexNode node = choice();
        if (!takes(")")) {
            throw fault("has a ( that nothing closes");
        }
        anyCase = outerCase;
        depth--;
        return new RegexNode.Sequence(List.of(node));
    }

    /** Reads what follows {@code (?}; returns whether that was all of the group. */
    private boolean flagsAlone() {
        final boolean looksBehind = text.startsWith("<=", at) || text.startsWith("<!", at);
        if (takes("P<") || !looksBehind && takes("<")) {
            final int end = text.indexOf('>', at);
            if (end < 0 || !text.substring(at, end).matches("\\w+")) {
                throw fault("has a group whose name is not of letters, digits and _");
            }
            at = end + 1;
            return false;
        }
        if (at < text.length() && "=!<".indexOf(text.charAt(at)) >= 0) {
            throw fault("looks around, which takes more than linear time");
        }
        boolean on = true;
        while (at < text.length()) {
            switch (text.charAt(at++)) {
                case '-' -> on = false;
                case 'i' -> anyCase = on;
                case 's' -> { }
                case ':' -> {
                    return false;
                }
                case ')' -> {
                    return true;
                }
                default -> throw fault("has a flag other than i and s");
            }
        }
        throw fault("has a ( that nothing closes");
    }

    /** Reads {@code [...]} behind its bracket. */
    private ByteSet bracketed() {
        final boolean negated = takes("^");
        final ByteSet set = new ByteSet();
        boolean first = true;
        while (first || !text.startsWith("]", at)) {
            first = false;
            if (text.startsWith("[:", at)) {
                throw fault("has a class by name: write its range, as [a-z]");
            }
            if (takes("\\")) {
                final ByteSet known = classEscape();
                if (known == null) {
                    range(set, byteEscape());
                } else {
                    set.addAll(known);
                }
            } else {
                range(set, plain());
            }
        }
        at++;
        if (anyCase) {
            set.addOtherCases();
        }
        return negated ? set.complement() : set;
    }

    private void range(final ByteSet set, final int from) {
        if (!text.startsWith("-", at) || text.startsWith("-]", at)) {
            set.add(from);
            return;
        }
        at++;
        final int to = takes("\\") ? byteEscape() : plain();
        if (to < from) {
            throw fault("has a range that ends before it begins");
        }
        set.addRange(from, to);
    }

    private int plain() {
        if (at == text.length()) {
            throw fault("has a [ that nothing closes");
        }
        return text.charAt(at++);
    }

    /**
     * Reads the letter of a class such as {@code \d} behind its backslash, or returns null and reads nothing.
     */
    private ByteSet classEscape() {
        final ByteSet set = at == text.length() ? null : switch (text.charAt(at)) {
            case 'd' -> DIGITS;
            case 'D' -> DIGITS.complement();
            case 's' -> SPACES;
            case 'S' -> SPACES.complement();
            case 'w' -> WORDS;
            case 'W' -> WORDS.complement();
            default -> null;
        };
        at += set == null ? 0 : 1;
        return set;
    }

    /** Reads what follows a backslash that means one byte. */
    private int byteEscape() {
        if (at == text.length()) {
            throw fault("ends in a backslash");
        }
        final char c = text.charAt(at++);
        if (c == 'x' && text.substring(at).matches("[0-9a-fA-F]{2}.*")) {
            at += 2;
            return Integer.parseInt(text.substring(at - 2, at), 16);
        }
        final int control = "tnrfva".indexOf(c);
        if (control >= 0) {
            return "\t\n\r\f\u000b\u0007".charAt(control);
        }
        if (c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
            throw fault("has \\" + c + ", which is not served");
        }
        return c;
    }

    private boolean takes(final String token) {
        final boolean comes = text.startsWith(token, at);
        at += comes ? token.length() : 0;
        return comes;
    }

    private RefusedException fault(final String what) {
        final String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
        return new RefusedException("regular expression " + shown + " " + what);
    }
}
