package io.sozu.bindings.sim;

import io.sozu.bindings.linux.KernelException;
import io.sozu.bindings.linux.LinuxKernel;
import io.sozu.bindings.linux.Processes;
import io.sozu.bindings.linux.SocketOptions;
import java.util.Collection;
import java.util.concurrent.locks.LockSupport;

/** What a script needs of the running kernel. */
record LinuxSurroundings(LinuxKernel kernel, Processes processes, long settleNanos)
        implements KernelScript.Surroundings {
    /**
     * Loopback delivers at once, but for acknowledgements that wait for company: this option sends them. A
     * busy machine may hand packets to another thread, which gets a moment.
     */
    @Override
    public void settle(final Collection<Integer> fds) {
        for (final int fd : fds) {
            // What is no TCP socket, or closed, refuses.
            kernel.setOption(fd, SocketOptions.IPPROTO_TCP, SocketOptions.TCP_QUICKACK, 1);
        }
        LockSupport.parkNanos(settleNanos);
    }

    @Override
    public int[] pair() {
        final int[] pair = new int[2];
        KernelException.check("socketpair", processes.socketPair(pair));
        return pair;
    }
}
