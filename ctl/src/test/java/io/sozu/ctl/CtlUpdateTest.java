package io.sozu.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.Answer;
import io.sozu.control.Order;
import io.sozu.control.model.Addresses;
import io.sozu.control.model.BackendAddress;
import io.sozu.control.model.Condition;
import io.sozu.control.model.FrontendKey;
import io.sozu.control.model.PathKind;
import io.sozu.control.model.PathRule;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Commands that change some settings and leave the rest. */
final class CtlUpdateTest {
    private static final InetSocketAddress LISTENER = Addresses.parse("address", "0.0.0.0:8080");
    private static final Map<String, String> IDENTITIES = Map.of(
        "listener http update", "-a 0.0.0.0:8080",
        "cluster update", "-i web",
        "backend update", "-i web --backend-id b -a 10.0.0.5:3000",
        "frontend http update", "-a 0.0.0.0:8080 --hostname example.com -p /api -m GET --if-header X:1"
            + " --if-query a=b");
    private static final String FILES = "src/test/resources/io/sozu/control/tls/";
    private static final String OWN = FILES + "ec.pem --backend-tls-key " + FILES + "ec.key";
    private static final Map<String, String> SAMPLES = Map.of("--public-address", "10.0.0.1:80",
        "--tags", "a=b", "--hash-key", "path", "--no-route-status", "503", "--backend-tls-ca",
        FILES + "ca.pem", "--backend-tls-versions", "TLSv1.3", "--backend-tls-certificate", OWN,
        "--backend-tls-key", FILES + "ec.key --backend-tls-certificate " + FILES + "ec.pem");

    @TempDir
    private Path directory;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private Path socket() {
        return directory.resolve("sozu.sock");
    }

    private int run(final String command) {
        final List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.addAll(List.of("--socket", socket().toString()));
        return CtlMain.run(new PrintWriter(out, true), new PrintWriter(err, true),
            words.toArray(String[]::new));
    }

    private Order.Update made(final String command) throws Exception {
        try (FakeMaster master = FakeMaster.answering(socket(), id -> Answer.ok(id, ""))) {
            assertEquals(ExitCode.OK, run(command), () -> command + ": " + err);
            return (Order.Update) master.order();
        } finally {
            Files.deleteIfExists(socket());
        }
    }

    private static ObjectNode fields(final String json) throws Exception {
        return (ObjectNode) new ObjectMapper().readTree(json.replace('\'', '"'));
    }

    @Test
    void shouldNameOnlyWhatIsGiven() throws Exception {
        assertEquals(new Order.UpdateHttpListener(LISTENER,
            fields("{'front_timeout':60,'forwarded':'append'}")),
            made("listener http update -a 0.0.0.0:8080 --front-timeout 60 --forwarded append"));
        assertEquals(new Order.UpdateCluster("web", fields("{'load_balancing':'random'}")),
            made("cluster update -i web --load-balancing random"));
        assertEquals(new Order.UpdateBackend("web", "b", BackendAddress.parse("address", "app:80"),
            fields("{'load_balancing_parameters':{'weight':100},'max_connections':null}")),
            made("backend update -i web --backend-id b -a app:80 -w 100 --max-connections 0"));
        final FrontendKey key = new FrontendKey(LISTENER, "a.b", new PathRule(PathKind.EQUALS, "/a"), "GET",
            Condition.header("X", "1"), null);
        final String frontend = "frontend http update -a 0.0.0.0:8080 --hostname a.b --path-equals /a -m GET"
            + " --if-header X:1 ";
        assertEquals(new Order.UpdateHttpFrontend(key, fields("{'route':{'CLUSTER_ID':'two'}}")),
            made(frontend + "id two"));
        assertEquals(new Order.UpdateHttpFrontend(key, fields("{'route':'DENY','tags':{'k':'v'}}")),
            made(frontend + "deny --tags k=v"));
        assertEquals(new Order.UpdateHttpFrontend(key, fields("{'position':'TREE'}")),
            made(frontend + "--position tree"));
        assertTrue(out.toString().contains("frontend 0.0.0.0:8080;a.b;=/a;GET;header x=1 updated"),
            out::toString);
    }

    @Test
    void shouldSwitchOff() throws Exception {
        assertEquals(new Order.UpdateHttpListener(LISTENER,
            fields("{'send_x_real_ip':false,'elide_x_real_ip':true}")),
            made("listener http update -a 0.0.0.0:8080 --send-x-real-ip=false --elide-x-real-ip"));
    }

    @Test
    void shouldSendNothingWhenNothingOrNonsenseIsNamed() {
        for (final Map.Entry<String, String> each : IDENTITIES.entrySet()) {
            assertEquals(ExitCode.USAGE, run(each.getKey() + " " + each.getValue()));
            assertTrue(err.toString().contains("nothing is to change"), err::toString);
            err.getBuffer().setLength(0);
        }
        assertEquals(ExitCode.USAGE, run("backend update -i web --backend-id b -a 10.0.0.5:3000 -w 300"));
        assertTrue(err.toString().contains("weight 300"), err::toString);
    }

    /** Whatever option a command that adds has, the one that changes has it too, for one field. */
    @Test
    void shouldKnowTheFieldOfEveryOption() throws Exception {
        for (final Map.Entry<String, String> each : IDENTITIES.entrySet()) {
            final CommandSpec update = spec(each.getKey());
            final CommandSpec add = spec(each.getKey().replace("update", "add"));
            assertEquals(names(add), names(update));
            for (final OptionSpec option : update.options()) {
                if (option.inherited() || option.usageHelp() || option.versionHelp()
                    || Stream.of(each.getValue().split(" ")).anyMatch(List.of(option.names())::contains)
                    || option.longestName().startsWith("--path-")) {
                    continue;
                }
                final Order.Update order =
                    made(each.getKey() + " " + each.getValue() + " " + sample(option));
                assertEquals(1, order.fields().size(), option.longestName());
            }
        }
    }

    private static List<String> names(final CommandSpec spec) {
        return spec.options().stream().map(OptionSpec::longestName).sorted().toList();
    }

    private static CommandSpec spec(final String command) {
        CommandLine line = new CommandLine(new CtlMain());
        for (final String word : command.split(" ")) {
            line = line.getSubcommands().get(word);
        }
        return line.getCommandSpec();
    }

    private static String sample(final OptionSpec option) {
        final Class<?> type = option.type();
        final String name = option.longestName();
        if (type == boolean.class || type == Boolean.class) {
            return name;
        }
        if (type.isEnum()) {
            return name + " " + type.getEnumConstants()[0];
        }
        return name + " " + SAMPLES.getOrDefault(name, type != String.class ? "2"
            : name.contains("path") ? "/x" : name.contains("prefix") ? "X-Cert-" : "Text");
    }
}
