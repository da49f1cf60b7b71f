package io.sozu.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever text comes in, it is an order or an {@link OrderException} with one line. */
final class OrderJsonHostileTest {
    private static OrderException refused(final String text) {
        final OrderException refused = assertThrows(OrderException.class, () -> OrderJson.readEnvelope(text));
        assertTrue(refused.getMessage().length() < 600, refused.getMessage());
        assertTrue(refused.getMessage().chars().allMatch(c -> c >= ' ' && c < 0x7F), refused.getMessage());
        assertEquals(Answer.error(refused.id(), refused.getMessage()), refused.answer());
        return refused;
    }

    /** An envelope around an order, written with single quotes. */
    private static String proxy(final String type, final String data) {
        return "{\"id\":\"c\",\"version\":0,\"type\":\"PROXY\",\"data\":{\"type\":\"" + type + "\",\"data\":"
            + data.replace('\'', '"') + "}}";
    }

    /** Returns the cases of a resource: blocks of lines between empty lines, comments left out. */
    private static Stream<Arguments> cases(final String resource) throws IOException {
        try (InputStream in = OrderJsonHostileTest.class.getResourceAsStream(resource)) {
            final String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(text.split("\n\n")).filter(block -> !block.startsWith("#"))
                .map(block -> Arguments.of((Object[]) block.strip().split("\n")));
        }
    }

    static Stream<Arguments> messages() throws IOException {
        return cases("refused-messages.txt");
    }

    static Stream<Arguments> orders() throws IOException {
        return cases("refused-orders.txt");
    }

    @ParameterizedTest
    @MethodSource("messages")
    void shouldSayWhatIsWrongWithAMessage(final String text, final String id, final String message) {
        final OrderException refused = refused(text);

        assertEquals(message, refused.getMessage());
        assertEquals(id, refused.id().isEmpty() ? "-" : refused.id());
    }

    @ParameterizedTest
    @MethodSource("orders")
    void shouldSayWhatIsWrongWithAnOrder(final String order, final String message) {
        final String type = order.substring(0, order.indexOf(' '));
        final String data = order.substring(order.indexOf(' ') + 1);

        assertEquals(message, refused(proxy(type, data)).getMessage());
        assertEquals(message, assertThrows(OrderException.class, () -> OrderJson.readWorkerMessage(
            "{\"id\":\"w\",\"order\":{\"type\":\"" + type + "\",\"data\":" + data + "}}")).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t\n"})
    void shouldSayThatAMessageIsEmpty(final String text) {
        assertEquals("message is empty", refused(text).getMessage());
    }

    @Test
    void shouldRefuseAnIdThatIsTooLong() {
        final OrderException refused = refused("{\"id\":\"" + "i".repeat(257) + "\"}");

        assertEquals("message: field 'id' must have 1 to 256 characters", refused.getMessage());
        assertEquals("", refused.id());
    }

    @Test
    void shouldRefuseANumberOfAHundredThousandDigits() {
        final OrderException refused = refused("{\"id\":\"c\",\"version\":" + "9".repeat(100_000) + "}");

        assertEquals("message is not valid JSON: Number value length (100000) exceeds the maximum allowed"
            + " (32)", refused.getMessage());
        assertEquals("c", refused.id());
    }

    @ParameterizedTest
    @EnumSource(OrderType.class)
    void shouldKnowEveryOrderOfSozuAndSayWhichAreNotServedYet(final OrderType type) {
        if (!type.served()) {
            assertEquals("order " + type + " is not served yet", refused(proxy(type.name(), "{}"))
                .getMessage());
            assertEquals("order " + type + " is not served yet",
                refused("{\"id\":\"c\",\"version\":0,\"type\":\"" + type + "\"}").getMessage());
        }
    }

    @Test
    void shouldSurviveDeepNesting() {
        for (final String open : List.of("[", "{\"a\":", "[{\"id\":")) {
            for (final String before : List.of("", "{\"id\":\"c\",\"data\":")) {
                final OrderException refused = refused(before + open.repeat(100_000));
                assertTrue(refused.getMessage().contains("nesting depth"), refused.getMessage());
                assertEquals(before.isEmpty() ? "" : "c", refused.id());
            }
        }
    }

    @Test
    void shouldSurviveALongNameAndALongString() {
        refused("{\"" + "n".repeat(1_000_000) + "\":1}");
        refused("{\"id\":\"" + "s".repeat(1_000_000) + "\"}");
        refused(proxy("ADD_CLUSTER", "{'cluster_id':'" + "s".repeat(1_000_000) + "'}"));
    }

    @Test
    void shouldSurviveAnyDamageToAValidMessage() {
        final String valid = proxy("ADD_HTTP_FRONTEND",
            "{'route':{'CLUSTER_ID':'web'},'address':'127.0.0.1:80',"
            + "'hostname':'a.b','path':{'PREFIX':'/'},'method':'GET','position':'TREE','tags':{'a':'b'}}");
        final String pieces = "{}[]\",:\\0-1e.\u0000\u00e9tfn/ ";
        for (long seed = 0; seed < 20_000; seed++) {
            final Random random = new Random(seed);
            final StringBuilder text = new StringBuilder(valid);
            for (int i = random.nextInt(4); i >= 0; i--) {
                final int at = random.nextInt(text.length());
                if (random.nextBoolean()) {
                    text.setCharAt(at, pieces.charAt(random.nextInt(pieces.length())));
                } else {
                    text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(8)));
                }
            }
            try {
                OrderJson.readEnvelope(text.toString());
            } catch (final OrderException e) {
                assertTrue(e.getMessage().indexOf('\n') < 0, "seed " + seed);
            }
        }
    }

    @Test
    void shouldCutAValidMessageAnywhereWithoutHarm() {
        final String valid = proxy("ADD_CLUSTER", "{'cluster_id':'web'}");
        for (int length = 0; length < valid.length(); length++) {
            final OrderException refused = refused(valid.substring(0, length));
            assertEquals(length < "{\"id\":\"c\"".length() ? "" : "c", refused.id(), valid.substring(0,
                length));
        }
    }

    @Test
    void shouldRefuseABrokenAnswer() {
        for (final String text : List.of("{}", "{\"id\":\"a\"}",
            "{\"id\":\"a\",\"status\":\"Ok\",\"more\":1}",
            "{\"id\":\"a\",\"status\":{\"Error\":\"x\"}}", "{\"id\":\"a\",\"status\":\"MAYBE\"}")) {
            assertThrows(OrderException.class, () -> OrderJson.readAnswer(text), text);
        }
    }

    @Test
    void shouldAnswerInTheWordsOfSozusQuery() throws OrderException {
        final String byId = proxy("QUERY", "{'type':'CLUSTERS','data':{'type':'CLUSTER_ID','data':'x'}}");
        final String byDomain = proxy("QUERY", "{'type':'CLUSTERS','data':{'type':'DOMAIN','data':"
            + "{'hostname':'a.b','path':'/c'}}}");

        assertEquals(new Order.ListClusters("x", null, null), OrderJson.readEnvelope(byId).order());
        assertEquals(new Order.ListClusters(null, "a.b", "/c"), OrderJson.readEnvelope(byDomain).order());
    }
}
