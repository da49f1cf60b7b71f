/** HTTP/1.1: parsers, rewriting in place, one machine per side (RFC 9112). */
package io.sozu.protocols.http1;
