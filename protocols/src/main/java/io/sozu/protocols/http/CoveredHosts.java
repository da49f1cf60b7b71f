package io.sozu.protocols.http;

import io.sozu.bindings.memory.Memory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/**
 * The hosts that a certificate is for: names, wildcards for one label, IP addresses. A look-up allocates
 * nothing, and takes as long for many names as for few.
 */
final class CoveredHosts {
    private static final long SEED = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;
    private static final int FOLD = 32;
    private static final int IPV6_LONGS = 2;
    private static final int IPV4_BYTES = 4;

    private final byte[][] names;
    private final byte[][] suffixes;
    private final long[] addresses;

    /**
     * Prepares the hosts of a certificate.
     *
     * @param hosts in any case, with a wildcard written {@code *.}; addresses without brackets
     */
    CoveredHosts(final Collection<String> hosts) {
        this.names = table(hosts, false);
        this.suffixes = table(hosts, true);
        this.addresses = addresses(hosts);
    }

    private static long[] addresses(final Collection<String> hosts) {
        final long[] found = new long[hosts.size() * IPV6_LONGS];
        int count = 0;
        for (final String host : hosts) {
            if (host.indexOf(':') >= 0) {
                final ByteBuffer address = address(host);
                found[count++] = address.getLong(0);
                found[count++] = address.getLong(Long.BYTES);
            }
        }
        return Arrays.copyOf(found, count);
    }

    private static byte[] bytes(final String host) {
        final String folded = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return folded.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static ByteBuffer address(final String literal) {
        try {
            final byte[] bytes = InetAddress.getByName(literal).getAddress();
            final ByteBuffer buffer = ByteBuffer.allocate(IPV6_LONGS * Long.BYTES);
            if (bytes.length == IPV4_BYTES) {
                buffer.putShort(10, (short) -1);
                buffer.position(12);
            }
            return buffer.put(bytes);
        } catch (final UnknownHostException e) {
            throw new IllegalArgumentException("not an address: " + literal, e);
        }
    }

    /** Returns an open-addressed table of names or of what follows their wildcards, at most half used. */
    private static byte[][] table(final Collection<String> hosts, final boolean wildcards) {
        final byte[][] table = new byte[Integer.highestOneBit(hosts.size() * 2 + 1) * 2][];
        for (final String host : hosts) {
            if (host.startsWith("*.") == wildcards && host.indexOf(':') < 0) {
                add(table, bytes(wildcards ? host.substring(1) : host));
            }
        }
        return table;
    }

    private static void add(final byte[][] table, final byte[] text) {
        long hash = SEED;
        for (final byte each : text) {
            hash = step(hash, each);
        }
        int at = place(hash, table.length);
        while (table[at] != null) {
            at = at + 1 & table.length - 1;
        }
        table[at] = text;
    }

    private static long step(final long hash, final byte character) {
        return (hash ^ character & 0xff) * PRIME;
    }

    private static int place(final long hash, final int size) {
        return (int) (hash ^ hash >>> FOLD) & size - 1;
    }

    /** Returns whether it is for a host as a request names it: in any case, an IPv6 address in brackets. */
    boolean covers(final long host, final int hostBytes) {
        if (Memory.getByte(host) == '[') {
            return coversAddress(host + 1, hostBytes - 2);
        }
        final int lengthBytes = Memory.getByte(host + hostBytes - 1) == '.' ? hostBytes - 1 : hostBytes;
        int dot = 0;
        long whole = SEED;
        long suffix = SEED;
        for (int i = 0; i < lengthBytes; i++) {
            final byte character = Ascii.lower(Memory.getByte(host + i));
            if (character == '.' && dot == 0) {
                dot = i;
            }
            whole = step(whole, character);
            if (dot > 0) {
                suffix = step(suffix, character);
            }
        }
        return has(names, whole, host, lengthBytes)
                || dot > 0 && has(suffixes, suffix, host + dot, lengthBytes - dot);
    }

    private static boolean has(final byte[][] table, final long hash, final long text, final int textBytes) {
        for (int at = place(hash, table.length); table[at] != null; at = at + 1 & table.length - 1) {
            if (table[at].length == textBytes && equal(table[at], text)) {
                return true;
            }
        }
        return false;
    }

    private static boolean equal(final byte[] lower, final long text) {
        int same = 0;
        while (same < lower.length && Ascii.lower(Memory.getByte(text + same)) == lower[same]) {
            same++;
        }
        return same == lower.length;
    }

    private boolean coversAddress(final long text, final int textBytes) {
        if (addresses.length == 0) {
            return false;
        }
        final long high = Ipv6Text.half(text, textBytes, true);
        final long low = Ipv6Text.half(text, textBytes, false);
        for (int i = 0; i < addresses.length; i += IPV6_LONGS) {
            if (addresses[i] == high && addresses[i + 1] == low) {
                return true;
            }
        }
        return false;
    }
}
