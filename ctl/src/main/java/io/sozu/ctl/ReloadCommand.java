package io.sozu.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import io.sozu.control.Order;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "reload", mixinStandardHelpOptions = true,
    description = {"Makes the configuration what the file says now, with the certificates that it names.",
        "What the file does not say is removed; connections stay. A file that is wrong changes nothing."})
final class ReloadCommand extends OrderCommand {
    @Option(names = {"-f", "--file"}, paramLabel = "FILE",
        description = "another file than the one that the master was started with")
    private Path file;

    @Option(names = "--dry-run", description = "tell what would change, and change nothing")
    private boolean dryRun;

    @Override
    Order order() {
        return new Order.ReloadConfiguration(file == null ? null
            : file.toAbsolutePath().normalize().toString(), dryRun);
    }

    @Override
    void show(final JsonNode data, final PrintWriter out) {
        if (data != null) {
            data.forEach(line -> out.println(line.asText()));
        }
    }

    @Override
    boolean patient() {
        return true;
    }
}
