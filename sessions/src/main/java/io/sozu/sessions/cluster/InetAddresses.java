package io.sozu.sessions.cluster;

import io.sozu.bindings.memory.Memory;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/** Writes {@code sockaddr_in} and {@code sockaddr_in6}. */
final class InetAddresses {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int PORT = 2;
    private static final int IN_ADDRESS = 4;
    private static final int IN_BYTES = 16;
    private static final int IN6_ADDRESS = 8;
    private static final int IN6_SCOPE = 24;
    private static final int IN6_BYTES = 28;

    private InetAddresses() {
    }

    /** Writes to zeroed memory and returns the length in bytes. */
    static int write(final long target, final InetSocketAddress address) {
        final byte[] ip = address.getAddress().getAddress();
        Memory.putByte(target + PORT, (byte) (address.getPort() >>> 8));
        Memory.putByte(target + PORT + 1, (byte) address.getPort());
        if (address.getAddress() instanceof Inet6Address inet6) {
            Memory.putShort(target, (short) AF_INET6);
            Memory.copy(ip, 0, target + IN6_ADDRESS, ip.length);
            Memory.putInt(target + IN6_SCOPE, inet6.getScopeId());
            return IN6_BYTES;
        }
        Memory.putShort(target, (short) AF_INET);
        Memory.copy(ip, 0, target + IN_ADDRESS, ip.length);
        return IN_BYTES;
    }
}
