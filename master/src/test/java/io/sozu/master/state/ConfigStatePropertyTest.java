package io.sozu.master.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.control.JsonText;
import io.sozu.control.Order;
import io.sozu.control.OrderException;
import io.sozu.control.OrderJson;
import io.sozu.control.model.Addresses;
import io.sozu.control.model.BackendAddress;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.CertificateConfig;
import io.sozu.control.model.CertificateMaterial;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.ForwardedMode;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.FrontendKey;
import io.sozu.control.model.HeaderPolicy;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.ListenerLimits;
import io.sozu.control.model.ListenerProtocol;
import io.sozu.control.model.PathKind;
import io.sozu.control.model.PathRule;
import io.sozu.control.model.RulePosition;
import io.sozu.control.model.Timeouts;
import io.sozu.control.model.TlsConfig;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for states made by any orders whatever. */
final class ConfigStatePropertyTest {
    private static final int RUNS = 400;
    private static final int ORDERS = 60;
    private static final List<CertificateMaterial> CERTIFICATES = List.of(
        CertificateMaterial.of(TomlFiles.material("ec.pem"), List.of(), TomlFiles.material("ec.key"), null),
        CertificateMaterial.of(TomlFiles.material("rsa.pem"), List.of(TomlFiles.material("inter.pem")),
            TomlFiles.material("rsa8.key"), null));

    @Test
    void shouldBeMadeAgainByItsOwnOrders() throws RefusedException, OrderException {
        for (long seed = 0; seed < RUNS; seed++) {
            final ConfigState state = random(new Random(seed));
            final ConfigState again = new ConfigState();
            for (final Order.Change order : state.orders()) {
                again.apply((Order.Change) OrderJson.readOrder(
                    JsonText.read(JsonText.write(OrderJson.toJson(order)))));
            }
            assertEquals(state, again, "seed " + seed);
            assertEquals(state.hashCode(), again.hashCode(), "seed " + seed);
        }
    }

    @Test
    void shouldBecomeAnyOtherStateByTheDifference() throws RefusedException {
        for (long seed = 0; seed < RUNS; seed++) {
            final ConfigState from = random(new Random(seed));
            final ConfigState to = random(new Random(-1 - seed));
            final ConfigState changed = from.copy();
            for (final Order.Change order : ConfigDiff.between(from, to)) {
                changed.apply(order);
            }
            assertEquals(to, changed, "seed " + seed);
            assertTrue(ConfigDiff.between(to, to.copy()).isEmpty(), "seed " + seed);
        }
    }

    @Test
    void shouldNotTouchWhatIsInBothStates() throws RefusedException {
        for (long seed = 0; seed < RUNS; seed++) {
            final ConfigState from = random(new Random(seed));
            final ConfigState to = from.copy();
            final Order.Change order = accepted(to, new Random(~seed));
            final List<Order.Change> diff = ConfigDiff.between(from, to);
            assertTrue(diff.isEmpty() ? from.equals(to) : diff.equals(List.of(order))
                || order instanceof Order.ReplaceCertificate && diff.size() <= 2,
                "seed " + seed + ": " + order + " gave " + diff);
        }
    }

    private static Order.Change accepted(final ConfigState state, final Random random) {
        while (true) {
            final Order.Change order = order(random);
            try {
                state.apply(order);
                return order;
            } catch (final RefusedException e) {
                assertTrue(e.getMessage().indexOf('\n') < 0, e.getMessage());
            }
        }
    }

    private static ConfigState random(final Random random) {
        final ConfigState state = new ConfigState();
        for (int i = random.nextInt(ORDERS); i > 0; i--) {
            accepted(state, random);
        }
        return state;
    }

    private static Order.Change order(final Random random) {
        final InetSocketAddress listener = Addresses.parse("address", "127.0.0.1:" + (8000
            + random.nextInt(3)));
        final BackendAddress server = BackendAddress.parse("address", random.nextBoolean()
            ? "[::1]:" + (9000 + random.nextInt(3)) : "unix:/run/" + random.nextInt(3));
        final String cluster = "cluster " + random.nextInt(4);
        final String backend = "backend " + random.nextInt(2);
        final FrontendKey key = new FrontendKey(listener, List.of("*", "*.a.b", "c.d").get(random.nextInt(3)),
            new PathRule(random.nextBoolean() ? PathKind.PREFIX : PathKind.EQUALS, "/" + random.nextInt(2)),
            random.nextBoolean() ? null : "GET");
        final ListenerProtocol protocol = random.nextInt(3) == 0 ? ListenerProtocol.HTTPS
            : ListenerProtocol.HTTP;
        return switch (random.nextInt(20)) {
            case 0, 1 -> new Order.AddCluster(ClusterConfig.of(cluster));
            case 2 -> new Order.RemoveCluster(cluster);
            case 3, 4, 5 -> new Order.AddHttpFrontend(new FrontendConfig(key, random.nextInt(4) == 0 ? null
                : cluster,
                RulePosition.TREE, random.nextBoolean() ? Map.of() : Map.of("owner", cluster)), protocol);
            case 6 -> new Order.RemoveHttpFrontend(key, protocol);
            case 7, 8 -> new Order.AddBackend(new BackendConfig(cluster, backend, server, null,
                random.nextInt(3),
                random.nextBoolean()));
            case 9 -> new Order.RemoveBackend(cluster, backend, server);
            case 10 -> new Order.AddHttpListener(listener(listener, protocol, random));
            case 11 -> new Order.RemoveListener(listener, protocol);
            case 12 -> new Order.ReplaceHttpListener(listener(listener, protocol, random));
            case 13, 14 -> new Order.ReplaceHttpFrontend(new FrontendConfig(key, random.nextInt(4) == 0 ? null
                : cluster, RulePosition.values()[random.nextInt(3)], Map.of()), protocol);
            case 15 -> new Order.ActivateListener(listener, protocol, false, Order.NO_SLOT);
            case 16 -> new Order.AddCertificate(certificate(listener, random));
            case 17 -> new Order.ReplaceCertificate(certificate(listener, random),
                CERTIFICATES.get(random.nextInt(2)).fingerprint());
            case 18 -> new Order.RemoveCertificate(listener,
                CERTIFICATES.get(random.nextInt(2)).fingerprint());
            default -> new Order.DeactivateListener(listener, protocol, false, Order.NO_SLOT);
        };
    }

    private static CertificateConfig certificate(final InetSocketAddress listener, final Random random) {
        return new CertificateConfig(listener, CERTIFICATES.get(random.nextInt(2)),
            random.nextBoolean() ? List.of() : List.of("other.test"), null);
    }

    private static ListenerConfig listener(final InetSocketAddress address, final ListenerProtocol protocol,
                                           final Random random) {
        final ListenerConfig listener = new ListenerConfig(ListenerProtocol.HTTP, address, null, false, "S",
            new Timeouts(1 + random.nextInt(2), 2, 3, 4, 5, 6),
            new HeaderPolicy(ForwardedMode.OFF, "Id", random.nextBoolean(), false),
            new ListenerLimits(random.nextInt(2), 0, 7, 0, 128, 0), false);
        return protocol == ListenerProtocol.HTTP ? listener : listener.withTls(TlsConfig.DEFAULT
            .withCertificate(random.nextBoolean() ? null : CERTIFICATES.get(random.nextInt(2))));
    }
}
