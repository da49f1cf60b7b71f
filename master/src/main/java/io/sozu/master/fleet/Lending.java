package io.sozu.master.fleet;

import io.sozu.control.Answer;
import io.sozu.control.Order;
import io.sozu.eventloop.log.Log;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;

/**
 * Lends the listening sockets of vacant slots to living workers.
 *
 * <p>The kernel goes on giving a slot its share of the connections; without a borrower they would wait for
 * the slot's next worker.
 */
final class Lending {
    private final List<WorkerSlot> slots;
    private final ListenerSockets sockets;
    private final Log log;
    private long count;

    Lending(final List<WorkerSlot> slots, final ListenerSockets sockets, final Log log) {
        this.slots = slots;
        this.sockets = sockets;
        this.log = log;
    }

    /** Lends what nobody serves, as far as anybody can. */
    void lend() {
        for (final WorkerSlot slot : slots) {
            if (!slot.isSpare() && !slot.isServed() && slot.borrower() == null) {
                final WorkerProcess borrower = leastLaden();
                if (borrower == null) {
                    return;
                }
                slot.borrower(borrower);
                sockets.listeners().forEach(each -> give(each, slot.number(), borrower));
                log.info("the sockets of worker " + slot.number() + " are lent to " + borrower);
            }
        }
    }

    /** Takes back a slot's sockets: its own worker serves them. */
    void takeBack(final WorkerSlot slot) {
        final WorkerProcess borrower = slot.borrower();
        slot.borrower(null);
        if (borrower != null) {
            sockets.listeners().forEach(each -> tell(borrower,
                    sockets.deactivation(each, slot.number()), -1));
            log.info("the sockets of worker " + slot.number() + " are given back by " + borrower);
        }
    }

    /** Forgets what a worker that is gone, or going, had borrowed. */
    void forget(final WorkerProcess borrower) {
        for (final WorkerSlot slot : slots) {
            if (slot.borrower() == borrower) {
                slot.borrower(null);
            }
        }
    }

    private WorkerProcess leastLaden() {
        return slots.stream().map(WorkerSlot::process)
                .filter(each -> each != null && each.phase() == WorkerPhase.READY)
                .min(Comparator.comparingLong(this::servedSlots)).orElse(null);
    }

    private long servedSlots(final WorkerProcess worker) {
        return slots.stream().filter(slot -> slot.borrower() == worker
                || slot.process() == worker && !slot.isSpare()).count();
    }

    private void give(final InetSocketAddress listener, final int slot, final WorkerProcess borrower) {
        tell(borrower, sockets.activation(listener, slot), sockets.fd(listener, slot));
    }

    private void tell(final WorkerProcess worker, final Order order, final int fd) {
        worker.send("LENDING-" + count++ + "-worker-" + worker.slot(), order, fd, answer -> {
            if (answer.status() == Answer.Status.ERROR) {
                log.error(worker + " refused " + order + ": " + answer.message());
            }
        });
    }
}
