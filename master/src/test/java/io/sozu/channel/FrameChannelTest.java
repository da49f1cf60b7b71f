package io.sozu.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.LinuxKernel;
import io.sozu.bindings.linux.Processes;
import io.sozu.bindings.sim.Fault;
import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.KernelUser;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimKernel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames over the simulated kernel and over real sockets. */
@ExtendWith(LeakCheck.class)
final class FrameChannelTest {
    private static final String TEXT = "first\0\0{\"id\":\"é\"}\0last\0";
    private static final List<String> FRAMES = List.of("first", "", "{\"id\":\"é\"}", "last");

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldDeliverTheSameFramesHoweverTheyAreCut() {
        final byte[] all = bytes(TEXT);
        for (int cut = 0; cut <= all.length; cut++) {
            final SimKernel kernel = new SimKernel(cut);
            try (ChannelRig rig = new ChannelRig(kernel)) {
                final var pair = kernel.channel();
                final var end = rig.end(pair.fd());
                pair.peer().send(Arrays.copyOf(all, cut));
                rig.loop.runOnce(1_000_000);
                pair.peer().send(Arrays.copyOfRange(all, cut, all.length)).shutdownWrite();
                rig.until(() -> end.errno == 0);
                assertEquals(FRAMES, end.frames, "cut at " + cut);
            }
            assertTrue(kernel.openFds().isEmpty(), kernel::describe);
        }
    }

    @Test
    void shouldDeliverTheSameFramesOverRealSocketsHoweverTheyAreCut() {
        final byte[] all = bytes(TEXT);
        try (LinuxKernel kernel = new LinuxKernel(); KernelUser user = new KernelUser(kernel);
                Processes processes = new Processes()) {
            for (int cut = 0; cut <= all.length; cut++) {
                final int[] pair = new int[2];
                assertEquals(0, processes.socketPair(pair));
                try (ChannelRig rig = new ChannelRig(kernel)) {
                    final var end = rig.end(pair[0]);
                    user.send(pair[1], all, cut);
                    rig.loop.runOnce(0);
                    final byte[] rest = Arrays.copyOfRange(all, cut, all.length);
                    user.send(pair[1], rest, rest.length);
                    kernel.close(pair[1]);
                    rig.until(() -> end.errno == 0);
                    assertEquals(FRAMES, end.frames, "cut at " + cut);
                }
            }
        }
    }

    @Test
    void shouldDropAnUnfinishedFrameAtTheEnd() {
        final SimKernel kernel = new SimKernel(1);
        try (ChannelRig rig = new ChannelRig(kernel)) {
            final var pair = kernel.channel();
            final var end = rig.end(pair.fd());
            pair.peer().send("whole\0half").close();
            rig.until(() -> end.errno == 0);
            assertEquals(List.of("whole"), end.frames);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void shouldCarryFramesAndTheirDescriptorsThroughFaults(final long seed) {
        final SimKernel kernel = new SimKernel(seed, FaultPlan.none().with(Fault.SHORT_READ, 0.3)
                .with(Fault.SHORT_WRITE, 0.3).with(Fault.READ_AGAIN, 0.1).with(Fault.WRITE_AGAIN, 0.1)
                .with(Fault.SPURIOUS_EVENT, 0.1).with(Fault.WAIT_INTERRUPTED, 0.1));
        kernel.world().buffers(2000, 2000);
        final Random random = new Random(seed);
        try (ChannelRig rig = new ChannelRig(kernel)) {
            final int[] pair = kernel.socketPair();
            final var left = rig.end(pair[0]);
            final var right = rig.end(pair[1]);
            final List<String> sent = new ArrayList<>();
            final List<Boolean> carried = new ArrayList<>();
            while (sent.size() < 300) {
                final String text = sent.size() + ":" + "x".repeat(random.nextInt(900));
                final int fd = random.nextInt(3) == 0 ? kernel.eventFd() : -1;
                final int rooms = left.rooms;
                if (left.channel.send(bytes(text), fd)) {
                    sent.add(text);
                    carried.add(fd >= 0);
                } else {
                    kernel.close(fd);
                    rig.until(() -> left.rooms > rooms);
                }
            }
            rig.until(() -> right.frames.size() == sent.size());
            assertEquals(sent, right.frames);
            assertEquals(carried, right.fds.stream().map(fd -> fd >= 0).toList(), "seed " + seed);
        }
    }

    @Test
    void shouldCloseADescriptorThatNobodyTook() {
        final SimKernel kernel = new SimKernel(1);
        final ChannelRig rig = new ChannelRig(kernel);
        final int[] pair = kernel.socketPair();
        final int passed = kernel.eventFd();
        final var right = rig.end(pair[1]);
        right.channel.pause();
        final var left = rig.end(pair[0]);
        assertTrue(left.channel.send(bytes("with"), passed));
        assertTrue(left.channel.send(bytes("without"), -1));
        rig.loop.runOnce(1_000_000);
        assertEquals(List.of(), right.frames);
        right.channel.resume();
        rig.until(() -> right.frames.size() == 2);
        assertTrue(right.fds.get(0) >= 0);
        assertEquals(-1, right.fds.get(1));
        right.fds.forEach(kernel::close);
        right.channel.pause();
        left.channel.send(bytes("again"), passed);
        rig.loop.runOnce(1_000_000);
        kernel.close(passed);
        rig.close();
        assertTrue(kernel.openFds().isEmpty(), kernel::describe);
    }

    @Test
    void shouldSendAFrameWithoutADescriptorThatWasForgotten() {
        final SimKernel kernel = new SimKernel(1);
        try (ChannelRig rig = new ChannelRig(kernel)) {
            final int[] pair = kernel.socketPair();
            final var left = rig.end(pair[0]);
            final int passed = kernel.eventFd();
            kernel.stallWriting(pair[0], 1_000_000_000L);
            assertTrue(left.channel.send(bytes("late"), passed));
            left.channel.forget(passed);
            final var right = rig.end(pair[1]);
            rig.until(() -> right.frames.size() == 1);
            assertEquals(List.of(-1), right.fds);
        }
    }

    @Test
    void shouldAnswerAFrameThatIsTooLargeAndReadNoMore() {
        final SimKernel kernel = new SimKernel(1);
        try (ChannelRig rig = new ChannelRig(kernel)) {
            final int max = ChannelRig.LIMITS.maxBytes();
            final var pair = kernel.channel();
            final var end = rig.end(pair.fd());
            pair.peer().send("a".repeat(max - 1) + "\0" + "b".repeat(max) + "\0after\0");
            rig.until(() -> pair.peer().isEnded());
            assertEquals(List.of("a".repeat(max - 1)), end.frames);
            assertEquals(1, end.oversizes);
            assertEquals("too large\0", pair.peer().receivedText());
            assertFalse(end.finished);
            pair.peer().send("c".repeat(10_000)).close();
            rig.until(() -> end.finished);
            assertEquals(1, end.oversizes);
            assertFalse(end.send("late"));
        }
    }

    @Test
    void shouldNotReadAPeerThatReadsNoAnswers() {
        final SimKernel kernel = new SimKernel(1);
        kernel.world().buffers(1000, 1000);
        try (ChannelRig rig = new ChannelRig(kernel)) {
            final var pair = kernel.channel();
            final var end = rig.end(pair.fd());
            pair.peer().pauseReading();
            while (end.send("x".repeat(99))) {
                assertTrue(end.channel.unsentBytes() <= ChannelRig.LIMITS.maxBytes());
            }
            for (int i = 0; i < 100; i++) {
                pair.peer().send("order " + i + "\0");
            }
            rig.loop.runOnce(1_000_000);
            assertEquals(List.of(), end.frames);
            assertEquals(0, end.rooms);
            pair.peer().resumeReading();
            rig.until(() -> end.frames.size() == 100);
            assertEquals(1, end.rooms);
        }
    }

    @Test
    void shouldNotJamWhenBothSidesHaveMuchToSay() {
        final SimKernel kernel = new SimKernel(1);
        kernel.world().buffers(1000, 1000);
        try (ChannelRig rig = new ChannelRig(kernel)) {
            final int[] pair = kernel.socketPair();
            final var orders = rig.end(pair[0]);
            final var answers = rig.end(pair[1]);
            orders.channel.readingAlways();
            answers.echo = true;
            int sent = 0;
            while (sent < 1000) {
                final int rooms = orders.rooms;
                if (orders.send("x".repeat(500))) {
                    sent++;
                } else {
                    rig.until(() -> orders.rooms > rooms);
                }
            }
            rig.until(() -> orders.frames.size() == 1000);
        }
    }

    @Test
    void shouldShareItsTurnsWithOthers() {
        final SimKernel kernel = new SimKernel(1);
        try (ChannelRig rig = new ChannelRig(kernel)) {
            final var busy = kernel.channel();
            final var end = rig.end(busy.fd(), new ChannelLimits(4096, 1 << 20));
            busy.peer().send(String.join("", Collections.nCopies(1000, "x\0")));
            kernel.world().sleep(1_000_000);
            rig.loop.runOnce(0);
            assertTrue(end.frames.size() < 1000, () -> end.frames.size() + " frames in one turn");
            rig.until(() -> end.frames.size() == 1000);
        }
    }

    @Test
    void shouldFinishWhatIsQueuedThenAnnounceItsEnd() {
        final SimKernel kernel = new SimKernel(1);
        kernel.world().buffers(500, 500);
        try (ChannelRig rig = new ChannelRig(kernel)) {
            final int[] pair = kernel.socketPair();
            final var left = rig.end(pair[0]);
            final var right = rig.end(pair[1]);
            left.send("x".repeat(3000));
            left.channel.end();
            rig.until(() -> right.errno == 0);
            assertEquals(List.of("x".repeat(3000)), right.frames);
            assertFalse(left.finished);
            right.channel.end();
            rig.until(() -> left.finished && right.finished);
        }
    }

    @Test
    void shouldDeliverWhatAPeerSaidBeforeItWentThoughNoAnswerReachesIt() {
        final SimKernel kernel = new SimKernel(1);
        try (ChannelRig rig = new ChannelRig(kernel)) {
            final int[] pair = kernel.socketPair();
            final var left = rig.end(pair[0]);
            final var right = rig.end(pair[1]);
            left.send("order 1");
            left.send("order 2");
            left.channel.close();
            assertTrue(right.send("answer"));
            rig.until(() -> right.errno >= 0);
            assertEquals(List.of("order 1", "order 2"), right.frames);
            assertEquals(Errno.EPIPE, right.errno);
        }
    }
}
