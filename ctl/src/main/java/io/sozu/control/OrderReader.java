package io.sozu.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.sozu.control.model.Addresses;
import io.sozu.control.model.BackendAddress;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.BalancingConfig;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.Condition;
import io.sozu.control.model.FailurePolicy;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.FrontendKey;
import io.sozu.control.model.HttpsRedirect;
import io.sozu.control.model.InvalidConfigException;
import io.sozu.control.model.ListenerProtocol;
import io.sozu.control.model.LoadBalancing;
import io.sozu.control.model.LoadMetric;
import io.sozu.control.model.Nearest;
import io.sozu.control.model.PathKind;
import io.sozu.control.model.PathRule;
import io.sozu.control.model.Quote;
import io.sozu.control.model.RulePosition;
import io.sozu.control.model.StickyConfig;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** Makes orders of JSON trees. */
final class OrderReader {
    private static final int MAX_SLOT = 4095;
    private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");

    private OrderReader() {
    }

    /** Returns the known type with this name, as an order that is served. */
    static OrderType type(final String name) throws OrderException {
        for (final OrderType type : OrderType.values()) {
            if (type.name().equals(name)) {
                if (!type.served()) {
                    throw new OrderException("order " + name + " is not served yet");
                }
                return type;
            }
        }
        throw new OrderException("unknown order type " + Quote.of(name)
            + Nearest.hint(name, OrderType.servedNames()));
    }

    static Order order(final OrderType type, final JsonNode data) throws OrderException {
        try {
            return switch (type) {
                case REMOVE_CLUSTER -> new Order.RemoveCluster(string(type, data, "the id of a cluster"));
                case LOGGING -> new Order.Logging(level(string(type, data, "a log level")));
                case RELOAD_CONFIGURATION -> data == null ? new Order.ReloadConfiguration(null, false)
                    : ended(new Fields(data, type.name()), fields ->
                        new Order.ReloadConfiguration(fields.text("path", null),
                            fields.flag("dry_run", false)));
                case SOFT_STOP -> none(type, data, new Order.SoftStop());
                case HARD_STOP -> none(type, data, new Order.HardStop());
                case SUBSCRIBE_EVENTS -> none(type, data, new Order.SubscribeEvents());
                case STATUS -> none(type, data, new Order.Status());
                case LIST_WORKERS -> none(type, data, new Order.ListWorkers());
                case LIST_LISTENERS -> none(type, data, new Order.ListListeners());
                case DUMP_STATE -> none(type, data, new Order.DumpState());
                case LIST_FRONTENDS -> data == null ? new Order.ListFrontends(false, false, false, null)
                    : ended(new Fields(data, type.name()), OrderReader::listFrontends);
                case QUERY_CERTIFICATES_FROM_THE_STATE, QUERY_CERTIFICATES_FROM_WORKERS -> data == null
                    ? new Order.ListCertificates(type == OrderType.QUERY_CERTIFICATES_FROM_WORKERS, null,
                        null)
                    : ended(new Fields(data, type.name()), fields -> CertificateFields.query(type, fields));
                case LIST_BACKENDS -> data == null ? new Order.ListBackends(null)
                    : ended(new Fields(data, type.name()), fields ->
                        new Order.ListBackends(fields.text("cluster_id", null)));
                case LIST_CLUSTERS -> data == null ? new Order.ListClusters(null, null, null)
                    : ended(new Fields(data, type.name()), OrderReader::listClusters);
                default -> ended(new Fields(data, type.name()), reader(type));
            };
        } catch (final InvalidConfigException e) {
            throw new OrderException(type.name() + ": " + e.getMessage());
        }
    }

    static Reader reader(final OrderType type) {
        return switch (type) {
            case ADD_CLUSTER -> OrderReader::addCluster;
            case ADD_HTTP_FRONTEND -> fields -> new Order.AddHttpFrontend(frontend(fields));
            case ADD_HTTPS_FRONTEND -> fields ->
                new Order.AddHttpFrontend(frontend(fields), ListenerProtocol.HTTPS);
            case REMOVE_HTTP_FRONTEND -> fields -> removeFrontend(fields, ListenerProtocol.HTTP);
            case REMOVE_HTTPS_FRONTEND -> fields -> removeFrontend(fields, ListenerProtocol.HTTPS);
            case ADD_BACKEND -> OrderReader::addBackend;
            case REMOVE_BACKEND -> fields -> new Order.RemoveBackend(fields.text("cluster_id"),
                fields.text("backend_id"), BackendAddress.parse("address", fields.text("address")));
            case ADD_HTTP_LISTENER -> fields -> new Order.AddHttpListener(ListenerFields.http(fields));
            case ADD_HTTPS_LISTENER -> fields -> new Order.AddHttpListener(ListenerFields.https(fields));
            case ADD_CERTIFICATE -> CertificateFields::add;
            case REPLACE_CERTIFICATE -> CertificateFields::replace;
            case REMOVE_CERTIFICATE -> CertificateFields::remove;
            case REMOVE_LISTENER -> fields -> new Order.RemoveListener(address(fields, "address"),
                protocol(fields));
            case ACTIVATE_LISTENER -> fields -> new Order.ActivateListener(address(fields, "address"),
                protocol(fields), fields.flag("from_scm", false), slot(fields));
            case DEACTIVATE_LISTENER -> fields -> new Order.DeactivateListener(address(fields, "address"),
                protocol(fields), fields.flag("to_scm", false), slot(fields));
            case REPLACE_HTTP_LISTENER -> fields ->
                new Order.ReplaceHttpListener(ListenerFields.http(fields));
            case REPLACE_HTTPS_LISTENER -> fields ->
                new Order.ReplaceHttpListener(ListenerFields.https(fields));
            case REPLACE_HTTP_FRONTEND -> fields -> new Order.ReplaceHttpFrontend(frontend(fields));
            case REPLACE_HTTPS_FRONTEND -> fields ->
                new Order.ReplaceHttpFrontend(frontend(fields), ListenerProtocol.HTTPS);
            case UPDATE_HTTP_LISTENER, UPDATE_HTTPS_LISTENER, UPDATE_CLUSTER, UPDATE_BACKEND,
                UPDATE_HTTP_FRONTEND, UPDATE_HTTPS_FRONTEND -> fields -> OrderUpdates.read(type, fields);
            case SET_TICKET_KEYS -> CertificateFields::ticketKeys;
            case QUERY -> OrderReader::query;
            case EXPLAIN_ROUTE -> OrderReader::explainRoute;
            default -> throw new IllegalStateException(type.name());
        };
    }

    /** Reads the payload of one order. */
    @FunctionalInterface
    interface Reader {
        Order read(Fields fields) throws OrderException;
    }

    private static Order ended(final Fields fields, final Reader reader) throws OrderException {
        final Order order = reader.read(fields);
        fields.end();
        return order;
    }

    private static Order none(final OrderType type, final JsonNode data, final Order order)
        throws OrderException {
        if (data != null) {
            throw new OrderException(type.name() + ": takes no data; leave it out");
        }
        return order;
    }

    private static String string(final OrderType type, final JsonNode data, final String what)
        throws OrderException {
        if (data == null || !data.isTextual() || data.textValue().isEmpty()) {
            throw new OrderException(type.name() + ": data must be " + what + " as a string"
                + (data == null ? "" : ", not " + Fields.show(data)));
        }
        return data.textValue();
    }

    private static String level(final String level) throws OrderException {
        if (!LEVELS.contains(level.toLowerCase(Locale.ROOT))) {
            throw new OrderException("LOGGING: no log level " + Quote.of(level) + "; use "
                + String.join(", ", LEVELS) + Nearest.hint(level, LEVELS));
        }
        return level.toLowerCase(Locale.ROOT);
    }

    private static Order addCluster(final Fields fields) throws OrderException {
        fields.notServed("proxy_protocol", "answer_503", "answers", "http2",
            "authorized_hashes", "www_authenticate", "health_check", "udp");
        return new Order.AddCluster(new ClusterConfig(fields.text("cluster_id"),
            sticky(fields),
            new HttpsRedirect(fields.flag("https_redirect", false), fields.number("https_redirect_port")),
            new BalancingConfig(
                fields.choice("load_balancing", LoadBalancing.class, LoadBalancing.ROUND_ROBIN),
                fields.choice("load_metric", LoadMetric.class, null), fields.text("hash_key", null),
                fields.number("slow_start", 0)), failure(fields),
            AdmissionFields.cluster(fields), TermsJson.read(fields), BackendTlsFields.read(fields)));
    }

    private static FailurePolicy failure(final Fields fields) throws OrderException {
        final FailurePolicy absent = FailurePolicy.DEFAULT;
        return new FailurePolicy(fields.number("max_queue", absent.maxQueue()),
            fields.number("queue_timeout", absent.queueSeconds()),
            fields.number("consecutive_5xx", absent.consecutive5xx()),
            fields.number("consecutive_failures", absent.consecutiveFailures()),
            fields.number("ejection_time", absent.ejectionSeconds()),
            fields.number("max_ejected_percent", absent.maxEjectedPercent()),
            fields.number("retries", absent.retries()),
            fields.number("retry_budget", absent.retryBudgetPercent()));
    }

    private static StickyConfig sticky(final Fields fields) throws OrderException {
        final StickyConfig absent = StickyConfig.DEFAULT;
        return new StickyConfig(fields.flag("sticky_session", false), fields.flag("sticky_secure", false),
            fields.flag("sticky_http_only", false),
            fields.choice("sticky_same_site", StickyConfig.SameSite.class, null),
            fields.number("sticky_max_age", absent.maxAgeSeconds()),
            fields.text("sticky_path", absent.path()));
    }

    private static FrontendConfig frontend(final Fields fields) throws OrderException {
        final FrontendKey key = frontendKey(fields);
        return new FrontendConfig(key, route(fields, fields.required("route")),
            fields.choice("position", RulePosition.class, RulePosition.TREE), tags(fields),
            TermsJson.read(fields), HeaderFields.hsts(fields));
    }

    /**
     * What is not part of the key may be sent along, as Sōzu's clients do; it is checked and makes no
     * difference.
     */
    private static Order removeFrontend(final Fields fields, final ListenerProtocol protocol)
        throws OrderException {
        final FrontendKey key = frontendKey(fields);
        final JsonNode route = fields.node("route");
        if (route != null) {
            route(fields, route);
        }
        fields.choice("position", RulePosition.class, null);
        tags(fields);
        TermsJson.read(fields);
        HeaderFields.hsts(fields);
        return new Order.RemoveHttpFrontend(key, protocol);
    }

    static FrontendKey frontendKey(final Fields fields) throws OrderException {
        fields.notServed("redirect", "redirect_scheme", "redirect_template", "required_auth", "rewrite_host",
            "rewrite_path", "rewrite_port", "headers");
        return new FrontendKey(address(fields, "address"), fields.text("hostname"), path(fields),
            fields.text("method", null), condition(fields, "header", Condition::header),
            condition(fields, "query", Condition::query));
    }

    private static Condition condition(final Fields fields, final String name,
                                       final BiFunction<String, String, Condition> maker)
                                       throws OrderException {
        final JsonNode node = fields.node(name);
        if (node == null) {
            return null;
        }
        final Fields inner = fields.inner(name, node);
        final Condition condition = maker.apply(inner.text("name"), inner.text("value"));
        inner.end();
        return condition;
    }

    private static PathRule path(final Fields fields) throws OrderException {
        final JsonNode path = fields.node("path");
        if (path == null) {
            return PathRule.ANY;
        }
        final Fields rule = fields.inner("path", path);
        PathRule found = null;
        for (final PathKind kind : PathKind.values()) {
            final String value = rule.text(kind.name(), null);
            if (value != null && found == null) {
                found = new PathRule(kind, value);
            } else if (value != null) {
                throw rule.fault("has two rules; keep one of PREFIX, EQUALS, REGEX");
            }
        }
        rule.end();
        if (found == null) {
            throw rule.fault("has no rule; write {\"PREFIX\":\"/\"}, {\"EQUALS\":\"/\"} or"
                + " {\"REGEX\":\"...\"}");
        }
        return found;
    }

    private static String route(final Fields fields, final JsonNode route) throws OrderException {
        if (route.isTextual() && route.textValue().equals("DENY")) {
            return null;
        }
        if (!route.isObject()) {
            throw fields.wrongType("route", "{\"CLUSTER_ID\":\"...\"} or \"DENY\"", route);
        }
        final Fields target = fields.inner("route", route);
        final String clusterId = target.text("CLUSTER_ID");
        target.end();
        return clusterId;
    }

    private static Order explainRoute(final Fields fields) throws OrderException {
        final String address = fields.text("address", null);
        return new Order.ExplainRoute(address == null ? null : Addresses.parse("address", address),
            fields.text("method", "GET"), fields.text("host"), fields.text("path", "/"),
            fields.text("query", ""),
            texts(fields, "headers"));
    }

    private static Map<String, String> tags(final Fields fields) throws OrderException {
        return texts(fields, "tags");
    }

    private static Map<String, String> texts(final Fields fields, final String name) throws OrderException {
        final JsonNode tags = fields.node(name);
        final Map<String, String> map = new TreeMap<>();
        if (tags != null) {
            for (final Map.Entry<String, JsonNode> tag : fields.inner(name, tags).entries()) {
                if (!tag.getValue().isTextual()) {
                    throw fields.fault((name.equals("tags") ? "tag " : name + " ") + Quote.of(tag.getKey())
                            + " must be a string, not "
                        + Fields.show(tag.getValue()));
                }
                map.put(tag.getKey(), tag.getValue().textValue());
            }
        }
        return map;
    }

    private static Order addBackend(final Fields fields) throws OrderException {
        final JsonNode parameters = fields.node("load_balancing_parameters");
        int weight = BackendConfig.DEFAULT_WEIGHT;
        if (parameters != null) {
            final Fields inner = fields.inner("load_balancing_parameters", parameters);
            weight = inner.number("weight", weight);
            inner.end();
        }
        return new Order.AddBackend(new BackendConfig(fields.text("cluster_id"), fields.text("backend_id"),
            BackendAddress.parse("address", fields.text("address")), fields.text("sticky_id", null), weight,
            fields.flag("backup", false), fields.number("max_connections", 0),
            fields.text("host_name", null)));
    }

    static InetSocketAddress address(final Fields fields, final String name) throws OrderException {
        return Addresses.parse(name, fields.text(name));
    }

    private static ListenerProtocol protocol(final Fields fields) throws OrderException {
        fields.required("proxy");
        return fields.choice("proxy", ListenerProtocol.class, null);
    }

    private static int slot(final Fields fields) throws OrderException {
        final int slot = fields.number("slot", Order.NO_SLOT);
        if (slot < Order.NO_SLOT || slot > MAX_SLOT) {
            throw fields.fault("field 'slot' is " + slot + "; it must be 0 to " + MAX_SLOT);
        }
        return slot;
    }

    private static Order listFrontends(final Fields fields) throws OrderException {
        return new Order.ListFrontends(fields.flag("http", false), fields.flag("https", false),
            fields.flag("tcp", false), fields.text("domain", null));
    }

    private static Order listClusters(final Fields fields) throws OrderException {
        final Order.ListClusters order = new Order.ListClusters(fields.text("cluster_id", null),
            fields.text("hostname", null), fields.text("path", null));
        if (order.path() != null && order.hostname() == null) {
            throw fields.fault("field 'path' needs 'hostname' beside it");
        }
        return order;
    }

    private static Order query(final Fields fields) throws OrderException {
        final String subject = fields.text("type");
        if (!subject.equals("CLUSTERS")) {
            throw new OrderException("QUERY of " + Quote.of(subject)
                + " is not served yet; only CLUSTERS is");
        }
        final Fields query = fields.inner("data", fields.required("data"));
        final String by = query.text("type");
        final Order order = switch (by) {
            case "CLUSTER_ID" -> new Order.ListClusters(query.text("data"), null, null);
            case "DOMAIN" -> ended(query.inner("data", query.required("data")), domain ->
                new Order.ListClusters(null, domain.text("hostname"), domain.text("path", null)));
            default -> throw query.fault("field 'type' is " + Quote.of(by)
                + "; it must be CLUSTER_ID or DOMAIN");
        };
        query.end();
        return order;
    }
}
