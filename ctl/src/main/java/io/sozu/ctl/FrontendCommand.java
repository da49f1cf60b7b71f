package io.sozu.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import io.sozu.control.Order;
import io.sozu.control.OrderType;
import io.sozu.control.model.Addresses;
import io.sozu.control.model.Condition;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.FrontendKey;
import io.sozu.control.model.HstsConfig;
import io.sozu.control.model.PathKind;
import io.sozu.control.model.PathRule;
import io.sozu.control.model.RulePosition;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "frontend", description = "Frontends: which host and path of a listener go to which cluster.",
    mixinStandardHelpOptions = true,
    subcommands = {FrontendCommand.Http.class, HttpsFrontendCommand.class, FrontendCommand.Listing.class})
final class FrontendCommand extends CommandGroup {
    /** What tells one frontend from the others. */
    static final class Identity {
        @Option(names = {"-a", "--address"}, required = true, paramLabel = "IP:PORT",
            description = "address of its listener")
        private String address;

        @Option(names = "--hostname", required = true, paramLabel = "HOST",
            description = "the host served; *.example.com is one label and the rest, * is any host;"
                + " a label may be a regular expression: /cdn[0-9]+/.example.com")
        private String hostname;

        @ArgGroup
        private PathChoice path;

        @Option(names = {"-m", "--method"}, paramLabel = "METHOD", description = "only this method")
        private String method;

        @Option(names = "--if-header", paramLabel = "'NAME: VALUE'",
            description = "only requests with this header field")
        private String header;

        @Option(names = "--if-query", paramLabel = "NAME=VALUE",
            description = "only requests with this parameter in their query")
        private String query;

        FrontendKey key() {
            return new FrontendKey(Addresses.parse("address", address), hostname,
                path == null ? PathRule.ANY : path.rule(), method,
                header == null ? null : condition("--if-header", header, ":", Condition::header),
                query == null ? null : condition("--if-query", query, "=", Condition::query));
        }

        private static Condition condition(final String option, final String text, final String mark,
                                           final BiFunction<String, String, Condition> maker) {
            final int at = text.indexOf(mark);
            if (at < 0) {
                throw new IllegalArgumentException(option + " is '" + text + "'; write a name, '" + mark
                    + "' and a value");
            }
            return maker.apply(text.substring(0, at).strip(), text.substring(at + 1).strip());
        }
    }

    /** At most one rule for the path; without one every path is served. */
    static final class PathChoice {
        @Option(names = {"-p", "--path-prefix"}, paramLabel = "PATH",
            description = "paths that start with this")
        private String prefix;

        @Option(names = "--path-equals", paramLabel = "PATH", description = "this path alone")
        private String equal;

        @Option(names = "--path-regex", paramLabel = "REGEX",
            description = "paths that this expression describes, from their first character to the last")
        private String regex;

        PathRule rule() {
            if (prefix != null) {
                return new PathRule(PathKind.PREFIX, prefix);
            }
            return equal != null ? new PathRule(PathKind.EQUALS, equal) : new PathRule(PathKind.REGEX, regex);
        }
    }

    @Command(name = "http", description = "Frontends of HTTP listeners.", mixinStandardHelpOptions = true,
        subcommands = {Add.class, Update.class, Remove.class})
    static final class Http extends CommandGroup {
    }

    @Command(name = "add", mixinStandardHelpOptions = true, description = "Adds a frontend.",
        footerHeading = "%nExamples:%n",
        footer = {"  sozuctl frontend http add -a 0.0.0.0:8080 --hostname example.com -p /api id web",
            "  sozuctl frontend http add -a 0.0.0.0:8080 --hostname example.com -p /private deny"})
    static sealed class Add extends OrderCommand permits Update, HttpsFrontendCommand.Add {
        @Mixin
        private Identity identity;

        @Mixin
        private TermsOptions terms;

        @Parameters(arity = "0..2", paramLabel = "ROUTE",
            description = "'id CLUSTER' sends what matches to a cluster, 'deny' refuses it")
        private List<String> route;

        @Option(names = "--position", paramLabel = "POSITION", defaultValue = "TREE",
            description = "looked at before, in or after the tree of hosts: ${COMPLETION-CANDIDATES} [TREE]")
        private RulePosition position;

        @Option(names = "--tags", paramLabel = "NAME=VALUE", split = ",",
            description = "text for the access log")
        private Map<String, String> tags = new TreeMap<>();

        @Override
        Order order() {
            final Order add = new Order.AddHttpFrontend(new FrontendConfig(identity.key(), cluster(),
                position, tags, terms.terms(), hsts()), protocol());
            return change() == null ? add : Named.update(spec(), change(), add,
                Set.of("address", "hostname", "path", "method", "header", "query"));
        }

        /** The order that changes a frontend there is, null to add one. */
        OrderType change() {
            return null;
        }

        /** What browsers are told, null for what the listener says. */
        HstsConfig hsts() {
            return null;
        }

        @Override
        String done() {
            return "frontend " + identity.key() + (change() == null ? " added" : " updated");
        }

        /** The cluster of the route, null to deny, or where a change leaves it. */
        private String cluster() {
            if (route == null && change() != null) {
                return null;
            }
            if (route == null) {
                throw new IllegalArgumentException("the route is missing; write id CLUSTER, or deny");
            }
            if (route.equals(List.of("deny"))) {
                return null;
            }
            if (route.size() == 2 && route.getFirst().equals("id")) {
                return route.getLast();
            }
            throw new IllegalArgumentException("the route is '" + String.join(" ", route)
                + "'; write id CLUSTER, or deny");
        }
    }

    @Command(name = "update", mixinStandardHelpOptions = true,
        description = {"Changes what is named of the frontend with this address, host, path, method and",
            "conditions, and leaves the rest. Values in brackets are what a new one has."},
        footerHeading = "%nExample:%n",
        footer = "  sozuctl frontend http update -a 0.0.0.0:8080 --hostname example.com -p /api"
            + " id web-2")
    static final class Update extends Add {
        @Override
        OrderType change() {
            return OrderType.UPDATE_HTTP_FRONTEND;
        }
    }

    @Command(name = "remove", mixinStandardHelpOptions = true,
        description = "Removes a frontend: the one with this address, host, path, method and conditions.",
        footerHeading = "%nExample:%n",
        footer = "  sozuctl frontend http remove -a 0.0.0.0:8080 --hostname example.com -p /api")
    static final class Remove extends OrderCommand {
        @Mixin
        private Identity identity;

        @Parameters(arity = "0..2", paramLabel = "ROUTE", hidden = true,
            description = "accepted because Sōzu asks for it; the rest says which frontend it is")
        private List<String> route;

        @Override
        Order order() {
            return new Order.RemoveHttpFrontend(identity.key(), protocol());
        }

        @Override
        String done() {
            return "frontend " + identity.key() + " removed";
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists frontends.")
    static final class Listing extends OrderCommand {
        @Option(names = "--http", description = "those of HTTP listeners")
        private boolean http;

        @Option(names = "--https", description = "those of HTTPS listeners")
        private boolean https;

        @Option(names = "--tcp", description = "those of TCP listeners")
        private boolean tcp;

        @Option(names = {"-d", "--domain"}, paramLabel = "TEXT",
            description = "those whose host contains this")
        private String domain;

        @Override
        Order order() {
            return new Order.ListFrontends(http, https, tcp, domain);
        }

        @Override
        void show(final JsonNode data, final PrintWriter out) {
            Views.frontends(data).print(out);
        }
    }
}
