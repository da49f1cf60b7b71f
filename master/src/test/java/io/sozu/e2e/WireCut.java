package io.sozu.e2e;

import java.io.IOException;

/** The stream ended inside a message: by a close or, when {@code reset()}, by a reset. */
final class WireCut extends IOException {
    private static final long serialVersionUID = 1L;
    private final boolean reset;
    private final boolean inside;

    /**
     * @param inside true when bytes of the message had come before the end
     */
    WireCut(final String where, final boolean reset, final boolean inside) {
        super((reset ? "reset " : "closed ") + where);
        this.reset = reset;
        this.inside = inside;
    }

    /** True when a message was cut, false when the stream ended before the first byte of one. */
    boolean inside() {
        return inside;
    }

    boolean reset() {
        return reset;
    }
}
