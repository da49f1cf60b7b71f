package io.sozu.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

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

    static Stream<Arguments> envelopes() {
        return Stream.of(
            Arguments.of("", "", "message is empty"),
            Arguments.of("  \n", "", "message is empty"),
            Arguments.of("[]", "", "message: must be an object, not an array"),
            Arguments.of("7", "", "message: must be an object, not 7"),
            Arguments.of("'x'", "", "message: must be an object, not the string 'x'"),
            Arguments.of("null", "", "message: must be an object, not null"),
            Arguments.of("{", "", "message is not valid JSON: Unexpected end-of-input: expected close marker"
                + " for"
                + " Object at line 1, column 2"),
            Arguments.of("{'id':'c'", "c",
                "message is not valid JSON: Unexpected end-of-input: expected close marker"
                + " for Object at line 1, column 10"),
            Arguments.of("{'version':0,'id':'c','type':}", "c",
                "message is not valid JSON: Unexpected character ('}'"
                + " (code 125)): expected a value at line 1, column 30"),
            Arguments.of("{'id':'c'} {}", "c", "message goes on after its end at line 1, column 12"),
            Arguments.of("{'id':'c','id':'d'}", "c",
                "field 'id' is written twice, again at line 1, column 16"),
            Arguments.of("{}", "", "message: field 'id' is missing"),
            Arguments.of("{'id':null}", "", "message: field 'id' is missing"),
            Arguments.of("{'id':7}", "", "message: field 'id' must be a string, not 7"),
            Arguments.of("{'id':''}", "", "message: field 'id' must have 1 to 256 characters"),
            Arguments.of("{'id':'" + "i".repeat(257) + "'}", "",
                "message: field 'id' must have 1 to 256 characters"),
            Arguments.of("{'id':'c'}", "c", "message: field 'version' is missing"),
            Arguments.of("{'id':'c','version':1}", "c",
                "message: field 'version' is 1; version 0 is spoken here"),
            Arguments.of("{'id':'c','version':'0'}", "c",
                "message: field 'version' must be a whole number, not the"
                + " string '0'"),
            Arguments.of("{'id':'c','version':0.0}", "c",
                "message: field 'version' must be a whole number, not 0.0"),
            Arguments.of("{'id':'c','version':99999999999999999999}", "c",
                "message: field 'version' is out of range:"
                + " 99999999999999999999"),
            Arguments.of("{'id':'c','version':1e999}", "c",
                "message: field 'version' must be a whole number, not"
                + " Infinity"),
            Arguments.of("{'id':'c','version':" + "9".repeat(100_000) + "}", "c",
                "message is not valid JSON: Number"
                + " value length (100000) exceeds the maximum allowed (32)"),
            Arguments.of("{'id':'c','version':0}", "c", "message: field 'type' is missing"),
            Arguments.of("{'id':'c','version':0,'type':7}", "c",
                "message: field 'type' must be a string, not 7"),
            Arguments.of("{'id':'c','version':0,'type':'STATUS','worker_id':-1}", "c",
                "message: field 'worker_id' is"
                + " -1; it must not be negative"),
            Arguments.of("{'id':'c','version':0,'type':'STATUS','worker':1}", "c",
                "message: unknown field 'worker'"),
            Arguments.of("{'id':'c','version':0,'type':'STATUS','wroker_id':1}", "c", "message: unknown field"
                + " 'wroker_id'; did you mean 'worker_id'?"),
            Arguments.of("{'id':'c','version':0,'type':'STATU'}", "c",
                "unknown order type 'STATU'; did you mean"
                + " 'STATUS'?"),
            Arguments.of("{'id':'c','version':0,'type':'\\u0000\\u001b[2J'}", "c", "unknown order type"
                + " '\\u0000\\u001b[2J'"),
            Arguments.of("{'id':'c','version':0,'type':'STATUS','data':{}}", "c",
                "STATUS: takes no data; leave it"
                + " out"),
            Arguments.of("{'id':'c','version':0,'type':'PROXY'}", "c", "PROXY: must be an object"),
            Arguments.of("{'id':'c','version':0,'type':'PROXY','data':{'type':'LIST_WORKERS'}}", "c", "PROXY:"
                + " LIST_WORKERS stands by itself; take it out of PROXY"),
            Arguments.of("{'id':'c','version':0,'type':'PROXY','data':{'type':'PROXY'}}", "c", "PROXY: stands"
                + " inside PROXY; take one of them away"),
            Arguments.of("{'id':'c','version':0,'type':'SOFT_STOP'}", "c", "SOFT_STOP belongs inside PROXY:"
                + " {\"type\":\"PROXY\",\"data\":{\"type\":\"SOFT_STOP\",...}}"),
            Arguments.of("{'request_type':{'ADD_CLUSTER':{}}}", "", "message: field 'id' is missing"));
    }

    @ParameterizedTest
    @MethodSource("envelopes")
    void shouldSayWhatIsWrongWithAnEnvelope(final String text, final String id, final String message) {
        final OrderException refused = refused(text.replace('\'', '"'));

        assertEquals(message, refused.getMessage());
        assertEquals(id, refused.id());
    }

    static Stream<Arguments> orders() {
        final String front = "'route':'DENY','address':'127.0.0.1:80','hostname':'a'";
        final String back = "'cluster_id':'c','backend_id':'b','address':'127.0.0.1:80'";
        return Stream.of(
            Arguments.of("ADD_CLUSTER", "null", "ADD_CLUSTER: must be an object"),
            Arguments.of("ADD_CLUSTER", "'web'", "ADD_CLUSTER: must be an object, not the string 'web'"),
            Arguments.of("ADD_CLUSTER", "{}", "ADD_CLUSTER: field 'cluster_id' is missing"),
            Arguments.of("ADD_CLUSTER", "{'cluster_id':''}",
                "ADD_CLUSTER: cluster_id is empty; give it a name"),
            Arguments.of("ADD_CLUSTER", "{'cluster_id':'a\\u0000'}",
                "ADD_CLUSTER: cluster_id 'a\\u0000' has a control"
                + " character; take it out"),
            Arguments.of("ADD_CLUSTER", "{'cluster_id':'" + "x".repeat(256) + "'}",
                "ADD_CLUSTER: cluster_id '"
                + "x".repeat(80) + "...' is longer than 255 characters; shorten it"),
            Arguments.of("ADD_CLUSTER", "{'cluster_id':'a','sticky_session':'yes'}", "ADD_CLUSTER: field"
                + " 'sticky_session' must be true or false, not the string 'yes'"),
            Arguments.of("ADD_CLUSTER", "{'cluster_id':'a','sticky_sesion':true}",
                "ADD_CLUSTER: unknown field"
                + " 'sticky_sesion'; did you mean 'sticky_session'?"),
            Arguments.of("ADD_CLUSTER", "{'cluster_id':'a','load_balancing':'rr'}", "ADD_CLUSTER: field"
                + " 'load_balancing' is 'rr'; it must be one of round_robin, random, least_loaded,"
                + " power_of_two, hrw,"
                + " maglev"),
            Arguments.of("ADD_CLUSTER", "{'cluster_id':'a','proxy_protocol':'SEND_HEADER'}",
                "ADD_CLUSTER: field"
                + " 'proxy_protocol' is not served yet; leave it out"),
            Arguments.of("REMOVE_CLUSTER", "{'cluster_id':'a'}",
                "REMOVE_CLUSTER: data must be the id of a cluster as"
                + " a string, not an object"),
            Arguments.of("REMOVE_CLUSTER", "''",
                "REMOVE_CLUSTER: data must be the id of a cluster as a string, not"
                + " the string ''"),
            Arguments.of("ADD_HTTP_FRONTEND", "{'address':'127.0.0.1:80','hostname':'a'}",
                "ADD_HTTP_FRONTEND: field 'route' is missing"),
            Arguments.of("ADD_HTTP_FRONTEND", "{'route':'web','address':'127.0.0.1:80','hostname':'a'}",
                "ADD_HTTP_FRONTEND: field 'route' must be {\"CLUSTER_ID\":\"...\"} or \"DENY\", not the"
                + " string 'web'"),
            Arguments.of("ADD_HTTP_FRONTEND",
                "{'route':{'cluster_id':'web'},'address':'127.0.0.1:80','hostname':'a'}",
                "ADD_HTTP_FRONTEND.route: field 'CLUSTER_ID' is missing"),
            Arguments.of("ADD_HTTP_FRONTEND", "{" + front + ",'path':'/a'}",
                "ADD_HTTP_FRONTEND.path: must be an object, not the string"
                + " '/a'"),
            Arguments.of("ADD_HTTP_FRONTEND", "{" + front + ",'path':{}}",
                "ADD_HTTP_FRONTEND.path: has no rule; write"
                + " {\"PREFIX\":\"/\"}, {\"EQUALS\":\"/\"} or {\"REGEX\":\"...\"}"),
            Arguments.of("ADD_HTTP_FRONTEND", "{" + front + ",'path':{'PREFIX':'/','EQUALS':'/'}}",
                "ADD_HTTP_FRONTEND.path: has two"
                + " rules; keep one of PREFIX, EQUALS, REGEX"),
            Arguments.of("ADD_HTTP_FRONTEND", "{" + front + ",'path':{'PREFX':'/'}}",
                "ADD_HTTP_FRONTEND.path: unknown field 'PREFX';"
                + " did you mean 'PREFIX'?"),
            Arguments.of("ADD_HTTP_FRONTEND", "{" + front + ",'path':{'PREFIX':'a b'}}",
                "ADD_HTTP_FRONTEND: path"
                + " 'a b' has a character that no path has; percent-encode it"),
            Arguments.of("ADD_HTTP_FRONTEND", "{" + front + ",'path':{'PREFIX':'/a\\r\\nX: y'}}",
                "ADD_HTTP_FRONTEND:"
                + " path '/a\\u000d\\u000aX: y' has a character that no path has; percent-encode it"),
            Arguments.of("ADD_HTTP_FRONTEND", "{" + front + ",'method':'GET\\r\\n'}",
                "ADD_HTTP_FRONTEND: method"
                + " 'GET\\u000d\\u000a' is no token; use letters, digits and -_."),
            Arguments.of("ADD_HTTP_FRONTEND", "{" + front + ",'position':1}",
                "ADD_HTTP_FRONTEND: field 'position'"
                + " must be a string, not 1"),
            Arguments.of("ADD_HTTP_FRONTEND", "{" + front + ",'tags':{'a':1}}",
                "ADD_HTTP_FRONTEND: tag 'a' must be a"
                + " string, not 1"),
            Arguments.of("ADD_HTTP_FRONTEND", "{" + front + ",'rewrite_host':'x'}", "ADD_HTTP_FRONTEND: field"
                + " 'rewrite_host' is not served yet; leave it out"),
            Arguments.of("REMOVE_HTTP_FRONTEND", "{" + front + ",'position':'MIDDLE'}",
                "REMOVE_HTTP_FRONTEND: field"
                + " 'position' is 'MIDDLE'; it must be one of pre, tree, post"),
            Arguments.of("ADD_BACKEND", "{" + back + ",'load_balancing_parameters':{'weight':256}}",
                "ADD_BACKEND: weight 256 is outside 0 to 255"),
            Arguments.of("ADD_BACKEND", "{" + back + ",'load_balancing_parameters':{'wieght':1}}",
                "ADD_BACKEND.load_balancing_parameters: unknown field 'wieght'; did you mean 'weight'?"),
            Arguments.of("ADD_BACKEND", "{" + back + ",'weight':1}", "ADD_BACKEND: unknown field 'weight'"),
            Arguments.of("ADD_BACKEND", "{'cluster_id':'c','backend_id':'b','address':'localhost:80'}",
                "ADD_BACKEND:"
                + " address 'localhost:80' is a name, names are not looked up; write IP:PORT, as"
                + " 127.0.0.1:8080 or"
                + " [::1]:8080"),
            Arguments.of("ADD_HTTP_LISTENER", "{'address':'127.0.0.1:80','active':true}",
                "ADD_HTTP_LISTENER: field"
                + " 'active' is set by ACTIVATE_LISTENER; leave it out"),
            Arguments.of("ADD_HTTP_LISTENER", "{'address':'127.0.0.1:80','front_timeout':0}",
                "ADD_HTTP_LISTENER:"
                + " front_timeout 0 is outside 1 to 31536000"),
            Arguments.of("ADD_HTTP_LISTENER", "{'address':'127.0.0.1:80','answer_404':'HTTP/1.1 404'}",
                "ADD_HTTP_LISTENER: field 'answer_404' is not served yet; leave it out"),
            Arguments.of("ADD_HTTP_LISTENER", "{'address':'127.0.0.1:80','public_address':'1.2.3.4:80',"
                + "'expect_proxy':true}",
                "ADD_HTTP_LISTENER: public_address '1.2.3.4:80' contradicts expect_proxy,"
                + " which brings the address with each connection; keep one of them"),
            Arguments.of("ACTIVATE_LISTENER", "{'address':'127.0.0.1:80'}",
                "ACTIVATE_LISTENER: field 'proxy' is"
                + " missing"),
            Arguments.of("ACTIVATE_LISTENER", "{'address':'127.0.0.1:80','proxy':'ftp'}",
                "ACTIVATE_LISTENER: field"
                + " 'proxy' is 'ftp'; it must be one of http, https, tcp"),
            Arguments.of("ACTIVATE_LISTENER", "{'address':'127.0.0.1:80','proxy':'http','slot':4096}",
                "ACTIVATE_LISTENER: field 'slot' is 4096; it must be 0 to 4095"),
            Arguments.of("LOGGING", "7", "LOGGING: data must be a log level as a string, not 7"),
            Arguments.of("QUERY", "{'type':'METRICS','data':{}}", "QUERY of 'METRICS' is not served yet; only"
                + " CLUSTERS is"),
            Arguments.of("QUERY", "{'type':'CLUSTERS','data':{'type':'ALL'}}",
                "QUERY.data: field 'type' is 'ALL'; it"
                + " must be CLUSTER_ID or DOMAIN"));
    }

    @ParameterizedTest
    @MethodSource("orders")
    void shouldSayWhatIsWrongWithAnOrder(final String type, final String data, final String message) {
        assertEquals(message, refused(proxy(type, data)).getMessage());
        assertEquals(message, assertThrows(OrderException.class, () -> OrderJson.readWorkerMessage(
            "{\"id\":\"w\",\"order\":{\"type\":\"" + type + "\",\"data\":" + data.replace('\'', '"') + "}}"))
            .getMessage());
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
