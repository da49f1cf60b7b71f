package io.sozu.master.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.LeakCheck;
import io.sozu.control.Answer;
import io.sozu.control.Frame;
import io.sozu.control.model.Addresses;
import io.sozu.master.command.CommandRig.Client;
import io.sozu.master.fleet.FleetRig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that misbehave, and those that only want to be served beside them. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
final class CommandSocketTest {
    private static final String STATUS = "{\"id\":\"s\",\"version\":0,\"type\":\"STATUS\"}";

    private static String proxy(final String id, final String type, final String data) {
        return "{\"id\":\"" + id + "\",\"version\":0,\"type\":\"PROXY\",\"data\":{\"type\":\"" + type
                + "\",\"data\":"
                + data + "}}";
    }

    @Test
    void shouldAnswerEveryMessageThatCannotBeRead() throws Exception {
        final String deep = "[".repeat(90_000);
        try (CommandRig rig = new CommandRig(); Client client = rig.client()) {
            for (final String bad : List.of("", "garbage", "{", "[]", "\"text\"", "{}", deep, "1e999999999",
                    "{\"id\":\"a\",\"version\":9,\"type\":\"STATUS\"}", "{\"id\":\"a\",\"version\":0}",
                    "{\"id\":\"a\",\"version\":0,\"type\":\"NO_SUCH\"}",
                    "{\"id\":7,\"version\":0,\"type\":\"STATUS\"}",
                    "{\"id\":\"a\",\"id\":\"b\",\"version\":0,\"type\":\"STATUS\"}",
                    "{\"id\":\"a\",\"version\":123456789012345678901234567890,\"type\":\"STATUS\"}",
                    STATUS + STATUS, proxy("a", "ADD_CLUSTER", "{\"cluster_id\":1}"),
                    proxy("a", "REMOVE_CLUSTER", "\"unknown\""))) {
                final Answer answer = client.ask(bad);
                assertEquals(Answer.Status.ERROR, answer.status(), () -> bad.substring(0, Math.min(80,
                        bad.length())));
                assertFalse(answer.message().isEmpty());
                assertEquals(1, answer.message().lines().count());
            }
            assertEquals(Answer.Status.ERROR, client.write(new byte[] {(byte) 0xff, (byte) 0xfe,
                    0}).read().status());
            assertEquals(Answer.Status.OK, client.ask(STATUS).status());
        }
    }

    @Test
    void shouldSurviveRandomBytes() throws Exception {
        final Random random = new Random(11);
        try (CommandRig rig = new CommandRig()) {
            for (int i = 0; i < 50; i++) {
                final byte[] bytes = new byte[random.nextInt(5000)];
                random.nextBytes(bytes);
                try (Client client = rig.client()) {
                    client.write(bytes);
                }
            }
            assertTrue(rig.serves());
        }
    }

    @Test
    void shouldServeOthersBesideHalfFramesAndSlowWriters() throws Exception {
        try (CommandRig rig = new CommandRig(); Client slow = rig.client()) {
            final Client half = rig.client().write("{\"id\":\"never".getBytes(StandardCharsets.UTF_8));
            for (final byte each : Frame.terminated(STATUS)) {
                slow.write(new byte[] {each});
                assertTrue(each != '{' || rig.serves());
            }
            assertEquals(Answer.Status.OK, slow.read().status());
            half.close();
            assertTrue(rig.serves());
        }
    }

    @Test
    void shouldRefuseAMessageThatIsTooLongAndReadNoMoreOfIt() throws Exception {
        try (CommandRig rig = new CommandRig(); Client client = rig.client()) {
            final byte[] piece = new byte[50_000];
            Arrays.fill(piece, (byte) 'x');
            final IOException broken = assertThrows(IOException.class, () -> {
                for (int i = 0; i < 1000; i++) {
                    client.write(piece);
                    Thread.onSpinWait();
                }
                client.channel().read(ByteBuffer.allocate(1));
                throw new IOException("it was read to the end");
            });
            assertTrue(broken.getMessage() != null);
            assertTrue(rig.serves());
        }
    }

    @Test
    void shouldSayWhyBeforeItClosesOnAMessageThatIsTooLong() throws Exception {
        try (CommandRig rig = new CommandRig(); Client client = rig.client()) {
            client.send("x".repeat(CommandRig.MAX_BYTES + 10));
            final Answer answer = client.read();
            assertEquals(Answer.Status.ERROR, answer.status());
            assertTrue(answer.message().contains("max_command_buffer_size"), answer.message());
            assertNull(client.read());
        }
    }

    @Test
    void shouldServeANewClientThoughAThousandSitIdle() throws Exception {
        final long before = CommandRig.channelBytes();
        try (CommandRig rig = new CommandRig()) {
            final List<Client> idle = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                idle.add(rig.client().write(new byte[] {'{'}));
                assertTrue(i % 100 != 0 || rig.serves());
            }
            assertTrue(rig.serves());
            assertTrue(CommandRig.channelBytes() - before < 4 << 20, CommandRig.channelBytes() + " bytes");
            for (final Client client : idle) {
                client.close();
            }
            assertTrue(rig.serves());
        }
    }

    @Test
    void shouldNotReadAClientThatReadsNoAnswers() throws Exception {
        final long before = CommandRig.channelBytes();
        try (CommandRig rig = new CommandRig(); Client client = rig.client()) {
            client.channel().configureBlocking(false);
            final ByteBuffer orders = ByteBuffer.wrap(Frame.terminated(STATUS));
            int idleWrites = 0;
            long written = 0;
            while (idleWrites < 100) {
                final int count = client.channel().write(orders);
                written += count;
                if (!orders.hasRemaining()) {
                    orders.rewind();
                }
                idleWrites = count == 0 ? idleWrites + 1 : 0;
                assertTrue(count != 0 || rig.serves());
            }
            assertTrue(written < 5 << 20, written + " bytes were taken");
            assertTrue(CommandRig.channelBytes() - before < 1 << 20, CommandRig.channelBytes() + " bytes");
        }
    }

    @Test
    void shouldAnswerOrdersThatWereSentWithoutWaitingEachUnderItsId() throws Exception {
        try (CommandRig rig = new CommandRig(); Client client = rig.client()) {
            for (int i = 0; i < 500; i++) {
                client.send(proxy("n" + i, "ADD_CLUSTER", "{\"cluster_id\":\"c" + i + "\"}"));
            }
            client.channel().shutdownOutput();
            for (int i = 0; i < 500; i++) {
                final Answer answer = client.read();
                assertEquals("n" + i, answer.id());
                assertEquals(Answer.Status.OK, answer.status());
            }
            assertNull(client.read());
            assertEquals(500, rig.fleet.state.clusters().size());
        }
    }

    @Test
    void shouldRefuseAnotherUser() throws Exception {
        try (CommandRig rig = new CommandRig(Set.of(4711)); Client client = rig.client()) {
            final Answer answer = client.read();
            assertEquals(Answer.Status.ERROR, answer.status());
            assertTrue(answer.message().contains("command_allowed_uids"), answer.message());
            assertNull(client.read());
        }
    }

    @Test
    void shouldChangeNothingWhenAListenerCannotBeOpened() throws Exception {
        try (CommandRig rig = new CommandRig(); Client client = rig.client();
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final String address = "127.0.0.1:" + taken.getLocalPort();
            assertEquals(Answer.Status.OK, client.ask(proxy("1", "ADD_HTTP_LISTENER", "{\"address\":\""
                    + address
                    + "\"}")).status());
            // A queue is there only with a slot: the rig has none, so the address is probed by hand.
            assertTrue(rig.fleet.sockets.isShared(new InetSocketAddress("127.0.0.1", taken.getLocalPort())));
            final Answer unknown = client.ask(activate("2", "127.0.0.1:1"));
            assertEquals(Answer.Status.ERROR, unknown.status());
        }
    }

    private static String activate(final String id, final String address) {
        return proxy(id, "ACTIVATE_LISTENER", "{\"address\":\"" + address
                + "\",\"proxy\":\"HTTP\",\"from_scm\":false}");
    }

    @Test
    void shouldOpenAndCloseListenersAgainAndAgain() throws Exception {
        try (CommandRig rig = new CommandRig(); Client client = rig.client()) {
            final String address = Addresses.format(FleetRig.freeAddress());
            client.ask(proxy("1", "ADD_HTTP_LISTENER", "{\"address\":\"" + address + "\"}"));
            for (int i = 0; i < 3; i++) {
                assertEquals(Answer.Status.OK, client.ask(activate("a", address)).status());
                final Answer closed = client.ask(proxy("d", "DEACTIVATE_LISTENER", "{\"address\":\"" + address
                        + "\",\"proxy\":\"HTTP\",\"to_scm\":false}"));
                assertEquals(Answer.Status.OK, closed.status(), closed::message);
            }
            assertEquals(Answer.Status.OK, client.ask(activate("a", address)).status());
            assertEquals(Answer.Status.OK, client.ask(proxy("r", "REMOVE_LISTENER", "{\"address\":\""
                    + address
                    + "\",\"proxy\":\"HTTP\"}")).status());
            assertTrue(rig.fleet.state.listeners().isEmpty());
            assertTrue(rig.fleet.sockets.listeners().isEmpty());
        }
    }

    @Test
    void shouldPassOnAStopAndRefuseOneForAWorkerThatIsNotThere() throws Exception {
        try (CommandRig rig = new CommandRig(); Client client = rig.client()) {
            final Answer unknown = client.ask("{\"id\":\"1\",\"version\":0,\"worker_id\":3,"
                    + "\"type\":\"PROXY\",\"data\":{\"type\":\"SOFT_STOP\"}}");
            assertTrue(unknown.message().contains("no worker 3"), unknown.message());
            client.ask("{\"id\":\"2\",\"version\":0,\"type\":\"PROXY\",\"data\":{\"type\":\"SOFT_STOP\"}}");
            client.ask("{\"id\":\"3\",\"version\":0,\"type\":\"PROXY\",\"data\":{\"type\":\"HARD_STOP\"}}");
            assertEquals(List.of("soft 2", "hard 3"), rig.stops);
        }
    }
}
