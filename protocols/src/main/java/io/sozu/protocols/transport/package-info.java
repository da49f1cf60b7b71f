/** Bytes between a socket and a page, plain or encrypted. */
package io.sozu.protocols.transport;
