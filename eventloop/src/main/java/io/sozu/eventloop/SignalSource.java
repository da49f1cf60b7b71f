package io.sozu.eventloop;

import io.sozu.bindings.linux.EpollFlags;
import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.linux.KernelException;
import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings signals onto the loop's thread: the JVM's signal thread notes them and writes to an eventfd of the
 * loop.
 *
 * <p>Owns the eventfd and the kind {@link Token#SIGNAL} of its loop. SIGUSR2 and SIGQUIT belong to the JVM. A
 * signal that was ignored when the process started (nohup) stays ignored. Closing gives the signals back.
 */
public final class SignalSource implements AutoCloseable {
    /** SIGHUP. */
    public static final int HANGUP = 1;
    /** SIGINT. */
    public static final int INTERRUPT = 2;
    /** SIGTERM. */
    public static final int TERMINATE = 15;
    /** SIGCHLD. */
    public static final int CHILD = 17;

    private static final int COUNTER_BYTES = 8;
    private final EventLoop loop;
    private final Kernel kernel;
    private final Kernel wakeKernel;
    private final SignalHandler handler;
    private final int fd;
    private final long counters;
    private final List<JvmSignals.Former> formers = new ArrayList<>();
    private final Object lock = new Object();
    private int pending;
    private boolean closed;

    /**
     * Opens the eventfd and registers it.
     *
     * @param kernel the loop's
     * @param wakeKernel an instance for the JVM's signal thread alone
     * @throws KernelException when there is no descriptor left
     */
    public SignalSource(final EventLoop loop, final Kernel kernel, final Kernel wakeKernel,
            final SignalHandler handler) {
        this.loop = loop;
        this.kernel = kernel;
        this.wakeKernel = wakeKernel;
        this.handler = handler;
        this.fd = KernelException.check("eventfd", kernel.eventFd());
        this.counters = NativeMemory.allocate(MemoryTag.EVENTS, 2 * COUNTER_BYTES);
        Memory.putLong(counters, 1);
        loop.handle(Token.SIGNAL, this::onEvent);
        KernelException.check("epoll_ctl", loop.add(fd, EpollFlags.IN | EpollFlags.EDGE_TRIGGERED,
                Token.of(Token.SIGNAL, 0, 0)));
    }

    /**
     * Takes over a signal from now on.
     *
     * @param name without SIG: {@code TERM}, {@code INT}, {@code HUP}, {@code CHLD}
     * @throws IllegalStateException when the JVM keeps the signal for itself
     */
    public void watch(final String name) {
        formers.add(JvmSignals.watch(name, this::raise));
    }

    /** Notes a signal and wakes the loop; any thread. */
    void raise(final int number) {
        synchronized (lock) {
            if (!closed) {
                pending |= 1 << number;
                wakeKernel.write(fd, counters, COUNTER_BYTES);
            }
        }
    }

    private void onEvent(final long token, final int events, final long nowNanos) {
        int taken;
        synchronized (lock) {
            kernel.read(fd, counters + COUNTER_BYTES, COUNTER_BYTES);
            taken = pending;
            pending = 0;
        }
        while (taken != 0) {
            final int number = Integer.numberOfTrailingZeros(taken);
            taken &= taken - 1;
            handler.onSignal(number);
        }
    }

    @Override
    public void close() {
        formers.forEach(JvmSignals::restore);
        formers.clear();
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            loop.remove(fd);
            kernel.close(fd);
            NativeMemory.free(MemoryTag.EVENTS, counters, 2 * COUNTER_BYTES);
        }
    }
}
