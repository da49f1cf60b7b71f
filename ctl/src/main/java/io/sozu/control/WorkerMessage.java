package io.sozu.control;

/** What the master sends to a worker: one order and the id its answers will carry. */
public record WorkerMessage(String id, Order order) {
}
