package io.sozu.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The contents of answers as tables. */
final class Views {
    private Views() {
    }

    /** Workers, with those of their counters that tell how busy they are; {@code --json} has all. */
    static Table workers(final JsonNode data) {
        final Table table = new Table("ID", "PID", "STATE", "CLIENTS", "REQUESTS", "ACTIVE", "ERRORS",
            "BACKEND CONNECTIONS");
        for (final JsonNode worker : list(data)) {
            final String[] cells = Stream.of("id", "pid", "run_state", "client.connections", "http.requests",
                "http.active_requests", "http.errors", "backend.connections")
                .map(name -> Table.text(worker.path(name))).toArray(String[]::new);
            if (worker.path("spare").asBoolean()) {
                cells[2] += " (spare)";
            }
            table.row(cells);
        }
        return table;
    }

    /** Clusters, each with how many frontends and backends it has. */
    static Table clusters(final JsonNode data) {
        final Table table =
            new Table("CLUSTER", "LOAD BALANCING", "STICKY", "HTTPS REDIRECT", "FRONTENDS", "BACKENDS");
        for (final JsonNode cluster : list(data)) {
            final JsonNode settings = cluster.path("configuration");
            table.row(Table.text(settings.path("cluster_id")), Table.text(settings.path("load_balancing")),
                yes(settings.path("sticky_session")), yes(settings.path("https_redirect")),
                String.valueOf(cluster.path("http_frontends").size()),
                String.valueOf(cluster.path("backends").size()));
        }
        return table;
    }

    /** The backends of the clusters. */
    static Table backends(final JsonNode data) {
        final Table table = new Table("CLUSTER", "BACKEND", "ADDRESS", "WEIGHT", "BACKUP", "STICKY ID",
            "CONNECTIONS", "ACTIVE", "STATE");
        for (final JsonNode cluster : list(data)) {
            for (final JsonNode backend : cluster.path("backends")) {
                table.row(Table.text(backend.path("cluster_id")), Table.text(backend.path("backend_id")),
                    address(backend),
                    Table.text(backend.path("load_balancing_parameters").path("weight")),
                    yes(backend.path("backup")), Table.text(backend.path("sticky_id")),
                    Table.text(backend.path("connections")), Table.text(backend.path("active_requests")),
                    state(backend));
            }
        }
        return table;
    }

    /** What workers say of a backend, with how many of them say so where not all do. */
    private static String state(final JsonNode backend) {
        final int workers = backend.path("workers").asInt();
        final List<String> states = new ArrayList<>();
        for (final String state : List.of("draining", "ejected", "down", "starting")) {
            final int count = backend.path(state).asInt();
            if (count > 0) {
                states.add(count == workers ? state : state + " in " + count + " of " + workers);
            }
        }
        return workers == 0 ? "-" : states.isEmpty() ? "up" : String.join(", ", states);
    }

    /** The address; behind a name those it stands for now, and why it could not be looked up last. */
    private static String address(final JsonNode backend) {
        final String address = Table.text(backend.path("address"));
        if (!backend.has("resolved")) {
            return address;
        }
        final List<String> resolved = new ArrayList<>();
        backend.path("resolved").forEach(each -> resolved.add(each.asText()));
        final String problem = backend.path("problem").asText("");
        return address + " (" + (resolved.isEmpty() ? "not resolved" : String.join(", ", resolved))
            + (problem.isEmpty() || problem.equals("null") ? "" : "; " + problem) + ")";
    }

    /** Frontends of every kind. */
    static Table frontends(final JsonNode data) {
        final Table table = new Table("ADDRESS", "HOST", "PATH", "METHOD", "IF", "ROUTE", "POSITION", "TAGS");
        for (final String kind : List.of("http_frontends", "https_frontends", "tcp_frontends")) {
            for (final JsonNode frontend : missing(data).path(kind)) {
                final JsonNode cluster = frontend.path("route").path("CLUSTER_ID");
                table.row(Table.text(frontend.path("address")), Table.text(frontend.path("hostname")),
                    path(frontend.path("path")), Table.text(frontend.path("method")),
                    conditions(frontend),
                    cluster.isMissingNode() ? "deny" : cluster.asText(),
                    Table.text(frontend.path("position")),
                    tags(frontend.path("tags")));
            }
        }
        return table;
    }

    private static String conditions(final JsonNode frontend) {
        return Stream.of("header", "query").filter(frontend::has)
            .map(name -> name + " " + frontend.path(name).path("name").asText() + "="
                + frontend.path(name).path("value").asText()).collect(Collectors.joining(", "));
    }

    /** For each listener the frontend that wins and those that lose. */
    static Table explanation(final JsonNode data) {
        final Table table = new Table("LISTENER", "RESULT", "FRONTEND", "ROUTE", "WHY");
        for (final JsonNode listener : missing(data)) {
            final String address = Table.text(listener.path("address"));
            if (listener.path("frontends").isEmpty()) {
                table.row(address, "none", "-", "-", "no frontend matches: answered "
                        + listener.path("status").asText());
            }
            for (final JsonNode frontend : listener.path("frontends")) {
                final JsonNode cluster = frontend.path("cluster_id");
                table.row(address, frontend.path("wins").asBoolean() ? "wins" : "loses",
                    Table.text(frontend.path("frontend")), cluster.isMissingNode() ? "deny"
                            : cluster.asText(),
                    Table.text(frontend.path("why")));
            }
        }
        return table;
    }

    /** Listeners, open ones and others. */
    static Table listeners(final JsonNode data) {
        final Table table =
            new Table("ADDRESS", "PROTOCOL", "OPEN", "FORWARDED", "FRONT TIMEOUT", "BACK TIMEOUT",
            "CONNECT TIMEOUT", "REQUEST TIMEOUT");
        for (final JsonNode listener : list(data)) {
            table.row(Table.text(listener.path("address")), Table.text(listener.path("protocol")),
                yes(listener.path("active")), Table.text(listener.path("forwarded")),
                Table.text(listener.path("front_timeout")), Table.text(listener.path("back_timeout")),
                Table.text(listener.path("connect_timeout")), Table.text(listener.path("request_timeout")));
        }
        return table;
    }

    private static JsonNode missing(final JsonNode data) {
        return data == null ? MissingNode.getInstance() : data;
    }

    /** The objects of an array, or those of the arrays in an object, as a list. */
    private static List<JsonNode> list(final JsonNode data) {
        final List<JsonNode> objects = new ArrayList<>();
        for (final JsonNode node : missing(data)) {
            if (node.isArray()) {
                node.forEach(objects::add);
            } else {
                objects.add(node);
            }
        }
        return objects;
    }

    private static String yes(final JsonNode value) {
        return value.asBoolean() ? "yes" : "no";
    }

    /** {@code /api*} for a prefix, {@code =/api} for the path alone, {@code ~expression}. */
    private static String path(final JsonNode rule) {
        if (rule.has("EQUALS")) {
            return "=" + rule.get("EQUALS").asText();
        }
        return rule.has("REGEX") ? "~" + rule.get("REGEX").asText() : rule.path("PREFIX").asText() + "*";
    }

    private static String tags(final JsonNode tags) {
        final List<String> texts = new ArrayList<>();
        tags.properties().forEach(tag -> texts.add(tag.getKey() + "=" + tag.getValue().asText()));
        return texts.isEmpty() ? "-" : String.join(",", texts);
    }
}
