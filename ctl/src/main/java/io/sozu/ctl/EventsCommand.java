package io.sozu.ctl;

import io.sozu.control.Order;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "events", mixinStandardHelpOptions = true,
    description = {"Prints what happens, one line each, until it is interrupted or the proxy stops:",
        "backends that are down, up, ejected; workers that end and start; what is changed by orders."},
    footerHeading = "%nExample:%n", footer = "  sozuctl events --json")
final class EventsCommand extends OrderCommand {
    @Option(names = {"-n", "--count"}, paramLabel = "EVENTS", description = "ends after so many")
    private int count;

    @Override
    Order order() {
        if (count < 0) {
            throw new IllegalArgumentException("--count is " + count + "; it must not be negative");
        }
        return new Order.SubscribeEvents();
    }

    @Override
    boolean patient() {
        return true;
    }

    @Override
    long events() {
        return count == 0 ? Long.MAX_VALUE : count;
    }
}
