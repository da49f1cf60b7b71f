package io.sozu.control.model;

import java.util.Locale;

/**
 * A name and the value it must have: of a header field, or of the query.
 *
 * @param name of a header field in lower case; of a query parameter as clients write it, percent-encoded
 * @param value compared as received, nothing decoded
 */
public record Condition(String name, String value) {
    private static final int MAX_CHARS = 1024;

    /**
     * Returns the condition on a header field.
     *
     * @throws InvalidConfigException when no request could have it
     */
    public static Condition header(final String name, final String value) {
        Texts.token("header", name, Texts.MAX_TOKEN_CHARS);
        check("header", value, value != null && value.equals(value.strip()) && value.chars()
            .allMatch(c -> c >= ' ' && c < 0x7F),
            " is no value of a field: use printable ASCII, no space at its ends");
        return new Condition(name.toLowerCase(Locale.ROOT), value);
    }

    /**
     * Returns the condition on a parameter of the query.
     *
     * @throws InvalidConfigException when no request could have it
     */
    public static Condition query(final String name, final String value) {
        final String problem =
            " is no part of a query: percent-encode & and # and what is not printable ASCII";
        check("query", name, isOfQuery(name) && !name.isEmpty() && name.indexOf('=') < 0, problem
                + ", and = in the name");
        check("query", value, isOfQuery(value), problem);
        return new Condition(name, value);
    }

    private static boolean isOfQuery(final String text) {
        return text != null && text.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '&' && c != '#');
    }

    private static void check(final String field, final String text, final boolean good,
            final String problem) {
        if (!good) {
            throw new InvalidConfigException(field, Quote.of(text == null ? "" : text) + problem);
        }
        if (text.length() > MAX_CHARS) {
            throw new InvalidConfigException(field, Quote.of(text) + " is longer than " + MAX_CHARS
                    + " characters");
        }
    }

    /** Returns {@code name=value}. */
    @Override
    public String toString() {
        return name + "=" + value;
    }
}
