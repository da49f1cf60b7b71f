package io.sozu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.FaultPlan;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.bindings.sim.SimPeer;
import io.sozu.control.Order;
import io.sozu.control.model.ExchangeTerms;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.FrontendKey;
import io.sozu.control.model.HeaderPolicy;
import io.sozu.control.model.HstsConfig;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.PathKind;
import io.sozu.control.model.PathRule;
import io.sozu.control.model.RulePosition;
import io.sozu.protocols.http.ForwardedFields;
import io.sozu.protocols.http.ListenerProfile;
import io.sozu.protocols.http.TransportSecurity;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Strict-Transport-Security as a frontend has it told. What listener it belongs to is the master's care: a
 * worker tells what it is asked to.
 */
@ExtendWith(LeakCheck.class)
final class HstsTest {
    private static final InetSocketAddress LISTENER = new InetSocketAddress("127.0.0.1", SimProxy.PORT);
    private static final HstsConfig YEAR = new HstsConfig(true, 31_536_000, false, false, false);
    private static final HstsConfig FORCED = new HstsConfig(true, 60, true, true, true);
    private static final HstsConfig OFF = new HstsConfig(false, 60, true, true, true);
    private static final String YEAR_LINE = "Strict-Transport-Security: max-age=31536000";
    private static final String FORCED_LINE =
            "Strict-Transport-Security: max-age=60; includeSubDomains; preload";
    private final SimProxy proxy = new SimProxy(5, FaultPlan.none(), SimProxy.options());
    private String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @BeforeEach
    void start() {
        proxy.addBackend("b", peer -> peer.send(answer));
        frontend("/year", SimProxy.CLUSTER, YEAR);
        frontend("/forced", SimProxy.CLUSTER, FORCED);
        frontend("/off", SimProxy.CLUSTER, OFF);
        frontend("/denied", null, YEAR);
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    private void frontend(final String path, final String cluster, final HstsConfig hsts) {
        proxy.order(new Order.AddHttpFrontend(new FrontendConfig(new FrontendKey(LISTENER, "*",
                new PathRule(PathKind.EQUALS, path), null), cluster, RulePosition.TREE, Map.of(),
                ExchangeTerms.NONE, hsts)), -1);
    }

    private List<String> told(final String path, final int status) {
        final SimPeer client = proxy.connect().send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
        proxy.runUntil(() -> client.receivedText().contains("\r\n\r\n"));
        assertTrue(client.receivedText().startsWith("HTTP/1.1 " + status + " "), client.receivedText());
        return client.receivedText().lines()
                .filter(line -> line.toLowerCase().startsWith("strict-transport-security:")).toList();
    }

    @ParameterizedTest
    @CsvSource({"/, ''", "/off, ''", "/year, " + YEAR_LINE, "/forced, " + FORCED_LINE})
    void shouldTellWhatTheFrontendSays(final String path, final String line) {
        assertEquals(line.isEmpty() ? List.of() : List.of(line), told(path, 200));
    }

    @Test
    void shouldLeaveOrReplaceWhatTheBackendSays() {
        final String own = "strict-transport-security: max-age=1";
        answer = "HTTP/1.1 200 OK\r\n" + own
                + "\r\nContent-Length: 0\r\nStrict-Transport-Security: x\r\n\r\n";
        assertEquals(List.of(own, "Strict-Transport-Security: x"), told("/", 200));
        assertEquals(List.of(own, "Strict-Transport-Security: x"), told("/off", 200));
        assertEquals(List.of(own, "Strict-Transport-Security: x"), told("/year", 200));
        assertEquals(List.of(FORCED_LINE), told("/forced", 200));
    }

    @Test
    void shouldTellWithEveryAnswerOfItsOwn() {
        assertEquals(List.of(YEAR_LINE), told("/denied", 401));
        answer = "nonsense\r\n\r\n";
        assertEquals(List.of(YEAR_LINE), told("/year", 502));
        answer = "HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=1\r\n"
                + "Transfer-Encoding: chunked\r\n\r\nx\r\n";
        assertEquals(List.of(YEAR_LINE), told("/year", 502));
        proxy.order(new Order.RemoveCluster(SimProxy.CLUSTER), -1);
        assertEquals(List.of(YEAR_LINE), told("/year", 503));
        assertEquals(List.of(), told("/", 503));
    }

    @Test
    void shouldNotTellItWithWhatIsNotTheResponseYet() {
        answer = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n";
        final SimPeer client = proxy.connect().send("GET /year HTTP/1.1\r\nHost: a\r\n\r\n");
        proxy.runUntil(() -> client.receivedText().contains(" 204 "));
        proxy.runUntil(() -> client.receivedText().endsWith("\r\n\r\n"));
        final String text = client.receivedText();
        assertEquals(text.indexOf(YEAR_LINE), text.lastIndexOf(YEAR_LINE));
        assertTrue(text.indexOf(YEAR_LINE) > text.indexOf(" 204 "), text);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldMakeItATermOfListenersWithTlsOnly(final boolean secure) {
        final ListenerConfig told = (secure ? ListenerConfig.https(LISTENER) : ListenerConfig.http(LISTENER))
                .withHeaders(HeaderPolicy.DEFAULT.withHsts(YEAR));
        try (ForwardedFields forwarded = new ForwardedFields(Profiles.forwarded(told))) {
            final ListenerProfile profile = Profiles.of(told, forwarded);
            assertEquals(secure, profile.secure());
            assertEquals(secure ? TransportSecurity.of(31_536_000, false, false, false)
                    : TransportSecurity.NONE, profile.terms().security());
            assertEquals(secure ? "https" : "http", Profiles.forwarded(told).proto());
        }
    }
}
