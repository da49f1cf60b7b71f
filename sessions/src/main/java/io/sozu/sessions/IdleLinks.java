package io.sozu.sessions;

import io.sozu.bindings.memory.Memory;

/**
 * The neighbours of an idle connection in the lists it stands in: a flyweight over its slot, which owns
 * nothing. A neighbour is a slot or {@link Slab#NONE}.
 */
public final class IdleLinks {
    private final Slab slab;
    private long base;

    /** Looks at slots of the connections' slab. */
    public IdleLinks(final Slab slab) {
        this.slab = slab;
    }

    /** Looks at a slot. */
    public IdleLinks wrap(final int slot) {
        base = slab.address(slot);
        return this;
    }

    /** Returns the connection to the same backend that was used before this one. */
    public int next() {
        return Memory.getInt(base + ConnectionLayout.POOL_NEXT) - 1;
    }

    public void next(final int neighbour) {
        Memory.putInt(base + ConnectionLayout.POOL_NEXT, neighbour + 1);
    }

    public int previous() {
        return Memory.getInt(base + ConnectionLayout.POOL_PREVIOUS) - 1;
    }

    public void previous(final int neighbour) {
        Memory.putInt(base + ConnectionLayout.POOL_PREVIOUS, neighbour + 1);
    }

    /** Returns the connection of its side that became idle before this one. */
    public int older() {
        return Memory.getInt(base + ConnectionLayout.POOL_OLDER) - 1;
    }

    public void older(final int neighbour) {
        Memory.putInt(base + ConnectionLayout.POOL_OLDER, neighbour + 1);
    }

    public int newer() {
        return Memory.getInt(base + ConnectionLayout.POOL_NEWER) - 1;
    }

    public void newer(final int neighbour) {
        Memory.putInt(base + ConnectionLayout.POOL_NEWER, neighbour + 1);
    }
}
