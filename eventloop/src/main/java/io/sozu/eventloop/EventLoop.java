package io.sozu.eventloop;

import io.sozu.bindings.linux.EpollEvents;
import io.sozu.bindings.linux.EpollFlags;
import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.linux.KernelException;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.eventloop.time.LoopClock;
import io.sozu.eventloop.time.TimerHandler;
import io.sozu.eventloop.time.TimerWheel;
import java.util.Arrays;

/**
 * One thread's turns over one epoll: events, runnable slots, deadlines, in this order.
 *
 * <p>Owns its epoll descriptor and event array, not the descriptors registered. What a handler throws leaves
 * {@link #runOnce}: guarding sessions against each other is the handlers' duty. All methods belong to one
 * thread.
 */
public final class EventLoop implements AutoCloseable {
    private static final int KINDS = 16;
    private static final int TIMERS_PER_TURN = 1024;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Kernel kernel;
    private final LoopClock clock;
    private final int maxEvents;
    private final long eventsBytes;
    private final long events;
    private final int epollFd;
    private final EventHandler[] handlers = new EventHandler[KINDS];
    private EndOfTurn[] hooks = {};
    private RunQueue queue = new RunQueue(1);
    private RunHandler runHandler;
    private int runBudget;
    private TimerWheel wheel;
    private TimerHandler timerHandler;
    private boolean stopped;
    private boolean closed;

    /**
     * Opens an epoll and an array of {@code maxEvents} events.
     *
     * @throws KernelException when the kernel gives no epoll descriptor
     */
    public EventLoop(final Kernel kernel, final LoopClock clock, final int maxEvents) {
        this.kernel = kernel;
        this.clock = clock;
        this.maxEvents = maxEvents;
        this.epollFd = KernelException.check("epoll_create1", kernel.epollCreate());
        this.eventsBytes = (maxEvents + 1L) * EpollEvents.SIZE_BYTES;
        this.events = NativeMemory.allocate(MemoryTag.EVENTS, eventsBytes);
        Arrays.fill(handlers, (EventHandler) EventLoop::refuse);
    }

    /** Registers a descriptor; {@code EDGE_TRIGGERED} is the caller's choice. Returns 0 or {@code -errno}. */
    public int add(final int fd, final int eventBits, final long token) {
        return control(EpollFlags.ADD, fd, eventBits, token);
    }

    /** Changes what a registered descriptor waits for. Returns 0 or {@code -errno}. */
    public int modify(final int fd, final int eventBits, final long token) {
        return control(EpollFlags.MODIFY, fd, eventBits, token);
    }

    /**
     * Forgets a descriptor that stays open; a closed one is forgotten by the kernel. Returns 0 or {@code
     * -errno}.
     */
    public int remove(final int fd) {
        return control(EpollFlags.DELETE, fd, 0, 0);
    }

    /** Names the receiver of the events of one kind of {@link Token}. */
    public void handle(final int tokenKind, final EventHandler handler) {
        handlers[tokenKind] = handler;
    }

    /** Names the queue of runnable slots, who runs them, and how many run in one turn at most. */
    public void runs(final RunQueue runQueue, final RunHandler handler, final int budgetPerTurn) {
        this.queue = runQueue;
        this.runHandler = handler;
        this.runBudget = budgetPerTurn;
    }

    /** Names the wheel of deadlines and who looks at those that come due. The wheel stays the caller's. */
    public void timers(final TimerWheel timerWheel, final TimerHandler handler) {
        this.wheel = timerWheel;
        this.timerHandler = handler;
    }

    /** Adds a last step to every turn; the steps run in order of registration. */
    public void atEndOfTurn(final EndOfTurn hook) {
        hooks = Arrays.copyOf(hooks, hooks.length + 1);
        hooks[hooks.length - 1] = hook;
    }

    /**
     * Takes one turn; waits for its first event at most {@code maxWaitNanos}, and not at all while a slot is
     * runnable.
     *
     * @return events, runs and timers handled
     * @throws KernelException when the epoll descriptor is broken
     */
    public int runOnce(final long maxWaitNanos) {
        final int ready = await(maxWaitNanos);
        final long nowNanos = clock.update();
        dispatch(ready, nowNanos);
        int runs = drain(nowNanos, runBudget);
        final int fired = expire(nowNanos);
        runs += drain(nowNanos, runBudget - runs);
        endTurn(nowNanos);
        return ready + runs + fired;
    }

    /** Takes turns until {@link #stop}. */
    public void run() {
        while (!stopped) {
            runOnce(Long.MAX_VALUE);
        }
    }

    /** Makes {@link #run} return after the current turn. */
    public void stop() {
        stopped = true;
    }

    /** Closes the epoll and frees the event array; registered descriptors stay open. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            kernel.close(epollFd);
            NativeMemory.free(MemoryTag.EVENTS, events, eventsBytes);
        }
    }

    private int await(final long maxWaitNanos) {
        final int ready = kernel.epollWait(epollFd, events, maxEvents, waitMillis(maxWaitNanos));
        if (ready >= 0) {
            return ready;
        }
        if (ready != -Errno.EINTR) {
            throw new KernelException("epoll_wait", ready);
        }
        return 0;
    }

    /**
     * Rounds up: a wait that ends before the deadline it was for would be repeated with 0 until it has come.
     */
    private int waitMillis(final long maxWaitNanos) {
        if (queue.size() > 0 || maxWaitNanos <= 0) {
            return 0;
        }
        final long nextNanos = wheel == null ? Long.MAX_VALUE : wheel.nextNanos();
        final long untilTimer = nextNanos == Long.MAX_VALUE ? nextNanos : nextNanos - clock.nowNanos();
        final long waitNanos = Math.min(maxWaitNanos, untilTimer);
        if (waitNanos == Long.MAX_VALUE) {
            return -1;
        }
        return waitNanos <= 0 ? 0
                : (int) Math.min(Integer.MAX_VALUE, (waitNanos - 1) / NANOS_PER_MILLI + 1);
    }

    private void dispatch(final int ready, final long nowNanos) {
        for (int i = 0; i < ready; i++) {
            final long token = EpollEvents.data(events, i);
            handlers[Token.kind(token)].onEvent(token, EpollEvents.events(events, i), nowNanos);
        }
    }

    private int drain(final long nowNanos, final int budget) {
        int runs = 0;
        while (runs < budget && queue.size() > 0) {
            runHandler.onRun(queue.poll(), nowNanos);
            runs++;
        }
        return runs;
    }

    private int expire(final long nowNanos) {
        return wheel == null ? 0 : wheel.expire(nowNanos, timerHandler, TIMERS_PER_TURN);
    }

    private void endTurn(final long nowNanos) {
        for (int i = 0; i < hooks.length; i++) {
            hooks[i].onEndOfTurn(nowNanos);
        }
    }

    private int control(final int operation, final int fd, final int eventBits, final long token) {
        final int spare = maxEvents;
        EpollEvents.set(events, spare, eventBits, token);
        return kernel.epollControl(epollFd, operation, fd, events + (long) spare * EpollEvents.SIZE_BYTES);
    }

    private static void refuse(final long token, final int events, final long nowNanos) {
        throw new IllegalStateException("no handler for the kind of token " + Token.describe(token));
    }
}
