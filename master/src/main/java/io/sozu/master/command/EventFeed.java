package io.sozu.master.command;

import io.sozu.control.Answer;
import io.sozu.control.Event;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tells what happens to those who asked for it. Belongs to the loop's thread. */
public final class EventFeed {
    static final int SUBSCRIBERS_MAX = 16;

    private final Map<Subscriber, String> subscribers = new LinkedHashMap<>();

    /** Somebody who asked for events. */
    interface Subscriber {
        /** Takes one; returns false when it wants no more, or is gone. */
        boolean tell(Answer answer);
    }

    EventFeed() {
    }

    /**
     * Adds a subscriber; it hears of what happens from now on.
     *
     * @param id of its order, which its answers carry
     * @return null, or why it cannot be
     */
    String subscribe(final String id, final Subscriber subscriber) {
        if (subscribers.containsKey(subscriber)) {
            return "this connection has subscribed already";
        }
        if (subscribers.size() >= SUBSCRIBERS_MAX) {
            return "too many subscribers at once (" + SUBSCRIBERS_MAX + "): try again";
        }
        subscribers.put(subscriber, id);
        return null;
    }

    boolean has(final Subscriber subscriber) {
        return subscribers.containsKey(subscriber);
    }

    void unsubscribe(final Subscriber subscriber) {
        subscribers.remove(subscriber);
    }

    /** Tells everybody. */
    public void tell(final Event event) {
        if (subscribers.isEmpty()) {
            return;
        }
        final String time = Instant.now().toString();
        for (final Map.Entry<Subscriber, String> each : List.copyOf(subscribers.entrySet())) {
            if (!each.getKey().tell(event.answer(each.getValue(), time))) {
                subscribers.remove(each.getKey());
            }
        }
    }
}
