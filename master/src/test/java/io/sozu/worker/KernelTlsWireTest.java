package io.sozu.worker;

import io.sozu.protocols.tls.TlsSettings;

/** The same where the kernel encrypts what is sent. */
final class KernelTlsWireTest extends TlsWireTest {
    static final TlsSettings BY_KERNEL = new TlsSettings(true, true, "", "", "", "", 2, false, false,
            TlsSettings.DEFAULT.handshakeNanos(), TlsSettings.ClientCheck.NONE, null, true);

    @Override
    TlsSettings settings() {
        return BY_KERNEL;
    }
}
