package io.sozu.bindings.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.KernelUser;
import io.sozu.bindings.sim.LeakCheck;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Children of the running kernel: small programs every system has. */
@ExtendWith(LeakCheck.class)
final class ProcessesTest {
    private static final int PATIENCE_MILLIS = 10_000;
    private final LinuxKernel kernel = new LinuxKernel();
    private final KernelUser user = new KernelUser(kernel);
    private final Processes processes = new Processes();
    private final int[] pair = new int[2];
    private final int epoll = kernel.epollCreate();
    private int child;

    ProcessesTest() {
        assertEquals(0, processes.streamPair(0, pair));
        user.add(epoll, pair[0], EpollFlags.IN | EpollFlags.RDHUP);
    }

    @AfterEach
    void free() {
        if (child > 0) {
            processes.kill(child, Signals.SIGKILL);
            awaitExit();
        }
        List.of(pair[0], epoll).forEach(kernel::close);
        closeChildsEnd();
        processes.close();
        user.close();
        kernel.close();
    }

    private void closeChildsEnd() {
        if (pair[1] >= 0) {
            kernel.close(pair[1]);
            pair[1] = -1;
        }
    }

    private void shell(final String script) {
        shell(script, Map.of());
    }

    private void shell(final String script, final Map<String, String> environment) {
        child = processes.spawn(new SpawnPlan("/bin/sh", List.of("-c", script), environment, pair[1]));
        assertTrue(child > 0, () -> Errno.describe(-child));
        closeChildsEnd();
    }

    /** Returns all that the child writes to its channel until it closes it. */
    private String written() {
        final StringBuilder text = new StringBuilder();
        while (true) {
            assertFalse(user.events(epoll, PATIENCE_MILLIS).isEmpty(), "the child is silent");
            final String some = user.receive(pair[0], 4096);
            if (some.equals("[0]")) {
                return text.toString();
            }
            text.append(some);
        }
    }

    private Exit awaitExit() {
        final int pidFd = processes.pidFd(child);
        assertTrue(pidFd > 0, () -> Errno.describe(-pidFd));
        final int waiting = kernel.epollCreate();
        user.add(waiting, pidFd, EpollFlags.IN);
        assertEquals(1, user.events(waiting, PATIENCE_MILLIS).size(), "the child lives on");
        final Exit exit = processes.waitPid(child);
        child = 0;
        kernel.close(waiting);
        kernel.close(pidFd);
        return exit;
    }

    @Test
    void shouldTalkToAChildOverItsThirdDescriptor() {
        shell("cat <&3 >&3");
        assertEquals(5, user.send(pair[0], "hello"));
        assertEquals(0, kernel.shutdown(pair[0], SocketOptions.SHUT_WR));
        assertEquals("hello", written());
        assertEquals(new Exit(0, 0, 0).describe(), awaitExit().describe());
    }

    @Test
    void shouldTellWhenAndHowAChildEnded() {
        shell("read line <&3; exit 42");
        final int running = child;
        assertNull(processes.waitPid(child), "it waits for a line");
        user.send(pair[0], "go\n");
        final Exit exit = awaitExit();
        assertEquals(new Exit(running, 42, 0), exit);
        assertFalse(exit.isSuccess());
        assertEquals("exited with code 42", exit.describe());
        assertEquals(Errno.ECHILD,
                assertThrows(KernelException.class, () -> processes.waitPid(running)).errno());
    }

    @Test
    void shouldTellWhichSignalKilledAChild() {
        shell("read line <&3");
        final int running = child;
        assertEquals(0, processes.kill(child, Signals.SIGTERM));
        final Exit exit = awaitExit();
        assertEquals(new Exit(running, -1, Signals.SIGTERM), exit);
        assertEquals("killed by signal 15", exit.describe());
        assertEquals(-Errno.ESRCH, processes.kill(running, 0));
    }

    @Test
    void shouldGiveAChildNoDescriptorsButTheStandardOnesAndTheChannel() {
        final int mine = kernel.eventFd();
        child = processes.spawn(new SpawnPlan("/bin/sleep", List.of("1000"), Map.of(), pair[1]));
        final long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        while (!openFds(child).equals(List.of("0", "1", "2", "3")) && System.nanoTime() < deadline) {
            // The loader of the new program opens libraries for a moment.
            Thread.onSpinWait();
        }
        assertEquals(List.of("0", "1", "2", "3"), openFds(child));
        kernel.close(mine);
    }

    private static List<String> openFds(final int pid) {
        return Stream.of(new File("/proc/" + pid + "/fd").list()).sorted().toList();
    }

    @Test
    void shouldStartAChildWithoutAChannel() {
        child = processes.spawn(
                new SpawnPlan("/bin/sh", List.of("-c", "test ! -e /proc/$$/fd/3"), Map.of(), -1));
        assertTrue(awaitExit().isSuccess());
    }

    @Test
    void shouldStartAChildInItsOwnGroupWithAllSignalsAtTheirDefault() {
        shell("cut -d' ' -f5 /proc/$$/stat >&3; exec grep -E 'SigBlk|SigIgn' /proc/self/status >&3");
        final List<String> lines = written().lines().toList();
        assertEquals(Integer.toString(child), lines.get(0), "group");
        assertEquals("SigBlk:\t0000000000000000", lines.get(1));
        final long ignored = Long.parseUnsignedLong(lines.get(2).split("\t")[1], 16);
        assertEquals(0, ignored & ~(0b11L << 31),
                "but for what the C library keeps for itself: " + lines.get(2));
    }

    @Test
    void shouldHandOverArgumentsAndOnlyTheGivenEnvironment() {
        child = processes.spawn(new SpawnPlan("/bin/sh",
                List.of("-c", "printf '%s,' \"$@\" \"$GREETING\" \"${HOME-none}\" >&3", "name", "a b", "",
                        "ü"),
                Map.of("GREETING", "good day"), pair[1]));
        closeChildsEnd();
        assertEquals("a b,,\u00c3\u00bc,good day,none,", written(), "bytes as ISO 8859-1");
    }

    @Test
    void shouldSayWhyAProgramCannotStart() {
        assertEquals(-Errno.ENOENT,
                processes.spawn(new SpawnPlan("/no/such/program", List.of(), Map.of(), -1)));
        assertEquals(-Errno.EACCES, processes.spawn(new SpawnPlan("/etc/passwd", List.of(), Map.of(), -1)));
        assertThrows(IllegalArgumentException.class,
                () -> new SpawnPlan("/bin/sh", List.of("a\0b"), Map.of(), -1));
        assertThrows(IllegalArgumentException.class,
                () -> new SpawnPlan("/bin/sh", List.of(), Map.of("A=B", "c"), -1));
    }

    @Test
    void shouldBindAChildToOneCpu() {
        shell("read line <&3; grep Cpus_allowed_list /proc/$$/status >&3");
        assertEquals(0, processes.setAffinity(child, 0));
        user.send(pair[0], "go\n");
        assertEquals("Cpus_allowed_list:\t0\n", written());
        assertEquals(-Errno.EINVAL, processes.setAffinity(child, 100_000));
        assertEquals(-Errno.EINVAL, processes.setAffinity(child, -1));
    }

    @Test
    void shouldReadAndSetTheLimitOfDescriptors() {
        final long soft = processes.fdLimitSoft();
        final long hard = processes.fdLimitHard();
        assertTrue(soft > 0 && soft <= hard, soft + " of " + hard);
        assertEquals(0, processes.raiseFdLimit(hard));
        assertEquals(hard, processes.fdLimitSoft());
        assertEquals(0, processes.raiseFdLimit(soft));
        assertEquals(soft, processes.fdLimitSoft());
    }

    @Test
    void shouldChangeModeBits(@TempDir final Path directory) throws IOException {
        final Path file = Files.createFile(directory.resolve("socket"));
        assertEquals(0, processes.chmod(file.toString(), 0600));
        assertEquals("[OWNER_READ, OWNER_WRITE]",
                Files.getPosixFilePermissions(file).stream().sorted().toList().toString());
        assertEquals(-Errno.ENOENT, processes.chmod(directory.resolve("none").toString(), 0600));
        final int former = processes.umask(0177);
        assertEquals(0177, processes.umask(former));
    }

    @Test
    void shouldNeverSignalEverybody() {
        assertEquals(-Errno.EINVAL, processes.kill(-1, 0));
        assertEquals(-Errno.EINVAL, processes.kill(0, 0));
    }
}
