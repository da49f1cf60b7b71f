package io.sozu.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs a proxy before three backends, says what can be tried, and stops all of it when told to stop. */
public final class DemoMain {
    private static final int WORKERS = 2;
    private static final int BACKENDS = 3;
    private static final int FIRST_PORT = Integer.getInteger("sozu.demo.http_port", 8080);
    private static final int FIRST_SECURE_PORT = Integer.getInteger("sozu.demo.https_port", 8443);
    private static final int PORTS = 100;
    private static final long CTRL_C_MILLIS = 1_000;

    private final PrintStream out;
    private final DemoProxy proxy;
    private volatile boolean stopping;

    private DemoMain(final PrintStream out, final String library) throws IOException {
        this.out = out;
        this.proxy = new DemoProxy(freePort(out, FIRST_PORT), freePort(out, FIRST_SECURE_PORT), library,
                WORKERS, BACKENDS);
    }

    /**
     * Runs the demonstration until SIGINT or SIGTERM; ends with 1 when the master does not start.
     *
     * @param arguments the file of a libssl, where it is not to be the system's
     */
    public static void main(final String[] arguments) throws IOException, InterruptedException {
        final DemoMain demo = new DemoMain(System.out, arguments.length == 0 ? ""
                : Path.of(arguments[0]).toAbsolutePath().toString());
        Runtime.getRuntime().addShutdownHook(new Thread(demo::stop));
        if (demo.proxy.answers()) {
            demo.explain();
            demo.proxy.master().waitFor();
        }
        if (!demo.stopping) {
            System.err.println("sozu: the master ended by itself, or nothing came through it; its log:");
            Files.readAllLines(demo.proxy.log()).forEach(System.err::println);
            System.exit(1);
        }
    }

    private void explain() {
        final String ctl = System.getProperty("sozu.ctl", "bin/sozuctl") + " -c " + proxy.config();
        final DemoBackend second = proxy.backends().get(1);
        final String backend = " -i web --backend-id " + second.id() + " -a " + second.address();
        final String url = "http://" + proxy.address() + "/";
        final boolean secure = proxy.certificate() != null;
        final List<String> workers =
                proxy.master().children().map(worker -> Long.toString(worker.pid())).toList();
        final List<String> backends =
                proxy.backends().stream().map(each -> each.id() + " on " + each.address()).toList();
        out.println();
        out.println("A proxy runs on " + url + (secure ? " and " + proxy.secureUrl() : "") + " (master "
                + proxy.master().pid() + ", workers " + String.join(" ", workers) + "),");
        out.println("before " + String.join(", ", backends) + ".");
        if (!secure) {
            out.println("It does without HTTPS: " + proxy.withoutTls() + ".");
        }
        out.println();
        out.println("To try in another terminal:");
        out.println("  curl -i " + url + "hello");
        if (secure) {
            out.println("  curl -i --cacert " + proxy.certificate() + " " + proxy.secureUrl() + "hello");
        }
        out.println("  " + ctl + " status");
        if (secure) {
            out.println("  " + ctl + " certificate list");
        }
        out.println("  while curl -sS --fail " + url + "; do sleep 0.1; done      # and while it runs:");
        out.println("  " + ctl + " backend remove" + backend);
        out.println("  " + ctl + " backend add" + backend);
        out.println();
        out.println("The log is in " + proxy.log() + ". Ctrl-C stops everything and removes it.");
        out.flush();
    }

    /** Ctrl-C in a terminal reaches the master too; it is told only when it did not hear. */
    private void stop() {
        stopping = true;
        proxy.stop(CTRL_C_MILLIS);
        out.println("Stopped.");
        out.flush();
    }

    /** Returns the first port that is free, from one on, or any at all where that is 0. */
    private static int freePort(final PrintStream out, final int first) throws IOException {
        for (int port = first; port < first + PORTS; port++) {
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (final IOException e) {
                out.println("Port " + port + " is taken, trying the next one.");
            }
        }
        throw new IOException("no port from " + first + " on is free");
    }
}
