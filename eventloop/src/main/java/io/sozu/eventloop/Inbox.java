package io.sozu.eventloop;

import io.sozu.bindings.linux.EpollFlags;
import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.linux.KernelException;
import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * Work that other threads hand to the loop's thread, which an eventfd wakes for it. Control path.
 *
 * <p>Owns the eventfd and the kind {@link Token#INBOX} of its loop. What is put in after the end is dropped.
 */
public final class Inbox implements AutoCloseable {
    private static final int COUNTER_BYTES = 8;

    private final EventLoop loop;
    private final Kernel kernel;
    private final Kernel wakeKernel;
    private final Consumer<RuntimeException> faults;
    private final int fd;
    private final long counters;
    private final Object lock = new Object();
    private ArrayDeque<Runnable> work = new ArrayDeque<>();
    private boolean closed;

    /**
     * Opens the eventfd and registers it.
     *
     * @param kernel the loop's
     * @param wakeKernel an instance for the other threads, used by one of them at a time
     * @param faults takes what a piece of work throws
     * @throws KernelException when there is no descriptor left
     */
    public Inbox(final EventLoop loop, final Kernel kernel, final Kernel wakeKernel,
            final Consumer<RuntimeException> faults) {
        this.loop = loop;
        this.kernel = kernel;
        this.wakeKernel = wakeKernel;
        this.faults = faults;
        this.fd = KernelException.check("eventfd", kernel.eventFd());
        this.counters = NativeMemory.allocate(MemoryTag.EVENTS, 2 * COUNTER_BYTES);
        Memory.putLong(counters, 1);
        loop.handle(Token.INBOX, this::onEvent);
        KernelException.check("epoll_ctl", loop.add(fd, EpollFlags.IN | EpollFlags.EDGE_TRIGGERED,
                Token.of(Token.INBOX, 0, 0)));
    }

    /** Has a piece of work done on the loop's thread; any thread. */
    public void put(final Runnable piece) {
        synchronized (lock) {
            if (!closed) {
                work.add(piece);
                wakeKernel.write(fd, counters, COUNTER_BYTES);
            }
        }
    }

    private void onEvent(final long token, final int events, final long nowNanos) {
        final ArrayDeque<Runnable> taken;
        synchronized (lock) {
            kernel.read(fd, counters + COUNTER_BYTES, COUNTER_BYTES);
            taken = work;
            work = new ArrayDeque<>();
        }
        for (final Runnable piece : taken) {
            try {
                piece.run();
            } catch (final RuntimeException e) {
                faults.accept(e);
            }
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (!closed) {
                closed = true;
                work.clear();
                loop.remove(fd);
                kernel.close(fd);
                NativeMemory.free(MemoryTag.EVENTS, counters, 2 * COUNTER_BYTES);
            }
        }
    }
}
