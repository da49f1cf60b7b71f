package io.sozu.perf.fuzz;

import io.sozu.worker.WireProxy;

/** A proxy for one input after the other: a new one now and then, and behind each that failed. */
final class Wire {
    private static final int RENEW_AFTER = 500;

    private final boolean sticky;
    private WireProxy proxy;
    private int uses;

    Wire(final boolean sticky) {
        this.sticky = sticky;
    }

    WireProxy.Outcome ask(final byte[] bytes, final int pieceBytes, final WireProxy.Backend backend) {
        if (proxy != null && uses++ % RENEW_AFTER == 0) {
            proxy.close();
            proxy = null;
        }
        if (proxy == null) {
            proxy = new WireProxy(sticky);
        }
        try {
            return proxy.ask(bytes, pieceBytes, backend);
        } catch (final RuntimeException | Error e) {
            // Whatever it holds is lost with it: a finding ends the run.
            proxy = null;
            throw e;
        }
    }
}
