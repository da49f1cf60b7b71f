package io.sozu.master.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every key does what the table of keys says, an effect or a warning, and the manual says the same. */
final class ConfigKeysTest {
    private static final Path MANUAL = Path.of("..", "docs", "configuration.md");
    private static final String TOP = """
        # top
        [[listeners]]
        protocol = "http"
        address = "127.0.0.1:80"
        # listener
        [clusters.web]
        protocol = "http"
        # cluster
        frontends = [{ address = "127.0.0.1:80", hostname = "a" # frontend
        }]
        backends = [{ address = "127.0.0.1:3000" # backend
        }]
        """.replace(" # frontend\n", "/*frontend*/").replace(" # backend\n", "/*backend*/");

    /** The same for keys that mean nothing without TLS. */
    private static final String SECURE = TOP.replaceFirst("\"http\"", "\"https\"")
        .replace("hostname = \"a\"",
            "hostname = \"a.example.com\", certificate = \"ec.pem\", key = \"ec.key\"");

    private static final String BACKENDS = TOP + "[clusters.web.backend_tls]\n# backend_tls\n";

    @TempDir
    private Path directory;

    /** Returns a file in which one more key is written; null for none. */
    private static String with(final ConfigKey key, final String line) {
        final String place = switch (key.section()) {
            case TOP -> "# top";
            case LISTENER -> "# listener";
            case CLUSTER -> "# cluster";
            case BACKEND_TLS -> "# backend_tls";
            case FRONTEND -> "/*frontend*/";
            case BACKEND -> "/*backend*/";
            case METRICS, HSTS -> throw new IllegalArgumentException();
        };
        final boolean inline = place.startsWith("/*");
        final String file = isOfTls(key) ? SECURE
            : key.section() == ConfigKey.Section.BACKEND_TLS ? BACKENDS : TOP;
        return file.replace(place, inline ? line.isEmpty() ? "" : ", " + line : line)
            .replaceAll("/\\*.*?\\*/", "");
    }

    private static boolean isOfTls(final ConfigKey key) {
        return key.served() && (key.name().equals("hsts") || (key.section() == ConfigKey.Section.LISTENER
            ? TlsReader.LISTENER_KEYS.contains(key.name()) : key.section() == ConfigKey.Section.FRONTEND
            && key.name().equals("ocsp_file")));
    }

    /** What is written for each served key: never its default. */
    private static Map<ConfigKey, String> samples() {
        final Map<ConfigKey, String> samples = new LinkedHashMap<>();
        for (final ConfigKey key : ConfigKeys.ALL) {
            if (key.served() && !inner(key) && !shownElsewhere(key.section() + "." + key.name())) {
                samples.put(key, sample(key));
            }
        }
        return samples;
    }

    private static String sample(final ConfigKey key) {
        final String value = switch (key.type()) {
            case FLAG -> key.defaultText().equals("true") ? "false" : "true";
            case INTEGER -> Long.toString(switch (key.name()) {
                case "command_buffer_size" -> 600;
                case "no_route_status" -> 421;
                default -> key.max() - 1;
            });
            case INTEGERS -> "[0, 1000]";
            case TEXTS -> "[\"" + wordSample(key.name()) + "\"]";
            case TEXT -> "\"" + textSample(key) + "\"";
            case TABLE -> switch (key.name()) {
                case "tags" -> "{ owner = \"me\" }";
                case "hsts" -> "{ max_age = 86400 }";
                case "header", "query" -> "{ name = \"a\", value = \"b\" }";
                default -> "";
            };
            default -> "";
        };
        return value.isEmpty() ? "" : key.name() + " = " + value + rateOf(key.name());
    }

    private static String wordSample(final String key) {
        return switch (key) {
            case "tls_versions", "versions" -> "TLSv1.3";
            case "cipher_list" -> "ECDHE-ECDSA-AES128-GCM-SHA256";
            case "cipher_suites" -> "TLS_AES_128_GCM_SHA256";
            case "groups_list" -> "X25519";
            case "signature_algorithms" -> "ecdsa_secp256r1_sha256";
            default -> throw new IllegalArgumentException(key);
        };
    }

    /** A burst means nothing without its rate, a port nothing without the redirect to it. */
    private static String rateOf(final String key) {
        if (key.equals("https_redirect_port")) {
            return "\nhttps_redirect = true";
        }
        return key.contains("_burst") ? "\n" + key.replace("_burst", "_rate") + " = 3" : "";
    }

    private static String textSample(final ConfigKey key) {
        return switch (key.name()) {
            case "log_level" -> "debug";
            case "log_target" -> "stderr";
            case "public_address" -> "1.2.3.4:80";
            case "forwarded" -> "append";
            case "path" -> "/a";
            case "path_type" -> "EQUALS\", path = \"/a";
            case "method" -> "GET";
            case "position" -> "PRE";
            case "hash_key" -> "header:X-User\"\nload_balancing = \"HRW";
            case "client_cert_prefix" -> "X-Client-Cert-";
            case "certificate" -> "ec.pem\"\nkey = \"ec.key";
            case "certificate_chain" -> "inter.pem\"\ncertificate = \"rsa.pem\"\nkey = \"rsa8.key";
            case "no_sni", "unknown_sni" -> "refuse";
            case "client_auth" -> "optional\"\nclient_ca = \"ca.pem";
            case "ca" -> "ca.pem";
            case "client_ca" -> "ca.pem\"\nclient_auth = \"required";
            case "client_crl" -> "crl.pem\"\nclient_ca = \"ca.pem\"\nclient_auth = \"required";
            case "ocsp_file" -> key.section() == ConfigKey.Section.FRONTEND ? "ocsp.der"
                : "ocsp.der\"\ncertificate = \"ec.pem\"\nkey = \"ec.key";
            case "sticky_same_site" -> "LAX";
            case "sticky_path" -> "/app";
            case "load_metric" -> "REQUESTS\"\nload_balancing = \"LEAST_LOADED";
            default -> "other";
        };
    }

    /**
     * Keys whose effect the other tests of the file show: they are in every file, have one value, or are
     * warned of.
     */
    private static boolean shownElsewhere(final String key) {
        return Set.of("TOP.listeners", "TOP.clusters", "LISTENER.protocol", "LISTENER.address",
            "CLUSTER.protocol", "CLUSTER.frontends", "CLUSTER.backends", "CLUSTER.load_balancing",
            "CLUSTER.backend_tls", "BACKEND_TLS.verify", "BACKEND_TLS.key",
            "FRONTEND.address", "FRONTEND.hostname", "BACKEND.address", "LISTENER.alpn_protocols",
            "LISTENER.key", "LISTENER.key_log_file", "LISTENER.ktls", "FRONTEND.certificate",
            "FRONTEND.certificate_chain",
            "FRONTEND.key").contains(key);
    }

    @Test
    void shouldLetEveryServedKeyHaveAnEffect() throws ConfigFileException {
        final TomlFiles files = new TomlFiles(directory).withMaterial();
        final Set<Object> results = new HashSet<>();
        for (final ConfigKey key : ConfigKeys.ALL) {
            if (!inner(key)) {
                final ConfigFile base = files.load(with(key, ""));
                results.add(List.of(base.settings(), base.orders()));
            }
        }
        assertEquals(3, results.size());
        for (final Map.Entry<ConfigKey, String> sample : samples().entrySet()) {
            final ConfigFile file = files.load(with(sample.getKey(), sample.getValue()));
            assertEquals(List.of(), file.warnings(), sample::toString);
            assertTrue(results.add(List.of(file.settings(), file.orders())),
                sample + " has no effect, or that of another key");
        }
    }

    @Test
    void shouldWarnOnceOfEveryKeyThatIsNotServed() throws ConfigFileException {
        final TomlFiles files = new TomlFiles(directory);
        for (final ConfigKey key : ConfigKeys.ALL) {
            if (!key.served() && !inner(key)) {
                final ConfigFile file = files.load(with(key, key.name() + " = " + unserved(key)));
                assertEquals(1, file.warnings().size(), key + ": " + file.warnings());
                assertTrue(file.warnings().getFirst().contains("'" + key.name()
                    + "' is not served yet and has no effect"), file.warnings().getFirst());
            }
        }
    }

    /** Keys of a table inside of another: the table is warned of, and HstsReaderTest shows their effect. */
    private static boolean inner(final ConfigKey key) {
        return key.section() == ConfigKey.Section.METRICS || key.section() == ConfigKey.Section.HSTS;
    }

    private static String unserved(final ConfigKey key) {
        return switch (key.type()) {
            case FLAG -> key.defaultText().equals("true") ? "false" : "true";
            case INTEGER -> Long.toString(key.max() > 0 ? key.max() - 1 : 77);
            case TEXT -> "\"other\"";
            case TEXTS -> "[\"x\"]";
            case INTEGERS -> "[1]";
            case TABLE -> "{}";
            case TABLES -> "[{}]";
        };
    }

    @Test
    void shouldSayNothingOfAnUnservedKeyThatSaysWhatHoldsAnyway() throws ConfigFileException {
        final TomlFiles files = new TomlFiles(directory);
        for (final ConfigKey key : ConfigKeys.ALL) {
            if (!key.served() && !key.defaultText().isEmpty() && !inner(key)) {
                assertEquals(List.of(), files.load(with(key, defaultOf(key))).warnings());
            }
        }
    }

    @Test
    void shouldTakeEachDefaultFromTheTableOfKeys() throws ConfigFileException {
        final TomlFiles files = new TomlFiles(directory).withMaterial();
        for (final ConfigKey key : ConfigKeys.ALL) {
            // Written, max_connections does not give way to the limit of descriptors any more.
            if (key.served() && !key.defaultText().isEmpty() && !inner(key)
                && !key.name().equals("max_connections")) {
                final ConfigFile file = files.load(with(key, defaultOf(key)));
                assertEquals(files.load(with(key, "")), file, key.toString());
            }
        }
    }

    private static String defaultOf(final ConfigKey key) {
        final String quote = key.type() == ConfigKey.Type.TEXT ? "\"" : "";
        return key.name() + " = " + quote + key.defaultText() + quote;
    }

    @Test
    void shouldAgreeWithTheManual() throws IOException {
        final List<String> expected = new ArrayList<>();
        for (final ConfigKey key : ConfigKeys.ALL) {
            expected.add("| `" + key.name() + "` | " + key.type().title() + " | "
                + (key.defaultText().isEmpty() ? "\u2013" : "`" + key.defaultText() + "`") + " | "
                + (key.served() ? "yes" : "not yet") + " |");
        }
        final List<String> written = Files.readAllLines(MANUAL).stream()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.substring(0, line.lastIndexOf("|", line.length() - 2) + 1)).toList();

        assertEquals(String.join("\n", expected), String.join("\n", written));
    }

    @Test
    void shouldLoadTheExampleOfTheManual() throws IOException, ConfigFileException {
        final String manual = Files.readString(MANUAL);
        final int from = manual.indexOf("```toml\n") + "```toml\n".length();
        final ConfigFile file = new TomlFiles(directory)
            .load(manual.substring(from, manual.indexOf("```", from)));

        assertEquals(List.of(), file.warnings());
        assertEquals(7, file.orders().size());
    }

    @Test
    void shouldNotListAKeyTwice() {
        final Set<String> names = new TreeSet<>();
        for (final ConfigKey key : ConfigKeys.ALL) {
            assertTrue(names.add(key.section() + "." + key.name()), key.toString());
        }
    }
}
