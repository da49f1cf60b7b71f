package io.sozu.bindings.sim;

import io.sozu.bindings.linux.EpollEvents;
import io.sozu.bindings.linux.EpollFlags;
import io.sozu.bindings.linux.Errno;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An epoll instance with the kernel's ready list: a wake-up links an item, a wait unlinks it and asks for the
 * bits that are true now, and only level-triggered items are linked again.
 */
final class SimEpoll extends SimFile {
    private static final int ONE_SHOT = 1 << 30;
    private static final int PRIVATE_BITS =
            EpollFlags.EDGE_TRIGGERED | ONE_SHOT | EpollFlags.EXCLUSIVE | 1 << 29;

    private final Map<Key, Item> items = new LinkedHashMap<>();
    private ArrayDeque<Item> ready = new ArrayDeque<>();

    private record Key(int fd, SimFile file) {
    }

    /** One registered descriptor. */
    final class Item {
        private final Key key;
        private int events;
        private long data;
        private boolean linked;

        private Item(final Key key) {
            this.key = key;
        }

        void wake(final int wakeKey) {
            if ((events & ~PRIVATE_BITS) != 0 && (wakeKey == 0 || (wakeKey & events) != 0)) {
                link(this);
            }
        }

        void detach() {
            remove(this);
        }

        private int pollNow() {
            return key.file.poll() & events;
        }
    }

    /** epoll_ctl(2) with the event already read from memory. */
    int control(final int operation, final int fd, final SimFile file, final int events, final long data) {
        final Item known = items.get(new Key(fd, file));
        return switch (operation) {
            case EpollFlags.ADD -> known != null ? -Errno.EEXIST : add(new Key(fd, file), events, data);
            case EpollFlags.MODIFY -> known == null ? -Errno.ENOENT : arm(known, events, data);
            case EpollFlags.DELETE -> known == null ? -Errno.ENOENT : remove(known);
            default -> -Errno.EINVAL;
        };
    }

    private int add(final Key key, final int events, final long data) {
        if (key.file instanceof SimEpoll) {
            return -Errno.EINVAL;
        }
        final Item item = new Item(key);
        items.put(key, item);
        key.file.watch(item);
        return arm(item, events, data);
    }

    private int arm(final Item item, final int events, final long data) {
        item.events = events | EpollFlags.ERR | EpollFlags.HUP;
        item.data = data;
        if (item.pollNow() != 0) {
            link(item);
        }
        return 0;
    }

    private int remove(final Item item) {
        items.remove(item.key);
        item.key.file.unwatch(item);
        ready.remove(item);
        item.linked = false;
        return 0;
    }

    private void link(final Item item) {
        if (!item.linked) {
            item.linked = true;
            ready.add(item);
        }
    }

    /** Fills the array with up to {@code maxEvents} events; the rest stays at the head of the list. */
    int collect(final long eventsAddress, final int maxEvents) {
        final ArrayDeque<Item> scanned = ready;
        final ArrayDeque<Item> again = new ArrayDeque<>();
        ready = new ArrayDeque<>();
        int count = 0;
        while (count < maxEvents && !scanned.isEmpty()) {
            final Item item = scanned.poll();
            item.linked = false;
            final int mask = item.pollNow();
            if (mask == 0) {
                continue;
            }
            EpollEvents.set(eventsAddress, count++, mask, item.data);
            if ((item.events & ONE_SHOT) != 0) {
                item.events &= PRIVATE_BITS;
            } else if ((item.events & EpollFlags.EDGE_TRIGGERED) == 0) {
                item.linked = true;
                again.add(item);
            }
        }
        scanned.addAll(ready);
        scanned.addAll(again);
        ready = scanned;
        return count;
    }

    int readyCount() {
        return ready.size();
    }

    /** Moves a ready item to the front, which a kernel on several cores may do as well. */
    void promote(final int position) {
        final List<Item> order = new ArrayList<>(ready);
        order.addFirst(order.remove(position));
        ready = new ArrayDeque<>(order);
    }

    int watchedCount() {
        return items.size();
    }

    /** Wakes the item at a position though nothing happened to it. */
    void wakeSpuriously(final int position) {
        final List<Item> all = new ArrayList<>(items.values());
        all.get(position).wake(0);
    }

    @Override
    int poll() {
        return ready.isEmpty() ? 0 : EpollFlags.IN;
    }

    @Override
    void lastClose() {
        for (final Item item : List.copyOf(items.values())) {
            remove(item);
        }
    }

    @Override
    String describe() {
        final StringBuilder text = new StringBuilder("epoll watching");
        for (final Item item : items.values()) {
            text.append(' ').append(item.key.fd).append(':').append(SimTrace.bits(item.events))
                    .append(item.linked ? "*" : "");
        }
        return text.toString();
    }
}
