package io.sozu.master.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.linux.Signals;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.control.Answer;
import io.sozu.control.Envelope;
import io.sozu.control.Order;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.ListenerProtocol;
import io.sozu.master.fleet.FleetRig;
import io.sozu.master.fleet.TicketKeyring;
import io.sozu.master.fleet.WorkerPhase;
import io.sozu.master.state.TlsCheck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Orders that go to real processes: obeyed, refused, not answered, or cut off by a death. */
@Timeout(180)
@ExtendWith(LeakCheck.class)
final class FanOutTest {
    private static OrderDispatcher dispatcher(final FleetRig rig) {
        return new OrderDispatcher(new OrderDispatcher.Means(rig.state, rig.sockets, rig.fleet, rig.names,
                new TlsCheck(""), new TicketKeyring(), rig.host.alarms(), rig.host.log()),
                CommandRig.origin(rig.directory), (hard, id, client) -> { });
    }

    /** Gives an order and returns the last answer; the loop turns meanwhile. */
    private static Answer give(final FleetRig rig, final OrderDispatcher dispatcher,
            final Envelope envelope) {
        final List<Answer> answers = new ArrayList<>();
        dispatcher.dispatch(envelope, answers::add);
        rig.until("it is answered", () -> !answers.isEmpty() && answers.getLast().last());
        return answers.getLast();
    }

    private static Answer give(final FleetRig rig, final OrderDispatcher dispatcher, final Order order) {
        return give(rig, dispatcher, Envelope.of("id", order));
    }

    private static Order activate(final InetSocketAddress address) {
        return new Order.ActivateListener(address, ListenerProtocol.HTTP, false, Order.NO_SLOT);
    }

    @Test
    void shouldJoinWhatWorkersSayThatRefuseWhatTheStateAccepted() throws Exception {
        try (FleetRig rig = new FleetRig(2, "none")) {
            rig.start();
            final OrderDispatcher dispatcher = dispatcher(rig);
            assertEquals(Answer.Status.OK, give(rig, dispatcher, FleetRig.cluster("good")).status());
            final Answer refused = give(rig, dispatcher, FleetRig.cluster("bad"));
            assertEquals(Answer.Status.ERROR, refused.status());
            assertEquals(Set.of("0: no bad clusters here", "1: no bad clusters here"),
                    new HashSet<>(List.of(refused.message().split(", "))));
            rig.until("it is logged", () ->
                    rig.log().contains("refused ADD_CLUSTER, which the state has accepted"));
        }
    }

    /** Returns how many orders each worker has obeyed. */
    private static List<Integer> obeyed(final FleetRig rig, final OrderDispatcher dispatcher) {
        final List<Integer> counts = new ArrayList<>();
        give(rig, dispatcher, new Order.Status()).content().path("data").forEach(each ->
                counts.add(each.path("orders").asInt()));
        return counts;
    }

    @Test
    void shouldGiveTicketKeysToWorkersThatSpeakTlsAndNewOnesAfterATime() throws Exception {
        try (FleetRig rig = new FleetRig(2, "none")) {
            rig.start();
            final OrderDispatcher dispatcher = dispatcher(rig);
            give(rig, dispatcher, new Order.AddHttpListener(ListenerConfig.http(FleetRig.freeAddress())));
            dispatcher.rotateTicketKeys();
            assertEquals(List.of(1, 1), obeyed(rig, dispatcher));
            give(rig, dispatcher, new Order.AddHttpListener(ListenerConfig.https(FleetRig.freeAddress())));
            assertEquals(List.of(3, 3), obeyed(rig, dispatcher));
            dispatcher.rotateTicketKeys();
            assertEquals(List.of(4, 4), obeyed(rig, dispatcher));
        }
    }

    @Test
    void shouldNameTheWorkerThatDoesNotAnswerInTime() throws Exception {
        try (FleetRig rig = new FleetRig(2, "none", 1)) {
            rig.start();
            final OrderDispatcher dispatcher = dispatcher(rig);
            rig.kill(1, Signals.SIGSTOP);
            final Answer answer = give(rig, dispatcher, FleetRig.cluster("web"));
            assertEquals(Answer.Status.ERROR, answer.status());
            assertTrue(answer.message().contains("0: OK")
                    && answer.message().contains("1: no answer within 1 s"),
                    answer.message());
            rig.until("it shows", () -> rig.worker(1).phase() == WorkerPhase.NOT_ANSWERING);
            final Answer status = give(rig, dispatcher, new Order.Status());
            assertEquals("NOT_ANSWERING", status.content().path("data").path(1).path("run_state").asText());
            rig.kill(1, Signals.SIGCONT);
            rig.until("it answers again", () -> rig.worker(1).phase() == WorkerPhase.READY);
            assertEquals(Answer.Status.OK, give(rig, dispatcher, FleetRig.cluster("later")).status());
        }
    }

    @Test
    void shouldNotHoldADeathAgainstAnOrderThatTheSuccessorWillKnow() throws Exception {
        try (FleetRig rig = new FleetRig(2, "none")) {
            rig.start();
            final OrderDispatcher dispatcher = dispatcher(rig);
            final int former = rig.worker(0).pid();
            rig.kill(0, Signals.SIGSTOP);
            final List<Answer> answers = new ArrayList<>();
            dispatcher.dispatch(Envelope.of("id", FleetRig.cluster("web")), answers::add);
            rig.kill(0, Signals.SIGKILL);
            rig.until("it is answered", () -> !answers.isEmpty());
            assertEquals(Answer.Status.OK, answers.getLast().status(), answers.getLast()::message);
            rig.until("a successor serves", () -> rig.isReplaced(0, former));
            rig.until("it knows the cluster", () -> rig.worker(0).counters() != null
                    && rig.worker(0).counters().path("data").path("orders").asInt() == 1);
        }
    }

    @Test
    void shouldTellApartOrdersOfTwoClientsWithTheSameId() throws Exception {
        try (FleetRig rig = new FleetRig(1, "none")) {
            rig.start();
            final OrderDispatcher dispatcher = dispatcher(rig);
            final List<Answer> answers = new ArrayList<>();
            for (final String id : List.of("good", "bad", "fine")) {
                dispatcher.dispatch(Envelope.of("same", FleetRig.cluster(id)), answers::add);
            }
            rig.until("all are answered", () -> answers.size() == 3);
            assertEquals(List.of(Answer.Status.OK, Answer.Status.ERROR, Answer.Status.OK),
                    answers.stream().map(Answer::status).toList());
        }
    }

    @Test
    void shouldOpenServeAndCloseAListenerAndChangeNothingWhenItIsTaken() throws Exception {
        try (FleetRig rig = new FleetRig(2, "none");
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            rig.start();
            final OrderDispatcher dispatcher = dispatcher(rig);
            final InetSocketAddress lost =
                    new InetSocketAddress(taken.getInetAddress(), taken.getLocalPort());
            give(rig, dispatcher, new Order.AddHttpListener(ListenerConfig.http(lost)));
            final Answer refused = give(rig, dispatcher, activate(lost));
            assertTrue(refused.message().contains("EADDRINUSE"), refused.message());
            assertFalse(rig.state.listener(lost).active());
            assertFalse(rig.sockets.isOpen(lost));

            final InetSocketAddress address = FleetRig.freeAddress();
            give(rig, dispatcher, new Order.AddHttpListener(ListenerConfig.http(address)));
            assertEquals(Answer.Status.OK, give(rig, dispatcher, activate(address)).status());
            assertEquals(2, new HashSet<>(rig.askOften(address)).size(), "both workers serve it");
            final Answer removed =
                    give(rig, dispatcher, new Order.RemoveListener(address, ListenerProtocol.HTTP));
            assertEquals(Answer.Status.OK, removed.status(), removed::message);
            rig.until("nobody listens any more", () -> !connects(address));
        }
    }

    private static boolean connects(final InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, 200);
            return true;
        } catch (final IOException e) {
            return false;
        }
    }

    @Test
    void shouldEndOneWorkerAndAnswerWhenItIsGone() throws Exception {
        try (FleetRig rig = new FleetRig(2, "none")) {
            rig.start();
            final OrderDispatcher dispatcher = dispatcher(rig);
            final int former = rig.worker(1).pid();
            final Answer answer =
                    give(rig, dispatcher, new Envelope("id", OptionalInt.of(1), new Order.SoftStop()));
            assertEquals(Answer.Status.OK, answer.status());
            assertTrue(answer.message().contains("(pid " + former + ") has ended"), answer.message());
            rig.until("a successor serves", () -> rig.isReplaced(1, former));
        }
    }
}
