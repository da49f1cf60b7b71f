package io.sozu.master.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.linux.Signals;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.control.Answer;
import io.sozu.control.Order;
import io.sozu.control.model.ListenerProtocol;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Real worker processes that start, die, hang and leave. */
@Timeout(300)
@ExtendWith(LeakCheck.class)
final class FleetTest {
    private static Set<String> distinct(final List<String> answers) {
        return new HashSet<>(answers);
    }

    private static String name(final WorkerProcess worker) {
        return worker.slot() + " " + worker.pid();
    }

    @Test
    void shouldServeThroughTheDeathOfAWorkerAndReplaceIt() throws Exception {
        try (FleetRig rig = new FleetRig(2, "none")) {
            final InetSocketAddress address = rig.listen();
            rig.start();
            assertNull(rig.failure());
            assertEquals(Set.of(name(rig.worker(0)), name(rig.worker(1))), distinct(rig.askOften(address)));
            final int killed = rig.worker(0).pid();
            final String survivor = name(rig.worker(1));
            rig.kill(0, Signals.SIGKILL);
            rig.until("the death is noticed", () -> rig.worker(0) == null || rig.worker(0).pid() != killed);
            assertEquals(survivor, rig.ask(address));
            rig.until("a successor serves", () -> rig.isReplaced(0, killed));
            assertEquals(Set.of(name(rig.worker(0)), survivor), distinct(rig.askOften(address)));
            rig.until("it is logged", () -> rig.log().contains("killed by signal 9"));
        }
    }

    @Test
    void shouldLendTheQueuesOfASlotUntilItsSuccessorServes() throws Exception {
        try (FleetRig rig = new FleetRig(2, "slow")) {
            final InetSocketAddress address = rig.listen();
            Files.createFile(rig.directory.resolve("go"));
            rig.start();
            Files.delete(rig.directory.resolve("go"));
            final int killed = rig.worker(1).pid();
            rig.kill(1, Signals.SIGKILL);
            rig.until("the death is noticed", () -> rig.worker(1) != null && rig.worker(1).pid() != killed);
            assertEquals(Set.of(name(rig.worker(0))), distinct(rig.askOften(address)));
            final InetSocketAddress later = FleetRig.freeAddress();
            assertNull(rig.sockets.open(later, ListenerProtocol.HTTP));
            final List<Errand> errands = rig.fleet.errands(new Order.ActivateListener(later,
                    ListenerProtocol.HTTP, false, Order.NO_SLOT));
            assertEquals(3, errands.size(), "own, borrowed, and for the one that starts");
            errands.forEach(each -> each.worker().send("x-" + each.suffix(), each.order(), each.fd(), a ->
                    { }));
            assertEquals(Set.of(name(rig.worker(0))), distinct(rig.askOften(later)));
            Files.createFile(rig.directory.resolve("go"));
            rig.until("the successor serves", () -> rig.isReplaced(1, killed));
            final Set<String> both = Set.of(name(rig.worker(0)), name(rig.worker(1)));
            assertEquals(both, distinct(rig.askOften(address)));
            assertEquals(both, distinct(rig.askOften(later)));
            rig.until("what was lent is given back", () -> sockets(rig.worker(0)) == 2);
            Files.delete(rig.directory.resolve("go"));
        }
    }

    private static int sockets(final WorkerProcess worker) {
        return worker.counters() == null ? -1 : worker.counters().path("data").path("sockets").asInt(-1);
    }

    @Test
    void shouldLetTheSpareWorkerServeWhileTheOnlyOneIsReplaced() throws Exception {
        try (FleetRig rig = new FleetRig(1, true, "slow", 10)) {
            final InetSocketAddress address = rig.listen();
            Files.createFile(rig.directory.resolve("go"));
            rig.start();
            rig.until("the spare one is ready", () -> rig.worker(1) != null && rig.worker(1).isServing());
            assertTrue(rig.fleet.isSpare(rig.worker(1)));
            assertEquals(Set.of(name(rig.worker(0))), distinct(rig.askOften(address)));
            Files.delete(rig.directory.resolve("go"));
            final int killed = rig.worker(0).pid();
            rig.kill(0, Signals.SIGKILL);
            rig.until("the death is noticed", () -> rig.worker(0) != null && rig.worker(0).pid() != killed);
            assertEquals(Set.of(name(rig.worker(1))), distinct(rig.askOften(address)));
            Files.createFile(rig.directory.resolve("go"));
            rig.until("the successor serves", () -> rig.isReplaced(0, killed));
            assertEquals(Set.of(name(rig.worker(0))), distinct(rig.askOften(address)));
            final int spare = rig.worker(1).pid();
            rig.kill(1, Signals.SIGKILL);
            rig.until("the spare one is replaced", () -> rig.isReplaced(1, spare));
            assertEquals(Set.of(name(rig.worker(0))), distinct(rig.askOften(address)));
            Files.delete(rig.directory.resolve("go"));
        }
    }

    @Test
    void shouldLendToTheSpareWorkerFirst() throws Exception {
        try (FleetRig rig = new FleetRig(2, true, "slow", 10)) {
            final InetSocketAddress address = rig.listen();
            Files.createFile(rig.directory.resolve("go"));
            rig.start();
            rig.until("the spare one is ready", () -> rig.worker(2) != null && rig.worker(2).isServing());
            Files.delete(rig.directory.resolve("go"));
            final int killed = rig.worker(0).pid();
            rig.kill(0, Signals.SIGKILL);
            rig.until("the death is noticed", () -> rig.worker(0) != null && rig.worker(0).pid() != killed);
            assertEquals(Set.of(name(rig.worker(1)), name(rig.worker(2))), distinct(rig.askOften(address)));
            Files.createFile(rig.directory.resolve("go"));
            rig.until("the successor serves", () -> rig.isReplaced(0, killed));
            Files.delete(rig.directory.resolve("go"));
        }
    }

    @Test
    void shouldKeepWhatWaitsInTheQueueOfTheOnlyWorkerWhileThereIsNone() throws Exception {
        try (FleetRig rig = new FleetRig(1, "slow")) {
            final InetSocketAddress address = rig.listen();
            Files.createFile(rig.directory.resolve("go"));
            rig.start();
            final int killed = rig.worker(0).pid();
            rig.kill(0, Signals.SIGKILL);
            final List<Socket> waiting = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                waiting.add(new Socket(address.getAddress(), address.getPort()));
            }
            rig.until("a successor serves", () -> rig.isReplaced(0, killed));
            for (final Socket socket : waiting) {
                rig.until("it is served", () -> available(socket));
                final byte[] bytes = socket.getInputStream().readAllBytes();
                socket.close();
                assertTrue(new String(bytes, StandardCharsets.UTF_8).startsWith("0 "));
            }
        }
    }

    private static boolean available(final Socket socket) {
        try {
            return socket.getInputStream().available() > 0;
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldFailTheStartWhenAWorkerDiesBeforeItServes() throws Exception {
        try (FleetRig rig = new FleetRig(2, "crash-1")) {
            rig.listen();
            rig.start();
            assertTrue(rig.failure().contains("exited with code 3 before it was ready"), rig.failure());
        }
    }

    @Test
    void shouldSlowDownACrashLoopAndStayUp() throws Exception {
        try (FleetRig rig = new FleetRig(2, "none")) {
            final InetSocketAddress address = rig.listen();
            rig.start();
            System.setProperty(WorkerLauncher.FLAGS_PROPERTY, "-Dstub=crash-0 -XX:TieredStopAtLevel=1");
            rig.kill(0, Signals.SIGKILL);
            rig.until("the third crash", () -> rig.log().contains("crash 3 in a row"));
            rig.until("it waits longer", () -> rig.log().contains("another one is started in 500 ms"));
            assertEquals(Set.of(name(rig.worker(1))), distinct(rig.askOften(address)));
        }
    }

    @Test
    void shouldReplaceAWorkerThatIsToldToEndAndOneThatEndsByItself() throws Exception {
        try (FleetRig rig = new FleetRig(2, "none")) {
            final InetSocketAddress address = rig.listen();
            rig.start();
            final int first = rig.worker(0).pid();
            rig.kill(0, Signals.SIGTERM);
            rig.until("its successor serves", () -> rig.isReplaced(0, first));
            final int second = rig.worker(0).pid();
            final boolean[] gone = {false};
            rig.fleet.replace(rig.worker(0), false, () -> gone[0] = true);
            rig.until("its successor serves", () -> rig.isReplaced(0, second) && gone[0]);
            assertEquals(Set.of(name(rig.worker(0)), name(rig.worker(1))), distinct(rig.askOften(address)));
            assertFalse(rig.log().contains("in a row"), rig::log);
        }
    }

    @Test
    void shouldShowAWorkerThatDoesNotAnswerAndOneThatAnswersAgain() throws Exception {
        try (FleetRig rig = new FleetRig(1, "none", 1)) {
            rig.start();
            rig.kill(0, Signals.SIGSTOP);
            rig.until("silence is noticed", () -> rig.worker(0).phase() == WorkerPhase.NOT_ANSWERING);
            rig.kill(0, Signals.SIGCONT);
            rig.until("it answers again", () -> rig.worker(0).phase() == WorkerPhase.READY);
        }
    }

    @Test
    void shouldGiveANewWorkerTheWholeConfigurationInOrder() throws Exception {
        try (FleetRig rig = new FleetRig(1, "none")) {
            for (int i = 0; i < 20_000; i++) {
                rig.state.apply(FleetRig.cluster("cluster-" + i));
            }
            rig.listen();
            rig.start();
            final List<Answer> answers = new ArrayList<>();
            rig.worker(0).send("count", new Order.Status(), -1, answers::add);
            rig.until("it has answered", () -> !answers.isEmpty());
            assertEquals(20_002, answers.getFirst().content().path("data").path("orders").asInt());
        }
    }

    @Test
    void shouldStopWithoutLosingWhatWaitsInTheQueues() throws Exception {
        try (FleetRig rig = new FleetRig(2, "none")) {
            final InetSocketAddress address = rig.listen();
            rig.start();
            rig.kill(0, Signals.SIGSTOP);
            final List<Socket> waiting = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                waiting.add(new Socket(address.getAddress(), address.getPort()));
            }
            rig.stop(false);
            rig.kill(0, Signals.SIGCONT);
            rig.until("all workers are gone", rig::isGone);
            for (final Socket socket : waiting) {
                assertNotNull(socket.getInputStream().readAllBytes());
                socket.close();
            }
            assertTrue(rig.fleet.processes().isEmpty());
        }
    }

    @Test
    void shouldEndAWorkerThatHangsWhenItIsStoppedHard() throws Exception {
        try (FleetRig rig = new FleetRig(1, "none")) {
            rig.start();
            rig.worker(0).send("hang", FleetRig.cluster("hang"), -1, answer -> { });
            rig.stop(true);
            rig.until("it is killed", rig::isGone);
            rig.until("it is logged", () -> rig.log().contains("has not ended in time and is killed"));
        }
    }
}
