package io.sozu.worker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.bindings.linux.Kernel;
import io.sozu.control.Answer;
import io.sozu.control.Event;
import io.sozu.control.Order;
import io.sozu.eventloop.log.Log;
import io.sozu.eventloop.metrics.CountersReader;
import io.sozu.eventloop.metrics.Metric;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * The process of a worker: {@code --id N --options JSON}, started by the master with the channel as
 * descriptor 3.
 */
public final class WorkerMain implements Duty {
    private final Worker worker;
    private final boolean warm;
    private final CompilerThreads compilers = new CompilerThreads();

    private WorkerMain(final Worker worker, final boolean warm) {
        this.worker = worker;
        this.warm = warm;
    }

    /**
     * Serves until an order or a signal ends it.
     *
     * @throws IllegalArgumentException when the arguments are not the master's
     */
    public static void main(final String[] arguments) {
        if (arguments.length != 4 || !arguments[0].equals("--id") || !arguments[2].equals("--options")) {
            throw new IllegalArgumentException("a worker is started by its master: --id N --options JSON");
        }
        WorkerRun.run(Integer.parseInt(arguments[1]), WorkerOptions.parse(arguments[3]), WorkerMain::make);
    }

    private static WorkerRun.Core make(final Kernel kernel, final WorkerOptions options, final Log log) {
        final Worker worker = new Worker(kernel, options, log, seed());
        final boolean warm = WarmUp.run(worker, kernel, options, log, WarmUp.Bounds.usual()) > 0;
        return new WorkerRun.Core(worker.loop(), worker.clock(), new WorkerMain(worker, warm), worker::close);
    }

    /** Nobody can guess it. A SecureRandom has it from the same file, and is long in loading. */
    private static long seed() {
        try (InputStream random = new FileInputStream("/dev/urandom")) {
            return ByteBuffer.wrap(random.readNBytes(Long.BYTES)).getLong();
        } catch (final IOException e) {
            return new SecureRandom().nextLong();
        }
    }

    @Override
    public Answer apply(final Order order, final int fd) {
        final Answer answer = worker.orders().apply(order, fd);
        if (warm && answer.status() == Answer.Status.OK) {
            compilers.obeyed(order);
        }
        return answer;
    }

    @Override
    public Answer status() {
        final CountersReader counters = worker.counters();
        final ObjectNode values = JsonNodeFactory.instance.objectNode();
        for (final Metric metric : counters.metrics()) {
            values.put(metric.name(), counters.value(metric.id()));
        }
        return Answer.ok("", "COUNTERS", values);
    }

    @Override
    public Event nextEvent() {
        return worker.events().isEmpty() ? null : worker.events().next(worker.clock().nowNanos());
    }

    @Override
    public Answer backends(final String clusterId) {
        return Answer.ok("", "BACKENDS", BackendReport.of(worker.clusters(), clusterId,
                worker.clock().nowNanos()));
    }

    @Override
    public Answer certificates(final Order.ListCertificates order) {
        return worker.orders().certificates().answer(order);
    }

    @Override
    public void drain(final long patienceNanos, final boolean forGood, final Runnable whenDone) {
        worker.drain().start(patienceNanos, forGood, whenDone);
    }
}
