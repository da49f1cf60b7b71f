/** A seeded kernel for tests: sockets, edge-triggered epoll and time in one thread, with faults on demand. */
package io.sozu.bindings.sim;
