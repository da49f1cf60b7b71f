package io.sozu.worker;

import io.sozu.eventloop.Token;
import io.sozu.sessions.Connection;

/**
 * Puts a client's connection into the epoll when its client is waited for, not when it is accepted: one that
 * asks at once, is answered and closed, never needs it. Meanwhile it is not noticed when the client goes, so
 * those that stay on while a backend is waited for are put in as well, within two ticks.
 */
final class LateRegistration {
    /** How many may be out at a time; the next ones are put in at once. */
    static final int CAPACITY = 4096;
    /** After one to two of these a client is seen to go; most responses take less. */
    static final long TICK_NANOS = 10_000_000;

    private final Traffic traffic;
    private final int timerSlot;
    private final Connection connection;
    private long[] newer = new long[CAPACITY];
    private long[] older = new long[CAPACITY];
    private int newerCount;
    private int olderCount;

    LateRegistration(final Traffic traffic) {
        this.traffic = traffic;
        this.timerSlot = timerSlot(traffic);
        this.connection = traffic.newConnection();
    }

    /** Returns its slot of the wheel: behind that of those who wait for a backend. */
    static int timerSlot(final Traffic traffic) {
        return WaitingRoom.timerSlot(traffic) + 1;
    }

    /**
     * Decides about an unregistered front connection of which nothing more can be done now.
     *
     * @return false when it cannot be registered and has to be closed
     */
    boolean settle(final Connection front, final long nowNanos) {
        if (front.deadlineNanos() != Long.MAX_VALUE || newerCount == CAPACITY) {
            return register(front);
        }
        if (!front.isPassedOver()) {
            front.markPassedOver();
            if (newerCount == 0 && olderCount == 0) {
                traffic.wheel().arm(timerSlot, nowNanos + TICK_NANOS);
            }
            newer[newerCount++] = front.token();
        }
        return true;
    }

    /** What is there already comes as a first edge: epoll_ctl(2). */
    private boolean register(final Connection front) {
        if (traffic.loop().add(front.fd(), BackendConnector.EDGES, front.token()) < 0) {
            return false;
        }
        front.markRegistered();
        return true;
    }

    /** Registers those that have been out for a tick or more. */
    void onTimer(final long nowNanos, final Closer closer) {
        for (int i = 0; i < olderCount; i++) {
            final int slot = Token.slot(older[i]);
            if (traffic.connections().isLive(slot)
                    && traffic.connections().generation(slot) == Token.generation(older[i])
                    && !connection.wrap(slot).isRegistered() && !register(connection)) {
                closer.close(slot);
            }
        }
        final long[] done = older;
        older = newer;
        olderCount = newerCount;
        newer = done;
        newerCount = 0;
        if (olderCount > 0) {
            traffic.wheel().arm(timerSlot, nowNanos + TICK_NANOS);
        }
    }
}
