package io.sozu.master.fleet;

import io.sozu.bindings.linux.SpawnPlan;
import io.sozu.control.Order;
import io.sozu.control.model.ListenerProtocol;
import io.sozu.worker.WorkerOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The command line of a worker: the JVM, the module or class path this process runs with, and a worker's
 * flags.
 *
 * <p>System properties of the master that matter: {@value #AOT_PROPERTY} names the archive workers start
 * from, {@value #RECORD_PROPERTY} one that a worker makes; {@value #FLAGS_PROPERTY} has more flags, separated
 * by blanks, which win over those given here; {@value #MAIN_PROPERTY} names another main class, for tests.
 */
public final class WorkerLauncher {
    /**
     * Names what workers start faster from: this with {@code .aot} from JDK 24 on, with {@code .jsa} before.
     */
    public static final String AOT_PROPERTY = "sozu.aot.worker";
    /**
     * Names what a worker records as it ends: this with {@code .conf} from JDK 24 on, out of which the
     * archive is made, with {@code .jsa} before, which is the archive.
     */
    public static final String RECORD_PROPERTY = "sozu.aot.record";
    /** Names more flags of the workers' JVM. */
    public static final String FLAGS_PROPERTY = "sozu.worker.flags";
    /** Names another main class. */
    public static final String MAIN_PROPERTY = "sozu.worker.main";

    private static final String WORKER_MAIN = "io.sozu.worker.WorkerMain";
    private static final int JAVA = Runtime.version().feature();
    private static final int AOT_SINCE = 24;
    private static final long RECORD_NANOS = 60_000_000_000L;
    private static final long MIB = 1L << 20;
    private static final long HEAP_BYTES = 128 * MIB;
    private static final long HEAP_PER_CONNECTION_BYTES = 256;
    private static final long DIRECT_BYTES = 128 * MIB;
    private static final long NATIVE_PER_CONNECTION_BYTES = 4096;
    private static final long HEAP_PER_ORDER_BYTES = 8192;
    /** The C library keeps what the compiler needed in the warm-up, some 15 MB, unless told to trim. */
    private static final int TRIM_MILLIS = 10_000;

    private static final String NO_WARM_UP = "-Dsozu.warmup=0";
    private static final String TLS_WARM_UP = "-Dsozu.warmup.tls=true";

    private final WorkerOptions options;
    private final Path errorDirectory;

    /**
     * Prepares to launch workers with these options.
     *
     * @param errorDirectory where a crashing JVM leaves its report
     */
    public WorkerLauncher(final WorkerOptions options, final Path errorDirectory) {
        this.options = options;
        this.errorDirectory = errorDirectory;
    }

    /**
     * Plans the worker of a slot.
     *
     * @param orders the configuration it will take: its heap depends on their number, and what its warm-up
     * knows on whether a listener speaks TLS
     * @param channelFd its end of the channel
     * @param urgent whether nobody serves until it does: then it does without a warm-up
     */
    public SpawnPlan plan(final int slot, final List<? extends Order> orders, final int channelFd,
            final boolean urgent) {
        final List<String> arguments = new ArrayList<>(flags(orders.size()));
        if (urgent) {
            arguments.add(NO_WARM_UP);
        } else if (orders.stream().anyMatch(WorkerLauncher::speaksTls)) {
            arguments.add(TLS_WARM_UP);
        }
        arguments.addAll(code());
        arguments.addAll(List.of("--id", Integer.toString(slot), "--options", options.toJson()));
        final Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("MALLOC_ARENA_MAX", "2");
        return new SpawnPlan(executable(), arguments, environment, channelFd);
    }

    /**
     * Returns how long a worker may take to end once it has closed its channel; one that records writes it
     * down then.
     */
    long lastNanos() {
        return System.getProperty(RECORD_PROPERTY) == null ? FleetSettings.KILL_AFTER_NANOS : RECORD_NANOS;
    }

    private static boolean speaksTls(final Order order) {
        return order instanceof final Order.AddHttpListener add
                && add.listener().protocol() == ListenerProtocol.HTTPS;
    }

    private List<String> flags(final int orders) {
        final long connections = options.maxConnections();
        final long heap = HEAP_BYTES + connections * HEAP_PER_CONNECTION_BYTES
                + orders * HEAP_PER_ORDER_BYTES;
        final long direct = DIRECT_BYTES + connections * NATIVE_PER_CONNECTION_BYTES
                + (long) options.maxBuffers() * options.bufferSizeBytes();
        // Without traps the compiler keeps branches that were never taken: what comes first under load, such
        // as a full socket, then costs no return to the interpreter. A JVM without that compiler lacks the
        // flag.
        final List<String> flags = new ArrayList<>(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData",
                "-XX:+ExitOnOutOfMemoryError", "-XX:-CreateCoredumpOnCrash", "-XX:+DisableAttachMechanism",
                "-XX:ErrorFile=" + errorDirectory.resolve("sozu-worker-%p.crash"), "-Xms16m", "-Xmx"
                + heap / MIB + "m",
                "-XX:MaxDirectMemorySize=" + direct / MIB + "m",
                "-XX:+IgnoreUnrecognizedVMOptions", "-XX:PerMethodTrapLimit=0",
                "-XX:TrimNativeHeapInterval=" + TRIM_MILLIS, "-Xlog:disable",
                "-Xlog:all=warning:stderr", "-Xlog:cds*=off:stderr"));
        if (JAVA >= AOT_SINCE) {
            // A worker does without an archive that does not fit any more.
            flags.add("-Xlog:aot*=off:stderr");
        }
        flags.addAll(archive(System.getProperty(AOT_PROPERTY, "")));
        flags.addAll(recording(System.getProperty(RECORD_PROPERTY, "")));
        final String more = System.getProperty(FLAGS_PROPERTY, "").trim();
        if (!more.isEmpty()) {
            flags.addAll(List.of(more.split("\\s+")));
        }
        return flags;
    }

    private static List<String> archive(final String base) {
        final Path file = Path.of(base + (JAVA >= AOT_SINCE ? ".aot" : ".jsa"));
        if (base.isEmpty() || !Files.isReadable(file)) {
            return List.of();
        }
        return List.of((JAVA >= AOT_SINCE ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + file);
    }

    private static List<String> recording(final String base) {
        if (base.isEmpty()) {
            return List.of();
        }
        return JAVA < AOT_SINCE ? List.of("-XX:ArchiveClassesAtExit=" + base + ".jsa")
                : List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + base + ".conf");
    }

    /** A worker runs the same code from the same place as this process. */
    private static List<String> code() {
        final String main = System.getProperty(MAIN_PROPERTY, WORKER_MAIN);
        final Module module = WorkerLauncher.class.getModule();
        if (module.isNamed()) {
            return List.of("--enable-native-access=io.sozu.bindings", "--module-path",
                    System.getProperty("jdk.module.path"), "--module", module.getName() + "/" + main);
        }
        return List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                main);
    }

    private static String executable() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
