package io.sozu.sessions.cluster.balance;

import io.sozu.sessions.cluster.Backend;
import io.sozu.sessions.cluster.Balancer;
import io.sozu.sessions.cluster.KeyHash;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Maglev's table: backends take places in turn, each by its own order of preference and as often as its
 * weight says, until all places are taken; a key is looked up in one step. A key whose backend cannot serve
 * now, or has not yet grown to its share, is left to rendezvous hashing, so that no other key moves.
 *
 * <p>The number of places is the same for any number of backends, or else keys would move when that passes a
 * bound. A place takes as many bits as the backends need: 2 KB for two of them, 16 KB for 17 to 256.
 */
public final class Maglev implements Balancer {
    /**
     * A prime, even to 1 % for 160 backends; one less is no multiple of three, so that the cubes of the steps
     * are all different: two backends that step equally far would otherwise follow each other.
     */
    static final int PLACES = 16_361;
    private static final char FREE = Character.MAX_VALUE;
    private static final Comparator<Backend> BY_NAME = Comparator.comparingLong(Backend::nameHash);
    private static final long SLOW_START_SALT = 0x5851f42d4c957f2dL;

    private final Rendezvous rendezvous = new Rendezvous();
    private Backend[] members = new Backend[0];
    private byte[] table = new byte[0];
    private int bits;

    Maglev() {
    }

    @Override
    public Backend pick(final Backend[] candidates, final int count, final long key, final long nowNanos) {
        if (members.length > 0) {
            final Backend member = members[member((int) Long.remainderUnsigned(key, PLACES))];
            if (!member.isStarting() || KeyHash.unit(key ^ SLOW_START_SALT) < member.grown()) {
                for (int place = 0; place < count; place++) {
                    if (candidates[place] == member) {
                        return member;
                    }
                }
            }
        }
        return rendezvous.pick(candidates, count, key, nowNanos);
    }

    private int member(final int place) {
        if (bits == Character.SIZE) {
            return table[2 * place] & 0xff | (table[2 * place + 1] & 0xff) << Byte.SIZE;
        }
        final int at = place * bits;
        return bits == 0 ? 0 : (table[at / Byte.SIZE] & 0xff) >>> at % Byte.SIZE & (1 << bits) - 1;
    }

    /** Fills the table anew, for those that serve while all is well. */
    @Override
    public void reset(final Backend[] backends, final int count) {
        final Backend[] found = new Backend[count];
        int size = 0;
        for (int place = 0; place < count && size < FREE; place++) {
            if (!backends[place].backup() && backends[place].weight() > 0) {
                found[size++] = backends[place];
            }
        }
        members = Arrays.copyOf(found, size);
        Arrays.sort(members, BY_NAME);
        bits = 0;
        while (bits < Character.SIZE && 1 << bits < members.length) {
            bits = Math.max(1, 2 * bits);
        }
        table = bits == 0 ? new byte[0] : pack(fill());
    }

    private char[] fill() {
        int heaviest = 1;
        for (final Backend member : members) {
            heaviest = Math.max(heaviest, member.weight());
        }
        final char[] places = new char[PLACES];
        Arrays.fill(places, FREE);
        final int[] steps = new int[members.length];
        final int[] credits = new int[members.length];
        int taken = 0;
        while (taken < PLACES) {
            for (int i = 0; i < members.length && taken < PLACES; i++) {
                credits[i] += members[i].weight();
                if (credits[i] >= heaviest) {
                    credits[i] -= heaviest;
                    steps[i] = take(places, i, steps[i]);
                    taken++;
                }
            }
        }
        return places;
    }

    /** Gives a member the first free place it prefers from a step on; returns the step behind it. */
    private int take(final char[] places, final int member, final int firstStep) {
        final long hash = members[member].nameHash();
        final long offset = Long.remainderUnsigned(hash, PLACES);
        final long factor = Long.remainderUnsigned(KeyHash.mix(hash + 1), PLACES - 1) + 1;
        int step = firstStep;
        int place = place(offset, factor, step);
        while (places[place] != FREE) {
            step++;
            place = place(offset, factor, step);
        }
        places[place] = (char) member;
        return step + 1;
    }

    private static int place(final long offset, final long factor, final long step) {
        return (int) ((offset + step * step % PLACES * step % PLACES * factor) % PLACES);
    }

    private byte[] pack(final char[] places) {
        final byte[] packed = new byte[(PLACES * bits + Byte.SIZE - 1) / Byte.SIZE];
        for (int place = 0; place < PLACES; place++) {
            if (bits == Character.SIZE) {
                packed[2 * place] = (byte) places[place];
                packed[2 * place + 1] = (byte) (places[place] >>> Byte.SIZE);
            } else {
                final int at = place * bits;
                packed[at / Byte.SIZE] |= (byte) (places[place] << at % Byte.SIZE);
            }
        }
        return packed;
    }

    /** Returns what the table takes, for whoever wants to know. */
    int tableBytes() {
        return table.length;
    }
}
