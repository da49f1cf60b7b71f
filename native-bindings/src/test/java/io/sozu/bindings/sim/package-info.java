/**
 * A seeded kernel for tests: sockets, edge-triggered epoll and time in one thread, with faults on demand.
 *
 * <pre>{@code
 * SimKernel kernel = new SimKernel(seed, FaultPlan.gentle());   // hand it to the program under test
 * SimWorld world = kernel.world().buffers(64 << 10, 64 << 10).latency(20_000, 200_000);
 * SimListener backend = world.listen(0, peer -> peer.onBytes((p, bytes) -> p.send(ANSWER)));
 * SimPeer client = world.connect(8080).send("GET / HTTP/1.1\r\n\r\n");
 * while (client.receivedBytes() == 0) {
 *     loop.runOnce(1_000_000_000L);                             // waits advance virtual time, nothing sleeps
 * }
 * assertTrue(kernel.openFds().isEmpty(), kernel::describe);     // after the program has closed
 * }</pre>
 *
 * Peers and scheduled actions run while the program waits and, as calls take virtual time, between its calls.
 * Equal seeds, plans and calls give equal runs: {@code traceHash()} compares, {@code trace()} shows them.
 *
 * <p>Not simulated: Nagle's delay (TCP_NODELAY is always on in effect), urgent data, SO_RCVLOWAT, TIME-WAIT
 * blocking a bind, named AF_UNIX sockets, datagrams, thresholds in the kernel's own units of memory.
 */
package io.sozu.bindings.sim;
