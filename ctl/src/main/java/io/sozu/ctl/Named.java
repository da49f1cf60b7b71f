package io.sozu.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.Order;
import io.sozu.control.OrderException;
import io.sozu.control.OrderJson;
import io.sozu.control.OrderType;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Orders that change what the options of a command line name: those of the command that adds a thing, of
 * which only the given ones count. A field is named as its option, with underscores.
 */
final class Named {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    /** The options that tell things apart; what they say never changes. */
    private static final Set<String> IDENTITY = Set.of("--id", "--backend-id", "--address", "--hostname",
        "--path-prefix", "--path-equals", "--path-regex", "--method", "--if-header", "--if-query");

    private static final String BACKEND_TLS = "--backend-tls";

    private Named() {
    }

    /**
     * Returns an order with what is named.
     *
     * @param spec the command, already parsed
     * @param add the order that would add the thing with all options, given or not
     * @param identity the fields that tell things apart
     */
    static Order update(final CommandSpec spec, final OrderType type, final Order add,
                        final Set<String> identity) {
        return update(spec, type, OrderJson.toJson(add).get("data"), identity);
    }

    /**
     * Returns an order with what is named.
     *
     * @param whole what the order that adds would have with all options, given or not
     */
    static Order update(final CommandSpec spec, final OrderType type, final JsonNode whole,
                        final Set<String> identity) {
        final ObjectNode data = NODES.objectNode();
        for (final ArgSpec given : spec.commandLine().getParseResult().matchedArgs()) {
            final String field = field(given, whole);
            if (field != null) {
                final JsonNode value = whole.get(field);
                data.set(field, value == null ? NODES.nullNode() : value);
            }
        }
        if (data.isEmpty()) {
            throw new IllegalArgumentException("nothing is to change; name an option, see --help");
        }
        identity.stream().filter(whole::has).forEach(name -> data.set(name, whole.get(name)));
        return order(type, data);
    }

    /**
     * Returns an order with these fields.
     *
     * @throws IllegalArgumentException when one of them cannot be
     */
    static Order order(final OrderType type, final ObjectNode data) {
        try {
            final ObjectNode order = NODES.objectNode().put("type", type.name());
            order.set("data", data);
            return OrderJson.readOrder(order);
        } catch (final OrderException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Returns the field that an option or parameter is for; null when it is for none that could change. */
    private static String field(final ArgSpec given, final JsonNode whole) {
        if (!(given instanceof final OptionSpec option)) {
            return "route";
        }
        final List<String> names = List.of(option.names());
        if (option.inherited() || option.usageHelp() || option.versionHelp()
            || names.stream().anyMatch(IDENTITY::contains)) {
            return null;
        }
        if (names.contains("--weight")) {
            return "load_balancing_parameters";
        }
        if (names.getFirst().startsWith("--hsts-")) {
            return "hsts";
        }
        if (names.getFirst().startsWith(BACKEND_TLS)) {
            return "backend_tls";
        }
        final List<String> fields = names.stream().filter(name -> name.startsWith("--"))
            .map(name -> name.substring(2).replace('-', '_')).toList();
        return fields.stream().filter(whole::has).findFirst().orElse(fields.getFirst());
    }
}
