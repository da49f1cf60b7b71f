package io.sozu.master.names;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.SimKernel;
import io.sozu.control.Order;
import io.sozu.control.model.BackendAddress;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.ClusterConfig;
import io.sozu.eventloop.EventLoop;
import io.sozu.eventloop.log.Log;
import io.sozu.eventloop.log.LogLevel;
import io.sozu.eventloop.log.LogRing;
import io.sozu.eventloop.time.LoopClock;
import io.sozu.master.fleet.Alarms;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Names whose answers change, fail, or never come, in virtual time. */
final class NamesTest {
    private static final int INTERVAL_SECONDS = 10;
    private static final BackendAddress.Name APP = new BackendAddress.Name("app.test", 3000);

    private final SimKernel kernel = new SimKernel(11);
    private final LoopClock clock = new LoopClock(kernel);
    private final EventLoop loop = new EventLoop(kernel, clock, 8);
    private final Alarms alarms = new Alarms(loop, clock, fault -> {
        throw fault;
    });
    private final LogRing ring = new LogRing(1 << 16);
    private final Log log = new Log(ring, kernel, 1, "MASTER", LogLevel.INFO);
    private final List<String> asked = new ArrayList<>();
    private final List<LookupHandler> pending = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final Names names = new Names((host, handler) -> {
        asked.add(host);
        pending.add(handler);
    }, alarms, log, INTERVAL_SECONDS);

    @BeforeEach
    void listen() {
        names.onChange(order -> told.add(text(order)));
    }

    @AfterEach
    void free() {
        alarms.close();
        loop.close();
        ring.close();
    }

    private static String text(final Order.Change order) {
        return switch (order) {
            case Order.AddBackend add -> "+" + add.backend().backendId() + " " + add.backend().address()
                + " w" + add.backend().weight();
            case Order.RemoveBackend remove -> "-" + remove.backendId() + " " + remove.address();
            default -> order.type().name();
        };
    }

    private static List<String> texts(final List<Order.Change> orders) {
        return orders.stream().map(NamesTest::text).toList();
    }

    private static Order.AddBackend add(final String id, final BackendAddress address) {
        return new Order.AddBackend(BackendConfig.of("web", id, address));
    }

    private static List<InetAddress> ips(final String... literals) {
        final List<InetAddress> ips = new ArrayList<>();
        for (final String literal : literals) {
            try {
                ips.add(InetAddress.getByName(literal));
            } catch (final UnknownHostException e) {
                throw new AssertionError(e);
            }
        }
        return ips;
    }

    private void answer(final String... literals) {
        pending.removeFirst().onEnd(ips(literals), null);
    }

    private void fail() {
        pending.removeFirst().onEnd(null, "no address is known for it");
    }

    private void sleepSeconds(final int seconds) {
        kernel.world().sleep(seconds * 1_000_000_000L + 20_000_000L);
        loop.runOnce(0);
    }

    private List<String> takeTold() {
        final List<String> taken = List.copyOf(told);
        told.clear();
        return taken;
    }

    @Test
    void shouldPassOrdersOnThatNameNoName() {
        final Order.Change literal = add("a", BackendAddress.parse("address", "10.0.0.1:80"));
        assertEquals(List.of(literal), names.obeyed(literal));
        assertEquals(List.of(), asked);
    }

    @Test
    void shouldAddABackendForEachAddressOnceTheNameIsAnswered() {
        assertEquals(List.of(), names.obeyed(add("a", APP)));
        assertEquals(List.of("app.test"), asked);
        assertEquals(List.of(), names.addresses(APP));
        answer("10.0.0.2", "10.0.0.1", "2001:db8::1", "10.0.0.2");
        assertEquals(List.of("+a@10.0.0.1 10.0.0.1:3000 w100", "+a@10.0.0.2 10.0.0.2:3000 w100",
            "+a@2001:db8::1 [2001:db8::1]:3000 w100"), takeTold());
        assertEquals(ips("10.0.0.1", "10.0.0.2", "2001:db8::1"), names.addresses(APP));
    }

    @Test
    void shouldLookUpAgainAfterTheIntervalAndTellOnlyTheDifference() {
        names.obeyed(add("a", APP));
        answer("10.0.0.1", "10.0.0.2");
        takeTold();
        sleepSeconds(INTERVAL_SECONDS - 1);
        assertEquals(1, asked.size());
        sleepSeconds(1);
        assertEquals(2, asked.size());
        answer("10.0.0.2", "10.0.0.1");
        assertEquals(List.of(), takeTold());
        sleepSeconds(INTERVAL_SECONDS);
        answer("10.0.0.3", "10.0.0.2");
        assertEquals(List.of("+a@10.0.0.3 10.0.0.3:3000 w100", "-a@10.0.0.1 10.0.0.1:3000"), takeTold());
    }

    @Test
    void shouldKeepTheLastAnswerWhenALookUpFailsOrNamesNoServer() {
        names.obeyed(add("a", APP));
        answer("10.0.0.1");
        takeTold();
        sleepSeconds(INTERVAL_SECONDS);
        fail();
        assertEquals("no address is known for it", names.problem(APP));
        for (final String useless : new String[] {"0.0.0.0", "::", "224.0.0.1", "fe80::1"}) {
            sleepSeconds(INTERVAL_SECONDS);
            answer(useless);
        }
        sleepSeconds(INTERVAL_SECONDS);
        answer();
        assertEquals(ips("10.0.0.1"), names.addresses(APP));
        assertEquals(List.of(), takeTold());
        sleepSeconds(INTERVAL_SECONDS);
        answer("10.0.0.1");
        assertNull(names.problem(APP));
        assertEquals(List.of(), takeTold());
    }

    @Test
    void shouldComplainOfAnAnswerThatDoesNotComeAndTakeItWhenItDoes() {
        names.obeyed(add("a", APP));
        sleepSeconds(60);
        assertEquals(1, asked.size(), "one look-up of a name at a time");
        assertEquals("no answer has come for 5 s", names.problem(APP));
        assertEquals(List.of(), takeTold());
        answer("10.0.0.1");
        assertNull(names.problem(APP));
        assertEquals(1, takeTold().size());
        sleepSeconds(INTERVAL_SECONDS);
        assertEquals(2, asked.size());
    }

    @Test
    void shouldGiveANewWorkerTheAddressesInPlaceOfTheName() {
        final Order.Change cluster = new Order.AddCluster(ClusterConfig.of("web"));
        final List<Order.Change> written = List.of(cluster, add("a", APP));
        names.obeyed(written.get(1));
        assertEquals(List.of(cluster), names.resolved(written));
        answer("10.0.0.1", "10.0.0.2");
        assertEquals(List.of("ADD_CLUSTER", "+a@10.0.0.1 10.0.0.1:3000 w100",
            "+a@10.0.0.2 10.0.0.2:3000 w100"), texts(names.resolved(written)));
    }

    @Test
    void shouldReplaceTheSettingsAtEveryAddressAndRemoveAllOfThem() {
        names.obeyed(add("a", APP));
        answer("10.0.0.1", "10.0.0.2");
        final Order.Change heavier =
            new Order.AddBackend(new BackendConfig("web", "a", APP, null, 7, false));
        assertEquals(List.of("+a@10.0.0.1 10.0.0.1:3000 w7", "+a@10.0.0.2 10.0.0.2:3000 w7"),
            texts(names.obeyed(heavier)));
        assertEquals(List.of("-a@10.0.0.1 10.0.0.1:3000", "-a@10.0.0.2 10.0.0.2:3000"),
            texts(names.obeyed(new Order.RemoveBackend("web", "a", APP))));
        sleepSeconds(10 * INTERVAL_SECONDS);
        assertEquals(1, asked.size(), "nobody has the name any more");
    }

    @Test
    void shouldForgetTheAnswerToANameThatWasRemovedMeanwhile() {
        names.obeyed(add("a", APP));
        names.obeyed(new Order.RemoveBackend("web", "a", APP));
        names.obeyed(add("b", APP));
        assertEquals(1, asked.size(), "one look-up of a name at a time");
        answer("10.0.0.9");
        assertEquals(List.of(), takeTold());
        assertEquals(List.of(), names.addresses(APP));
        assertEquals(2, asked.size());
        answer("10.0.0.1");
        assertEquals(List.of("+b@10.0.0.1 10.0.0.1:3000 w100"), takeTold());
    }

    @Test
    void shouldNotPileUpLookUpsOfANameThatHangsAndComesAndGoes() {
        for (int i = 0; i < 100; i++) {
            names.obeyed(add("a", APP));
            names.obeyed(new Order.RemoveBackend("web", "a", APP));
        }
        assertEquals(1, asked.size());
        names.obeyed(add("a", APP));
        sleepSeconds(6);
        assertEquals("no answer has come for 5 s", names.problem(APP));
        names.obeyed(new Order.RemoveBackend("web", "a", APP));
        answer("10.0.0.1");
        sleepSeconds(10 * INTERVAL_SECONDS);
        assertEquals(1, asked.size());
        assertEquals(List.of(), takeTold());
    }

    @Test
    void shouldTryAgainSoonerThanTheIntervalAfterAFailure() {
        names.obeyed(add("a", APP));
        int looked = 1;
        for (final int seconds : new int[] {1, 2, 4, 8, INTERVAL_SECONDS, INTERVAL_SECONDS}) {
            fail();
            sleepSeconds(seconds - 1);
            assertEquals(looked, asked.size());
            sleepSeconds(1);
            looked++;
            assertEquals(looked, asked.size(), "after " + seconds + " s");
        }
        answer("10.0.0.1");
        sleepSeconds(INTERVAL_SECONDS);
        fail();
        sleepSeconds(1);
        assertEquals(looked + 2, asked.size());
        assertEquals(List.of("+a@10.0.0.1 10.0.0.1:3000 w100"), takeTold());
    }

    /** Orders, answers, failures and time in a random order; the workers end with what a naive look says. */
    @Test
    void shouldKeepWorkersAtWhatTheLastAnswersSayInAnyOrder() {
        for (int seed = 0; seed < 300; seed++) {
            new NamesShuffle(seed).run();
        }
    }

    @Test
    void shouldLookUpANameOnceForAllItsBackends() {
        names.obeyed(add("a", APP));
        answer("10.0.0.1");
        takeTold();
        assertEquals(List.of("+b@10.0.0.1 10.0.0.1:4000 w100"),
            texts(names.obeyed(add("b", new BackendAddress.Name("app.test", 4000)))));
        assertEquals(1, asked.size());
        names.obeyed(new Order.RemoveBackend("web", "a", APP));
        sleepSeconds(INTERVAL_SECONDS);
        answer("10.0.0.2");
        assertEquals(List.of("+b@10.0.0.2 10.0.0.2:4000 w100", "-b@10.0.0.1 10.0.0.1:4000"), takeTold());
    }

    @Test
    void shouldKeepABackendUntilTheLastOfTwoNamesLeavesIt() {
        final BackendAddress.Name other = new BackendAddress.Name("other.test", 3000);
        names.obeyed(add("a", APP));
        names.obeyed(add("a", other));
        answer("10.0.0.1");
        answer("10.0.0.1");
        assertEquals(List.of(), names.obeyed(new Order.RemoveBackend("web", "a", APP)));
        assertEquals(List.of("-a@10.0.0.1 10.0.0.1:3000"),
            texts(names.obeyed(new Order.RemoveBackend("web", "a", other))));
    }

    @Test
    void shouldUseABoundedNumberOfAddresses() {
        final String[] many = new String[200];
        for (int i = 0; i < many.length; i++) {
            many[i] = "10.0.0." + i;
        }
        names.obeyed(add("a", APP));
        answer(many);
        assertEquals(Names.MAX_ADDRESSES, names.addresses(APP).size());
        assertTrue(told.size() == Names.MAX_ADDRESSES, told::toString);
    }
}
