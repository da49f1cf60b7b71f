package io.sozu.e2e;

import java.io.IOException;

/**
 * Bytes that a strict HTTP/1.1 reader must not accept: the proxy wrote something another peer could read
 * differently.
 */
final class WireFault extends IOException {
    private static final long serialVersionUID = 1L;

    WireFault(final String message) {
        super(message);
    }
}
