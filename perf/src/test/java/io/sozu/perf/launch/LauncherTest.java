package io.sozu.perf.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launchers do before a JVM runs: they are copied beside an empty project, so nothing is built. */
final class LauncherTest {
    private static final String FIND =
            ". bin/common.sh; find_java; echo \"$java_major $java_version $java_home\"";

    @TempDir
    private Path directory;
    private Path project;

    @BeforeEach
    void copyTheLaunchers() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("bin/common.sh"))) {
            root = root.getParent();
        }
        project = Files.createDirectories(directory.resolve("a project"));
        Files.createDirectories(project.resolve("bin"));
        for (final String name : List.of("sozu", "sozuctl", "common.sh")) {
            Files.copy(root.resolve("bin").resolve(name), project.resolve("bin").resolve(name));
        }
        Files.writeString(project.resolve("pom.xml"), "  <version>7.8.9</version>\n");
    }

    @Test
    void shouldExplainItselfThroughALinkFromAnywhere() throws Exception {
        final Path link = Files.createSymbolicLink(directory.resolve("sozu"), project.resolve("bin/sozu"));
        final Ended help = run(Map.of(), link.toString(), "--help");
        assertEquals(0, help.exitCode());
        assertTrue(help.output().startsWith("Usage: sozu start -c FILE"), help::output);
        assertEquals("sozu 7.8.9\n", run(Map.of(), link.toString(), "--version").output());
    }

    @Test
    void shouldRefuseWhatIsNoCommand() throws Exception {
        final Ended ended = run(Map.of(), "bin/sozu", "begin");
        assertEquals(2, ended.exitCode());
        assertTrue(ended.output().startsWith("sozu: no such command: begin\n"), ended::output);
        assertEquals(2, run(Map.of(), "bin/sozu").exitCode());
    }

    @Test
    void shouldPreferTheJdkOfJavaHome() throws Exception {
        final Path jdk = jdk("home", "22.0.2");
        final Ended ended = run(Map.of("JAVA_HOME", jdk.toString()), "sh", "-c", "home=$PWD; " + FIND);
        assertEquals("22 22.0.2 " + jdk + "\n", ended.output());
    }

    @Test
    void shouldPassOverAJdkThatIsTooOld() throws Exception {
        final Path old = jdk("old", "17.0.15");
        final Path fresh = jdk("fresh", "99");
        final Path commands = Files.createDirectories(directory.resolve("commands"));
        Files.createSymbolicLink(commands.resolve("java"), fresh.resolve("bin/java"));
        final Map<String, String> environment = Map.of("JAVA_HOME", old.toString(),
                "PATH", commands + ":" + System.getenv("PATH"));
        assertEquals("99 99 " + fresh.toRealPath() + "\n",
                run(environment, "sh", "-c", "home=$PWD; " + FIND).output());
    }

    @Test
    void shouldSayWhatToInstallWhenThereIsNoJdk() throws Exception {
        // Asks for a version that nobody has.
        final Ended ended = run(Map.of(), "sh", "-c",
                "home=$PWD; . bin/common.sh; min_java=1000; find_java");
        assertEquals(1, ended.exitCode());
        assertTrue(ended.output()
                .startsWith("sozu: no JDK 1000 or newer found in JAVA_HOME, on the PATH or in"));
        assertTrue(ended.output().contains("Install one"), ended::output);
    }

    @Test
    void shouldSayWhatToInstallWhenThereIsNoMaven() throws Exception {
        final Ended ended = run(Map.of(), "sh", "-c",
                "home=$PWD; . bin/common.sh; command() { [ \"$2\" != mvn ]; }; build_if_needed");
        assertEquals(1, ended.exitCode());
        assertTrue(ended.output().contains("Maven is needed"), ended::output);
    }

    private Path jdk(final String name, final String version) throws IOException {
        final Path jdk = Files.createDirectories(directory.resolve(name));
        Files.createDirectories(jdk.resolve("bin"));
        final Path java = Files.createFile(jdk.resolve("bin/java"));
        assertTrue(java.toFile().setExecutable(true));
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return jdk;
    }

    private Ended run(final Map<String, String> environment, final String... command) throws Exception {
        final ProcessBuilder builder = new ProcessBuilder(command).directory(project.toFile());
        builder.environment().putAll(environment);
        final Process process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }

    /** A process that has ended, with what it wrote on both of its outputs. */
    private record Ended(int exitCode, String output) {
    }
}
