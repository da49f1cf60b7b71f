package io.sozu.bindings.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.bindings.sim.KernelUser;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimKernel;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Descriptors over a socket pair of the running kernel, and of the simulated one. */
@ExtendWith(LeakCheck.class)
final class FdMessageTest {
    private static final int SIZE_BYTES = 64;
    private final LinuxKernel kernel = new LinuxKernel();
    private final KernelUser user = new KernelUser(kernel);
    private final Processes processes = new Processes();
    private final FdMessage sender = new FdMessage();
    private final FdMessage receiver = new FdMessage();
    private final long data = NativeMemory.allocate(MemoryTag.SCRATCH, SIZE_BYTES);
    private final int[] pair = new int[2];
    private int counter;

    FdMessageTest() {
        assertEquals(0, processes.socketPair(pair));
        counter = kernel.eventFd();
    }

    @AfterEach
    void free() {
        for (final int fd : new int[] {pair[0], pair[1], counter}) {
            assertEquals(0, kernel.close(fd));
        }
        NativeMemory.free(MemoryTag.SCRATCH, data, SIZE_BYTES);
        receiver.close();
        sender.close();
        processes.close();
        user.close();
        kernel.close();
    }

    private static int openFds() {
        return new File("/proc/self/fd").list().length;
    }

    private long send(final FdMessage message, final String text, final int... fds) {
        final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        Memory.copy(bytes, 0, data, bytes.length);
        return message.send(kernel, pair[0], data, bytes.length, fds, fds.length);
    }

    private String receive(final FdMessage message) {
        final long count = message.receive(kernel, pair[1], data, SIZE_BYTES);
        return count < 0 ? Errno.name((int) -count)
                : new String(Memory.toArray(data, (int) count), StandardCharsets.US_ASCII);
    }

    @Test
    void shouldCarryADescriptorThatIsTheSameFile() {
        assertEquals(2, send(sender, "ab", counter));
        assertEquals("ab", receive(receiver));
        assertEquals(1, receiver.fdCount());
        final int copy = receiver.fd(0);
        Memory.putLong(data, 7);
        assertEquals(8, kernel.write(counter, data, 8));
        Memory.putLong(data, 0);
        assertEquals(8, kernel.read(copy, data, 8));
        assertEquals(7, Memory.getLong(data));
        assertEquals(0, kernel.close(copy));
    }

    @Test
    void shouldCarryBytesWithoutDescriptors() {
        assertEquals(3, send(sender, "abc"));
        assertEquals("abc", receive(receiver));
        assertEquals(0, receiver.fdCount());
        assertThrows(IndexOutOfBoundsException.class, () -> receiver.fd(0));
        assertEquals("EAGAIN", receive(receiver));
        assertEquals(0, kernel.shutdown(pair[0], SocketOptions.SHUT_WR));
        assertEquals("", receive(receiver));
    }

    @Test
    void shouldKeepDescriptorsWithTheirBytesInOrder() {
        send(sender, "plain");
        send(sender, "one", counter);
        send(sender, "two", counter, counter);
        int bytes = 0;
        int fds = 0;
        while (bytes < "plainonetwo".length()) {
            bytes += receive(receiver).length();
            for (int i = 0; i < receiver.fdCount(); i++) {
                fds++;
                assertEquals(0, kernel.close(receiver.fd(i)));
            }
            final int due = bytes == "plain".length() ? 0 : bytes == "plainone".length() ? 1 : 3;
            assertEquals(due, fds,
                    "bytes of one message, and plain ones before them, come with its descriptors");
        }
    }

    @Test
    void shouldCarryAsManyDescriptorsAsTheKernelAllows() {
        final int before = openFds();
        final int[] many = new int[FdMessage.MAX_FDS];
        Arrays.fill(many, counter);
        assertEquals(1, send(sender, "x", many));
        assertEquals("x", receive(receiver));
        assertEquals(FdMessage.MAX_FDS, receiver.fdCount());
        assertFalse(receiver.isTruncated());
        for (int i = 0; i < receiver.fdCount(); i++) {
            assertEquals(0, kernel.close(receiver.fd(i)));
        }
        assertEquals(before, openFds());
    }

    @Test
    void shouldLeaveNoDescriptorOpenWhenSomeDidNotFit() {
        final int before = openFds();
        for (int room = 1; room <= 4; room++) {
            try (FdMessage small = new FdMessage(room)) {
                final int[] more = new int[room + 1];
                Arrays.fill(more, counter);
                send(sender, "abc", more);
                assertEquals("abc", receive(small));
                assertTrue(small.isTruncated(), "room for " + room);
                assertEquals(0, small.fdCount());
                assertEquals(before, openFds());
                send(sender, "next", counter);
                assertEquals("next", receive(small));
                assertFalse(small.isTruncated());
                assertEquals(0, kernel.close(small.fd(0)));
            }
        }
    }

    @Test
    void shouldRefuseDescriptorsThatCannotTravel() {
        assertEquals(-Errno.EINVAL, send(sender, "", counter));
        assertEquals(-Errno.EINVAL, send(sender, "x", new int[FdMessage.MAX_FDS + 1]));
        assertEquals(-Errno.EBADF, send(sender, "x", 100_000));
        assertThrows(IllegalArgumentException.class, () -> new FdMessage(FdMessage.MAX_FDS + 1));
    }

    @Test
    void shouldCloseADescriptorOnExec() throws IOException {
        send(sender, "x", counter);
        receive(receiver);
        final String info = Files.readString(Path.of("/proc/self/fdinfo/" + receiver.fd(0)));
        final String flags = info.lines().filter(line -> line.startsWith("flags:")).findFirst().orElseThrow();
        assertTrue((Long.parseLong(flags.substring(6).strip(), 8) & SocketOptions.SOCK_CLOEXEC) != 0, flags);
        assertEquals(0, kernel.close(receiver.fd(0)));
    }

    @Test
    void shouldTellWhoIsAtTheOtherEnd() {
        final PeerCredentials peer = PeerCredentials.of(pair[0]);
        assertEquals((int) ProcessHandle.current().pid(), peer.pid());
        assertEquals(processes.getUid(), peer.uid());
        assertTrue(peer.gid() >= 0);
        final KernelException failure =
                assertThrows(KernelException.class, () -> PeerCredentials.of(counter));
        assertEquals(Errno.ENOTSOCK, failure.errno());
    }

    @Test
    void shouldDoTheSameOnTheSimulation() {
        final SimKernel simulated = new SimKernel(1);
        final int[] ends = simulated.socketPair();
        final int passed = simulated.eventFd();
        Memory.putByte(data, (byte) 'x');
        assertEquals(1, sender.send(simulated, ends[0], data, 1, new int[] {passed, passed}, 2));
        assertEquals(1, receiver.receive(simulated, ends[1], data, SIZE_BYTES));
        assertEquals(2, receiver.fdCount());
        simulated.close(receiver.fd(0));
        simulated.close(receiver.fd(1));
        try (FdMessage small = new FdMessage(1)) {
            sender.send(simulated, ends[0], data, 1, new int[] {passed, passed, passed}, 3);
            assertEquals(1, small.receive(simulated, ends[1], data, SIZE_BYTES));
            assertTrue(small.isTruncated());
            assertEquals(0, small.fdCount());
        }
        for (final int fd : new int[] {ends[0], ends[1], passed}) {
            simulated.close(fd);
        }
        assertTrue(simulated.openFds().isEmpty(), simulated::describe);
    }
}
