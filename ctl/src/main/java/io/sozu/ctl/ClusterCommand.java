package io.sozu.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import io.sozu.control.Order;
import io.sozu.control.OrderType;
import io.sozu.control.model.BalancingConfig;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.FailurePolicy;
import io.sozu.control.model.LoadBalancing;
import io.sozu.control.model.LoadMetric;
import java.io.PrintWriter;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "cluster", description = "Clusters: groups of backends that serve one application.",
    mixinStandardHelpOptions = true,
    subcommands = {ClusterCommand.Add.class, ClusterCommand.Update.class, ClusterCommand.Remove.class,
        ClusterCommand.Listing.class})
final class ClusterCommand extends CommandGroup {
    @Command(name = "add", mixinStandardHelpOptions = true,
        description = "Adds a cluster, or replaces the settings of the one with this id.",
        footerHeading = "%nExample:%n", footer = "  sozuctl cluster add -i web")
    static sealed class Add extends OrderCommand permits Update {
        @Option(names = {"-i", "--id"}, required = true, paramLabel = "CLUSTER",
            description = "id of the cluster")
        private String id;

        @Mixin
        private StickyOptions sticky;

        @Mixin
        private RedirectOptions redirect;

        @Option(names = {"--load-balancing-policy", "--load-balancing"}, paramLabel = "POLICY",
            defaultValue = "ROUND_ROBIN", description = "one of ${COMPLETION-CANDIDATES} [${DEFAULT-VALUE}]")
        private LoadBalancing loadBalancing;

        @Option(names = "--load-metric", paramLabel = "METRIC",
            description = "what counts as load for LEAST_LOADED and POWER_OF_TWO: one of"
                + " ${COMPLETION-CANDIDATES} [CONNECTIONS]")
        private LoadMetric loadMetric;

        @Option(names = "--hash-key", paramLabel = "KEY",
            description = "what HRW and MAGLEV hash: source, path, header:NAME or cookie:NAME [source]")
        private String hashKey;

        @Option(names = "--slow-start", paramLabel = "SECONDS", defaultValue = "0",
            description = "how long the share of a new backend grows [${DEFAULT-VALUE}]")
        private int slowStart;

        @Mixin
        private FailureOptions failure;

        @Mixin
        private ClusterAdmissionOptions admission;

        @Mixin
        private TermsOptions terms;

        @Mixin
        private BackendTlsOptions backendTls;

        String id() {
            return id;
        }

        @Override
        Order order() {
            return new Order.AddCluster(new ClusterConfig(id, sticky.config(), redirect.redirect(),
                new BalancingConfig(loadBalancing, loadMetric, hashKey, slowStart), failure.policy(),
                admission.admission(), terms.terms(), backendTls.tls()));
        }

        @Override
        String done() {
            return "cluster " + id + " added";
        }
    }

    @Command(name = "update", mixinStandardHelpOptions = true,
        description = {"Changes what is named of a cluster",
            "and leaves the rest. Values in brackets are what a new one has."},
        footerHeading = "%nExample:%n",
        footer = "  sozuctl cluster update -i web --load-balancing least_loaded")
    static final class Update extends Add {
        @Override
        Order order() {
            return Named.update(spec(), OrderType.UPDATE_CLUSTER, super.order(),
                Set.of("cluster_id"));
        }

        @Override
        String done() {
            return "cluster " + id() + " updated";
        }
    }

    @Command(name = "remove", mixinStandardHelpOptions = true,
        description = "Removes a cluster. Its frontends and backends stay in the configuration.")
    static final class Remove extends OrderCommand {
        @Option(names = {"-i", "--id"}, required = true, paramLabel = "CLUSTER",
            description = "id of the cluster")
        private String id;

        @Override
        Order order() {
            return new Order.RemoveCluster(id);
        }

        @Override
        String done() {
            return "cluster " + id + " removed";
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists clusters.")
    static final class Listing extends OrderCommand {
        @Option(names = {"-i", "--id"}, paramLabel = "CLUSTER", description = "only the one with this id")
        private String id;

        @Option(names = {"-d", "--domain"}, paramLabel = "HOST",
            description = "only those that serve this host")
        private String domain;

        @Override
        Order order() {
            return new Order.ListClusters(id, domain, null);
        }

        @Override
        void show(final JsonNode data, final PrintWriter out) {
            Views.clusters(data).print(out);
        }
    }
}
