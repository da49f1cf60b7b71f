package io.sozu.master.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.sozu.control.JsonText;
import io.sozu.control.Order;
import io.sozu.control.OrderJson;
import io.sozu.control.model.Addresses;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.TicketKey;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keys of session tickets: new ones in front, old ones for a while, none of them told. */
final class TicketKeyringTest {
    private static final InetSocketAddress ADDRESS = Addresses.parse("address", "127.0.0.1:8443");

    @Test
    void shouldKeepTheTwoKeysBeforeThePresentOne() {
        final TicketKeyring keyring = new TicketKeyring();
        final List<TicketKey> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.addFirst(keyring.order().keys().getFirst());
            assertEquals(made.subList(0, Math.min(3, made.size())), keyring.order().keys());
            keyring.rotate();
        }
        assertEquals(5, new HashSet<>(made).size());
        assertNotEquals(keyring.order().keys(), new TicketKeyring().order().keys());
    }

    @Test
    void shouldGiveCopiesThatOutliveTheKeys() {
        final TicketKeyring keyring = new TicketKeyring();
        final Order.SetTicketKeys order = keyring.order();
        final TicketKey first = new TicketKey(order.keys().getFirst().bytes());
        for (int i = 0; i < 4; i++) {
            keyring.rotate();
        }
        assertEquals(List.of(first), order.keys());
        order.keys().getFirst().erase();
        assertFalse(keyring.order().keys().contains(order.keys().getFirst()));
    }

    @Test
    void shouldGoBeforeWhatStartsTlsOnly() {
        final TicketKeyring keyring = new TicketKeyring();
        final Order cluster = new Order.AddCluster(ClusterConfig.of("web"));
        final Order http = new Order.AddHttpListener(ListenerConfig.http(ADDRESS));
        final Order https = new Order.AddHttpListener(ListenerConfig.https(ADDRESS));
        assertEquals(List.of(cluster, http), keyring.before(List.of(cluster, http)));
        assertEquals(List.of(keyring.order(), cluster, https), keyring.before(List.of(cluster, https)));
    }

    @Test
    void shouldNotBeInAnyTextButThatOfTheOrderItself() {
        final Order.SetTicketKeys order = new TicketKeyring().order();
        final String key = Base64.getEncoder().encodeToString(order.keys().getFirst().bytes());
        assertFalse(order.toString().contains(key), order::toString);
        assertEquals("SetTicketKeys[keys=[a ticket key]]", order.toString());
        assertEquals(true, JsonText.write(OrderJson.toJson(order)).contains(key));
    }
}
