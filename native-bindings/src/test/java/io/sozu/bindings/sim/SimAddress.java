package io.sozu.bindings.sim;

import io.sozu.bindings.memory.Memory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** An internet address and port; IPv4 on an IPv6 socket is written in its mapped form. */
record SimAddress(InetAddress ip, int port) {
    static final int INET = 2;
    static final int INET6 = 10;
    private static final int INET_BYTES = 16;
    private static final int INET6_BYTES = 28;

    static SimAddress of(final String ip, final int port) {
        return new SimAddress(literal(ip), port);
    }

    static SimAddress any(final int family) {
        return of(family == INET ? "0.0.0.0" : "::", 0);
    }

    private static InetAddress literal(final String ip) {
        try {
            return InetAddress.ofLiteral(ip);
        } catch (final IllegalArgumentException bad) {
            throw new AssertionError("not an address: " + ip, bad);
        }
    }

    /** Reads a struct sockaddr_in or sockaddr_in6; null when it is neither. */
    static SimAddress read(final long address, final int lengthBytes) {
        if (lengthBytes < INET_BYTES) {
            return null;
        }
        final int family = Memory.getShort(address);
        final int port = Short.toUnsignedInt(Short.reverseBytes(Memory.getShort(address + 2)));
        try {
            if (family == INET) {
                return new SimAddress(InetAddress.getByAddress(Memory.toArray(address + 4, 4)), port);
            }
            if (family == INET6 && lengthBytes >= INET6_BYTES) {
                return new SimAddress(InetAddress.getByAddress(Memory.toArray(address + 8, 16)), port);
            }
            return null;
        } catch (final UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Writes the struct for a socket of a family, cut at the in-out length word as the kernel does. */
    void write(final int family, final long address, final long lengthAddress) {
        if (address == 0 || lengthAddress == 0) {
            return;
        }
        final byte[] struct = bytes(family);
        final int room = Memory.getInt(lengthAddress);
        Memory.copy(struct, 0, address, Math.min(room, struct.length));
        Memory.putInt(lengthAddress, struct.length);
    }

    private byte[] bytes(final int family) {
        final byte[] struct = new byte[family == INET ? INET_BYTES : INET6_BYTES];
        struct[0] = (byte) family;
        struct[2] = (byte) (port >>> 8);
        struct[3] = (byte) port;
        final byte[] raw = ip.getAddress();
        if (family == INET) {
            System.arraycopy(raw, 0, struct, 4, 4);
        } else if (raw.length == 16) {
            System.arraycopy(raw, 0, struct, 8, 16);
        } else if (!Arrays.equals(raw, new byte[4]) || port != 0) {
            struct[18] = -1;
            struct[19] = -1;
            System.arraycopy(raw, 0, struct, 20, 4);
        }
        return struct;
    }

    boolean isAny() {
        return ip.isAnyLocalAddress();
    }

    boolean isInet4() {
        return ip.getAddress().length == 4;
    }

    SimAddress withPort(final int otherPort) {
        return new SimAddress(ip, otherPort);
    }

    @Override
    public String toString() {
        return (isInet4() ? ip.getHostAddress() : "[" + ip.getHostAddress() + "]") + ":" + port;
    }
}
