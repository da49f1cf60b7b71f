package io.sozu.control.model;

import java.util.Arrays;

/**
 * A key of session tickets: 16 bytes by which tickets name it, 32 that encrypt them, 32 that sign them.
 *
 * <p>Not a record: whoever holds one gives it back by {@link #erase}, and it is never shown.
 */
public final class TicketKey {
    /** How long a key is. */
    public static final int BYTES = 80;

    private final byte[] bytes;

    /**
     * Takes a copy.
     *
     * @throws InvalidConfigException when it is shorter or longer than a key
     */
    public TicketKey(final byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new InvalidConfigException("keys", "have one of " + bytes.length + " bytes; each has "
                + BYTES);
        }
        this.bytes = bytes.clone();
    }

    /** Returns the bytes themselves, not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    /** Overwrites it; it is of no use any more. */
    public void erase() {
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof TicketKey key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Says nothing of the key. */
    @Override
    public String toString() {
        return "a ticket key";
    }
}
