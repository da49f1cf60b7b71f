package io.sozu.master.state;

import io.sozu.control.model.Addresses;
import io.sozu.control.model.BackendTls;
import io.sozu.control.model.CertificateConfig;
import io.sozu.control.model.CertificateInfo;
import io.sozu.control.model.CertificateMaterial;
import io.sozu.control.model.ClientAuth;
import io.sozu.control.model.FrontendKey;
import io.sozu.control.model.InvalidConfigException;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.Quote;
import io.sozu.control.model.SniPolicy;
import io.sozu.control.model.TlsAlgorithms;
import io.sozu.control.model.TlsConfig;
import io.sozu.control.model.TlsVersion;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** Reads what the file says about TLS, with the files of certificates and keys that it names. */
final class TlsReader {
    /** The keys of a listener that mean nothing without TLS. */
    static final List<String> LISTENER_KEYS = List.of("tls_versions", "cipher_list", "cipher_suites",
        "groups_list", "signature_algorithms", "alpn_protocols", "send_tls13_tickets", "no_sni",
        "unknown_sni",
        "strict_sni_binding", "handshake_timeout", "client_auth", "client_ca", "client_auth_depth",
        "client_crl",
        "key_log_file", "ktls", "certificate", "certificate_chain", "key", "ocsp_file");
    private static final String CERTIFICATE = "certificate";
    private static final String BACKEND_TLS = "backend_tls";
    private static final String OF_CERTIFICATE = " certificate ";
    private static final int MAX_NAMES_SHOWN = 3;

    private final MaterialFiles files;
    private final Problems problems;
    private final long nowSeconds;
    private final Map<List<String>, CertificateMaterial> read = new HashMap<>();
    private final Set<String> refusals = new HashSet<>();
    private final Map<TlsConfig, TomlPosition> cipherLists = new IdentityHashMap<>();
    private final Map<TlsConfig, TomlPosition> kernelTls = new IdentityHashMap<>();

    TlsReader(final MaterialFiles files, final Problems problems, final long nowSeconds) {
        this.files = files;
        this.problems = problems;
        this.nowSeconds = nowSeconds;
    }

    /** Returns whether a frontend is one of https by what it says. */
    static boolean hasCertificate(final TomlSection section) {
        return section.has(CERTIFICATE) || section.has("key")
            || Served.HTTPS && (section.has("certificate_chain") || section.has("ocsp_file"));
    }

    /** Warns of keys that a listener without TLS has no use for. */
    void warnWithoutTls(final TomlSection section, final String protocol) {
        LISTENER_KEYS.stream().filter(section::has).forEach(key -> problems.warn(section.at(key), "key '"
            + key
            + "' has no effect on a listener of " + protocol + "; write protocol = \"https\", or leave it"
            + " out"));
    }

    /**
     * Returns how a listener speaks TLS.
     *
     * @throws InvalidConfigException naming the key, the value and the cure
     */
    TlsConfig listener(final TomlSection section) {
        warnOfKeyLog(section);
        final TlsConfig tls = new TlsConfig(algorithms(section), alpn(section),
            section.number("send_tls13_tickets"),
            new SniPolicy(section.choice("no_sni", SniPolicy.Choice.class, SniPolicy.DEFAULT.noSni()),
                section.choice("unknown_sni", SniPolicy.Choice.class, SniPolicy.DEFAULT.unknownSni()),
                section.flag("strict_sni_binding")),
            hasCertificate(section) ? material(section) : null,
            section.number("handshake_timeout"),
            clientAuth(section),
            section.has("key_log_file")
                ? files.path("key_log_file", section.text("key_log_file")).toString() : null,
            section.flag("ktls"));
        if (section.has("cipher_list")) {
            cipherLists.put(tls, section.at("cipher_list"));
        }
        if (tls.ktls()) {
            kernelTls.put(tls, section.at("ktls"));
        }
        return tls;
    }

    private ClientAuth clientAuth(final TomlSection section) {
        final ClientAuth.Mode mode = section.choice("client_auth", ClientAuth.Mode.class,
            ClientAuth.Mode.NONE);
        final String authorities = text(section, "client_ca");
        final String revoked = text(section, "client_crl");
        return new ClientAuth(mode, authorities, section.number("client_auth_depth"), revoked);
    }

    private void warnOfKeyLog(final TomlSection section) {
        if (section.has("key_log_file")) {
            problems.warn(section.at("key_log_file"), "'key_log_file': whoever can read that file can read"
                + " what every client of this listener says; leave the key out when you have seen what you"
                + " wanted");
        }
    }

    /** Returns how the backends of a cluster are spoken to; null for without TLS, and for what is wrong. */
    BackendTls backends(final TomlSection cluster, final String id) {
        final TomlTable table = cluster.table(BACKEND_TLS);
        if (table == null) {
            return null;
        }
        final TomlSection section = new TomlSection(table, cluster.at(BACKEND_TLS),
            ConfigKey.Section.BACKEND_TLS, "[clusters." + Quote.ifNeeded(id) + ".backend_tls]", problems);
        return section.valid(() -> backends(section));
    }

    private BackendTls backends(final TomlSection section) {
        if (section.has("verify") && !section.flag("verify")) {
            problems.warn(section.at("verify"), "'verify' is false: whoever answers at the address of a"
                + " backend is believed to be it; name who vouches for it by 'ca' instead");
        }
        final boolean own = section.has(CERTIFICATE) || section.has("key")
            || section.has("certificate_chain");
        final String authorities = text(section, "ca");
        return named(section, () -> new BackendTls(section.flag("verify"), authorities,
            section.has("server_name") ? section.text("server_name") : null, versions(section, "versions"),
            own ? own(section) : null));
    }

    private CertificateMaterial own(final TomlSection section) {
        final String chain = text(section, "certificate_chain");
        return CertificateMaterial.of(text(section, CERTIFICATE), chain == null ? List.of() : List.of(chain),
            text(section, "key"), null);
    }

    private static Set<TlsVersion> versions(final TomlSection section, final String key) {
        if (!section.has(key)) {
            return TlsAlgorithms.DEFAULT.versions();
        }
        final Set<TlsVersion> versions = EnumSet.noneOf(TlsVersion.class);
        for (final String name : section.list(key)) {
            versions.add(TlsVersion.parse(key, name));
        }
        if (versions.isEmpty()) {
            throw new InvalidConfigException(key, "are none; name TLS_V12, TLS_V13 or both");
        }
        return versions;
    }

    private static TlsAlgorithms algorithms(final TomlSection section) {
        return new TlsAlgorithms(versions(section, "tls_versions"), section.list("cipher_list"),
            section.list("cipher_suites"), section.list("groups_list"), section.list("signature_algorithms"));
    }

    /** Sōzu's files name h2, which is its default: they are to work as far as they can. */
    private List<String> alpn(final TomlSection section) {
        if (!section.has("alpn_protocols")) {
            return TlsConfig.DEFAULT.alpnProtocols();
        }
        final List<String> words = new ArrayList<>(section.list("alpn_protocols"));
        if (!Served.HTTP_2 && words.size() > 1 && words.removeIf(TlsConfig.HTTP_2::equalsIgnoreCase)) {
            problems.warn(section.at("alpn_protocols"), "h2 in 'alpn_protocols' is not served yet; clients"
                + " speak "
                + String.join(", ", words).toLowerCase(Locale.ROOT));
        }
        return words;
    }

    private String text(final TomlSection section, final String key) {
        return section.has(key) ? files.text(key, section.text(key)) : null;
    }

    /** Reads the certificate of a listener or frontend, and warns of what clients stumble over, once. */
    CertificateMaterial material(final TomlSection section) {
        final List<String> names = List.of(section.text(CERTIFICATE), section.text("certificate_chain"),
            section.text("key"), section.text("ocsp_file"));
        final CertificateMaterial known = read.get(names);
        if (known != null) {
            return known;
        }
        final String chain = text(section, "certificate_chain");
        final String certificate = text(section, CERTIFICATE);
        final String key = text(section, "key");
        final CertificateMaterial material = named(section, () -> CertificateMaterial.of(certificate,
            chain == null ? List.of() : List.of(chain), key, section.has("ocsp_file")
                ? files.path("ocsp_file", section.text("ocsp_file")).toString() : null));
        material.warnings(nowSeconds).forEach(warning -> problems.warn(section.at(CERTIFICATE), "'"
            + CERTIFICATE + "' " + Quote.of(section.text(CERTIFICATE)) + ": " + warning));
        read.put(names, material);
        return material;
    }

    /** Has the file named that something is wrong with. */
    private static <T> T named(final TomlSection section, final Supplier<T> value) {
        try {
            return value.get();
        } catch (final InvalidConfigException e) {
            if (!section.has(e.field())) {
                throw e;
            }
            throw new InvalidConfigException(e.field(), Quote.of(section.text(e.field())) + ": it"
                + e.getMessage().substring(e.field().length()));
        }
    }

    /**
     * Says what OpenSSL refuses, at the place of the key it is about, or with the files of the certificate;
     * once, as what is wrong with a listener comes up with each of its certificates again.
     */
    void refused(final TomlSection section, final String refusal, final TomlPosition other) {
        if (!refusals.add(refusal)) {
            return;
        }
        final TomlTable backends = refusal.contains(": " + BACKEND_TLS + ": ")
            ? section.table(BACKEND_TLS) : null;
        final String about = LISTENER_KEYS.stream().filter(key -> section.has(key)
            && refusal.contains(": " + key + " ")).findFirst().orElse(null);
        if (backends != null && backends.contains(aboutBackends(refusal))) {
            problems.error(backends.inputPositionOf(aboutBackends(refusal)), refusal);
        } else if (about != null) {
            problems.error(section.at(about), refusal);
        } else if (section.has(CERTIFICATE) && section.has("key") && refusal.contains(OF_CERTIFICATE)) {
            problems.error(section.at(CERTIFICATE), refusal + " ('" + CERTIFICATE + "' "
                + Quote.of(section.text(CERTIFICATE)) + ", 'key' " + Quote.of(section.text("key")) + ")");
        } else {
            problems.error(other, refusal);
        }
    }

    /** Returns which key of the table about backends something is wrong with. */
    private static String aboutBackends(final String refusal) {
        if (refusal.contains(": ca ")) {
            return "ca";
        }
        return refusal.contains(" the private key ") ? "key" : CERTIFICATE;
    }

    /** Returns the certificate that a frontend brings to its listener. */
    CertificateConfig certificate(final TomlSection section, final FrontendKey frontend) {
        final CertificateConfig certificate = new CertificateConfig(frontend.address(), material(section),
            List.of(), null);
        final String host = frontend.hostname();
        final boolean isName = host.indexOf('/') < 0 && !host.equals("*");
        if (isName && !certificate.names().contains(host)
            && (host.startsWith("*") || !CertificateInfo.covers(certificate.names(), host))) {
            problems.warn(section.at(CERTIFICATE), "'" + CERTIFICATE + "' "
                + Quote.of(section.text(CERTIFICATE))
                + " is for " + shown(certificate.names()) + ", not for " + Quote.of(host)
                + ": its clients will get another one, or be refused");
        }
        return certificate;
    }

    private static String shown(final List<String> names) {
        return String.join(", ", names.subList(0, Math.min(names.size(), MAX_NAMES_SHOWN)))
            + (names.size() > MAX_NAMES_SHOWN ? " and " + (names.size() - MAX_NAMES_SHOWN) + " more" : "");
    }

    private void judgeCiphers(final ConfigState state, final ListenerConfig listener,
                              final TlsCheck check) {
        final TomlPosition place = listener.tls() == null ? null : cipherLists.get(listener.tls());
        try {
            if (place != null) {
                check.unfit(listener, state.certificates(), null)
                    .forEach(warning -> problems.warn(place, warning));
            }
        } catch (final RefusedException e) {
            if (refusals.add(e.getMessage())) {
                problems.error(place, e.getMessage());
            }
        }
    }

    /** Tells of listeners whose clients, or some of them, would be refused. */
    void judgeListeners(final ConfigState state, final Map<Object, TomlPosition> places,
                        final TlsCheck check) {
        for (final ListenerConfig listener : state.listeners()) {
            judgeCiphers(state, listener, check);
            KernelTlsOffer.warnings(listener, KernelTlsOffer.OFFERED)
                .forEach(warning -> problems.warn(kernelTls.get(listener.tls()), warning));
            if (listener.tls() != null && listener.tls().certificate() == null && state.certificates()
                .stream()
                .noneMatch(each -> each.address().equals(listener.address()))) {
                problems.warn(places.get(listener.address()), "https listener "
                    + Addresses.format(listener.address()) + " has no certificate: it refuses every client"
                    + " until it gets one, by 'certificate' and 'key' here or in a frontend, or by sozuctl");
            }
        }
    }
}
