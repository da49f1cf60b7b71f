package io.sozu.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import io.sozu.control.Order;
import io.sozu.control.model.Addresses;
import java.io.PrintWriter;
import java.net.IDN;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "route", description = "Routes: where a request would go.", mixinStandardHelpOptions = true,
    subcommands = RouteCommand.Explain.class)
final class RouteCommand extends CommandGroup {
    @Command(name = "explain", mixinStandardHelpOptions = true,
        description = "Tells which frontend a request would take, which others match it, and why they lose.",
        footerHeading = "%nExample:%n",
        footer = "  sozuctl route explain GET http://example.com/api/x?v=2 -H 'X-Canary: 1'")
    static final class Explain extends OrderCommand {
        @Parameters(index = "0", paramLabel = "METHOD", description = "the method of the request")
        private String method;

        @Parameters(index = "1", paramLabel = "URL",
            description = "http://HOST/PATH?QUERY; the scheme may be left out")
        private String url;

        @Option(names = {"-H", "--header"}, paramLabel = "'NAME: VALUE'",
                description = "a header field of the request")
        private List<String> headers = new ArrayList<>();

        @Option(names = "--listener", paramLabel = "IP:PORT",
                description = "the listener asked; without it, all")
        private String listener;

        @Override
        Order order() {
            final String bare = url.substring(url.indexOf("://") < 0 ? 0 : url.indexOf("://") + 3);
            final int end = bare.indexOf('#') < 0 ? bare.length() : bare.indexOf('#');
            final int question = bare.indexOf('?') < 0 ? end : Math.min(bare.indexOf('?'), end);
            final int slash = bare.indexOf('/') < 0 ? question : Math.min(bare.indexOf('/'), question);
            final String path = bare.substring(slash, question);
            return new Order.ExplainRoute(listener == null ? null : Addresses.parse("--listener", listener),
                    method,
                host(bare.substring(0, slash)), path.isEmpty() ? "/" : path,
                question == end ? "" : bare.substring(question + 1, end), fields());
        }

        private static String host(final String authority) {
            final String host = authority.replaceFirst(":[0-9]*$", "");
            if (host.isEmpty()) {
                throw new IllegalArgumentException("the URL has no host; write http://HOST/PATH");
            }
            return host.chars().allMatch(c -> c < 0x80) ? host : IDN.toASCII(host, IDN.ALLOW_UNASSIGNED);
        }

        private Map<String, String> fields() {
            final Map<String, String> fields = new TreeMap<>();
            for (final String header : headers) {
                final int colon = header.indexOf(':');
                if (colon < 1) {
                    throw new IllegalArgumentException("the header is '" + header + "'; write 'NAME: VALUE'");
                }
                fields.put(header.substring(0, colon).strip(), header.substring(colon + 1).strip());
            }
            return fields;
        }

        @Override
        void show(final JsonNode data, final PrintWriter out) {
            Views.explanation(data).print(out);
        }
    }
}
