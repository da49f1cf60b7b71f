package io.sozu.eventloop.log;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.memory.Memory;

/**
 * Writes lines such as {@code 2026-11-24T05:24:00.123456Z 12345 WRK-00 INFO  message} into a {@link LogRing}.
 *
 * <p>The control path hands over a text: {@code log.info("…")}. The data path builds a line of parts, without
 * allocating: {@code log.begin(WARN).text("lost ").decimal(n).end()}. What comes from outside cannot forge a
 * line: control characters appear as {@code \xNN}. Belongs to one thread. A line that finds the ring full is
 * lost, and the next line that fits is preceded by one that says how many were.
 */
public final class Log {
    private static final LogLevel[] LEVELS = LogLevel.values();
    private static final long REPORT_INTERVAL_NANOS = 1_000_000_000;
    private static final int FRAMES_MAX = 24;
    private static final int DECIMAL_MAX = 20;
    private static final int FIRST_PRINTABLE = 0x20;
    private static final int DELETE = 0x7f;
    private static final int LAST_C1_CONTROL = 0x9f;

    private final LogRing ring;
    private final Kernel kernel;
    private final LogTime time = new LogTime();
    private final byte[][] origins = new byte[LEVELS.length][];
    private final byte[] digits = new byte[DECIMAL_MAX];
    private LogLevel level;
    private long reportedLost;
    private long reportWallNanos;
    private boolean open;

    /**
     * Makes a log over a ring that stays the caller's.
     *
     * @param origin who speaks, such as {@code WRK-00} or {@code MASTER}
     */
    public Log(final LogRing ring, final Kernel kernel, final long processId, final String origin,
            final LogLevel level) {
        this.ring = ring;
        this.kernel = kernel;
        this.level = level;
        for (final LogLevel each : LEVELS) {
            final String text = " " + processId + " " + origin + " " + (each + " ").substring(0, 5) + " ";
            origins[each.ordinal()] = text.getBytes(US_ASCII);
        }
    }

    public LogLevel level() {
        return level;
    }

    /** Changes what is logged from now on. */
    public void level(final LogLevel newLevel) {
        level = newLevel;
    }

    /** Returns whether lines of a level are logged: for callers whose text is costly to make. */
    public boolean isEnabled(final LogLevel line) {
        return level.includes(line);
    }

    public void error(final String text) {
        line(LogLevel.ERROR, text);
    }

    /** Logs a text and what was thrown, with its first frames and causes, in one line. */
    public void error(final String text, final Throwable thrown) {
        if (!isEnabled(LogLevel.ERROR)) {
            return;
        }
        begin(LogLevel.ERROR).text(text);
        String link = ": ";
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            text(link).text(each.toString());
            final StackTraceElement[] frames = each.getStackTrace();
            for (int i = 0; i < Math.min(frames.length, FRAMES_MAX); i++) {
                text(" at ").text(frames[i].toString());
            }
            link = " caused by ";
        }
        end();
        flush();
    }

    public void warn(final String text) {
        line(LogLevel.WARN, text);
    }

    public void info(final String text) {
        line(LogLevel.INFO, text);
    }

    public void debug(final String text) {
        line(LogLevel.DEBUG, text);
    }

    private void line(final LogLevel lineLevel, final String text) {
        if (isEnabled(lineLevel)) {
            begin(lineLevel).text(text).end();
            flush();
        }
    }

    /** Starts a line of parts; at a level that is not logged the parts have no effect. */
    public Log begin(final LogLevel lineLevel) {
        open = false;
        if (isEnabled(lineLevel)) {
            final long wallNanos = kernel.wallNanos();
            reportLoss(wallNanos);
            start(lineLevel, wallNanos);
            open = true;
        }
        return this;
    }

    /** Adds a text as UTF-8; a constant of the program costs no allocation. */
    public Log text(final String text) {
        if (!open) {
            return this;
        }
        for (int i = 0; i < text.length(); i++) {
            final char unit = text.charAt(i);
            if (unit < DELETE && unit >= FIRST_PRINTABLE) {
                ring.put(unit);
            } else if (Character.isHighSurrogate(unit) && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                codePoint(Character.toCodePoint(unit, text.charAt(i)));
            } else {
                codePoint(unit);
            }
        }
        return this;
    }

    /** Adds ASCII text that the program itself made, unchecked. */
    public Log ascii(final byte[] text) {
        if (open) {
            ring.put(text, text.length);
        }
        return this;
    }

    /** Adds bytes from outside; a backslash and what is not printable ASCII appear as {@code \\xNN}. */
    public Log bytes(final long address, final int lengthBytes) {
        if (open) {
            for (int i = 0; i < lengthBytes; i++) {
                octet(Memory.getByte(address + i) & 0xff);
            }
        }
        return this;
    }

    /** Adds bytes from outside; a backslash and what is not printable ASCII appear as {@code \\xNN}. */
    public Log bytes(final byte[] source) {
        if (open) {
            for (final byte each : source) {
                octet(each & 0xff);
            }
        }
        return this;
    }

    /** Adds a number. */
    public Log decimal(final long value) {
        if (!open) {
            return this;
        }
        int at = DECIMAL_MAX;
        long rest = value;
        do {
            at--;
            digits[at] = (byte) ('0' + Math.abs(rest % 10));
            rest /= 10;
        } while (rest != 0);
        if (value < 0) {
            ring.put('-');
        }
        while (at < DECIMAL_MAX) {
            ring.put(digits[at++]);
        }
        return this;
    }

    /** Adds the name of a fault, phase or verdict. */
    public Log name(final Enum<?> constant) {
        return text(constant.name());
    }

    /** Ends the line begun; it leaves with the next {@link #flush}. */
    public void end() {
        if (open) {
            ring.end();
            open = false;
        }
    }

    /**
     * Hands over what was logged; a last step of each turn. Tells a loss that no line has told, once a second
     * at most: a target that takes nothing would lose that telling too, and each turn another.
     */
    public void flush() {
        if (ring.lostLines() != reportedLost) {
            final long wallNanos = kernel.wallNanos();
            if (Math.abs(wallNanos - reportWallNanos) >= REPORT_INTERVAL_NANOS) {
                reportLoss(wallNanos);
            }
        }
        ring.flush();
    }

    private void reportLoss(final long wallNanos) {
        final long lost = ring.lostLines();
        if (lost == reportedLost || !ring.hasRoom()) {
            return;
        }
        start(LogLevel.WARN, wallNanos);
        open = true;
        decimal(lost - reportedLost).text(" log lines were lost");
        end();
        reportedLost = lost;
        reportWallNanos = wallNanos;
    }

    private void start(final LogLevel lineLevel, final long wallNanos) {
        ring.begin();
        ring.put(time.render(wallNanos), LogTime.LENGTH);
        final byte[] origin = origins[lineLevel.ordinal()];
        ring.put(origin, origin.length);
    }

    private void octet(final int value) {
        if (value < DELETE && value >= FIRST_PRINTABLE && value != '\\') {
            ring.put(value);
        } else {
            escape(value);
        }
    }

    private void escape(final int value) {
        ring.put('\\');
        ring.put('x');
        ring.put(Character.forDigit(value >>> 4, 16));
        ring.put(Character.forDigit(value & 0xf, 16));
    }

    /** Lone surrogates become a question mark, as Java's own encoder has it. */
    private void codePoint(final int point) {
        if (point < FIRST_PRINTABLE || point >= DELETE && point <= LAST_C1_CONTROL) {
            escape(point);
        } else if (point < 0x800) {
            ring.put(0xC0 | point >>> 6);
            continuation(point);
        } else if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
            ring.put('?');
        } else if (point < 0x10000) {
            ring.put(0xE0 | point >>> 12);
            continuation(point >>> 6);
            continuation(point);
        } else {
            ring.put(0xF0 | point >>> 18);
            continuation(point >>> 12);
            continuation(point >>> 6);
            continuation(point);
        }
    }

    private void continuation(final int bits) {
        ring.put(0x80 | bits & 0x3f);
    }
}
