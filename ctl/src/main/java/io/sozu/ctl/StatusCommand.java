package io.sozu.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import io.sozu.control.Order;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

@Command(name = "status",
    description = "Shows each worker: its id, its process, and how busy it is; with --json all its counters.",
    mixinStandardHelpOptions = true)
final class StatusCommand extends OrderCommand {
    @Override
    Order order() {
        return new Order.Status();
    }

    @Override
    void show(final JsonNode data, final PrintWriter out) {
        Views.workers(data).print(out);
    }
}
