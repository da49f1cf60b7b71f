package io.sozu.master.fleet;

import io.sozu.control.Order;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.TicketKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The keys of session tickets, the same for all workers, so that a client resumes at any of them: one that
 * tickets are made with, and those before it, whose tickets are still taken. They live in this process alone
 * and in its workers: a master that starts anew makes others. Of one thread.
 */
public final class TicketKeyring {
    private static final int KEYS = 3;

    private final SecureRandom random = new SecureRandom();
    private final List<TicketKey> keys = new ArrayList<>();

    /** Makes the first key. */
    public TicketKeyring() {
        rotate();
    }

    /** Makes a new key, which tickets are made with from now on; the oldest one is erased. */
    public void rotate() {
        final byte[] bytes = new byte[TicketKey.BYTES];
        random.nextBytes(bytes);
        keys.addFirst(new TicketKey(bytes));
        Arrays.fill(bytes, (byte) 0);
        if (keys.size() > KEYS) {
            keys.removeLast().erase();
        }
    }

    /**
     * Returns the order by which workers get them. Its keys are copies: it may wait in a queue for longer
     * than a key lives here.
     */
    public Order.SetTicketKeys order() {
        return new Order.SetTicketKeys(keys.stream().map(key -> new TicketKey(key.bytes())).toList());
    }

    /** Returns orders with the keys before them, if one of them is for a listener that speaks TLS. */
    public List<Order> before(final List<? extends Order> orders) {
        final List<Order> all = new ArrayList<>(orders);
        if (orders.stream().anyMatch(TicketKeyring::startsTls)) {
            all.addFirst(order());
        }
        return all;
    }

    private static boolean startsTls(final Order order) {
        return order instanceof final Order.AddHttpListener add && speaksTls(add.listener());
    }

    /** Returns whether a listener has tickets. */
    public static boolean speaksTls(final ListenerConfig listener) {
        return listener.tls() != null;
    }
}
