package io.sozu.worker;

import io.sozu.bindings.linux.Kernel;
import io.sozu.eventloop.EventLoop;
import io.sozu.eventloop.RunQueue;
import io.sozu.eventloop.time.TimerWheel;
import io.sozu.sessions.Connection;
import io.sozu.sessions.Exchange;
import io.sozu.sessions.IdleLinks;
import io.sozu.sessions.Slab;
import io.sozu.sessions.buffer.BufferPool;

/**
 * The tables a worker allocates at boot and everything that moves bytes shares: slots, pages, timers, the
 * queue of runnable connections. Slots of the queue from {@code connections.slots()} on stand for listening
 * sockets.
 */
public record Traffic(Kernel kernel, EventLoop loop, RunQueue queue, TimerWheel wheel, Slab connections,
        Slab exchanges, BufferPool pool) implements AutoCloseable {
    /** Returns a flyweight over the connections. */
    Connection newConnection() {
        return new Connection(connections, pool);
    }

    /** Returns a flyweight over the connections' places among the idle ones. */
    IdleLinks newIdleLinks() {
        return new IdleLinks(connections);
    }

    /** Returns a flyweight over the exchanges. */
    Exchange newExchange() {
        return new Exchange(exchanges, pool, queue);
    }

    /** Sees to it that the wheel looks at a connection no later than at its deadline. */
    void armDeadline(final Connection connection) {
        final long deadlineNanos = connection.deadlineNanos();
        if (deadlineNanos < wheel.armedNanos(connection.slot())) {
            wheel.arm(connection.slot(), deadlineNanos);
        }
    }

    /** Frees the tables; descriptors are closed by then. */
    @Override
    public void close() {
        wheel.close();
        pool.close();
        exchanges.close();
        connections.close();
    }
}
