package io.sozu.master;

import io.sozu.control.Answer;
import io.sozu.control.Frame;
import io.sozu.control.OrderException;
import io.sozu.control.OrderJson;
import io.sozu.master.fleet.FleetRig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A master in a JVM of its own, with stub workers, and what it prints. */
final class MasterProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = 10_000_000L;

    final Process process;
    final Path directory;
    final InetSocketAddress address;
    private final Path output;
    private final List<ProcessHandle> workers = new ArrayList<>();

    private MasterProcess(final Process process, final Path directory, final Path output,
            final InetSocketAddress address) {
        this.process = process;
        this.directory = directory;
        this.output = output;
        this.address = address;
    }

    /** A configuration with one listener, two workers, and more keys at the top. */
    static String config(final Path directory, final InetSocketAddress address, final String more) {
        return "command_socket = \"" + directory.resolve("sozu.sock")
                + "\"\nworker_count = 2\nmax_connections = 50\n"
                + more + "\n[[listeners]]\nprotocol = \"http\"\naddress = \"127.0.0.1:" + address.getPort()
                + "\"\n";
    }

    /** Starts a master on a free port and returns when it has said that it is ready. */
    static MasterProcess ready(final Path directory, final String more) throws IOException {
        final InetSocketAddress address = FleetRig.freeAddress();
        final MasterProcess master = start(directory, config(directory, address, more), address, List.of());
        master.until("the master is ready", () -> master.output().contains(" ready: ")
                || !master.process.isAlive());
        if (!master.process.isAlive()) {
            master.close();
            throw new AssertionError(master.output());
        }
        return master;
    }

    /** Starts a master on this configuration, under a command such as {@code prlimit}. */
    static MasterProcess start(final Path directory, final String config, final InetSocketAddress address,
            final List<String> prefix) throws IOException {
        final Path file = directory.resolve("config.toml");
        Files.writeString(file, config);
        return run(directory, address, prefix, List.of("start", "-c", file.toString()));
    }

    /** Runs the main class with these arguments. */
    static MasterProcess run(final Path directory, final InetSocketAddress address, final List<String> prefix,
            final List<String> arguments) throws IOException {
        final List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-ea",
                "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-Dsozu.worker.main=io.sozu.worker.StubWorkerMain",
                "-Dsozu.worker.flags=-ea -XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"),
                "io.sozu.master.MasterMain"));
        command.addAll(arguments);
        final Path output = Files.createTempFile(directory, "output", ".log");
        final Process process = new ProcessBuilder(command).directory(directory.toFile())
                .redirectErrorStream(true).redirectOutput(output.toFile()).start();
        return new MasterProcess(process, directory, output, address);
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (final IOException e) {
            return e.toString();
        }
    }

    /** Waits for the end and returns the exit code. */
    int exit() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("it does not end\n" + output());
            }
            return process.exitValue();
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    void until(final String what, final BooleanSupplier condition) {
        final long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new AssertionError("never: " + what + "\n" + output());
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Returns the living workers, and remembers them for the end of the test. */
    List<ProcessHandle> workers() {
        final List<ProcessHandle> living = process.children().filter(ProcessHandle::isAlive).toList();
        workers.addAll(living);
        return living;
    }

    void signal(final String name) throws IOException {
        signal(name, process.pid());
    }

    static void signal(final String name, final long pid) throws IOException {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns what a stub worker says to a client, {@code "slot pid"}. */
    String ask() throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    /** Gives an order and returns all its answers. */
    List<Answer> order(final String text) throws IOException, OrderException {
        final List<Answer> answers = new ArrayList<>();
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(directory.resolve("sozu.sock")));
            channel.write(ByteBuffer.wrap(Frame.terminated(text)));
            final Frame frame = new Frame(1 << 20);
            final ByteBuffer input = ByteBuffer.allocate(1 << 16);
            while (answers.isEmpty() || !answers.getLast().last()) {
                String next = frame.next();
                while (next == null) {
                    final int count = channel.read(input.clear());
                    if (count < 0) {
                        return answers;
                    }
                    frame.append(input.array(), 0, count);
                    next = frame.next();
                }
                answers.add(OrderJson.readAnswer(next));
            }
        }
        return answers;
    }

    @Override
    public void close() {
        workers();
        process.destroyForcibly();
        exit();
        workers.forEach(ProcessHandle::destroyForcibly);
    }
}
