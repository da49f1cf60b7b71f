package io.sozu.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import io.sozu.control.Order;
import io.sozu.control.OrderType;
import io.sozu.control.model.BackendAddress;
import io.sozu.control.model.BackendConfig;
import java.io.PrintWriter;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "backend", description = "Backends: the servers of a cluster.",
    mixinStandardHelpOptions = true,
    subcommands = {BackendCommand.Add.class, BackendCommand.Update.class, BackendCommand.Remove.class,
        BackendCommand.Listing.class})
final class BackendCommand extends CommandGroup {
    /** What tells one backend from the others. */
    static final class Identity {
        @Option(names = {"-i", "--id"}, required = true, paramLabel = "CLUSTER",
            description = "id of its cluster")
        private String clusterId;

        @Option(names = "--backend-id", required = true, paramLabel = "ID", description = "its own id")
        private String backendId;

        @Option(names = {"-a", "--address"}, required = true, paramLabel = "ADDRESS",
            description = "where it listens, as 10.0.0.5:3000, [::1]:3000, app.internal:3000,"
                + " unix:/PATH or unix:@NAME")
        private String address;
    }

    @Command(name = "add", mixinStandardHelpOptions = true,
        description = "Adds a backend, or replaces the settings of the one with this id and address.",
        footerHeading = "%nExample:%n",
        footer = "  sozuctl backend add -i web --backend-id web-2 -a 10.0.0.5:3000")
    static sealed class Add extends OrderCommand permits Update {
        @Mixin
        private Identity identity;

        @Option(names = {"-s", "--sticky-id"}, paramLabel = "ID",
            description = "what the sticky cookie says instead of the id")
        private String stickyId;

        @Option(names = {"-w", "--weight"}, paramLabel = "0..255", defaultValue = "100",
            description = "its share among the others [${DEFAULT-VALUE}]")
        private int weight;

        @Option(names = {"-b", "--backup"}, description = "serves only when no other can")
        private boolean backup;

        @Option(names = "--max-connections", paramLabel = "REQUESTS", defaultValue = "0",
            description = "requests that each worker gives it at a time; 0 for any number [${DEFAULT-VALUE}]")
        private int maxConnections;

        Identity identity() {
            return identity;
        }

        @Override
        Order order() {
            return new Order.AddBackend(new BackendConfig(identity.clusterId, identity.backendId,
                BackendAddress.parse("address", identity.address), stickyId, weight, backup,
                maxConnections));
        }

        @Override
        String done() {
            return "backend " + identity.backendId + " added to cluster " + identity.clusterId;
        }
    }

    @Command(name = "update", mixinStandardHelpOptions = true,
        description = {"Changes what is named of a backend",
            "and leaves the rest. Values in brackets are what a new one has."},
        footerHeading = "%nExample:%n",
        footer = "  sozuctl backend update -i web --backend-id web-2 -a 10.0.0.5:3000 -w 50")
    static final class Update extends Add {
        @Override
        Order order() {
            return Named.update(spec(), OrderType.UPDATE_BACKEND, super.order(),
                Set.of("cluster_id", "backend_id", "address"));
        }

        @Override
        String done() {
            return "backend " + identity().backendId + " updated";
        }
    }

    @Command(name = "remove", mixinStandardHelpOptions = true,
        description = "Removes a backend: it gets nothing new, and ends what it is serving.")
    static final class Remove extends OrderCommand {
        @Mixin
        private Identity identity;

        @Override
        Order order() {
            return new Order.RemoveBackend(identity.clusterId, identity.backendId,
                BackendAddress.parse("address", identity.address));
        }

        @Override
        String done() {
            return "backend " + identity.backendId + " removed from cluster " + identity.clusterId;
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true,
        description = {"Lists backends, with the connections and active requests that",
            "the workers have at them, and how the workers hold them to be."})
    static final class Listing extends OrderCommand {
        @Option(names = {"-i", "--id"}, paramLabel = "CLUSTER", description = "only those of this cluster")
        private String clusterId;

        @Override
        Order order() {
            return new Order.ListBackends(clusterId);
        }

        @Override
        void show(final JsonNode data, final PrintWriter out) {
            Views.backends(data).print(out);
        }
    }
}
