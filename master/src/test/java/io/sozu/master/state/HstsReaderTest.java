package io.sozu.master.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sozu.control.Order;
import io.sozu.control.model.HstsConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tomlj.Toml;
import org.tomlj.TomlPosition;

/** What the file says of Strict-Transport-Security. */
final class HstsReaderTest {
    private static final int YEAR_SECONDS = 31_536_000;

    private static final String SITE = """
        [[listeners]]
        protocol = "%s"
        address = "127.0.0.1:80"
        %s

        [clusters.web]
        protocol = "http"
        frontends = [{ address = "127.0.0.1:80", hostname = "a", hsts = %s }]
        """;

    @TempDir
    private Path directory;
    private Problems problems;

    @BeforeEach
    void forgetProblems() {
        problems = new Problems("F");
    }

    private HstsConfig read(final String keys) {
        return new HstsReader(problems).read(new TomlSection(Toml.parse(keys),
            TomlPosition.positionAt(1, 1), ConfigKey.Section.HSTS, "'hsts'", problems));
    }

    @Test
    void shouldReadEveryKeyAndHaveTheDefaultsOfOrders() throws ConfigFileException {
        assertEquals(new HstsConfig(true, YEAR_SECONDS, false, false, false), read(""));
        assertEquals(new HstsConfig(true, YEAR_SECONDS, false, false, false), read("enabled = true"));
        assertEquals(new HstsConfig(false, YEAR_SECONDS, false, false, false), read("enabled = false"));
        assertEquals(new HstsConfig(true, 0, false, false, false), read("max_age = 0"));
        assertEquals(new HstsConfig(true, YEAR_SECONDS, true, false, false),
            read("include_subdomains = true"));
        assertEquals(new HstsConfig(true, 63_072_000, true, true, true),
            read("enabled = true\nmax_age = 63072000\ninclude_subdomains = true\npreload = true\n"
                + "force_replace_backend = true"));
        problems.throwIfAny();
        assertEquals(List.of(), problems.warnings());
    }

    @Test
    void shouldWarnOfWhatDoesLessThanItSeems() {
        read("preload = true");
        read("include_subdomains = true\nmax_age = 31535999\npreload = true");
        read("max_age = 86399");
        read("enabled = false\npreload = true");

        assertEquals(List.of("F:1:1: 'preload' has no effect yet: the makers of browsers ask for"
                + " include_subdomains = true and a max_age of 31536000 at least",
            "F:1:1: 'max_age' is 86399, less than a day: it protects nobody who comes less often; 0 takes"
                + " back what was said", "F:3:1: 'preload' has no effect yet: the makers of browsers ask for"
                + " include_subdomains = true and a max_age of 31536000 at least"), problems.warnings());
    }

    @Test
    void shouldNameTheKeyThatIsWrong() {
        read("max-age = 1");
        read("max_age = -1");
        read("preload = 1");

        assertEquals(List.of("F:1:1: unknown key 'max-age' in 'hsts'; did you mean 'max_age'?",
            "F:1:1: 'max_age' is -1; it must be 0 to 2147483647",
            "F:1:1: 'preload' must be true or false, not the number 1"),
            assertThrows(ConfigFileException.class, problems::throwIfAny).problems());
    }

    @Test
    void shouldStandWithListenersAndFrontendsOfHttps() throws ConfigFileException {
        final List<HstsConfig> told = new ArrayList<>();
        final String site = SITE.formatted("https", "[listeners.hsts]\nmax_age = 86400",
            "{ enabled = false }");
        for (final Order.Change order : files().load(site).orders()) {
            if (order instanceof final Order.AddHttpListener listener) {
                told.add(listener.listener().headers().hsts());
            } else if (order instanceof final Order.AddHttpFrontend frontend) {
                told.add(frontend.frontend().hsts());
            }
        }

        assertEquals(List.of(new HstsConfig(true, 86_400, false, false, false),
            new HstsConfig(false, YEAR_SECONDS, false, false, false)), told);
    }

    @Test
    void shouldBeRefusedWithoutTls() {
        assertEquals(List.of("F:3:1: listener 127.0.0.1:80: hsts is for https; browsers do not believe it"
            + " without TLS, leave it out", "F:8:16: frontend '127.0.0.1:80;a;P': hsts is for https; browsers"
            + " do not believe it without TLS, leave it out"),
            files().problems(SITE.formatted("http", "hsts = {}", "{}")));
        assertEquals(List.of("F:8:16: frontend '127.0.0.1:80;a;P': hsts is for https; browsers do not believe"
            + " it without TLS, leave it out"), files().problems(SITE.formatted("http", "", "{}")));
    }

    private TomlFiles files() {
        return new TomlFiles(directory);
    }
}
