package io.sozu.master.names;

import io.sozu.control.Order;
import io.sozu.control.model.BackendConfig;
import io.sozu.master.fleet.Alarms;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A name, what it stood for when it was last answered, and the backends that have it. */
final class NamedHost {
    private final String host;
    private final Map<Order.RemoveBackend, BackendConfig> backends = new LinkedHashMap<>();
    private List<InetAddress> addresses = List.of();
    private String problem;
    private Alarms.Alarm alarm;
    private boolean lookingUp;
    private boolean abandoned;
    private int failures;

    NamedHost(final String host) {
        this.host = host;
    }

    String host() {
        return host;
    }

    /** Returns the backends by the orders that would remove them. */
    Map<Order.RemoveBackend, BackendConfig> backends() {
        return backends;
    }

    /** Returns the last answer; empty until there was one. */
    List<InetAddress> addresses() {
        return addresses;
    }

    void addresses(final List<InetAddress> answer) {
        this.addresses = answer;
    }

    /** Returns why the last look-up failed, or null. */
    String problem() {
        return problem;
    }

    void problem(final String why) {
        this.problem = why;
    }

    /** Returns whether a look-up has begun whose end is not known yet. */
    boolean isLookingUp() {
        return lookingUp;
    }

    void lookingUp(final boolean begun) {
        lookingUp = begun;
    }

    /** Returns whether it had no backend at some time since the look-up began. */
    boolean isAbandoned() {
        return abandoned;
    }

    /** Forgets the answer; that of the look-up under way is not wanted any more. */
    void abandon() {
        alarm(null);
        addresses = List.of();
        problem = null;
        failures = 0;
        abandoned = lookingUp;
    }

    void adopt() {
        abandoned = false;
    }

    /** Counts a look-up that has ended; returns how many have failed in a row. */
    int failures(final boolean failed) {
        failures = failed ? failures + 1 : 0;
        return failures;
    }

    /** Replaces what is to be done next. */
    void alarm(final Alarms.Alarm next) {
        if (alarm != null) {
            alarm.cancel();
        }
        alarm = next;
    }
}
