package io.sozu.control.model;

import java.util.HexFormat;

/** Shows text of others inside a message: one line, bounded, nothing a terminal would obey. */
public final class Quote {
    private static final int MAX_CHARS = 80;
    private static final HexFormat HEX = HexFormat.of();

    private Quote() {
    }

    /** Returns the text as it is when it is letters, digits, - and _, else quoted. */
    public static String ifNeeded(final String text) {
        return text.matches("[A-Za-z0-9_-]{1," + MAX_CHARS + "}") ? text : of(text);
    }

    /**
     * Returns the text in single quotes, with what is not printable ASCII escaped and what is too long cut.
     */
    public static String of(final String text) {
        final StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_CHARS) + 8).append('\'');
        final int shown = Math.min(text.length(), MAX_CHARS);
        for (int i = 0; i < shown; i++) {
            final char c = text.charAt(i);
            if (c >= ' ' && c < 0x7F) {
                out.append(c);
            } else {
                out.append("\\u").append(HEX.toHexDigits(c));
            }
        }
        return out.append(shown < text.length() ? "...'" : "'").toString();
    }
}
