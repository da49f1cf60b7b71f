package io.sozu.master.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.control.Order;
import io.sozu.control.OrderException;
import io.sozu.control.OrderJson;
import io.sozu.control.JsonText;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a state takes, what it refuses, and that a refusal leaves no trace. */
final class ConfigStateTest {
    private static final List<String> BASE = List.of(
        "{'type':'ADD_HTTP_LISTENER','data':{'address':'127.0.0.1:80'}}",
        "{'type':'ADD_CLUSTER','data':{'cluster_id':'web'}}",
        "{'type':'ADD_HTTP_FRONTEND','data':{'route':{'CLUSTER_ID':'web'},'address':'127.0.0.1:80',"
            + "'hostname':'a.b'}}",
        "{'type':'ADD_BACKEND','data':{'cluster_id':'web','backend_id':'b','address':'127.0.0.1:3000'}}");

    private static final String OPEN =
        "{'type':'ACTIVATE_LISTENER','data':{'address':'127.0.0.1:80','proxy':'http'}}";

    private static Order.Change order(final String json) throws OrderException {
        return (Order.Change) OrderJson.readOrder(JsonText.read(json.replace('\'', '"')));
    }

    private static ConfigState base() throws OrderException, RefusedException {
        final ConfigState state = new ConfigState();
        for (final String json : BASE) {
            state.apply(order(json));
        }
        return state;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'type':'ADD_HTTP_LISTENER','data':{'address':'127.0.0.1:80'}}"
            + " | listener 127.0.0.1:80 exists already; remove it first",
        "{'type':'ADD_HTTP_LISTENER','data':{'address':'127.0.0.1:81','expect_proxy':true}}"
            + " | listener 127.0.0.1:81: expect_proxy is not served yet; leave it out",
        "{'type':'REMOVE_LISTENER','data':{'address':'127.0.0.1:81','proxy':'http'}}"
            + " | http listener 127.0.0.1:81 not found",
        "{'type':'REMOVE_LISTENER','data':{'address':'127.0.0.1:80','proxy':'https'}}"
            + " | https listener 127.0.0.1:80 not found; the listener there speaks http",
        "{'type':'ACTIVATE_LISTENER','data':{'address':'127.0.0.1:81','proxy':'http'}}"
            + " | http listener 127.0.0.1:81 not found",
        "{'type':'ACTIVATE_LISTENER','data':{'address':'127.0.0.1:80','proxy':'http','slot':1}}"
            + " | slot is chosen by the master; leave it out",
        "{'type':'DEACTIVATE_LISTENER','data':{'address':'127.0.0.1:80','proxy':'http','to_scm':true}}"
            + " | to_scm is chosen by the master; leave it out",
        "{'type':'DEACTIVATE_LISTENER','data':{'address':'[::1]:80','proxy':'http'}}"
            + " | http listener [::1]:80 not found",
        "{'type':'REMOVE_CLUSTER','data':'wbe'} | cluster 'wbe' not found; did you mean 'web'?",
        "{'type':'REMOVE_CLUSTER','data':'xyz'} | cluster 'xyz' not found",
        "{'type':'ADD_HTTP_FRONTEND','data':{'route':'DENY','address':'127.0.0.1:80','hostname':'A.b'}}"
            + " | frontend '127.0.0.1:80;a.b;P' exists already; remove it first",
        "{'type':'ADD_HTTP_FRONTEND','data':{'route':'DENY','address':'127.0.0.1:81','hostname':'a.b'}}"
            + " | frontend '127.0.0.1:81;a.b;P': no http listener has the address 127.0.0.1:81; add one"
            + " first",
        "{'type':'ADD_HTTP_FRONTEND','data':{'route':{'CLUSTER_ID':'we'},'address':'127.0.0.1:80',"
            + "'hostname':'b'}}"
            + " | frontend '127.0.0.1:80;b;P': cluster 'we' is unknown; add it first; did you mean 'web'?",
        "{'type':'ADD_HTTP_FRONTEND','data':{'route':'DENY','address':'127.0.0.1:80','hostname':'b',"
            + "'path':{'REGEX':'^/(a'}}}"
            + " | frontend '127.0.0.1:80;b;R^/(a': regular expression ^/(a has a ( that nothing closes",
        "{'type':'ADD_HTTP_FRONTEND','data':{'route':'DENY','address':'127.0.0.1:80','hostname':'/a**/.b',"
            + "'position':'PRE'}} | frontend '127.0.0.1:80;/a**/.b;P': regular expression a**"
            + " repeats a repetition: put the inner one into (?: )",
        "{'type':'REMOVE_HTTP_FRONTEND','data':{'address':'127.0.0.1:80','hostname':'a.b',"
            + "'path':{'EQUALS':'/'}}}"
            + " | frontend '127.0.0.1:80;a.b;=/' not found",
        "{'type':'ADD_BACKEND','data':{'cluster_id':'x','backend_id':'b','address':'127.0.0.1:1'}}"
            + " | backend 'b' at 127.0.0.1:1 of cluster 'x': cluster 'x' is unknown; add it first",
        "{'type':'REMOVE_BACKEND','data':{'cluster_id':'x','backend_id':'b','address':'127.0.0.1:1'}}"
            + " | cluster 'x' not found",
        "{'type':'REMOVE_BACKEND','data':{'cluster_id':'web','backend_id':'b','address':'127.0.0.1:1'}}"
            + " | backend 'b' at 127.0.0.1:1 of cluster 'web' not found; it is at 127.0.0.1:3000",
        "{'type':'REMOVE_BACKEND','data':{'cluster_id':'web','backend_id':'c','address':'127.0.0.1:1'}}"
            + " | backend 'c' at 127.0.0.1:1 of cluster 'web' not found; did you mean 'b'?"})
    void shouldSayWhyAnOrderIsRefusedAndChangeNothing(final String json, final String message)
        throws OrderException, RefusedException {
        final ConfigState state = base();
        final ConfigState before = state.copy();

        assertEquals(message, assertThrows(RefusedException.class, () -> state.apply(order(json)))
            .getMessage());
        assertEquals(before, state);
        assertEquals(message, assertThrows(RefusedException.class, () -> state.check(order(json)))
            .getMessage());
    }

    @Test
    void shouldReplaceABackendThatIsThere() throws OrderException, RefusedException {
        final ConfigState state = base();

        state.apply(order("{'type':'ADD_BACKEND','data':{'cluster_id':'web','backend_id':'b',"
            + "'address':'127.0.0.1:3000','load_balancing_parameters':{'weight':1}}}"));

        assertEquals(1, state.backends().size());
        assertEquals(1, state.backends("web").getFirst().weight());
    }

    @Test
    void shouldKeepTheSettingsOfAClusterAddedAgain() throws OrderException, RefusedException {
        final ConfigState state = base();

        state.apply(order(BASE.get(1)));

        assertEquals(base(), state);
    }

    @Test
    void shouldKeepFrontendsAndBackendsOfAClusterThatIsRemoved() throws OrderException, RefusedException {
        final ConfigState state = base();

        state.apply(order("{'type':'REMOVE_CLUSTER','data':'web'}"));

        assertEquals(1, state.frontends("web").size());
        assertEquals(1, state.backends("web").size());
        final ConfigState again = new ConfigState();
        for (final Order.Change order : state.orders()) {
            again.apply(order);
        }
        assertEquals(state, again);
    }

    @Test
    void shouldTakeTheFrontendsOfAListenerWithIt() throws OrderException, RefusedException {
        final ConfigState state = base();

        state.apply(order("{'type':'REMOVE_LISTENER','data':{'address':'127.0.0.1:80','proxy':'http'}}"));

        assertTrue(state.frontends().isEmpty());
        assertEquals(1, state.backends().size());
    }

    @Test
    void shouldOpenAndCloseAListenerAsOftenAsAsked() throws OrderException, RefusedException {
        final ConfigState state = base();
        for (int i = 0; i < 2; i++) {
            state.apply(order(OPEN));
            assertTrue(state.listeners().iterator().next().active());
        }
        for (int i = 0; i < 2; i++) {
            state.apply(order("{'type':'DEACTIVATE_LISTENER','data':{'address':'127.0.0.1:80',"
                + "'proxy':'http'}}"));
            assertFalse(state.listeners().iterator().next().active());
        }
    }

    @Test
    void shouldListWhatIsServedBeforeItOpensAListener() throws OrderException, RefusedException {
        final ConfigState state = base();
        state.apply(order(OPEN));

        assertEquals(List.of("ADD_HTTP_LISTENER", "ADD_CLUSTER", "ADD_HTTP_FRONTEND", "ADD_BACKEND",
            "ACTIVATE_LISTENER"), state.orders().stream().map(order -> order.type().name()).toList());
    }
}
