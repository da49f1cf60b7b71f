package io.sozu.master.names;

import io.sozu.eventloop.Inbox;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks names up on a few daemon threads, which end when they have nothing to do; answers come by the loop's
 * inbox.
 *
 * <p>A look-up that hangs keeps its thread, and another thread takes its place, up to a bound. What waits is
 * bounded too: a look-up for which there is no room fails at once.
 */
public final class LookupThreads implements Lookups, AutoCloseable {
    static final int THREADS = 4;
    static final int THREADS_MAX = 64;
    static final int WAITING_MAX = 10_000;
    private static final long IDLE_SECONDS = 30;

    private final Resolver resolver;
    private final Inbox inbox;
    private final long slowNanos;
    private final ThreadPoolExecutor threads;
    private final Set<Look> running = ConcurrentHashMap.newKeySet();

    /** One look-up that has a thread; told from others by its identity. */
    private static final class Look {
        private final long startNanos = System.nanoTime();
    }

    public LookupThreads(final Resolver resolver, final Inbox inbox) {
        this(resolver, inbox, Names.SLOW_NANOS);
    }

    /**
     * @param slowNanos after which a look-up hangs
     */
    LookupThreads(final Resolver resolver, final Inbox inbox, final long slowNanos) {
        this.resolver = resolver;
        this.inbox = inbox;
        this.slowNanos = slowNanos;
        this.threads = new ThreadPoolExecutor(THREADS, THREADS_MAX, IDLE_SECONDS, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(WAITING_MAX),
                Thread.ofPlatform().daemon().name("lookup-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public void start(final String host, final LookupHandler handler) {
        relieve();
        try {
            threads.execute(() -> look(host, handler));
        } catch (final RejectedExecutionException e) {
            inbox.put(() -> handler.onEnd(null, "too many names wait to be looked up"));
        }
    }

    /** Has as many threads as hang besides those that work. */
    @Override
    public void relieve() {
        final long nowNanos = System.nanoTime();
        final long hanging =
                running.stream().filter(each -> nowNanos - each.startNanos >= slowNanos).count();
        final int wanted = (int) Math.min(THREADS_MAX, THREADS + hanging);
        if (wanted != threads.getCorePoolSize()) {
            threads.setCorePoolSize(wanted);
        }
    }

    private void look(final String host, final LookupHandler handler) {
        final Look look = new Look();
        running.add(look);
        try {
            final List<InetAddress> addresses = resolver.resolve(host);
            inbox.put(() -> handler.onEnd(addresses, null));
        } catch (final UnknownHostException e) {
            inbox.put(() -> handler.onEnd(null, "no address is known for it"));
        } catch (final IOException | RuntimeException e) {
            final String problem = e.toString();
            inbox.put(() -> handler.onEnd(null, problem));
        } finally {
            running.remove(look);
        }
    }

    /** Gives up what waits; what hangs is left to itself. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
