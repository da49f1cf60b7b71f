package io.sozu.worker;

import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.linux.LinuxKernel;
import io.sozu.eventloop.EventLoop;
import io.sozu.eventloop.SignalSource;
import io.sozu.eventloop.log.Log;
import io.sozu.eventloop.log.LogRing;
import io.sozu.eventloop.sink.LogSink;
import io.sozu.eventloop.sink.LogTarget;
import io.sozu.eventloop.sink.LogWriter;
import io.sozu.eventloop.time.LoopClock;
import java.io.IOException;
import java.util.List;

/**
 * A worker's process around its core: log, signals, channel, and the turns until it is over.
 *
 * <p>SIGTERM to a worker alone makes it drain and end, a second one ends it at once; the master starts
 * another. SIGINT and SIGHUP do nothing: they are meant for the master.
 */
final class WorkerRun {
    private static final int LOG_RING_BYTES = 1 << 20;

    /** Makes what serves, once the process has a log. */
    @FunctionalInterface
    interface CoreMaker {
        Core make(Kernel kernel, WorkerOptions options, Log log);
    }

    /** What serves: its loop, what it does with orders, and how all of it is given back. */
    record Core(EventLoop loop, LoopClock clock, Duty duty, Runnable close) {
    }

    private WorkerRun() {
    }

    /**
     * Runs a worker on the calling thread until it is over.
     *
     * <p>What is thrown ends the process, and the master starts another.
     */
    static void run(final int id, final WorkerOptions options, final CoreMaker maker) {
        final LinuxKernel kernel = new LinuxKernel();
        final LinuxKernel signalKernel = new LinuxKernel();
        final LogRing ring = new LogRing(LOG_RING_BYTES);
        final LogWriter writer = new LogWriter();
        writer.add(ring, sink(options.logTarget()));
        writer.start();
        final String origin = "WRK-" + (id < 10 ? "0" : "") + id;
        final Log log = new Log(ring, kernel, ProcessHandle.current().pid(), origin, options.logLevel());
        try {
            serve(kernel, signalKernel, options, log, maker.make(kernel, options, log));
        } catch (final Throwable e) {
            log.error("this worker cannot go on", e);
            throw e;
        } finally {
            log.flush();
            writer.close();
        }
    }

    private static void serve(final LinuxKernel kernel, final LinuxKernel signalKernel,
            final WorkerOptions options, final Log log, final Core core) {
        core.loop.atEndOfTurn(nowNanos -> log.flush());
        final WorkerChannel channel = new WorkerChannel(
                new WorkerChannel.Host(core.loop, core.clock, kernel, log), WorkerChannel.FD, options,
                core.duty);
        final SignalSource signals = new SignalSource(core.loop, kernel, signalKernel,
                number -> onSignal(number, channel));
        List.of("TERM", "INT", "HUP").forEach(signals::watch);
        channel.open();
        while (!channel.isOver()) {
            core.loop.runOnce(channel.waitNanos());
            channel.tellEvents();
        }
        signals.close();
        channel.close();
        core.close.run();
    }

    private static void onSignal(final int number, final WorkerChannel channel) {
        if (number == SignalSource.TERMINATE) {
            channel.leave();
        }
    }

    /** A worker that cannot open the target serves all the same. */
    private static LogSink sink(final String target) {
        try {
            return LogTarget.open(target, new LinuxKernel());
        } catch (final IOException | IllegalArgumentException e) {
            System.err.println("sozu: " + e.getMessage() + "; this worker logs to stderr");
            return stderr();
        }
    }

    private static LogSink stderr() {
        try {
            return LogTarget.open("stderr", new LinuxKernel());
        } catch (final IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
