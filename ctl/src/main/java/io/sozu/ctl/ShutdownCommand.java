package io.sozu.ctl;

import io.sozu.control.Order;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "shutdown", mixinStandardHelpOptions = true,
    description = {"Stops the proxy: it accepts nothing new, ends what it is serving, and leaves.",
        "Waits until it has answered, however long that takes, unless -t says otherwise."})
final class ShutdownCommand extends OrderCommand {
    @Option(names = "--hard", description = "stop at once, and break what is being served")
    private boolean hard;

    @Override
    Order order() {
        return hard ? new Order.HardStop() : new Order.SoftStop();
    }

    @Override
    String done() {
        return "stopped";
    }

    @Override
    boolean patient() {
        return true;
    }
}
