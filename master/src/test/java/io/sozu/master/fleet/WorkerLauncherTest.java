package io.sozu.master.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.linux.SpawnPlan;
import io.sozu.control.Order;
import io.sozu.control.model.ListenerConfig;
import io.sozu.worker.WorkerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line of a worker. */
final class WorkerLauncherTest {
    private static final boolean HAS_AOT = Runtime.version().feature() >= 24;

    @TempDir
    private Path directory;

    private SpawnPlan plan(final int connections, final int orders) {
        final WorkerOptions options = WorkerOptions.parse("{\"max_connections\":" + connections + "}");
        return new WorkerLauncher(options, directory).plan(3,
                Collections.nCopies(orders, new Order.RemoveCluster("a")), 7, false);
    }

    @AfterEach
    void forget() {
        System.clearProperty(WorkerLauncher.AOT_PROPERTY);
        System.clearProperty(WorkerLauncher.RECORD_PROPERTY);
        System.clearProperty(WorkerLauncher.FLAGS_PROPERTY);
    }

    private static long mebibytes(final SpawnPlan plan, final String flag) {
        final String text =
                plan.arguments().stream().filter(each -> each.startsWith(flag)).findFirst().orElseThrow();
        assertTrue(text.endsWith("m"), text);
        return Long.parseLong(text.substring(flag.length(), text.length() - 1));
    }

    @Test
    void shouldLeaveNothingOfTheVirtualMachineToChance() {
        final SpawnPlan plan = plan(1000, 10);
        assertTrue(plan.arguments().containsAll(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData",
                "-XX:+ExitOnOutOfMemoryError", "-XX:-CreateCoredumpOnCrash", "-XX:+DisableAttachMechanism",
                "-XX:PerMethodTrapLimit=0",
                "-XX:ErrorFile=" + directory.resolve("sozu-worker-%p.crash"))), plan::toString);
        assertEquals("2", plan.environment().get("MALLOC_ARENA_MAX"));
        assertEquals(7, plan.channelFd());
        assertTrue(plan.arguments().containsAll(List.of("--id", "3")), plan::toString);
    }

    @Test
    void shouldGiveAWorkerTheMemoryThatItsOptionsAskFor() {
        assertTrue(mebibytes(plan(100_000, 10), "-Xmx") > mebibytes(plan(1000, 10), "-Xmx"));
        assertTrue(mebibytes(plan(1000, 100_000), "-Xmx") > mebibytes(plan(1000, 10), "-Xmx"));
        assertTrue(mebibytes(plan(1000, 10), "-Xms") < mebibytes(plan(1000, 10), "-Xmx"));
    }

    @Test
    void shouldDoWithoutAWarmUpWhenNobodyServes() {
        final WorkerLauncher launcher = new WorkerLauncher(WorkerOptions.parse("{}"), directory);
        assertTrue(launcher.plan(0, List.of(), 7, true).arguments().contains("-Dsozu.warmup=0"));
        assertFalse(launcher.plan(0, List.of(), 7, false).arguments().contains("-Dsozu.warmup=0"));
    }

    @Test
    void shouldWarmUpByTlsWhereAListenerWillSpeakIt() {
        final WorkerLauncher launcher = new WorkerLauncher(WorkerOptions.parse("{}"), directory);
        final InetSocketAddress address = new InetSocketAddress("127.0.0.1", 8443);
        final Order plain = new Order.AddHttpListener(ListenerConfig.http(address));
        final Order secured = new Order.AddHttpListener(ListenerConfig.https(address));
        final String flag = "-Dsozu.warmup.tls=true";
        assertFalse(launcher.plan(0, List.of(plain), 7, false).arguments().contains(flag));
        assertTrue(launcher.plan(0, List.of(plain, secured), 7, false).arguments().contains(flag));
        assertFalse(launcher.plan(0, List.of(secured), 7, true).arguments().contains(flag));
    }

    @Test
    void shouldStartFromAnArchiveOnlyWhenThereIsOne() throws IOException {
        final Path base = directory.resolve("a base");
        System.setProperty(WorkerLauncher.AOT_PROPERTY, base.toString());
        final String flag = (HAS_AOT ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + base
                + (HAS_AOT ? ".aot" : ".jsa");
        assertFalse(plan(10, 1).arguments().contains(flag));
        Files.createFile(directory.resolve(HAS_AOT ? "a base.aot" : "a base.jsa"));
        assertTrue(plan(10, 1).arguments().contains(flag));
    }

    @Test
    void shouldRecordAndTakeFurtherFlagsWhenToldTo() {
        System.setProperty(WorkerLauncher.RECORD_PROPERTY, "/tmp/a base");
        System.setProperty(WorkerLauncher.FLAGS_PROPERTY, " -Da=1  -Db=2 ");
        final List<String> arguments = plan(10, 1).arguments();
        assertTrue(arguments.contains(HAS_AOT ? "-XX:AOTConfiguration=/tmp/a base.conf"
                : "-XX:ArchiveClassesAtExit=/tmp/a base.jsa"), arguments::toString);
        assertTrue(arguments.containsAll(List.of("-Da=1", "-Db=2")), arguments::toString);
    }
}
