package io.sozu.eventloop.sink;

import io.sozu.bindings.linux.LinuxKernel;
import io.sozu.eventloop.log.Log;
import io.sozu.eventloop.log.LogLevel;
import io.sozu.eventloop.log.LogRing;
import java.io.IOException;

/** Logs to a standard output that nobody reads until this process says on standard error that it is done. */
final class UnreadOutputMain {
    static final int LINES = 20_000;

    private UnreadOutputMain() {
    }

    public static void main(final String[] arguments) throws IOException {
        try (LinuxKernel kernel = new LinuxKernel()) {
            final LogWriter writer = new LogWriter();
            final LogRing ring = new LogRing(64 * 1024);
            writer.add(ring, LogTarget.open("stdout", new LinuxKernel()));
            writer.start();
            final Log log = new Log(ring, kernel, ProcessHandle.current().pid(), "TEST", LogLevel.INFO);
            for (int i = 0; i < LINES; i++) {
                log.info("line " + i);
            }
            System.err.println("lost " + ring.lostLines());
            System.in.read();
            while (ring.usedBytes() > 0) {
                Thread.onSpinWait();
            }
            log.info("after");
            System.exit(writer.close(20_000_000_000L) ? 0 : 1);
        }
    }
}
