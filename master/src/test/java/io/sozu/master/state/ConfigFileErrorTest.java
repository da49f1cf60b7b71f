package io.sozu.master.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of a file that cannot be used: the place, the problem, the cure. */
final class ConfigFileErrorTest {
    private static final String L = "[[listeners]]\nprotocol = \"http\"\naddress = \"127.0.0.1:80\"\n";
    private static final String FORM = "; write IP:PORT, as 127.0.0.1:8080 or [::1]:8080";

    @TempDir
    private Path directory;

    static Stream<Arguments> wrong() {
        return Stream.of(Stream.of(
            Arguments.of("max_conections = 3", "F:1:1: unknown key 'max_conections' in the top level;"
                + " did you mean 'max_connections'?"),
            Arguments.of("\n  qwertz = 3", "F:2:3: unknown key 'qwertz' in the top level"),
            Arguments.of("worker_count = \"two\"", "F:1:1: 'worker_count' must be a whole number,"
                + " not the string 'two'"),
            Arguments.of("worker_count = 1.5",
                "F:1:1: 'worker_count' must be a whole number, not the number 1.5"),
            Arguments.of("worker_count = 0", "F:1:1: 'worker_count' is 0; it must be 1 to 256"),
            Arguments.of("max_connections = 9223372036854775807",
                "F:1:1: 'max_connections' is 9223372036854775807; it must be 1 to 1000000"),
            Arguments.of("max_connections = 9223372036854775808", "F:1:19: Integer is too large"),
            Arguments.of("front_timeout = -1", "F:1:1: 'front_timeout' is -1; it must be 1 to 31536000"),
            Arguments.of("activate_listeners = 1", "F:1:1: 'activate_listeners' must be true or false,"
                + " not the number 1"),
            Arguments.of("log_level = \"inf\"",
                "F:1:1: 'log_level' is 'inf'; it must be one of error, warn, info,"
                + " debug, trace; did you mean 'info'?"),
            Arguments.of("log_level = 1979-05-27", "F:1:1: 'log_level' must be a string, not a date or time"),
            Arguments.of("log_target = \"syslog\"", "F:1:1: 'log_target' is 'syslog'; write stdout, stderr,"
                + " file://PATH or udp://IP:PORT"),
            Arguments.of("log_target = \"udp://localhost:1\"",
                "F:1:1: 'log_target' is 'localhost:1' is a name, names"
                + " are not looked up" + FORM),
            Arguments.of("log_target = \"file://\"", "F:1:1: 'log_target' names no file"),
            Arguments.of("pid_file_path = \"a\\u0000b\"",
                "F:1:1: 'pid_file_path' is 'a\\u0000b', which is no path:"
                + " Nul character not allowed"),
            Arguments.of("command_socket = \"\"", "F:1:1: 'command_socket' names no file"),
            Arguments.of("command_socket = \"/" + "a".repeat(107) + "\"", "F:1:1: 'command_socket' is '/"
                + "a".repeat(79) + "...', longer than the 107 bytes of a socket's path; choose a shorter"
                + " one"),
            Arguments.of("command_buffer_size = 3000000", "F:1:1: 'command_buffer_size' is 3000000, more than"
                + " 'max_command_buffer_size', which is 2000000; swap or change them"),
            Arguments.of("command_allowed_uids = []",
                "F:1:1: 'command_allowed_uids' is empty: nobody could give"
                + " orders; name a user id or leave the key out"),
            Arguments.of("command_allowed_uids = [0, -2]",
                "F:1:28: 'command_allowed_uids' has -2; it must be 0 to"
                + " 2147483647"),
            Arguments.of("command_allowed_uids = [\"root\"]",
                "F:1:1: 'command_allowed_uids' must be an array of"
                + " whole numbers, not an array of strings"),
            Arguments.of("saved_state = 3", "F:1:1: 'saved_state' must be a string, not the number 3"),
            Arguments.of("[metrics]\nadress = \"a\"", "F:2:1: unknown key 'adress' in [metrics];"
                + " did you mean 'address'?"),
            Arguments.of("listeners = 3", "F:1:1: 'listeners' must be an array of tables, not the number 3"),
            Arguments.of("[listeners]\nprotocol = \"http\"", "F:1:1: 'listeners' must be an array of tables,"
                + " not a table"),
            Arguments.of("clusters = []", "F:1:1: 'clusters' must be a table, not an array"),
            Arguments.of("[clusters]\nweb = 1",
                "F:2:1: 'clusters.web' must be a table; write [clusters.web]"),
            Arguments.of("a = 1\na = 2", "F:2:1: a previously defined at line 1, column 1"),
            Arguments.of("[clusters.a]\n[clusters.a]",
                "F:2:1: clusters.a previously defined at line 1, column 1"),
            Arguments.of("a = ", "F:1:5: Unexpected end of input, expected ', \", ''', \"\"\", a number, a"
                + " boolean,"
                + " a date/time, an array, or a table"),
            Arguments.of("a = 'x", "F:1:7: Unexpected end of input, expected '"),
            Arguments.of("log_level = \"a\\qb\"", "F:1:15: Invalid escape sequence '\\q'"),
            Arguments.of("a = " + "[".repeat(100_000), "F: arrays or tables are nested too deeply")
        ), listeners(), clusters()).flatMap(cases -> cases);
    }

    private static Stream<Arguments> listeners() {
        return Stream.of(
            Arguments.of("[[listeners]]\naddress = \"127.0.0.1:80\"", "F:1:1: key 'protocol' is missing in"
                + " [[listeners]]"),
            Arguments.of("[[listeners]]\nprotocol = \"http\"",
                "F:1:1: key 'address' is missing in [[listeners]]"),
            Arguments.of("[[listeners]]\nprotocol = \"htpp\"\naddress = \"127.0.0.1:80\"",
                "F:2:1: 'protocol' is"
                + " 'htpp'; it must be one of http, https, tcp, udp; did you mean 'http'?"),
            Arguments.of("[[listeners]]\nprotocol = \"http\"\naddress = \"localhost:80\"", "F:3:1: address"
                + " 'localhost:80' is a name, names are not looked up" + FORM + " (in [[listeners]])"),
            Arguments.of("[[listeners]]\nprotocol = \"http\"\naddress = \"127.0.0.1\"", "F:3:1: address"
                + " '127.0.0.1' has no port" + FORM + " (in [[listeners]])"),
            Arguments.of(L + L, "F:6:1: listener address 127.0.0.1:80 is written twice, first at line 3"),
            Arguments.of(L + "[[listeners]]\nprotocol = \"tcp\"\naddress = \"127.0.0.1:80\"\n",
                "F:6:1: listener address 127.0.0.1:80 is written twice, first at line 3"),
            Arguments.of(L + "public_address = \"1.2.3.4:80\"\nexpect_proxy = true", "F:4:1: 'public_address'"
                + " contradicts 'expect_proxy', which brings the address with each connection; keep one of"
                + " them"),
            Arguments.of(L + "public_address = \"1.2.3.4\"", "F:4:1: public_address '1.2.3.4' has no port"
                + FORM
                + " (in [[listeners]])"),
            Arguments.of(L + "request_timeout = 0",
                "F:4:1: 'request_timeout' is 0; it must be 1 to 31536000"),
            Arguments.of(L + "forwarded = \"repalce\"",
                "F:4:1: 'forwarded' is 'repalce'; it must be one of replace,"
                + " append, off; did you mean 'replace'?"),
            Arguments.of(L + "sozu_id_header = \"a b\"",
                "F:4:1: sozu_id_header 'a b' is no token; use letters,"
                + " digits and -_. (in [[listeners]])"),
            Arguments.of(L + "sozu_id_header = \"Host\"",
                "F:4:1: sozu_id_header 'Host' means something else to HTTP;"
                + " choose another name, as Sozu-Id (in [[listeners]])"),
            Arguments.of(L + "cipher_list = \"x\"", "F:4:1: 'cipher_list' must be an array of strings,"
                + " not the string 'x'"));
    }

    private static Stream<Arguments> clusters() {
        return Stream.of(
            Arguments.of("[clusters.web]\n", "F:1:1: key 'protocol' is missing in [clusters.web]"),
            cluster("load_balancing = \"ROUNDROBIN\"",
                "F:3:1: 'load_balancing' is 'ROUNDROBIN'; it must be one of"
                + " ROUND_ROBIN, RANDOM, LEAST_LOADED, POWER_OF_TWO, HRW, MAGLEV; did you mean"
                + " 'ROUND_ROBIN'?"),
            cluster("sticky_sesion = true", "F:3:1: unknown key 'sticky_sesion' in [clusters.web];"
                + " did you mean 'sticky_session'?"),
            cluster("frontends = [\"a\"]",
                "F:3:1: 'frontends' must be an array of tables, not an array of strings"),
            cluster("frontends = [\n  { hostname = \"a.b\" },\n]",
                "F:4:5: key 'address' is missing in frontends of"
                + " [clusters.web]"),
            frontend("", "F:4:5: key 'hostname' is missing in frontends of [clusters.web]"),
            frontend(", hostname = \"a.b:80\"",
                "F:4:31: hostname 'a.b:80' has a port; leave it out (in frontends of"
                + " [clusters.web])"),
            frontend(", hostname = \"a..b\"",
                "F:4:31: hostname 'a..b' is no host name; write a name, *.name or *"
                + " (in frontends of [clusters.web])"),
            frontend(", hostname = \"a\", path = \"x\"",
                "F:4:47: path 'x' does not start with '/' (in frontends of"
                + " [clusters.web])"),
            frontend(", hostname = \"a\", path = \"/?x\"",
                "F:4:47: path '/?x' has a query or a fragment, which are no"
                + " part of the match; leave them out (in frontends of [clusters.web])"),
            frontend(", hostname = \"a\", path_type = \"EXACT\"",
                "F:4:47: 'path_type' is 'EXACT'; it must be one of"
                + " PREFIX, EQUALS, REGEX"),
            frontend(", hostname = \"a\", method = \"G T\"",
                "F:4:47: method 'G T' is no token; use letters, digits"
                + " and -_. (in frontends of [clusters.web])"),
            frontend(", hostname = \"a\", position = \"BEFORE\"",
                "F:4:47: 'position' is 'BEFORE'; it must be one of"
                + " PRE, TREE, POST"),
            frontend(", hostname = \"a\", tags = { n = 1 }",
                "F:4:56: 'tags.n' must be a string, not the number 1"),
            frontend(", hostname = \"a\" }, { address = \"127.0.0.1:80\", hostname = \"A\"",
                "F:4:51: frontend '127.0.0.1:80;a;P' is written twice, first at line 4"),
            cluster("backends = [{}]", "F:3:13: key 'address' is missing in backends of [clusters.web]"),
            cluster("backends = [{ address = \"x\" }]", "F:3:15: address 'x' has no port" + FORM
                + " (in backends of [clusters.web])"),
            cluster("backends = [{ address = \"[::1]:0\" }]",
                "F:3:15: address '[::1]:0' has a port outside 1 to"
                + " 65535" + FORM + " (in backends of [clusters.web])"),
            cluster("backends = [{ address = \"1.2.3.4:5\", weight = 256 }]",
                "F:3:38: 'weight' is 256; it must be 0"
                + " to 255"),
            cluster("backends = [{ address = \"1.2.3.4:5\", backend_id = \"\" }]",
                "F:3:38: backend_id is empty; give"
                + " it a name (in backends of [clusters.web])"),
            cluster("backends = [{ address = \"1.2.3.4:5\", backend_id = \"a\" },\n"
                + "{ address = \"1.2.3.4:5\", backend_id = \"a\" }]",
                "F:4:3: backend 'a' at 1.2.3.4:5 of cluster"
                + " 'web' is written twice, first at line 3"),
            Arguments.of("[[listeners]]\nprotocol = \"tcp\"\naddress = \"127.0.0.1:80\"\n[clusters.web]\n"
                + "protocol = \"http\"\nfrontends = [{ address = \"127.0.0.1:80\", hostname = \"a\" }]",
                "F:6:16: listener 127.0.0.1:80 speaks tcp; a frontend of an http cluster needs one that"
                + " speaks http"),
            Arguments.of("[clusters.web]\nprotocol = \"tcp\"\nfrontends = [{ address = \"127.0.0.1:80\","
                + " hostname = \"a\" }]", "F:3:42: 'hostname' means nothing to a frontend of a tcp cluster;"
                + " leave it out"));
    }

    private static Arguments cluster(final String text, final String problem) {
        return Arguments.of("[clusters.web]\nprotocol = \"http\"\n" + text, problem);
    }

    private static Arguments frontend(final String more, final String problem) {
        return cluster("frontends = [\n  { address = \"127.0.0.1:80\"" + more + " },\n]", problem);
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void shouldSayWhereAndWhatIsWrong(final String text, final String problem) {
        assertEquals(List.of(problem), new TomlFiles(directory).problems(text));
    }

    @Test
    void shouldReportEverythingThatIsWrongInTheOrderOfTheFile() {
        final List<String> problems = new TomlFiles(directory).problems("""
            workers = 2
            worker_count = 0
            [[listeners]]
            protocol = "http"
            address = "127.0.0.1"
            [clusters.web]
            protocol = "http"
            backends = [{ address = "127.0.0.1:99999" }, { weight = "x", address = "127.0.0.1:1" }]
            """);

        assertEquals(List.of("F:1:1:", "F:2:1:", "F:5:1:", "F:8:15:", "F:8:48:"),
            problems.stream().map(problem -> problem.substring(0, problem.indexOf(' '))).toList());
    }

    @Test
    void shouldStopCountingProblemsAfterFifty() {
        final List<String> problems = new TomlFiles(directory).problems("x = 1\n".concat(
            Stream.iterate(0, i -> i + 1).limit(99).map(i -> "x" + i + " = 1\n").reduce("", String::concat)));

        assertEquals(51, problems.size());
        assertEquals("F: and 50 more", problems.getLast());
    }

    @Test
    void shouldSayThatThereIsNoSuchFile() {
        assertMessage(directory.resolve("none.toml"), ": no such file; name one with -c FILE");
    }

    @Test
    void shouldSayThatTheFileIsADirectory() {
        assertMessage(directory, ": is a directory; name the file in it");
    }

    @Test
    void shouldRefuseAByteOrderMark() throws IOException {
        final Path file = Files.writeString(directory.resolve("bom.toml"), "\uFEFFworker_count = 2");

        assertMessage(file, ":1:1: starts with a byte order mark; save it as UTF-8 without one");
    }

    @Test
    void shouldSayWhereTheFileIsNotUtf8() throws IOException {
        final Path file = Files.write(directory.resolve("latin.toml"),
            "a = 1\nb = '\u00e9'\n".getBytes(StandardCharsets.ISO_8859_1));

        assertMessage(file, ":2:6: is not UTF-8; save it as UTF-8");
    }

    @Test
    void shouldRefuseAFileWithZeroBytes() throws IOException {
        final Path file = Files.write(directory.resolve("zero.toml"), new byte[100]);

        final ConfigFileException refused = assertThrows(ConfigFileException.class, () ->
            ConfigFile.load(file));
        assertTrue(refused.getMessage().startsWith(file + ":1:1: Unexpected '\\u0000'"),
            refused.getMessage());
    }

    private static void assertMessage(final Path file, final String message) {
        assertEquals(file + message,
            assertThrows(ConfigFileException.class, () -> ConfigFile.load(file)).getMessage());
    }
}
