package io.sozu.master.state;

import io.sozu.control.Order;
import io.sozu.control.model.Addresses;
import io.sozu.control.model.AnswerPolicy;
import io.sozu.control.model.BackendAddress;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.BalancingConfig;
import io.sozu.control.model.CertificateConfig;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.Condition;
import io.sozu.control.model.ExchangeTerms;
import io.sozu.control.model.FailurePolicy;
import io.sozu.control.model.ForwardedMode;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.FrontendKey;
import io.sozu.control.model.HeaderPolicy;
import io.sozu.control.model.HttpsRedirect;
import io.sozu.control.model.InvalidConfigException;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.ListenerLimits;
import io.sozu.control.model.ListenerProtocol;
import io.sozu.control.model.LoadBalancing;
import io.sozu.control.model.LoadMetric;
import io.sozu.control.model.PathKind;
import io.sozu.control.model.PathRule;
import io.sozu.control.model.Quote;
import io.sozu.control.model.RulePosition;
import io.sozu.control.model.StickyConfig;
import io.sozu.control.model.Timeouts;
import io.sozu.control.model.TlsConfig;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** Reads the listeners and clusters of the file into a state. */
final class TrafficReader {
    private final TomlSection top;
    private final Settings settings;
    private final Problems problems;
    private final TlsReader tls;
    private final HstsReader hsts;
    private final TlsCheck check;
    private final ConfigState state = new ConfigState();
    private final Map<InetSocketAddress, Protocol> protocols = new HashMap<>();
    private final Map<Object, TomlPosition> places = new HashMap<>();

    TrafficReader(final TomlSection top, final Settings settings, final Problems problems,
                  final TlsReader tls) {
        this.top = top;
        this.settings = settings;
        this.problems = problems;
        this.tls = tls;
        this.hsts = new HstsReader(problems);
        this.check = new TlsCheck(settings.tls().libraryName());
    }

    /** What listeners and clusters of a file may speak. */
    private enum Protocol {
        HTTP,
        HTTPS,
        TCP,
        UDP;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    List<Order.Change> read() {
        top.tables("listeners", ConfigKey.Section.LISTENER, ConfigKey.Section.LISTENER.title())
            .forEach(this::listener);
        final TomlTable clusters = top.table("clusters");
        if (clusters != null) {
            for (final String id : clusters.keySet()) {
                final TomlPosition place = clusters.inputPositionOf(List.of(id));
                final String title = "[clusters." + Quote.ifNeeded(id) + "]";
                if (clusters.get(List.of(id)) instanceof TomlTable table) {
                    cluster(id, title,
                        new TomlSection(table, place, ConfigKey.Section.CLUSTER, title, problems));
                } else {
                    problems.error(place, "cluster " + Quote.of(id) + " must be a table; write " + title);
                }
            }
        }
        tls.judgeListeners(state, places, check);
        return state.orders();
    }

    private void listener(final TomlSection section) {
        final Protocol protocol = protocol(section);
        final InetSocketAddress address = address(section);
        if (protocol == null || address == null) {
            return;
        }
        final String text = Addresses.format(address);
        if (protocols.putIfAbsent(address, protocol) != null) {
            problems.error(section.at("address"), "listener address " + text
                + " is written twice, first at line " + places.get(address).line());
            return;
        }
        places.put(address, section.at("address"));
        if (section.has("public_address") && section.flag("expect_proxy")) {
            problems.error(section.at("public_address"),
                "'public_address' contradicts 'expect_proxy', which brings the address with each connection;"
                    + " keep one of them");
        }
        if (protocol != Protocol.HTTP && !(Served.HTTPS && protocol == Protocol.HTTPS)) {
            problems.warn(section.at("protocol"), protocol.text() + " is not served yet; listener " + text
                + " is skipped");
            return;
        }
        section.warnOfIgnored();
        if (Served.HTTPS && protocol == Protocol.HTTP) {
            tls.warnWithoutTls(section, protocol.text());
        }
        final ListenerConfig listener = section.valid(() -> protocol == Protocol.HTTP
            ? listener(section, address) : listener(section, address).withTls(tls.listener(section)));
        if (listener != null
            && apply(section, section.at("address"), new Order.AddHttpListener(listener))) {
            open(section.at("address"), listener);
        }
    }

    private ListenerConfig listener(final TomlSection section, final InetSocketAddress address) {
        final Timeouts common = settings.timeouts();
        return new ListenerConfig(ListenerProtocol.HTTP, address,
            section.has("public_address")
                ? Addresses.parse("public_address", section.text("public_address")) : null,
            false, section.text("sticky_name"),
            new Timeouts(section.number("front_timeout", common.frontSeconds()),
                section.number("back_timeout", common.backSeconds()),
                section.number("connect_timeout", common.connectSeconds()),
                section.number("request_timeout", common.requestSeconds()),
                section.number("keepalive_timeout", common.keepaliveSeconds()),
                section.number("response_timeout", common.responseSeconds())),
            new HeaderPolicy(section.choice("forwarded", ForwardedMode.class, ForwardedMode.REPLACE),
                section.text("sozu_id_header"), section.flag("elide_x_real_ip"),
                section.flag("send_x_real_ip"), hsts.of(section), section.text("client_cert_prefix")),
            limits(section), AdmissionReader.listener(section),
            new AnswerPolicy(section.number("no_route_status")), false);
    }

    private static ListenerLimits limits(final TomlSection section) {
        final Long maxBodyBytes = section.countIfSaid("max_body_size");
        return new ListenerLimits(maxBodyBytes == null ? 0 : maxBodyBytes, section.number("min_body_rate"),
            section.number("max_keepalive_requests"), section.number("max_connection_age"),
            section.number("max_header_fields"), section.number("max_header_size"));
    }

    private static ExchangeTerms terms(final TomlSection section) {
        return new ExchangeTerms(section.numberIfSaid("front_timeout"), section.numberIfSaid("back_timeout"),
            section.numberIfSaid("connect_timeout"), section.numberIfSaid("response_timeout"),
            section.numberIfSaid("min_body_rate"), section.countIfSaid("max_body_size"));
    }

    private void cluster(final String id, final String title, final TomlSection section) {
        final Protocol protocol = protocol(section);
        final List<TomlSection> frontends = section.tables("frontends", ConfigKey.Section.FRONTEND,
            "frontends of " + title);
        final List<TomlSection> backends = section.tables("backends", ConfigKey.Section.BACKEND,
            "backends of " + title);
        if (protocol == Protocol.TCP || protocol == Protocol.UDP) {
            frontends.forEach(frontend -> portOnly(frontend, protocol));
            problems.warn(section.at("protocol"), protocol.text() + " is not served yet; cluster "
                + Quote.of(id) + " is skipped");
        } else if (protocol == Protocol.HTTPS) {
            problems.error(section.at("protocol"), "'protocol' is 'https'; a cluster is one of http, tcp,"
                + " udp, and an https listener may lead to a cluster of http");
        } else if (protocol != null) {
            section.warnOfIgnored();
            final ClusterConfig cluster = section.valid(() -> cluster(section, id));
            if (cluster != null) {
                apply(section, section.at("backend_tls"), new Order.AddCluster(cluster));
                frontends.forEach(frontend -> frontend(frontend, id));
                for (int i = 0; i < backends.size(); i++) {
                    backend(backends.get(i), id, i);
                }
            }
        }
    }

    private ClusterConfig cluster(final TomlSection section, final String id) {
        final LoadBalancing way = section.choice("load_balancing", LoadBalancing.class,
            LoadBalancing.ROUND_ROBIN);
        if (section.has("load_metric") && !way.comparesLoads()) {
            problems.warn(section.at("load_metric"), "'load_metric' has no effect with " + way
                + "; only LEAST_LOADED and POWER_OF_TWO compare loads");
        }
        if (section.has("hash_key") && !way.hashes()) {
            problems.warn(section.at("hash_key"), "'hash_key' has no effect with " + way
                + "; only HRW and MAGLEV hash");
        }
        if (section.has("https_redirect_port") && !section.flag("https_redirect")) {
            problems.warn(section.at("https_redirect_port"),
                "'https_redirect_port' has no effect without 'https_redirect'");
        }
        return new ClusterConfig(id, sticky(section), new HttpsRedirect(section.flag("https_redirect"),
            section.numberIfSaid("https_redirect_port")), new BalancingConfig(way,
            section.choice("load_metric", LoadMetric.class, null),
            section.has("hash_key") ? section.text("hash_key") : null, section.number("slow_start")),
            failure(section), AdmissionReader.cluster(section), terms(section)).withBackendTls(
            tls.backends(section, id));
    }

    private static StickyConfig sticky(final TomlSection section) {
        return new StickyConfig(section.flag("sticky_session"), section.flag("sticky_secure"),
            section.flag("sticky_http_only"),
            section.choice("sticky_same_site", StickyConfig.SameSite.class, null),
            section.number("sticky_max_age"), section.text("sticky_path"));
    }

    private static FailurePolicy failure(final TomlSection section) {
        return new FailurePolicy(section.number("max_queue"), section.number("queue_timeout"),
            section.number("consecutive_5xx"), section.number("consecutive_failures"),
            section.number("ejection_time"), section.number("max_ejected_percent"),
            section.number("retries"), section.number("retry_budget"));
    }

    private void portOnly(final TomlSection frontend, final Protocol protocol) {
        for (final String name : List.of("hostname", "path", "certificate", "key", "certificate_chain")) {
            if (frontend.has(name)) {
                problems.error(frontend.at(name), "'" + name + "' means nothing to a frontend of a "
                    + protocol.text() + " cluster; leave it out");
            }
        }
    }

    private void frontend(final TomlSection section, final String clusterId) {
        final InetSocketAddress address = address(section);
        final String hostname = section.required("hostname");
        if (address == null || hostname == null || !usable(section, address)) {
            return;
        }
        final PathKind kind = section.choice("path_type", PathKind.class, PathKind.PREFIX);
        final RulePosition position = section.choice("position", RulePosition.class, RulePosition.TREE);
        section.warnOfIgnored();
        final Map<String, String> tags = section.texts("tags");
        final FrontendConfig frontend = section.valid(() -> new FrontendConfig(new FrontendKey(address,
            hostname,
            new PathRule(kind, section.text("path")), section.has("method") ? section.text("method") : null,
            condition(section, "header", Condition::header), condition(section, "query", Condition::query)),
            clusterId, position, tags, terms(section), hsts.of(section)));
        if (frontend == null || twice(frontend.key(), section.place(), "frontend '" + frontend.key() + "'")) {
            return;
        }
        if (state.listener(address) == null) {
            final ListenerConfig listener = implicit(address).withTls(TlsReader.hasCertificate(section)
                ? TlsConfig.DEFAULT : null);
            places.put(address, section.place());
            apply(section.place(), new Order.AddHttpListener(listener));
            open(section.place(), listener);
        }
        final ListenerConfig listener = state.listener(address);
        if (listener == null) {
            return;
        }
        if (TlsReader.hasCertificate(section)) {
            certificate(section, frontend.key());
        }
        apply(section.place(), new Order.AddHttpFrontend(frontend, listener.protocol()));
    }

    private void certificate(final TomlSection section, final FrontendKey key) {
        final CertificateConfig certificate = section.valid(() -> tls.certificate(section, key));
        if (certificate != null) {
            apply(section, section.at("certificate"), new Order.AddCertificate(certificate));
        }
    }

    private static Condition condition(final TomlSection section, final String name,
                                       final BiFunction<String, String, Condition> maker) {
        if (!section.has(name)) {
            return null;
        }
        final Map<String, String> texts = section.texts(name);
        if (!texts.keySet().equals(Set.of("name", "value"))) {
            throw new InvalidConfigException(name, "must be { name = \"...\", value = \"...\" }");
        }
        return maker.apply(texts.get("name"), texts.get("value"));
    }

    /**
     * Returns whether the address is one of http or https, or of nobody, so that a listener can be made for
     * it.
     */
    private boolean usable(final TomlSection section, final InetSocketAddress address) {
        final Protocol protocol = protocols.get(address);
        final String text = Addresses.format(address);
        if (protocol == Protocol.TCP || protocol == Protocol.UDP) {
            problems.error(section.at("address"), "listener " + text + " speaks " + protocol.text()
                + "; a frontend of an http cluster needs one that speaks http");
            return false;
        }
        final ListenerConfig listener = state.listener(address);
        final boolean isHttp = listener == null ? protocol == Protocol.HTTP
            : listener.protocol() == ListenerProtocol.HTTP;
        if (isHttp && TlsReader.hasCertificate(section)) {
            problems.error(section.at("address"), "listener " + text + " speaks http"
                + (protocol == null ? ", because its first frontend has no certificate" : "")
                + "; a frontend with a certificate needs one that speaks https");
            return false;
        }
        if (!Served.HTTPS && (protocol == Protocol.HTTPS || TlsReader.hasCertificate(section))) {
            problems.warn(section.at("address"), "https is not served yet; frontend " + text + " is skipped");
            return false;
        }
        return true;
    }

    private ListenerConfig implicit(final InetSocketAddress address) {
        return new ListenerConfig(ListenerProtocol.HTTP, address, null, false,
            ListenerConfig.DEFAULT_STICKY_NAME,
            settings.timeouts(), HeaderPolicy.DEFAULT, ListenerLimits.DEFAULT, false);
    }

    private void backend(final TomlSection section, final String clusterId, final int index) {
        section.warnOfIgnored();
        final String text = section.required("address");
        final BackendAddress address = text == null ? null
            : section.valid(() -> BackendAddress.parse("address", text));
        if (address == null) {
            return;
        }
        final String id = section.has("backend_id") ? section.text("backend_id")
            : clusterId + "-" + index + "-" + address.text();
        final BackendConfig backend = section.valid(() -> new BackendConfig(clusterId, id, address,
            section.has("sticky_id") ? section.text("sticky_id") : null, section.number("weight"),
            section.flag("backup"), section.number("max_connections")));
        if (backend != null) {
            final BackendKey key = BackendKey.of(backend);
            if (!twice(key, section.place(), "backend " + key)) {
                apply(section.place(), new Order.AddBackend(backend));
            }
        }
    }

    private boolean twice(final Object key, final TomlPosition place, final String name) {
        final TomlPosition first = places.putIfAbsent(key, place);
        if (first != null) {
            problems.error(place, name + " is written twice, first at line " + first.line());
        }
        return first != null;
    }

    private Protocol protocol(final TomlSection section) {
        return section.required("protocol") == null ? null : section.choice("protocol", Protocol.class, null);
    }

    private InetSocketAddress address(final TomlSection section) {
        final String text = section.required("address");
        return text == null ? null : section.valid(() -> Addresses.parse("address", text));
    }

    private void open(final TomlPosition place, final ListenerConfig listener) {
        if (settings.activateListeners()) {
            apply(place, new Order.ActivateListener(listener.address(), listener.protocol(), false,
                Order.NO_SLOT));
        }
    }

    /** Returns whether it was taken; else it is reported. */
    private boolean apply(final TomlPosition place, final Order.Change order) {
        try {
            state.apply(order);
            return true;
        } catch (final RefusedException e) {
            problems.error(place, e.getMessage());
            return false;
        }
    }

    /** As the other, and reports what OpenSSL refuses. */
    private boolean apply(final TomlSection section, final TomlPosition place, final Order.Change order) {
        final boolean taken = apply(place, order);
        try {
            if (taken) {
                check.check(state, order);
            }
        } catch (final RefusedException e) {
            tls.refused(section, e.getMessage(), place);
        }
        return taken;
    }
}
