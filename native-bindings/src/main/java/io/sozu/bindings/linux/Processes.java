package io.sozu.bindings.linux;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.io.File;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * What a master asks of the kernel about processes, limits and itself.
 *
 * <p>Results are {@code >= 0} or {@code -errno}. An instance belongs to one thread and owns a small block of
 * native memory until {@link #close()}. Everything here is control path: it may allocate and may take its
 * time.
 */
public final class Processes implements AutoCloseable {
    private static final int SYS_PIDFD_OPEN = 434;
    private static final int WNOHANG = 1;
    private static final int RLIMIT_NOFILE = 7;
    private static final int PRIO_PROCESS = 0;
    private static final int MAX_CPUS = 1024;

    private static final MemorySegment SYSCALL = Downcalls.function("syscall");
    private static final MemorySegment WAITPID = Downcalls.function("waitpid");
    private static final MemorySegment KILL = Downcalls.function("kill");
    private static final MemorySegment SCHED_SETAFFINITY = Downcalls.function("sched_setaffinity");
    private static final MemorySegment SOCKETPAIR = Downcalls.function("socketpair");
    private static final MemorySegment GETRLIMIT = Downcalls.function("getrlimit");
    private static final MemorySegment SETRLIMIT = Downcalls.function("setrlimit");
    private static final MemorySegment SETPRIORITY = Downcalls.function("setpriority");
    private static final MemorySegment UMASK = Downcalls.function("umask");
    private static final MemorySegment CHMOD = Downcalls.function("chmod");
    private static final MemorySegment GETEUID = Downcalls.function("geteuid");

    /*
     * The block holds the argument of one call at a time:
     *   waitpid     status word            getrlimit   soft and hard limit, a long each
     *   socketpair  two descriptors        affinity    1024 bits, one per CPU
     */
    private static final int STATUS = 0;
    private static final int PAIR = 0;
    private static final int SOFT = 0;
    private static final int HARD = 8;
    private static final int LIMIT_BYTES = 16;
    private static final int CPU_SET_BYTES = MAX_CPUS / Byte.SIZE;
    private static final int SIZE_BYTES = CPU_SET_BYTES;

    private final Downcalls calls = new Downcalls();
    private final long block = NativeMemory.allocate(MemoryTag.SCRATCH, SIZE_BYTES);

    /** Allocates the native block; the calling thread owns the instance. */
    public Processes() {
    }

    /**
     * Starts a program, posix_spawn(3): in a process group of its own, with no signal blocked or ignored, and
     * with no descriptors but 0, 1, 2 and, as 3, the channel.
     *
     * @return the process, which stays a zombie from its end until {@link #waitPid} is told of it, or {@code
     *     -errno} when there is no such program or no room for a process
     */
    public int spawn(final SpawnPlan plan) {
        try (SpawnCall call = new SpawnCall(calls, plan)) {
            return call.run();
        }
    }

    /** Opens a descriptor that is readable when the process has ended, pidfd_open(2); it closes on exec. */
    public int pidFd(final int pid) {
        return calls.intResult(calls.plain3(SYSCALL, SYS_PIDFD_OPEN, pid, 0));
    }

    /**
     * Asks whether a child has ended, waitpid(2), and takes note of it: its number may be given out again.
     *
     * @return null while it lives
     * @throws KernelException when there is no such child, or its end has been told already
     */
    public Exit waitPid(final int pid) {
        int result;
        do {
            result = calls.intResult(calls.plain3(WAITPID, pid, block + STATUS, WNOHANG));
        } while (result == -Errno.EINTR);
        KernelException.check("waitpid", result);
        return result == 0 ? null : Exit.of(pid, Memory.getInt(block + STATUS));
    }

    /** Sends a signal to a process, or to a whole group when negated, kill(2); never to everybody. */
    public int kill(final int pid, final int signal) {
        return pid == 0 || pid == -1 ? -Errno.EINVAL : calls.intResult(calls.plain2(KILL, pid, signal));
    }

    /** Binds all threads of a process, and with them those to come, to one CPU, sched_setaffinity(2). */
    public int setAffinity(final int pid, final int cpu) {
        if (cpu < 0 || cpu >= MAX_CPUS) {
            return -Errno.EINVAL;
        }
        Memory.zero(block, CPU_SET_BYTES);
        Memory.putByte(block + cpu / Byte.SIZE, (byte) (1 << cpu % Byte.SIZE));
        final Set<String> bound = new HashSet<>();
        int result = bind(pid);
        while (result == 0 && bindNewThreads(pid, bound)) {
            // A thread that was not bound yet may have started others.
        }
        return result;
    }

    private boolean bindNewThreads(final int pid, final Set<String> bound) {
        final String[] threads = new File("/proc/" + pid + "/task").list();
        boolean found = false;
        for (final String thread : threads == null ? new String[0] : threads) {
            if (bound.add(thread)) {
                // It fails when the thread has ended meanwhile.
                bind(Integer.parseInt(thread));
                found = true;
            }
        }
        return found;
    }

    private int bind(final int thread) {
        return calls.intResult(calls.plain3(SCHED_SETAFFINITY, thread, CPU_SET_BYTES, block));
    }

    /** Opens a connected pair of AF_UNIX stream sockets, non-blocking and closing on exec, socketpair(2). */
    public int socketPair(final int[] pair) {
        return streamPair(SocketOptions.SOCK_NONBLOCK, pair);
    }

    /** The same with flags of choice: programs that know nothing of readiness want a blocking one. */
    int streamPair(final int flags, final int[] pair) {
        final int type = SocketOptions.SOCK_STREAM | SocketOptions.SOCK_CLOEXEC | flags;
        final int result =
                calls.intResult(calls.plain4(SOCKETPAIR, SocketOptions.AF_UNIX, type, 0, block + PAIR));
        if (result == 0) {
            pair[0] = Memory.getInt(block + PAIR);
            pair[1] = Memory.getInt(block + PAIR + Integer.BYTES);
        }
        return result;
    }

    /** Returns how many descriptors this process may open now. */
    public long fdLimitSoft() {
        KernelException.check("getrlimit", readFdLimit());
        return atMostMax(Memory.getLong(block + SOFT));
    }

    /** Returns up to where {@link #raiseFdLimit} may go without privileges. */
    public long fdLimitHard() {
        KernelException.check("getrlimit", readFdLimit());
        return atMostMax(Memory.getLong(block + HARD));
    }

    /**
     * Sets the soft limit of descriptors, and the hard one where it is lower, which takes privileges:
     * setrlimit(2).
     */
    public int raiseFdLimit(final long limit) {
        final int result = readFdLimit();
        if (result < 0) {
            return result;
        }
        Memory.putLong(block + SOFT, limit);
        if (Long.compareUnsigned(Memory.getLong(block + HARD), limit) < 0) {
            Memory.putLong(block + HARD, limit);
        }
        return calls.intResult(calls.plain2(SETRLIMIT, RLIMIT_NOFILE, block));
    }

    private int readFdLimit() {
        Memory.zero(block, LIMIT_BYTES);
        return calls.intResult(calls.plain2(GETRLIMIT, RLIMIT_NOFILE, block));
    }

    /** No limit is the largest unsigned number. */
    private static long atMostMax(final long limit) {
        return limit < 0 ? Long.MAX_VALUE : limit;
    }

    /**
     * Sets how willingly a thread leaves its processor to others, setpriority(2): Linux counts per thread.
     *
     * @param tid the thread
     * @param nice up to 19, the most willing
     * @return 0 or {@code -errno}
     */
    public int setNice(final int tid, final int nice) {
        return calls.intResult(calls.plain3(SETPRIORITY, PRIO_PROCESS, tid, nice));
    }

    /** Sets which mode bits new files of this process never get, umask(2); returns the former ones. */
    public int umask(final int mask) {
        return (int) calls.plain1(UMASK, mask);
    }

    /** Changes the mode bits of a file, chmod(2). */
    public int chmod(final String path, final int mode) {
        final byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        final long text = NativeMemory.allocate(MemoryTag.SCRATCH, bytes.length + 1);
        try {
            Memory.copy(bytes, 0, text, bytes.length);
            return calls.intResult(calls.plain2(CHMOD, text, mode));
        } finally {
            NativeMemory.free(MemoryTag.SCRATCH, text, bytes.length + 1);
        }
    }

    /** Returns the effective user of this process, geteuid(2). */
    public int getUid() {
        return (int) calls.plain0(GETEUID);
    }

    /** Frees the native block; no call may follow. */
    @Override
    public void close() {
        NativeMemory.free(MemoryTag.SCRATCH, block, SIZE_BYTES);
        calls.close();
    }
}
