package io.sozu.control.model;

import java.net.IDN;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** The checks that the records of this package share. */
final class Texts {
    static final int MAX_TOKEN_CHARS = 64;
    static final int MAX_METHOD_CHARS = 32;
    private static final int MAX_ID_CHARS = 255;
    private static final int MAX_HOST_CHARS = 253;
    private static final int MAX_LABEL_CHARS = 63;

    private Texts() {
    }

    static String id(final String field, final String value) {
        if (value == null || value.isEmpty()) {
            throw new InvalidConfigException(field, "is empty; give it a name");
        }
        if (value.length() > MAX_ID_CHARS) {
            throw new InvalidConfigException(field, Quote.of(value) + " is longer than " + MAX_ID_CHARS
                + " characters; shorten it");
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidConfigException(field, Quote.of(value)
                + " has a control character; take it out");
        }
        return value;
    }

    /** A token of RFC 9110 section 5.6.2: what names methods, header fields and cookies. */
    static String token(final String field, final String value, final int maxChars) {
        if (value == null || value.isEmpty() || value.length() > maxChars) {
            throw new InvalidConfigException(field, Quote.of(value == null ? "" : value)
                + " must have 1 to " + maxChars + " characters");
        }
        for (int i = 0; i < value.length(); i++) {
            final char c = value.charAt(i);
            final boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!letter && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
                throw new InvalidConfigException(field, Quote.of(value)
                    + " is no token; use letters, digits and -_.");
            }
        }
        return value;
    }

    static long range(final String field, final long value, final long min, final long max) {
        if (value < min || value > max) {
            throw new InvalidConfigException(field, value + " is outside " + min + " to " + max);
        }
        return value;
    }

    static String hostname(final String field, final String value) {
        if (value == null || value.isEmpty()) {
            throw new InvalidConfigException(field, "is empty; write a name, *.name or *");
        }
        if (value.equals("*")) {
            return value;
        }
        final String name = value.startsWith("*.") ? value.substring(2) : value;
        final StringJoiner ascii = new StringJoiner(".");
        for (final String label : labels(name)) {
            ascii.add(label(field, value, label));
        }
        if (ascii.length() > MAX_HOST_CHARS) {
            throw new InvalidConfigException(field, Quote.of(value) + " is longer than " + MAX_HOST_CHARS
                + " characters");
        }
        return name.length() == value.length() ? ascii.toString() : "*." + ascii;
    }

    /** Returns the labels of a name; a dot between slashes is part of a regular expression. */
    private static List<String> labels(final String name) {
        final List<String> labels = new ArrayList<>();
        boolean inRegex = false;
        int from = 0;
        for (int at = 0; at < name.length(); at++) {
            if (name.charAt(at) == '/') {
                inRegex = !inRegex;
            } else if (name.charAt(at) == '.' && !inRegex) {
                labels.add(name.substring(from, at));
                from = at + 1;
            }
        }
        labels.add(name.substring(from));
        return labels;
    }

    /**
     * Returns a label as it is compared; a regular expression stays as it is, its syntax is checked
     * elsewhere.
     */
    private static String label(final String field, final String value, final String label) {
        if (label.indexOf('/') >= 0) {
            if (!label.matches("/[!-.0-~]+/")) {
                throw new InvalidConfigException(field, Quote.of(value)
                    + " has a slash: a regular expression is a whole label, as in /cdn[0-9]+/.example.com");
            }
            return label;
        }
        if (label.indexOf(':') >= 0) {
            throw new InvalidConfigException(field, Quote.of(value) + " has a port; leave it out");
        }
        final String ascii = ascii(field, value, label);
        if (!ascii.matches("[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?") || ascii.length() > MAX_LABEL_CHARS) {
            throw new InvalidConfigException(field, Quote.of(value)
                + " is no host name; write a name, *.name or *");
        }
        return ascii;
    }

    private static String ascii(final String field, final String value, final String name) {
        if (name.chars().anyMatch(c -> "\u00df\u03c2\u200c\u200d".indexOf(c) >= 0)) {
            throw new InvalidConfigException(field, Quote.of(value)
                + " has a letter that not everybody turns into the same A-label; write the label as xn--...");
        }
        if (name.chars().allMatch(c -> c < 0x80)) {
            return name.toLowerCase(Locale.ROOT);
        }
        try {
            return IDN.toASCII(name, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (final IllegalArgumentException e) {
            throw new InvalidConfigException(field, Quote.of(value)
                + " is no host name: it has no ASCII form");
        }
    }
}
