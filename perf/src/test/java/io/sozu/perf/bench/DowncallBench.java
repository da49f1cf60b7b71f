package io.sozu.perf.bench;

import io.sozu.bindings.linux.LinuxKernel;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Calls into the kernel that do little there: what remains is the way to it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DowncallBench {
    private static final int BYTES = 64;
    private static final int EVENTS = 4;

    private final LinuxKernel kernel = new LinuxKernel();
    private int counter;
    private int epoll;
    private long block;

    /** Opens an eventfd and an epoll instance that nothing is registered with. */
    @Setup
    public void open() {
        counter = kernel.eventFd();
        epoll = kernel.epollCreate();
        block = NativeMemory.allocate(MemoryTag.SCRATCH, BYTES);
    }

    /** Closes them. */
    @TearDown
    public void close() {
        kernel.close(counter);
        kernel.close(epoll);
        NativeMemory.free(MemoryTag.SCRATCH, block, BYTES);
    }

    /** clock_gettime(2), which the kernel need not be entered for. */
    @Benchmark
    public long clock() {
        return kernel.monotonicNanos();
    }

    /** read(2) that answers EAGAIN. */
    @Benchmark
    public long readNothing() {
        return kernel.read(counter, block, Long.BYTES);
    }

    /** epoll_wait(2) with nothing to tell and no patience. */
    @Benchmark
    public int pollNothing() {
        return kernel.epollWait(epoll, block, EVENTS, 0);
    }
}
