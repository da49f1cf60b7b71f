package io.sozu.master.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.control.JsonText;
import io.sozu.control.Order;
import io.sozu.control.OrderException;
import io.sozu.control.OrderJson;
import io.sozu.control.model.Addresses;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.ForwardedMode;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.LoadBalancing;
import io.sozu.control.model.LoadMetric;
import io.sozu.control.model.RulePosition;
import io.sozu.control.model.StickyConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Orders that change some settings and leave the rest. */
final class UpdatesTest {
    private static final String LISTENER = "'address':'127.0.0.1:80'";
    private static final String FRONTEND = LISTENER + ",'hostname':'a.b'";
    private static final String BACKEND = "'cluster_id':'web','backend_id':'b','address':'app:3000'";
    private static final List<String> BASE = List.of(
        "ADD_HTTP_LISTENER {" + LISTENER + ",'front_timeout':7,'send_x_real_ip':true,'max_body_size':9,"
            + "'public_address':'10.0.0.1:80'}",
        "ACTIVATE_LISTENER {" + LISTENER + ",'proxy':'http'}",
        "ADD_CLUSTER {'cluster_id':'web','load_balancing':'least_loaded','load_metric':'requests',"
            + "'max_queue':3}",
        "ADD_CLUSTER {'cluster_id':'two'}",
        "ADD_HTTP_FRONTEND {" + FRONTEND + ",'route':{'CLUSTER_ID':'web'},'tags':{'a':'b'},"
            + "'position':'PRE'}",
        "ADD_HTTP_FRONTEND {" + FRONTEND + ",'method':'GET','route':{'CLUSTER_ID':'web'},"
            + "'position':'PRE'}",
        "ADD_BACKEND {" + BACKEND + ",'sticky_id':'s','backup':true,'max_connections':4,"
            + "'load_balancing_parameters':{'weight':5}}");

    private final ConfigState state = new ConfigState();

    @BeforeEach
    void fill() throws OrderException, RefusedException {
        for (final String order : BASE) {
            state.apply((Order.Change) order(order));
        }
    }

    private static Order order(final String text) throws OrderException {
        final int space = text.indexOf(' ');
        return OrderJson.readOrder(JsonText.read("{\"type\":\"" + text.substring(0, space) + "\",\"data\":"
            + text.substring(space).replace('\'', '"') + "}"));
    }

    private void update(final String text) throws OrderException, RefusedException {
        state.apply(Updates.change(state, (Order.Update) order(text)));
    }

    @Test
    void shouldChangeOnlyTheNamedSettingsOfAListener() throws OrderException, RefusedException {
        final ListenerConfig before = state.listeners().iterator().next();

        update("UPDATE_HTTP_LISTENER {" + LISTENER + ",'back_timeout':11,'forwarded':'append',"
            + "'public_address':null}");

        final ListenerConfig after = state.listener(before.address());
        assertTrue(after.active(), "an open listener stays open");
        assertEquals(11, after.timeouts().backSeconds());
        assertEquals(7, after.timeouts().frontSeconds());
        assertEquals(ForwardedMode.APPEND, after.headers().forwarded());
        assertTrue(after.headers().sendXRealIp());
        assertEquals(before.limits(), after.limits());
        assertEquals(null, after.publicAddress());
        assertEquals(2, state.frontends().size());
    }

    @Test
    void shouldChangeOnlyTheNamedSettingsOfAClusterAndABackend() throws OrderException, RefusedException {
        update("UPDATE_CLUSTER {'cluster_id':'web','load_balancing':'power_of_two'}");
        final ClusterConfig cluster = state.cluster("web");
        assertEquals(LoadBalancing.POWER_OF_TWO, cluster.balancing().loadBalancing());
        assertEquals(LoadMetric.REQUESTS, cluster.balancing().loadMetric());
        assertEquals(3, cluster.failure().maxQueue());
        update("UPDATE_CLUSTER {'cluster_id':'web','sticky_session':true,'sticky_max_age':9}");
        update("UPDATE_CLUSTER {'cluster_id':'web','sticky_session':false,'slow_start':8}");
        assertEquals(new StickyConfig(false, false, false, null, 9, "/"), state.cluster("web").sticky());
        assertEquals(8, state.cluster("web").balancing().slowStartSeconds());

        update("UPDATE_BACKEND {" + BACKEND + ",'load_balancing_parameters':{'weight':6},'sticky_id':null}");
        final BackendConfig backend = state.backends("web").getFirst();
        assertEquals(6, backend.weight());
        assertEquals(4, backend.maxConnections());
        assertTrue(backend.backup());
        assertEquals(null, backend.stickyId());
    }

    @Test
    void shouldKeepTheOtherSettingsAndThePlaceOfAFrontend() throws OrderException, RefusedException {
        update("UPDATE_HTTP_FRONTEND {" + FRONTEND + ",'route':{'CLUSTER_ID':'two'}}");
        final FrontendConfig first = state.frontends().iterator().next();
        assertEquals("two", first.clusterId());
        assertEquals(Map.of("a", "b"), first.tags());
        assertEquals(RulePosition.PRE, first.position());

        update("UPDATE_HTTP_FRONTEND {" + FRONTEND + ",'position':'TREE'}");
        update("UPDATE_HTTP_FRONTEND {" + FRONTEND + ",'position':'PRE','route':'DENY'}");
        final List<FrontendConfig> both = List.copyOf(state.frontends());
        assertEquals("GET", both.getFirst().key().method(), "in a position that it comes to, it comes last");
        assertTrue(both.getLast().deny());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "UPDATE_HTTP_LISTENER {'address':'127.0.0.1:81','front_timeout':1}"
            + "|http listener 127.0.0.1:81 not found",
        "UPDATE_HTTP_LISTENER {'address':'127.0.0.1:80','front_timeout':0}"
            + "|UPDATE_HTTP_LISTENER: front_timeout 0 is outside 1 to 31536000",
        "UPDATE_HTTP_LISTENER {'address':'127.0.0.1:80','front_timeout':5,'forwarded':'maybe'}"
            + "|UPDATE_HTTP_LISTENER: field 'forwarded' is 'maybe'; it must be one of",
        "UPDATE_HTTP_LISTENER {'address':'127.0.0.1:80','expect_proxy':true,'public_address':null}"
            + "|listener 127.0.0.1:80: expect_proxy is not served yet; leave it out",
        "UPDATE_HTTP_LISTENER {'address':'127.0.0.1:80','expect_proxy':true}"
            + "|UPDATE_HTTP_LISTENER: public_address '10.0.0.1:80' contradicts expect_proxy",
        "UPDATE_CLUSTER {'cluster_id':'wbe','max_queue':1}|cluster 'wbe' not found; did you mean 'web'?",
        "UPDATE_CLUSTER {'cluster_id':'web','load_balancing':'maglev','hash_key':'body'}"
            + "|UPDATE_CLUSTER: hash_key 'body' must be source, path, header:NAME or cookie:NAME",
        "UPDATE_CLUSTER {'cluster_id':'web','max_queue':'1'}"
            + "|UPDATE_CLUSTER: field 'max_queue' must be a whole number",
        "UPDATE_BACKEND {'cluster_id':'web','backend_id':'c','address':'app:3000','backup':true}"
            + "|backend 'c' at app:3000 of cluster 'web' not found; did you mean 'b'?",
        "UPDATE_BACKEND {'cluster_id':'web','backend_id':'b','address':'app:3000',"
            + "'load_balancing_parameters':{'weight':256}}|UPDATE_BACKEND: weight 256 is outside 0 to 255",
        "UPDATE_HTTP_FRONTEND {'address':'127.0.0.1:80','hostname':'c','route':'DENY'}"
            + "|frontend '127.0.0.1:80;c;P' not found",
        "UPDATE_HTTP_FRONTEND {'address':'127.0.0.1:80','hostname':'a.b','route':{'CLUSTER_ID':'tow'}}"
            + "|frontend '127.0.0.1:80;a.b;P': cluster 'tow' is unknown; add it first; did you mean 'two'?",
        "UPDATE_HTTP_FRONTEND {'address':'127.0.0.1:80','hostname':'a.b','route':null}"
            + "|UPDATE_HTTP_FRONTEND: field 'route' is missing"})
    void shouldSayWhyAnUpdateIsRefusedAndChangeNothing(final String order, final String message) {
        final ConfigState before = state.copy();

        final String said = assertThrows(RefusedException.class, () -> update(order)).getMessage();

        assertTrue(said.startsWith(message), said);
        assertEquals(before, state);
    }

    @Test
    void shouldGiveTheDifferenceOfSettingsWithoutRemovingAnything() throws OrderException, RefusedException {
        final ConfigState before = state.copy();
        update("UPDATE_HTTP_LISTENER {" + LISTENER + ",'front_timeout':8}");
        update("UPDATE_HTTP_FRONTEND {" + FRONTEND + ",'route':'DENY'}");

        final List<Order.Change> orders = ConfigDiff.between(before, state);

        assertEquals(List.of(new Order.ReplaceHttpListener(
            state.listener(Addresses.parse("address", "127.0.0.1:80"))),
            new Order.ReplaceHttpFrontend(state.frontends().iterator().next())), orders);
    }
}
