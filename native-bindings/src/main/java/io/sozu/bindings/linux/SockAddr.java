package io.sozu.bindings.linux;

import io.sozu.bindings.memory.Memory;
import java.net.InetAddress;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/**
 * Socket addresses at raw addresses: {@code sockaddr_in}, {@code sockaddr_in6} and {@code sockaddr_un}.
 *
 * <pre>
 *        0        2        4                 8                            24         28
 *        +--------+--------+-----------------+----------------------------+----------+
 *  in    | family | port   | address         | zero (to 16)
 *  in6   | family | port   | flow            | address                    | scope    |
 *  un    | family | path, ended by a zero; or a zero and an abstract name (to 110)
 *        +--------+--------+-----------------+----------------------------+----------+
 * </pre>
 *
 * The family is in the machine's byte order, port and address in the network's. A block of {@link #MAX_BYTES}
 * holds any of them. What allocates is for the control path and says so.
 */
public final class SockAddr {
    /** Room for any of the three. */
    public static final int MAX_BYTES = 112;
    /** The longest text {@link #renderIp} writes. */
    public static final int MAX_IP_TEXT_BYTES = 45;
    /** The longest path or abstract name of an AF_UNIX socket, in bytes of UTF-8. */
    public static final int MAX_PATH_BYTES = 107;

    static final int INET_BYTES = 16;
    static final int INET6_BYTES = 28;
    static final int PORT = 2;
    static final int INET_ADDRESS = 4;
    static final int INET6_FLOW = 4;
    static final int INET6_ADDRESS = 8;
    static final int INET6_SCOPE = 24;
    static final int PATH = 2;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    private static final int MAPPED_PREFIX_BYTES = 12;
    private static final int MAPPED_LOW_WORD = 0xffff0000;
    private static final long INET_NETWORK = 0xffffffffL;

    private SockAddr() {
    }

    /**
     * Writes an IP address and port; control path.
     *
     * @return the bytes written: what bind(2) and connect(2) want as length
     * @throws IllegalArgumentException when the address is an unresolved name
     */
    public static int write(final long address, final InetSocketAddress socketAddress) {
        if (socketAddress.isUnresolved()) {
            throw new IllegalArgumentException("not an IP address: " + socketAddress.getHostString());
        }
        final byte[] ip = socketAddress.getAddress().getAddress();
        final boolean inet6 = ip.length == IPV6_BYTES;
        final int lengthBytes = inet6 ? INET6_BYTES : INET_BYTES;
        Memory.zero(address, lengthBytes);
        Memory.putShort(address, (short) (inet6 ? SocketOptions.AF_INET6 : SocketOptions.AF_INET));
        port(address, socketAddress.getPort());
        Memory.copy(ip, 0, address + (inet6 ? INET6_ADDRESS : INET_ADDRESS), ip.length);
        if (socketAddress.getAddress() instanceof final Inet6Address scoped) {
            Memory.putInt(address + INET6_SCOPE, scoped.getScopeId());
        }
        return lengthBytes;
    }

    /**
     * Writes the path of an AF_UNIX socket; control path.
     *
     * @return the bytes written, with the ending zero
     * @throws IllegalArgumentException when the path is empty, too long or holds a zero
     */
    public static int writeUnix(final long address, final String path) {
        final byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > MAX_PATH_BYTES || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a socket path has 1 to " + MAX_PATH_BYTES
                    + " bytes, this one has " + bytes.length + " or holds a zero: " + path);
        }
        Memory.putShort(address, (short) SocketOptions.AF_UNIX);
        Memory.copy(bytes, 0, address + PATH, bytes.length);
        Memory.putByte(address + PATH + bytes.length, (byte) 0);
        return PATH + bytes.length + 1;
    }

    /**
     * Writes an abstract name of an AF_UNIX socket, one without a file; control path.
     *
     * @param name without the zero that tells it from a path
     * @return the bytes written; the length is part of the name
     * @throws IllegalArgumentException when the name is empty, too long or holds a zero
     */
    public static int writeAbstract(final long address, final String name) {
        final byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > MAX_PATH_BYTES || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("an abstract socket name has 1 to " + MAX_PATH_BYTES
                    + " bytes, this one has " + bytes.length + " or holds a zero: " + name);
        }
        Memory.putShort(address, (short) SocketOptions.AF_UNIX);
        Memory.putByte(address + PATH, (byte) 0);
        Memory.copy(bytes, 0, address + PATH + 1, bytes.length);
        return PATH + 1 + bytes.length;
    }

    /** Returns the family, an {@code AF_} constant of {@link SocketOptions}. */
    public static int family(final long address) {
        return Short.toUnsignedInt(Memory.getShort(address));
    }

    /** Tells whether the block is a {@code sockaddr_in6}, be it of a mapped IPv4 address. */
    public static boolean isInet6(final long address) {
        return family(address) == SocketOptions.AF_INET6;
    }

    /** Returns the port of an IP address. */
    public static int port(final long address) {
        return (Memory.getByte(address + PORT) & 0xff) << 8 | Memory.getByte(address + PORT + 1) & 0xff;
    }

    /** Sets the port of an IP address. */
    public static void port(final long address, final int port) {
        Memory.putByte(address + PORT, (byte) (port >>> 8));
        Memory.putByte(address + PORT + 1, (byte) port);
    }

    /** Returns how long the block of an IP address is: what connect(2) wants. */
    public static int lengthBytes(final long address) {
        return isInet6(address) ? INET6_BYTES : INET_BYTES;
    }

    /**
     * Returns whom an IP address counts for: an IPv4 address, mapped or not, for itself, an IPv6 address for
     * the 64 bits that all addresses of one network have in common. The two never meet: an IPv4 address
     * stands where IPv6 has multicast.
     */
    public static long network(final long address) {
        if (!isInet6(address)) {
            return inetNetwork(address + INET_ADDRESS);
        }
        final long ip = address + INET6_ADDRESS;
        return isMapped(ip) ? inetNetwork(ip + MAPPED_PREFIX_BYTES) : Memory.getLong(ip);
    }

    private static long inetNetwork(final long ip) {
        return (long) Memory.getInt(ip) << Integer.SIZE | INET_NETWORK;
    }

    /**
     * Reads an IP address and port, a mapped IPv4 address as IPv4; control path.
     *
     * @param lengthBytes what the kernel said the address takes
     * @throws IllegalArgumentException when it is no IP address or cut short
     */
    public static InetSocketAddress read(final long address, final int lengthBytes) {
        final int family = lengthBytes < Short.BYTES ? 0 : family(address);
        final boolean inet6 = family == SocketOptions.AF_INET6;
        if (!inet6 && family != SocketOptions.AF_INET || lengthBytes < (inet6 ? INET6_BYTES : INET_BYTES)) {
            throw new IllegalArgumentException(
                    "no IP address: family " + family + ", " + lengthBytes + " bytes");
        }
        try {
            return new InetSocketAddress(inet6 ? ipv6(address) : ipv4(address), port(address));
        } catch (final UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static InetAddress ipv4(final long address) throws UnknownHostException {
        return InetAddress.getByAddress(Memory.toArray(address + INET_ADDRESS, IPV4_BYTES));
    }

    private static InetAddress ipv6(final long address) throws UnknownHostException {
        final byte[] ip = Memory.toArray(address + INET6_ADDRESS, IPV6_BYTES);
        final int scope = Memory.getInt(address + INET6_SCOPE);
        return scope == 0 ? InetAddress.getByAddress(ip) : Inet6Address.getByAddress(null, ip, scope);
    }

    /**
     * Writes the text of an IP address as RFC 5952 wants it, without port, brackets or scope; a mapped IPv4
     * address as IPv4. Allocates nothing.
     *
     * @param target room for {@link #MAX_IP_TEXT_BYTES}
     * @return the bytes written; 0 when the block holds no IP address
     */
    public static int renderIp(final long sockAddr, final long target) {
        return switch (family(sockAddr)) {
            case SocketOptions.AF_INET -> (int) (IpText.ipv4(sockAddr + INET_ADDRESS, target) - target);
            case SocketOptions.AF_INET6 -> (int) (renderInet6(sockAddr + INET6_ADDRESS, target) - target);
            default -> 0;
        };
    }

    private static long renderInet6(final long ip, final long target) {
        return isMapped(ip) ? IpText.ipv4(ip + MAPPED_PREFIX_BYTES, target) : IpText.ipv6(ip, target);
    }

    /** Tells whether sixteen bytes are {@code ::ffff:a.b.c.d}; both kinds of machine are little-endian. */
    private static boolean isMapped(final long ip) {
        return Memory.getLong(ip) == 0 && Memory.getInt(ip + Long.BYTES) == MAPPED_LOW_WORD;
    }
}
