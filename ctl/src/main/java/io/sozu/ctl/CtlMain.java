package io.sozu.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import io.sozu.control.Answer;
import io.sozu.control.EventKind;
import io.sozu.control.Order;
import io.sozu.control.OrderJson;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line: finds the master, sends it one order, shows the answer. */
@Command(name = "sozuctl", version = "sozuctl 0.1.0", mixinStandardHelpOptions = true,
    description = "Changes a running proxy and asks how it is.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {StatusCommand.class, ClusterCommand.class, BackendCommand.class, FrontendCommand.class,
        ListenerCommand.class, CertificateCommand.class, RouteCommand.class, EventsCommand.class,
        LoggingCommand.class, ReloadCommand.class, ShutdownCommand.class, CompletionCommand.class,
        RehearseCommand.class},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:the order was obeyed", "1:the master, or a worker, refused the order",
        "2:the command line is wrong; nothing was sent", "3:no master can be reached; nothing was sent",
        "4:the order was sent and its answer did not come; it may have been obeyed or not"},
    footerHeading = "%nExamples:%n",
    footer = {"  sozuctl -c config.toml status",
        "  sozuctl -c config.toml backend add -i web --backend-id web-2 -a 10.0.0.5:3000",
        "  sozuctl --socket /run/sozu.sock frontend list --json",
        "", "Without -c and --socket the socket is ./sozu.sock. Each COMMAND has a --help of its own."})
public final class CtlMain implements Runnable {
    private static final long DEFAULT_TIMEOUT_MILLIS = 10_000;

    @Option(names = {"-c", "--config"}, paramLabel = "FILE", scope = ScopeType.INHERIT,
        description = "the master's configuration file, which says where it listens (command_socket)")
    private Path config;

    @Option(names = "--socket", paramLabel = "PATH", scope = ScopeType.INHERIT,
        description = "the master's command socket itself")
    private Path socket;

    @Option(names = {"-t", "--timeout"}, paramLabel = "MILLISECONDS", scope = ScopeType.INHERIT,
        description = "how long to wait for the answer, 0 without limit; otherwise "
            + "ctl_command_timeout of FILE, otherwise 10000")
    private Long timeoutMillis;

    @Option(names = {"-j", "--json"}, scope = ScopeType.INHERIT,
        description = "print the answer as it came: one line of JSON")
    private boolean json;

    @Spec
    private CommandSpec spec;

    CtlMain() {
    }

    /** Runs the command line and ends the process with one of the documented codes. */
    public static void main(final String[] arguments) {
        final PrintWriter out = new PrintWriter(System.out, false);
        final PrintWriter err = new PrintWriter(System.err, true);
        final int exitCode = run(out, err, arguments);
        out.flush();
        System.exit(exitCode);
    }

    /** Runs the command line; returns the exit code. */
    static int run(final PrintWriter out, final PrintWriter err, final String... arguments) {
        return new CommandLine(new CtlMain())
            .setOut(out).setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(CtlMain::usage)
            .setExecutionExceptionHandler(CtlMain::failure)
            .execute(arguments);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** Sends the order of a command and shows its last answer. Returns the exit code. */
    int ask(final OrderCommand command) throws CtlException {
        if (config != null && socket != null) {
            throw new CtlException(ExitCode.USAGE,
                "-c and --socket both say where the master is; give one of them");
        }
        final Order order = command.order();
        final SocketFinder.Found found = config != null ? SocketFinder.find(config)
            : new SocketFinder.Found(
                (socket != null ? socket : Path.of(SocketFinder.DEFAULT_SOCKET)).toAbsolutePath(), -1);
        final PrintWriter out = spec.commandLine().getOut();
        final PrintWriter err = spec.commandLine().getErr();
        try (ControlClient client = ControlClient.connect(found.socket())) {
            if (command.events() > 0) {
                return follow(client, order, command.events());
            }
            final Answer answer = client.ask(order, text -> progress(err, text), timeout(command, found));
            if (json) {
                out.println(OrderJson.write(answer));
            } else if (answer.status() == Answer.Status.OK) {
                show(command, answer, out);
            } else {
                err.println("sozuctl: " + answer.message());
            }
            return answer.status() == Answer.Status.OK ? ExitCode.OK : ExitCode.REFUSED;
        }
    }

    /** Prints events as they come; they end with the proxy, or after so many. */
    private int follow(final ControlClient client, final Order order, final long count) throws CtlException {
        final PrintWriter out = spec.commandLine().getOut();
        final long[] left = {count};
        final boolean[] stopping = new boolean[1];
        final Answer last;
        try {
            last = client.follow(order, answer -> {
                out.println(json ? OrderJson.write(answer) : answer.content() == null ? answer.message()
                    : answer.content().path("data").path("time").asText() + " " + answer.message());
                out.flush();
                stopping[0] |= answer.message().startsWith(EventKind.SOZU_STOP_REQUESTED.name());
                return --left[0] > 0;
            });
        } catch (final CtlException e) {
            if (stopping[0]) {
                return ExitCode.OK;
            }
            throw e;
        }
        if (last == null) {
            return ExitCode.OK;
        }
        spec.commandLine().getErr().println("sozuctl: " + last.message());
        return ExitCode.REFUSED;
    }

    private long timeout(final OrderCommand command, final SocketFinder.Found found) {
        if (timeoutMillis != null) {
            return timeoutMillis;
        }
        if (command.patient()) {
            return 0;
        }
        return found.timeoutMillis() >= 0 ? found.timeoutMillis() : DEFAULT_TIMEOUT_MILLIS;
    }

    private void progress(final PrintWriter err, final String text) {
        if (!json) {
            err.println(text);
        }
    }

    private static void show(final OrderCommand command, final Answer answer, final PrintWriter out) {
        final JsonNode data = answer.content() == null ? null : answer.content().get("data");
        command.show(data, out);
        final String line = answer.message().isEmpty() ? command.done() : answer.message();
        if (!line.isEmpty()) {
            out.println(line);
        }
    }

    private static int usage(final ParameterException fault, final String[] arguments) {
        final CommandLine command = fault.getCommandLine();
        command.getErr().println("sozuctl: " + fault.getMessage());
        command.getErr().println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }

    /** Values that no order can hold are the command line's fault; anything unforeseen keeps its trace. */
    private static int failure(final Exception fault, final CommandLine command,
            final CommandLine.ParseResult arguments) throws Exception {
        final int exitCode = switch (fault) {
            case CtlException known -> known.exitCode();
            case IllegalArgumentException invalid -> ExitCode.USAGE;
            default -> throw fault;
        };
        command.getErr().println("sozuctl: " + fault.getMessage());
        return exitCode;
    }
}
