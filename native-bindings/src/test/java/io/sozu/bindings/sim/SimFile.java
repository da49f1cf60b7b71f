package io.sozu.bindings.sim;

import java.util.ArrayList;
import java.util.List;

/** What descriptors refer to: an open file description with its wait queue. */
abstract class SimFile {
    private final List<SimEpoll.Item> watchers = new ArrayList<>();
    private int references;
    private Runnable wakeHook;

    /** Returns the ready bits of this instant, as the kernel's poll method would. */
    abstract int poll();

    /** One line for {@link SimKernel#describe}. */
    abstract String describe();

    /** Called when the last descriptor is gone. */
    abstract void lastClose();

    final void retain() {
        references++;
    }

    final void release() {
        assert references > 0 : "released too often: " + describe();
        if (--references == 0) {
            for (final SimEpoll.Item item : List.copyOf(watchers)) {
                item.detach();
            }
            lastClose();
        }
    }

    final void watch(final SimEpoll.Item item) {
        watchers.add(item);
    }

    final void unwatch(final SimEpoll.Item item) {
        watchers.remove(item);
    }

    /** A simulated program hears of every wake-up. */
    final void wakeHook(final Runnable hook) {
        wakeHook = hook;
    }

    /** Wakes whoever waits for one of these event bits; 0 wakes all, as a state change does. */
    final void wake(final int key) {
        for (int i = 0; i < watchers.size(); i++) {
            watchers.get(i).wake(key);
        }
        if (wakeHook != null) {
            wakeHook.run();
        }
    }
}
