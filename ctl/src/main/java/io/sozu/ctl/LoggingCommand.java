package io.sozu.ctl;

import io.sozu.control.Order;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "logging", description = "Sets the log level of the master and its workers.",
    mixinStandardHelpOptions = true)
final class LoggingCommand extends OrderCommand {
    @Parameters(paramLabel = "LEVEL", description = "error, warn, info, debug or trace")
    private String level;

    @Override
    Order order() {
        return new Order.Logging(level);
    }

    @Override
    String done() {
        return "log level " + level;
    }
}
