package io.sozu.master.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.LeakCheck;
import io.sozu.control.Answer;
import io.sozu.control.Event;
import io.sozu.control.EventKind;
import io.sozu.control.OrderException;
import io.sozu.master.command.CommandRig.Client;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that want to know what happens, and those that ask and do not listen. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
final class EventFeedTest {
    private static final String SUBSCRIBE = "{\"id\":\"s\",\"version\":0,\"type\":\"SUBSCRIBE_EVENTS\"}";
    private static final String STATUS = "{\"id\":\"q\",\"version\":0,\"type\":\"STATUS\"}";

    private static String order(final String type, final String data) {
        return "{\"id\":\"o\",\"version\":0,\"type\":\"PROXY\",\"data\":{\"type\":\"" + type + "\",\"data\":"
                + data.replace('\'', '"') + "}}";
    }

    private static Event next(final Client client) throws IOException, OrderException {
        final Answer answer = client.read();
        assertEquals("s", answer.id());
        assertEquals(Answer.Status.PROCESSING, answer.status());
        assertTrue(answer.content().path("data").path("time").asText().endsWith("Z"), answer::toString);
        return Event.read(answer);
    }

    @Test
    void shouldTellWhatOrdersChangeAndNothingThatIsRefused() throws Exception {
        try (CommandRig rig = new CommandRig(); Client watcher = rig.client(); Client client = rig.client()) {
            watcher.send(SUBSCRIBE);
            assertEquals(Event.of(EventKind.EVENTS_SUBSCRIBED, null), next(watcher));
            final List<String> expected = new ArrayList<>();
            for (final String[] each : new String[][] {
                {"ADD_HTTP_LISTENER", "{'address':'127.0.0.1:1'}", "LISTENER_ADDED at 127.0.0.1:1"},
                {"UPDATE_HTTP_LISTENER", "{'address':'127.0.0.1:1','front_timeout':5}",
                    "LISTENER_UPDATED at 127.0.0.1:1"},
                {"ADD_CLUSTER", "{'cluster_id':'web'}", "CLUSTER_ADDED cluster web"},
                {"REMOVE_CLUSTER", "'none'", null},
                {"UPDATE_CLUSTER", "{'cluster_id':'web','max_queue':1}", "CLUSTER_UPDATED cluster web"},
                {"UPDATE_CLUSTER", "{'cluster_id':'web','max_queue':-1}", null},
                {"ADD_HTTP_FRONTEND", "{'address':'127.0.0.1:1','hostname':'a','route':{'CLUSTER_ID':'web'}}",
                    "FRONTEND_ADDED cluster web at 127.0.0.1:1: 127.0.0.1:1;a;P"},
                {"UPDATE_HTTP_FRONTEND", "{'address':'127.0.0.1:1','hostname':'a','route':'DENY'}",
                    "FRONTEND_UPDATED at 127.0.0.1:1: 127.0.0.1:1;a;P"},
                {"ADD_BACKEND", "{'cluster_id':'web','backend_id':'b','address':'127.0.0.1:2'}",
                    "BACKEND_ADDED cluster web backend b at 127.0.0.1:2"},
                {"REMOVE_BACKEND", "{'cluster_id':'web','backend_id':'b','address':'127.0.0.1:2'}",
                    "BACKEND_REMOVED cluster web backend b at 127.0.0.1:2"},
                {"REMOVE_HTTP_FRONTEND", "{'address':'127.0.0.1:1','hostname':'a'}",
                    "FRONTEND_REMOVED at 127.0.0.1:1: 127.0.0.1:1;a;P"},
                {"REMOVE_CLUSTER", "'web'", "CLUSTER_REMOVED cluster web"},
                {"REMOVE_LISTENER", "{'address':'127.0.0.1:1','proxy':'http'}",
                    "LISTENER_REMOVED at 127.0.0.1:1"},
                {"LOGGING", "'warn'", "LOGGING_LEVEL_CHANGED: warn"}}) {
                final Answer answer = client.ask(order(each[0], each[1]));
                assertEquals(each[2] == null ? Answer.Status.ERROR : Answer.Status.OK, answer.status(),
                        answer::message);
                if (each[2] != null) {
                    expected.add(each[2]);
                }
            }
            for (final String text : expected) {
                assertEquals(text, next(watcher).toString());
            }
        }
    }

    @Test
    void shouldAnswerOtherOrdersOfASubscriberAndRefuseASecondSubscription() throws Exception {
        try (CommandRig rig = new CommandRig(); Client watcher = rig.client()) {
            watcher.send(SUBSCRIBE);
            next(watcher);
            assertEquals(Answer.Status.OK, watcher.ask(STATUS).status());
            final Answer second = watcher.ask(SUBSCRIBE);
            assertEquals("this connection has subscribed already", second.message());
        }
    }

    @Test
    void shouldTakeABoundedNumberOfSubscribersAndForgetThoseThatLeave() throws Exception {
        try (CommandRig rig = new CommandRig()) {
            for (int round = 0; round < 3; round++) {
                final List<Client> watchers = new ArrayList<>();
                for (int i = 0; i < EventFeed.SUBSCRIBERS_MAX; i++) {
                    watchers.add(subscribed(rig));
                }
                try (Client late = rig.client()) {
                    assertEquals(Answer.Status.ERROR, late.ask(SUBSCRIBE).status());
                }
                for (int i = 0; i < watchers.size(); i++) {
                    if (i % 2 == 0) {
                        watchers.get(i).channel().shutdownOutput();
                        Answer answer = watchers.get(i).read();
                        while (answer != null) {
                            answer = watchers.get(i).read();
                        }
                        assertNull(answer, "who says no more is told no more");
                    }
                    watchers.get(i).close();
                }
            }
            assertTrue(rig.serves());
        }
    }

    /** Those who left have gone only when the master has seen it. */
    private static Client subscribed(final CommandRig rig) throws IOException, OrderException {
        while (true) {
            final Client client = rig.client();
            if (client.send(SUBSCRIBE).read().status() == Answer.Status.PROCESSING) {
                return client;
            }
            client.close();
        }
    }

    @Test
    void shouldCloseASubscriberThatDoesNotReadAndKeepOthers() throws Exception {
        final long before = CommandRig.channelBytes();
        try (CommandRig rig = new CommandRig(); Client deaf = rig.client(); Client watcher = rig.client();
             Client client = rig.client()) {
            deaf.send(SUBSCRIBE);
            next(deaf);
            watcher.send(SUBSCRIBE);
            next(watcher);
            for (int i = 0; i < 6000; i++) {
                assertEquals(Answer.Status.OK, client.ask(order("ADD_CLUSTER", "{'cluster_id':'c" + i
                        + "'}")).status());
                assertEquals("CLUSTER_ADDED cluster c" + i, next(watcher).toString());
                assertTrue(CommandRig.channelBytes() - before < 1 << 20);
            }
            int heard = 0;
            for (Answer answer = deaf.read(); answer != null; answer = deaf.read()) {
                heard++;
            }
            assertTrue(heard < 6000, heard + " were heard before the end");
        }
    }
}
