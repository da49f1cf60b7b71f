/**
 * The proxy as real processes against real sockets: a master, its workers, scripted backends and raw clients.
 */
package io.sozu.e2e;
