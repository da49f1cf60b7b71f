package io.sozu.ctl;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Runs every kind of command once, so that the virtual machine can record what a start needs. */
@Command(name = "rehearse", hidden = true, description = "Records what a start needs; for the launcher.")
final class RehearseCommand implements Callable<Integer> {
    private static final List<String> COMMANDS =
        List.of("status", "status --json", "cluster list", "backend list",
        "frontend list", "listener list", "cluster add -i web", "cluster remove -i web", "logging info",
        "backend add -i web --backend-id web-0 -a 127.0.0.1:3000", "listener http add -a 127.0.0.1:8080",
        "backend remove -i web --backend-id web-0 -a 127.0.0.1:3000", "shutdown", "--help",
        "backend add --help",
        "frontend http add -a 127.0.0.1:8080 --hostname localhost id web");

    @Override
    public Integer call() throws IOException {
        final Path directory = Files.createTempDirectory("sozuctl");
        final Path socket = directory.resolve("sozu.sock");
        final Path config =
            Files.writeString(directory.resolve("config.toml"), "command_socket = \"sozu.sock\"\n");
        final RehearsalMaster master = RehearsalMaster.listen(socket);
        try {
            for (final String command : COMMANDS) {
                final String located = command.endsWith("--help") ? command : command + " -c " + config;
                final PrintWriter nowhere = new PrintWriter(new StringWriter());
                CtlMain.run(nowhere, nowhere, located.split(" "));
            }
        } finally {
            master.close();
            Files.delete(config);
            Files.deleteIfExists(socket);
            Files.delete(directory);
        }
        return ExitCode.OK;
    }
}
