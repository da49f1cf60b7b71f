package io.sozu.worker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sozu.bindings.linux.EpollFlags;
import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.control.Answer;
import io.sozu.control.JsonText;
import io.sozu.control.Order;
import io.sozu.control.OrderException;
import io.sozu.eventloop.EventLoop;
import io.sozu.eventloop.Token;
import io.sozu.eventloop.log.Log;
import io.sozu.eventloop.time.LoopClock;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A worker without a proxy: who connects is told the worker's slot and process, then the connection is
 * closed.
 *
 * <p>Odd behaviour by system property {@code stub}: {@code crash-N} ends worker N before it is ready, {@code
 * refuse} refuses clusters called {@code bad}, {@code slow} is ready only when the file named by {@code
 * stub.file} is there.
 */
public final class StubWorkerMain implements Duty {
    private static final int TEXT_MAX = 64;

    private record Socket(InetSocketAddress listener, int slot, int fd) {
    }

    private final Kernel kernel;
    private final EventLoop loop;
    private final int id;
    private final Map<Integer, Socket> sockets = new HashMap<>();
    private final long text = NativeMemory.allocate(MemoryTag.SCRATCH, TEXT_MAX);
    private int applied;

    private StubWorkerMain(final Kernel kernel, final EventLoop loop, final int id) {
        this.kernel = kernel;
        this.loop = loop;
        this.id = id;
        loop.handle(Token.LISTENER, (token, events, nowNanos) -> accept(Token.slot(token)));
    }

    public static void main(final String[] arguments) {
        final int id = Integer.parseInt(arguments[1]);
        final String behaviour = System.getProperty("stub", "");
        if (behaviour.equals("crash-" + id)) {
            System.exit(3);
        }
        if (behaviour.equals("slow")) {
            while (!Files.exists(Path.of(System.getProperty("stub.file")))) {
                Thread.onSpinWait();
            }
        }
        WorkerRun.run(id, WorkerOptions.parse(arguments[3]), (kernel, options, log) -> core(kernel, id, log));
        System.exit(0);
    }

    private static WorkerRun.Core core(final Kernel kernel, final int id, final Log log) {
        final LoopClock clock = new LoopClock(kernel);
        final EventLoop loop = new EventLoop(kernel, clock, 64);
        return new WorkerRun.Core(loop, clock, new StubWorkerMain(kernel, loop, id), loop::close);
    }

    @Override
    public Answer apply(final Order order, final int fd) {
        applied++;
        switch (order) {
            case Order.ActivateListener o -> {
                sockets.put(fd, new Socket(o.address(), o.slot(), fd));
                loop.add(fd, EpollFlags.IN, Token.of(Token.LISTENER, 0, fd));
            }
            case Order.DeactivateListener o -> close(o.address(), o.slot());
            case Order.RemoveListener o -> close(o.address(), Order.NO_SLOT);
            case Order.AddCluster o when o.cluster().clusterId().equals("bad") -> {
                return Answer.error("", "no bad clusters here");
            }
            case Order.AddCluster o when o.cluster().clusterId().equals("die") ->
                    Runtime.getRuntime().halt(5);
            case Order.AddCluster o when o.cluster().clusterId().equals("hang") -> {
                while (true) {
                    Thread.onSpinWait();
                }
            }
            default -> {
            }
        }
        return Answer.ok("", "");
    }

    private void close(final InetSocketAddress listener, final int slot) {
        sockets.values().removeIf(each -> {
            final boolean meant = each.listener.equals(listener) && (slot == Order.NO_SLOT
                    || slot == each.slot);
            if (meant) {
                loop.remove(each.fd);
                kernel.close(each.fd);
            }
            return meant;
        });
    }

    @Override
    public Answer backends(final String clusterId) {
        return Answer.ok("", "BACKENDS", JsonNodeFactory.instance.arrayNode());
    }

    @Override
    public Answer certificates(final Order.ListCertificates order) {
        return Answer.ok("", "CERTIFICATES", JsonNodeFactory.instance.arrayNode());
    }

    @Override
    public Answer status() {
        try {
            return Answer.ok("", "METRICS", JsonText.read("{\"orders\":" + applied + ",\"sockets\":"
                    + sockets.size()
                    + "}"));
        } catch (final OrderException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void drain(final long patienceNanos, final boolean forGood, final Runnable whenDone) {
        sockets.keySet().forEach(fd -> {
            accept(fd);
            loop.remove(fd);
            kernel.close(fd);
        });
        sockets.clear();
        whenDone.run();
    }

    private void accept(final int fd) {
        int accepted = kernel.accept(fd, 0, 0);
        while (accepted >= 0) {
            final byte[] answer = (id + " " + ProcessHandle.current().pid()
                    + "\n").getBytes(StandardCharsets.UTF_8);
            Memory.copy(answer, 0, text, answer.length);
            kernel.send(accepted, text, answer.length, 0);
            kernel.close(accepted);
            accepted = kernel.accept(fd, 0, 0);
        }
    }
}
