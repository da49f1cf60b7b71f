package io.sozu.eventloop.log;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * Renders wall-clock time as {@code 2026-11-24T05:24:00.123456Z} without allocating.
 *
 * <p>The calendar part is computed when the second changes. Belongs to one thread.
 */
final class LogTime {
    static final int LENGTH = 27;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final int SECONDS_PER_DAY = 86_400;
    private static final int DAYS_PER_ERA = 146_097;
    private static final int EPOCH_SINCE_MARCH_OF_YEAR_0 = 719_468;
    private static final int FRACTION = 20;

    private final byte[] text = "0000-00-00T00:00:00.000000Z".getBytes(US_ASCII);
    private long second = Long.MIN_VALUE;

    /** Returns the text of a time since the Unix epoch; valid until the next call. Years 0 to 9999. */
    byte[] render(final long wallNanos) {
        final long newSecond = Math.floorDiv(wallNanos, NANOS_PER_SECOND);
        if (newSecond != second) {
            second = newSecond;
            renderSecond();
        }
        digits(FRACTION, 6, (int) (Math.floorMod(wallNanos, NANOS_PER_SECOND) / 1000));
        return text;
    }

    private void renderSecond() {
        renderDate(Math.floorDiv(second, SECONDS_PER_DAY));
        final int ofDay = (int) Math.floorMod(second, (long) SECONDS_PER_DAY);
        digits(11, 2, ofDay / 3600);
        digits(14, 2, ofDay / 60 % 60);
        digits(17, 2, ofDay % 60);
    }

    /** Counts years from March, so that the leap day is the last of its year. */
    private void renderDate(final long epochDay) {
        final long day = epochDay + EPOCH_SINCE_MARCH_OF_YEAR_0;
        final long era = Math.floorDiv(day, DAYS_PER_ERA);
        final int ofEra = (int) Math.floorMod(day, (long) DAYS_PER_ERA);
        final int yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365;
        final int ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        final int marchMonth = (5 * ofYear + 2) / 153;
        final int month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
        digits(0, 4, (int) (yearOfEra + era * 400) + (month <= 2 ? 1 : 0));
        digits(5, 2, month);
        digits(8, 2, ofYear - (153 * marchMonth + 2) / 5 + 1);
    }

    private void digits(final int from, final int count, final int value) {
        int rest = value;
        for (int i = from + count - 1; i >= from; i--) {
            text[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
