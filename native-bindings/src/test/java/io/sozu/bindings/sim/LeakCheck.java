package io.sozu.bindings.sim;

import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;
import org.junit.jupiter.api.extension.TestInstancePreConstructCallback;

/**
 * Proves that a test gave back what it took: native memory by tag, descriptors, {@link GuardedBlock}s, and
 * whatever {@link #watch} was told of.
 *
 * <pre>{@code
 * @ExtendWith(LeakCheck.class)
 * final class SlabTest {
 *     @Test
 *     void shouldGiveSlotsBack() {
 *         LeakCheck.watch("slots", slab::live);     // must be again what it is now
 * }</pre>
 *
 * Counting starts before the test's fields are initialised and ends after its {@code @AfterEach} methods.
 * Descriptors of jars and of the JVM itself are not counted. What other threads give back is waited for.
 * Tests of one JVM must not run at the same time.
 */
public final class LeakCheck
        implements TestInstancePreConstructCallback, BeforeEachCallback, AfterEachCallback {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Path OPEN_FDS = Path.of("/proc/self/fd");
    private static final List<Gauge> GAUGES = new ArrayList<>();
    private final long patienceNanos;
    private Snapshot before;

    static {
        // The JDK's own sockets keep a descriptor of theirs from the first one on.
        try {
            SocketChannel.open().close();
        } catch (final IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** JUnit makes one for each class of tests. */
    public LeakCheck() {
        this(PATIENCE_NANOS);
    }

    LeakCheck(final long patienceNanos) {
        this.patienceNanos = patienceNanos;
    }

    private record Gauge(String name, LongSupplier value, long before) {
    }

    /** What is taken at one moment: counts by name, descriptors by number with what they are. */
    private record Snapshot(Map<String, Long> counts, Map<Integer, String> fds) {
        private static Snapshot take() {
            final Map<String, Long> counts = new TreeMap<>();
            for (final MemoryTag tag : MemoryTag.values()) {
                counts.put("bytes of " + tag, NativeMemory.bytes(tag));
            }
            counts.put("guarded blocks", (long) GuardedBlock.live());
            return new Snapshot(counts, openFds());
        }

        private List<String> leaksSince(final Snapshot before) {
            final List<String> leaks = new ArrayList<>();
            counts.forEach((name, count) -> {
                final long former = before.counts.get(name);
                if (former != count) {
                    leaks.add(name + ": " + former + " before, " + count + " after");
                }
            });
            fds.forEach((fd, target) -> {
                if (!target.equals(before.fds.get(fd))) {
                    leaks.add("descriptor " + fd + " left open: " + target);
                }
            });
            before.fds.forEach((fd, target) -> {
                if (!fds.containsKey(fd)) {
                    leaks.add("descriptor " + fd + " closed: " + target);
                }
            });
            return leaks;
        }
    }

    private static Map<Integer, String> openFds() {
        final Map<Integer, String> fds = new TreeMap<>();
        final String[] numbers = OPEN_FDS.toFile().list();
        for (final String number : numbers == null ? new String[0] : numbers) {
            try {
                final String target = Files.readSymbolicLink(OPEN_FDS.resolve(number)).toString();
                if (!belongsToTheJvm(target)) {
                    fds.put(Integer.parseInt(number), target);
                }
            } catch (final IOException closedMeanwhile) {
                assert !number.isEmpty() : "as always the one the directory was listed with";
            }
        }
        return fds;
    }

    /** Resources of the class path are opened and closed by the test framework when it likes. */
    private static boolean belongsToTheJvm(final String target) {
        return target.endsWith(".jar") || target.endsWith("/modules")
                || target.contains("/target/test-classes/")
                || target.startsWith("/dev/") || target.startsWith("/proc/")
                || target.startsWith(System.getProperty("java.home") + File.separator);
    }

    /** Watches a number until the end of the test: then it must be again what it is now. */
    public static void watch(final String gauge, final LongSupplier value) {
        synchronized (GAUGES) {
            GAUGES.add(new Gauge(gauge, value, value.getAsLong()));
        }
    }

    @Override
    public void preConstructTestInstance(final TestInstanceFactoryContext factory,
            final ExtensionContext context) {
        start();
    }

    @Override
    public void beforeEach(final ExtensionContext context) {
        start();
    }

    private void start() {
        if (before == null) {
            before = Snapshot.take();
        }
    }

    @Override
    public void afterEach(final ExtensionContext context) {
        final long deadline = System.nanoTime() + patienceNanos;
        List<String> leaks = leaks();
        while (!leaks.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(PAUSE_NANOS);
            leaks = leaks();
        }
        before = null;
        synchronized (GAUGES) {
            GAUGES.clear();
        }
        if (!leaks.isEmpty()) {
            throw new AssertionError("leaked: " + String.join("; ", leaks));
        }
    }

    private List<String> leaks() {
        final List<String> leaks = new ArrayList<>(Snapshot.take().leaksSince(before));
        synchronized (GAUGES) {
            for (final Gauge gauge : GAUGES) {
                final long now = gauge.value.getAsLong();
                if (now != gauge.before) {
                    leaks.add(gauge.name + ": " + gauge.before + " before, " + now + " after");
                }
            }
        }
        return leaks;
    }
}
