/** A worker: wiring, acceptor, driver of sessions, applier of orders. */
package io.sozu.worker;
