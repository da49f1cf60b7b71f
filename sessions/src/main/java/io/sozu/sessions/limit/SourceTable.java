package io.sozu.sessions.limit;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;

/**
 * What each source has of each scope, a listener or a cluster, off-heap and of a fixed size: claims, which
 * count connections, and two buckets of tokens, which {@link Rate} understands.
 *
 * <p>A source has its entry in one of the {@value #WAYS} places that a keyed hash gives it, and nowhere else:
 * nothing is looked for longer, nothing moves, nothing grows. An entry stays while it has a claim. Without
 * one it is as good as none once its buckets are full, and gives way before that to a source that needs the
 * place, the one with the fullest buckets first. Who finds all places claimed is not counted and not
 * limited ({@link #untracked}). Belongs to the loop's thread.
 *
 * <pre>
 *   entry: 0 source (i64) | 8 scope (i32) | 12 claims (i32) | 16, 24 when each bucket is full (i64, ns)
 * </pre>
 */
public final class SourceTable implements AutoCloseable {
    /** Returned where there is no place for an entry; no entry is 0. */
    public static final int NONE = 0;
    /** The bucket of connections. */
    public static final int CONNECTIONS = 0;
    /** The bucket of requests. */
    public static final int REQUESTS = 1;

    static final int WAYS = 16;
    private static final int SOURCE = 0;
    private static final int SCOPE = 8;
    private static final int CLAIMS = 12;
    private static final int BUCKETS = 16;
    private static final int ENTRY_BYTES = 32;
    private static final int MIN_ENTRIES = 1024;
    private static final int ENTRIES_PER_CONNECTION = 4;

    private final int entries;
    private final int setMask;
    private final long key0;
    private final long key1;
    private final long address;
    private int claims;
    private long untracked;
    private boolean closed;

    /**
     * Allocates a table in which at most half of the entries are claimed; what is not touched takes no
     * memory.
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
     * Returns the entry of a source, a new one when it has none, or {@link #NONE}. It is good until the next
     * call, and longer when it is claimed.
     *
     * @param scope not 0
     */
    public int entry(final long source, final int scope, final long nowNanos) {
        final int first = ((int) SipHash.hash(key0, key1, source, scope) & setMask) * WAYS + 1;
        int place = NONE;
        long placeFullNanos = Long.MAX_VALUE;
        for (int entry = first; entry < first + WAYS; entry++) {
            final long at = at(entry);
            if (Memory.getLong(at + SOURCE) == source && Memory.getInt(at + SCOPE) == scope) {
                return entry;
            }
            if (placeFullNanos > nowNanos && Memory.getInt(at + CLAIMS) == 0) {
                final long fullNanos = Math.max(fullNanos(entry, CONNECTIONS), fullNanos(entry, REQUESTS));
                if (fullNanos < placeFullNanos) {
                    place = entry;
                    placeFullNanos = fullNanos;
                }
            }
        }
        if (place == NONE) {
            untracked++;
        } else {
            final long at = at(place);
            Memory.putLong(at + SOURCE, source);
            Memory.putInt(at + SCOPE, scope);
            Memory.putLong(at + BUCKETS, 0);
            Memory.putLong(at + BUCKETS + Long.BYTES, 0);
        }
        return place;
    }

    /** Adds a claim to an entry, which keeps its place until the claim is released. */
    public void claim(final int entry) {
        final long at = at(entry) + CLAIMS;
        Memory.putInt(at, Memory.getInt(at) + 1);
        claims++;
    }

    /** Undoes a claim. */
    public void release(final int entry) {
        final long at = at(entry) + CLAIMS;
        assert Memory.getInt(at) > 0 : entry;
        Memory.putInt(at, Memory.getInt(at) - 1);
        claims--;
    }

    /** Returns how many claims an entry has. */
    public int count(final int entry) {
        return Memory.getInt(at(entry) + CLAIMS);
    }

    /** Returns the scope of an entry. */
    public int scope(final int entry) {
        return Memory.getInt(at(entry) + SCOPE);
    }

    /** Returns when a bucket of an entry is full again. */
    public long fullNanos(final int entry, final int bucket) {
        return Memory.getLong(at(entry) + BUCKETS + (long) bucket * Long.BYTES);
    }

    public void fullNanos(final int entry, final int bucket, final long nanos) {
        Memory.putLong(at(entry) + BUCKETS + (long) bucket * Long.BYTES, nanos);
    }

    /** Returns how many claims there are. */
    public int claims() {
        return claims;
    }

    /** Returns how often there was no place for a source. */
    public long untracked() {
        return untracked;
    }

    int entries() {
        return entries;
    }

    private long at(final int entry) {
        assert entry > 0 && entry <= entries && !closed : entry;
        return address + (entry - 1L) * ENTRY_BYTES;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            NativeMemory.free(MemoryTag.LIMITS, address, (long) entries * ENTRY_BYTES);
        }
    }
}
