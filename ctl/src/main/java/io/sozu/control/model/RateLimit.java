package io.sozu.control.model;

/**
 * So many a second, and so many at once.
 *
 * @param perSecond how many come to be allowed in a second; 0 for any number
 * @param burst how many may come at once after a pause; 0 for those of one second
 */
public record RateLimit(int perSecond, int burst) {
    /** No limit. */
    public static final RateLimit NONE = new RateLimit(0, 0);

    /** The highest rate and the largest burst. */
    public static final int MAX = 1_000_000;

    /**
     * Makes a limit out of two fields.
     *
     * @param what what is limited, as in {@code request_rate_per_source}
     * @param suffix what follows {@code _rate} and {@code _burst} in their names
     * @throws InvalidConfigException naming the field, the value and the cure
     */
    public static RateLimit of(final String what, final String suffix, final int perSecond, final int burst) {
        final String rateField = what + "_rate" + suffix;
        final String burstField = what + "_burst" + suffix;
        Texts.range(rateField, perSecond, 0, MAX);
        Texts.range(burstField, burst, 0, MAX);
        if (perSecond == 0 && burst > 0) {
            throw new InvalidConfigException(burstField, "has no effect without " + rateField
                + "; write it too");
        }
        return new RateLimit(perSecond, burst);
    }

    /** Returns how many may come at once. */
    public int burstOrRate() {
        return burst == 0 ? perSecond : burst;
    }

    /** Returns whether anything is limited. */
    public boolean isLimited() {
        return perSecond > 0;
    }
}
