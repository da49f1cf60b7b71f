package io.sozu.sessions.limit;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;

/**
 * What each source has of each scope, a listener or a cluster, off-heap and of a fixed size.
 *
 * <p>A source has its entry in one of the {@value #WAYS} places that a keyed hash gives it, and nowhere else:
 * nothing is looked for longer, nothing moves, nothing grows. Whoever finds all of them taken is not counted
 * and not limited ({@link #untracked}). Belongs to the loop's thread.
 *
 * <pre>
 *   entry: 0 source (i64) | 8 scope (i32) | 12 claims (i32)
 * </pre>
 */
public final class SourceTable implements AutoCloseable {
    /** The claim of who is not counted; no other claim is 0. */
    public static final int NONE = 0;
    /** Returned instead of a claim when the source has all it may have. */
    public static final int REFUSED = -1;

    static final int WAYS = 16;
    private static final int SOURCE = 0;
    private static final int SCOPE = 8;
    private static final int CLAIMS = 12;
    private static final int ENTRY_BYTES = 16;
    private static final int MIN_ENTRIES = 1024;
    private static final int ENTRIES_PER_CONNECTION = 4;
    private static final int ABSENT = -1;

    private final int entries;
    private final int setMask;
    private final long key0;
    private final long key1;
    private final long address;
    private int claims;
    private long untracked;
    private boolean closed;

    /**
     * Allocates a table in which at most half of the entries are claimed; what is not
     * touched takes no memory.
     *
     * @param connections how many there are at a time, each with two claims
     * @param key0 with {@code key1} what nobody outside may know
     */
    public SourceTable(final int connections, final long key0, final long key1) {
        final int wanted = Math.max(MIN_ENTRIES, ENTRIES_PER_CONNECTION * connections);
        this.entries = Integer.highestOneBit(wanted - 1) << 1;
        this.setMask = entries / WAYS - 1;
        this.key0 = key0;
        this.key1 = key1;
        this.address = NativeMemory.allocate(MemoryTag.LIMITS, (long) entries * ENTRY_BYTES);
    }

    /**
     * Counts one more of a source in a scope.
     *
     * @param scope not 0
     * @param max how many it may have, at least 1
     * @return what {@link #release} takes, {@link #REFUSED}, or {@link #NONE} when there is no place to count
     */
    public int claim(final long source, final int scope, final int max) {
        final int entry = find(source, scope);
        if (entry == ABSENT) {
            untracked++;
            return NONE;
        }
        final long at = at(entry) + CLAIMS;
        final int count = Memory.getInt(at);
        if (count >= max) {
            return REFUSED;
        }
        Memory.putInt(at, count + 1);
        claims++;
        return entry + 1;
    }

    /** Undoes a claim. */
    public void release(final int claim) {
        final long at = at(claim - 1) + CLAIMS;
        assert Memory.getInt(at) > 0 : claim;
        Memory.putInt(at, Memory.getInt(at) - 1);
        claims--;
    }

    /** Returns the scope that a claim counts in. */
    public int scope(final int claim) {
        return Memory.getInt(at(claim - 1) + SCOPE);
    }

    /** Returns how often the source of a claim is counted in its scope. */
    public int count(final int claim) {
        return Memory.getInt(at(claim - 1) + CLAIMS);
    }

    /** Returns how many claims there are. */
    public int claims() {
        return claims;
    }

    /** Returns how often there was no place to count a source. */
    public long untracked() {
        return untracked;
    }

    int entries() {
        return entries;
    }

    /** Returns the entry of a source, a new one when it has none, or {@link #ABSENT}. */
    private int find(final long source, final int scope) {
        final int first = ((int) SipHash.hash(key0, key1, source, scope) & setMask) * WAYS;
        int free = ABSENT;
        for (int entry = first; entry < first + WAYS; entry++) {
            final long at = at(entry);
            if (Memory.getLong(at + SOURCE) == source && Memory.getInt(at + SCOPE) == scope) {
                return entry;
            }
            if (free == ABSENT && Memory.getInt(at + CLAIMS) == 0) {
                free = entry;
            }
        }
        if (free != ABSENT) {
            Memory.putLong(at(free) + SOURCE, source);
            Memory.putInt(at(free) + SCOPE, scope);
        }
        return free;
    }

    private long at(final int entry) {
        assert entry >= 0 && entry < entries && !closed : entry;
        return address + (long) entry * ENTRY_BYTES;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            NativeMemory.free(MemoryTag.LIMITS, address, (long) entries * ENTRY_BYTES);
        }
    }
}
