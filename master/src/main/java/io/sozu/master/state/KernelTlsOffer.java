package io.sozu.master.state;

import io.sozu.control.model.Addresses;
import io.sozu.control.model.ListenerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Whether this machine's kernel has TLS for sockets, which the key {@code ktls} asks for. */
final class KernelTlsOffer {
    /** What the kernel has of such things (its networking/ip-sysctl.rst). */
    static final Path OFFERED = Path.of("/proc/sys/net/ipv4/tcp_available_ulp");

    private KernelTlsOffer() {
    }

    /** Returns what is to be said of a listener; nothing where the kernel does not tell. */
    static List<String> warnings(final ListenerConfig listener, final Path offered) {
        if (listener.tls() == null || !listener.tls().ktls()) {
            return List.of();
        }
        try {
            return List.of(Files.readString(offered).trim().split("\\s+")).contains("tls") ? List.of()
                : List.of("listener " + Addresses.format(listener.address()) + ": ktls is set, and this"
                    + " kernel has no TLS now: load its module (modprobe tls), or OpenSSL encrypts as"
                    + " without the key");
        } catch (final IOException e) {
            return List.of();
        }
    }
}
