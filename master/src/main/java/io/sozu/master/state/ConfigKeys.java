package io.sozu.master.state;

import io.sozu.control.model.AnswerPolicy;
import io.sozu.control.model.BackendTls;
import io.sozu.control.model.BalancingConfig;
import io.sozu.control.model.ClientAuth;
import io.sozu.control.model.ClusterAdmission;
import io.sozu.control.model.FailurePolicy;
import io.sozu.control.model.HstsConfig;
import io.sozu.control.model.HttpsRedirect;
import io.sozu.control.model.ListenerAdmission;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.ListenerLimits;
import io.sozu.control.model.RateLimit;
import io.sozu.control.model.SniPolicy;
import io.sozu.control.model.StickyConfig;
import io.sozu.control.model.Timeouts;
import io.sozu.control.model.TlsConfig;
import io.sozu.master.state.ConfigKey.Section;
import io.sozu.master.state.ConfigKey.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Every key a configuration file may have, those of Sōzu that are not served yet among them. */
final class ConfigKeys {
    static final List<ConfigKey> ALL;

    private static final long MAX_BUFFER_BYTES = 64 << 20;
    private static final long DAY_SECONDS = 86_400;
    private static final String[] H2_NUMBERS = {"h2_initial_connection_window",
        "h2_max_concurrent_streams", "h2_max_header_list_size", "h2_max_header_table_size",
        "h2_max_header_fields", "h2_max_rst_stream_per_window", "h2_max_rst_stream_lifetime",
        "h2_max_rst_stream_abusive_lifetime", "h2_max_rst_stream_emitted_lifetime", "h2_max_ping_per_window",
        "h2_max_settings_per_window", "h2_max_empty_data_per_window",
        "h2_max_window_update_stream0_per_window", "h2_max_continuation_frames", "h2_max_glitch_count",
        "h2_stream_idle_timeout_seconds", "h2_stream_shrink_ratio", "h2_graceful_shutdown_deadline_seconds"};
    private static final String[] ANSWERS = {"answer_301", "answer_400", "answer_401", "answer_404",
        "answer_408", "answer_413", "answer_421", "answer_429", "answer_502", "answer_503", "answer_504",
        "answer_507"};

    private final List<ConfigKey> keys = new ArrayList<>();
    private final Section section;

    static {
        final List<ConfigKey> all = new ArrayList<>();
        all.addAll(top());
        all.addAll(metrics());
        all.addAll(listener());
        all.addAll(cluster());
        all.addAll(backendTls());
        all.addAll(frontend());
        all.addAll(backend());
        all.addAll(hsts());
        ALL = Collections.unmodifiableList(all);
    }

    private ConfigKeys(final Section section) {
        this.section = section;
    }

    private static List<ConfigKey> top() {
        final ConfigKeys top = new ConfigKeys(Section.TOP);
        top.text("command_socket", "./" + Settings.DEFAULT_SOCKET);
        top.number("command_buffer_size", 1_000_000, 512, MAX_BUFFER_BYTES);
        top.number("max_command_buffer_size", 2_000_000, 512, MAX_BUFFER_BYTES);
        top.served("command_allowed_uids", Type.INTEGERS, "", 0, Integer.MAX_VALUE);
        top.number("ctl_command_timeout", 1000, 0, DAY_SECONDS * 1000);
        top.number("worker_count", 2, 1, 256);
        top.flag("spare_worker", false);
        top.flag("worker_automatic_restart", true);
        top.number("worker_timeout", 10, 1, DAY_SECONDS);
        top.flag("handle_process_affinity", false);
        top.text("pid_file_path", "");
        top.number("orphan_grace", 60, 0, DAY_SECONDS);
        top.number("shutdown_timeout", 30, 0, DAY_SECONDS);
        top.number("max_connections", 10_000, 1, 1_000_000);
        top.number("max_buffers", 1000, 8, 1_000_000);
        top.number("buffer_size", 16_384, 4096, 1 << 20);
        top.flag("evict_on_queue_full", false);
        top.number("max_connections_per_ip", 0, 0, ListenerAdmission.MAX_COUNT);
        top.number("retry_after", ClusterAdmission.DEFAULT_RETRY_SECONDS, 0, Timeouts.MAX_SECONDS);
        top.number("max_idle_per_backend", 1024, 0, 1_000_000);
        top.number("backend_idle_timeout", 4, 1, DAY_SECONDS);
        top.number("resolve_interval", 10, 1, DAY_SECONDS);
        timeouts(top, true);
        top.flag("activate_listeners", true);
        top.ofTls("ssl_library", Type.TEXT, "", 0, 0);
        top.ofTls("ticket_key_lifetime", Type.INTEGER, Long.toString(Settings.Tls.DEFAULT_TICKET_KEY_SECONDS),
            Settings.Tls.MIN_TICKET_KEY_SECONDS, 7 * DAY_SECONDS);
        top.ofTls("max_handshakes", Type.INTEGER, Integer.toString(Settings.Tls.DEFAULT_MAX_HANDSHAKES), 0,
            1_000_000);
        top.text("log_level", "info");
        top.text("log_target", "stdout");
        top.served("listeners", Type.TABLES, "", 0, 0);
        top.served("clusters", Type.TABLE, "", 0, 0);
        top.ignored("metrics", Type.TABLE, "");
        top.ignored("saved_state", Type.TEXT, "");
        top.ignored("automatic_state_save", Type.FLAG, "false");
        top.ignored("min_buffers", Type.INTEGER, "1");
        top.ignored("slab_entries_per_connection", Type.INTEGER, "4");
        top.ignored("basic_auth_max_credential_bytes", Type.INTEGER, "0");
        top.ignored("splice_pipe_capacity_bytes", Type.INTEGER, "");
        top.ignored("accept_queue_timeout", Type.INTEGER, "60");
        top.ignored("zombie_check_interval", Type.INTEGER, "1800");
        top.ignored("log_colored", Type.FLAG, "false");
        top.ignored("access_logs_target", Type.TEXT, "");
        top.ignored("access_logs_format", Type.TEXT, "ascii");
        top.ignored("access_logs_colored", Type.FLAG, "false");
        top.ignored("audit_logs_target", Type.TEXT, "");
        top.ignored("audit_logs_json_target", Type.TEXT, "");
        top.ignored("disable_cluster_metrics", Type.FLAG, "false");
        return top.keys;
    }

    private static List<ConfigKey> metrics() {
        final ConfigKeys metrics = new ConfigKeys(Section.METRICS);
        metrics.ignored("address", Type.TEXT, "");
        metrics.ignored("tagged_metrics", Type.FLAG, "false");
        metrics.ignored("prefix", Type.TEXT, "sozu");
        metrics.ignored("detail", Type.TEXT, "cluster");
        return metrics.keys;
    }

    private static List<ConfigKey> listener() {
        final ConfigKeys listener = new ConfigKeys(Section.LISTENER);
        listener.text("protocol", "");
        listener.text("address", "");
        listener.text("public_address", "");
        timeouts(listener, false);
        listener.text("forwarded", "replace");
        listener.text("sozu_id_header", "Sozu-Id");
        listener.flag("elide_x_real_ip", false);
        listener.flag("send_x_real_ip", false);
        listener.text("client_cert_prefix", "");
        limits(listener, ListenerLimits.DEFAULT);
        listener.number("no_route_status", AnswerPolicy.DEFAULT.noRouteStatus(), 400, 503);
        listener.number("max_connections", 0, 0, ListenerAdmission.MAX_COUNT);
        listener.number("max_connections_per_source", 0, 0, ListenerAdmission.MAX_COUNT);
        listener.text("sticky_name", ListenerConfig.DEFAULT_STICKY_NAME);
        rates(listener, "connection");
        rates(listener, "request");
        listener.ignored("expect_proxy", Type.FLAG, "false");
        listener.ignored("answers", Type.TABLE, "");
        for (final String name : ANSWERS) {
            listener.ignored(name, Type.TEXT, "");
        }
        tls(listener);
        listener.ignored("disable_http11", Type.FLAG, "false");
        listener.ofTls("hsts", Type.TABLE, "", 0, 0);
        for (final String name : H2_NUMBERS) {
            listener.ignored(name, Type.INTEGER, "");
        }
        listener.ignored("max_rx_datagram_size", Type.INTEGER, "1500");
        listener.ignored("max_flows", Type.INTEGER, "0");
        return listener.keys;
    }

    private static List<ConfigKey> cluster() {
        final ConfigKeys cluster = new ConfigKeys(Section.CLUSTER);
        cluster.text("protocol", "");
        cluster.served("frontends", Type.TABLES, "", 0, 0);
        cluster.served("backends", Type.TABLES, "", 0, 0);
        cluster.served("backend_tls", Type.TABLE, "", 0, 0);
        cluster.text("load_balancing", "ROUND_ROBIN");
        failure(cluster, FailurePolicy.DEFAULT);
        cluster.text("load_metric", "");
        cluster.served("max_connections_per_ip", Type.INTEGER, "", 0, ListenerAdmission.MAX_COUNT);
        cluster.served("retry_after", Type.INTEGER, "", 0, Timeouts.MAX_SECONDS);
        terms(cluster);
        affinity(cluster);
        rates(cluster, "request");
        cluster.flag("https_redirect", false);
        cluster.served("https_redirect_port", Type.INTEGER, "", 1, HttpsRedirect.MAX_PORT);
        cluster.ignored("send_proxy", Type.FLAG, "false");
        cluster.ignored("http2", Type.FLAG, "false");
        cluster.ignored("answer_503", Type.TEXT, "");
        cluster.ignored("answers", Type.TABLE, "");
        cluster.ignored("authorized_hashes", Type.TEXTS, "");
        cluster.ignored("www_authenticate", Type.TEXT, "");
        cluster.ignored("health_check", Type.TABLE, "");
        cluster.ignored("udp", Type.TABLE, "");
        return cluster.keys;
    }

    private static List<ConfigKey> backendTls() {
        final ConfigKeys tls = new ConfigKeys(Section.BACKEND_TLS);
        tls.flag("verify", BackendTls.DEFAULT.verify());
        tls.text("ca", "");
        tls.text("server_name", "");
        tls.served("versions", Type.TEXTS, "", 0, 0);
        tls.text("certificate", "");
        tls.text("certificate_chain", "");
        tls.text("key", "");
        return tls.keys;
    }

    private static void affinity(final ConfigKeys cluster) {
        cluster.text("hash_key", "");
        cluster.number("slow_start", 0, 0, BalancingConfig.MAX_SLOW_START_SECONDS);
        cluster.flag("sticky_session", false);
        cluster.flag("sticky_secure", false);
        cluster.flag("sticky_http_only", false);
        cluster.text("sticky_same_site", "");
        cluster.number("sticky_max_age", 0, 0, StickyConfig.MAX_AGE_SECONDS);
        cluster.text("sticky_path", StickyConfig.DEFAULT.path());
    }

    private static List<ConfigKey> frontend() {
        final ConfigKeys frontend = new ConfigKeys(Section.FRONTEND);
        frontend.text("address", "");
        frontend.text("hostname", "");
        frontend.text("path", "");
        frontend.text("path_type", "PREFIX");
        frontend.text("method", "");
        frontend.text("position", "TREE");
        frontend.served("header", Type.TABLE, "", 0, 0);
        frontend.served("query", Type.TABLE, "", 0, 0);
        frontend.served("tags", Type.TABLE, "", 0, 0);
        terms(frontend);
        certificate(frontend);
        frontend.ignored("tls_versions", Type.TEXTS, "");
        frontend.ignored("redirect", Type.TEXT, "forward");
        frontend.ignored("redirect_scheme", Type.TEXT, "use-same");
        frontend.ignored("redirect_template", Type.TEXT, "");
        frontend.ignored("rewrite_host", Type.TEXT, "");
        frontend.ignored("rewrite_path", Type.TEXT, "");
        frontend.ignored("rewrite_port", Type.INTEGER, "");
        frontend.ignored("required_auth", Type.FLAG, "false");
        frontend.ignored("headers", Type.TABLES, "");
        frontend.ofTls("hsts", Type.TABLE, "", 0, 0);
        return frontend.keys;
    }

    private static List<ConfigKey> backend() {
        final ConfigKeys backend = new ConfigKeys(Section.BACKEND);
        backend.text("address", "");
        backend.text("backend_id", "");
        backend.number("weight", 100, 0, 255);
        backend.flag("backup", false);
        backend.number("max_connections", 0, 0, FailurePolicy.MAX_COUNT);
        backend.text("sticky_id", "");
        return backend.keys;
    }

    private static List<ConfigKey> hsts() {
        final ConfigKeys hsts = new ConfigKeys(Section.HSTS);
        hsts.ofTls("enabled", Type.FLAG, Boolean.toString(true), 0, 0);
        hsts.ofTls("max_age", Type.INTEGER, Long.toString(HstsConfig.DEFAULT_MAX_AGE_SECONDS), 0,
            Integer.MAX_VALUE);
        for (final String name : List.of("include_subdomains", "preload", "force_replace_backend")) {
            hsts.ofTls(name, Type.FLAG, Boolean.toString(false), 0, 0);
        }
        return hsts.keys;
    }

    private static void tls(final ConfigKeys listener) {
        for (final String name : List.of("tls_versions", "cipher_list", "cipher_suites", "groups_list",
            "signature_algorithms", "alpn_protocols")) {
            listener.ofTls(name, Type.TEXTS, "", 0, 0);
        }
        certificate(listener);
        listener.ofTls("no_sni", Type.TEXT, SniPolicy.DEFAULT.noSni().text(), 0, 0);
        listener.ofTls("unknown_sni", Type.TEXT, SniPolicy.DEFAULT.unknownSni().text(), 0, 0);
        listener.ofTls("strict_sni_binding", Type.FLAG, Boolean.toString(SniPolicy.DEFAULT.strictBinding()),
            0, 0);
        listener.ofTls("send_tls13_tickets", Type.INTEGER, Long.toString(TlsConfig.DEFAULT_TICKETS), 0,
            TlsConfig.MAX_TICKETS);
        listener.ofTls("handshake_timeout", Type.INTEGER, Long.toString(TlsConfig.DEFAULT_HANDSHAKE_SECONDS),
            1, Timeouts.MAX_SECONDS);
        listener.ofTls("client_auth", Type.TEXT, ClientAuth.Mode.NONE.text(), 0, 0);
        listener.ofTls("client_ca", Type.TEXT, "", 0, 0);
        listener.ofTls("client_auth_depth", Type.INTEGER, Long.toString(ClientAuth.DEFAULT_DEPTH), 0,
            ClientAuth.MAX_DEPTH);
        listener.ofTls("client_crl", Type.TEXT, "", 0, 0);
        listener.ofTls("key_log_file", Type.TEXT, "", 0, 0);
        listener.ofTls("ktls", Type.FLAG, Boolean.toString(false), 0, 0);
    }

    private static void certificate(final ConfigKeys table) {
        table.ofTls("certificate", Type.TEXT, "", 0, 0);
        table.ofTls("certificate_chain", Type.TEXT, "", 0, 0);
        table.ofTls("key", Type.TEXT, "", 0, 0);
        table.ofTls("ocsp_file", Type.TEXT, "", 0, 0);
    }

    private static void failure(final ConfigKeys cluster, final FailurePolicy absent) {
        cluster.number("max_queue", absent.maxQueue(), 0, FailurePolicy.MAX_COUNT);
        cluster.number("queue_timeout", absent.queueSeconds(), 1, Timeouts.MAX_SECONDS);
        cluster.number("consecutive_5xx", absent.consecutive5xx(), 0, FailurePolicy.MAX_COUNT);
        cluster.number("consecutive_failures", absent.consecutiveFailures(), 0, FailurePolicy.MAX_COUNT);
        cluster.number("ejection_time", absent.ejectionSeconds(), 1, FailurePolicy.MAX_EJECTION_SECONDS);
        cluster.number("max_ejected_percent", absent.maxEjectedPercent(), 0, 100);
        cluster.number("retries", absent.retries(), 0, FailurePolicy.MAX_RETRIES);
        cluster.number("retry_budget", absent.retryBudgetPercent(), 0, 100);
    }

    private static void rates(final ConfigKeys table, final String what) {
        for (final String suffix : List.of("", "_per_source")) {
            table.number(what + "_rate" + suffix, 0, 0, RateLimit.MAX);
            table.number(what + "_burst" + suffix, 0, 0, RateLimit.MAX);
        }
    }

    private static void timeouts(final ConfigKeys table, final boolean defaults) {
        table.timeout("front_timeout", defaults, Timeouts.DEFAULT.frontSeconds());
        table.timeout("back_timeout", defaults, Timeouts.DEFAULT.backSeconds());
        table.timeout("connect_timeout", defaults, Timeouts.DEFAULT.connectSeconds());
        table.timeout("request_timeout", defaults, Timeouts.DEFAULT.requestSeconds());
        table.served("keepalive_timeout", Type.INTEGER, defaults ? "0" : "", 0, Timeouts.MAX_SECONDS);
        table.served("response_timeout", Type.INTEGER, defaults ? "0" : "", 0, Timeouts.MAX_SECONDS);
    }

    private static void limits(final ConfigKeys listener, final ListenerLimits absent) {
        listener.number("max_body_size", absent.maxBodyBytes(), 0, ListenerLimits.MAX_BODY_BYTES);
        listener.number("min_body_rate", absent.minBodyRate(), 0, ListenerLimits.MAX_BODY_RATE);
        listener.number("max_keepalive_requests", absent.maxKeepaliveRequests(), 0, Integer.MAX_VALUE);
        listener.number("max_connection_age", absent.maxAgeSeconds(), 0, Timeouts.MAX_SECONDS);
        listener.number("max_header_fields", absent.maxHeaderFields(), 1, ListenerLimits.MAX_HEADER_FIELDS);
        listener.number("max_header_size", absent.maxHeaderBytes(), 0, ListenerLimits.MAX_HEADER_BYTES);
    }

    private static void terms(final ConfigKeys table) {
        table.timeout("front_timeout", false, 0);
        table.timeout("back_timeout", false, 0);
        table.timeout("connect_timeout", false, 0);
        table.timeout("response_timeout", false, 0);
        table.served("min_body_rate", Type.INTEGER, "", 0, ListenerLimits.MAX_BODY_RATE);
        table.served("max_body_size", Type.INTEGER, "", 0, ListenerLimits.MAX_BODY_BYTES);
    }

    private void timeout(final String name, final boolean defaults, final int seconds) {
        served(name, Type.INTEGER, defaults ? Integer.toString(seconds) : "", 1, Timeouts.MAX_SECONDS);
    }

    private void text(final String name, final String absent) {
        served(name, Type.TEXT, absent, 0, 0);
    }

    private void flag(final String name, final boolean absent) {
        served(name, Type.FLAG, Boolean.toString(absent), 0, 0);
    }

    private void number(final String name, final long absent, final long min, final long max) {
        served(name, Type.INTEGER, Long.toString(absent), min, max);
    }

    private void served(final String name, final Type type, final String absent, final long min,
        final long max) {
        keys.add(new ConfigKey(section, name, type, absent, min, max, true));
    }

    private void ofTls(final String name, final Type type, final String absent, final long min,
        final long max) {
        keys.add(new ConfigKey(section, name, type, absent, min, max, Served.HTTPS));
    }

    private void ignored(final String name, final Type type, final String absent) {
        keys.add(new ConfigKey(section, name, type, absent, 0, 0, false));
    }
}
