package io.sozu.master.fleet;

import io.sozu.control.Order;

/**
 * One order for one worker.
 *
 * @param fd a descriptor to send along, or -1
 * @param suffix tells this errand from others of the same order: {@code worker-0}
 * @param awaited whether the order is done only when this worker has answered
 */
public record Errand(WorkerProcess worker, Order order, int fd, String suffix, boolean awaited) {
}
