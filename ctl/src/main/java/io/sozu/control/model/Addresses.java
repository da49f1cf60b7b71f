package io.sozu.control.model;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Socket addresses as text: {@code 127.0.0.1:80} and {@code [::1]:80}, literals only, never a name. */
public final class Addresses {
    private static final String FORM = "write IP:PORT, as 127.0.0.1:8080 or [::1]:8080";
    private static final int MAX_CHARS = 64;

    private Addresses() {
    }

    /**
     * Reads an address. An IPv4 address mapped into IPv6 becomes the IPv4 address it stands for.
     *
     * @param field name of the field, for the message
     * @throws InvalidConfigException when it is no literal address with a port from 1 to 65535
     */
    public static InetSocketAddress parse(final String field, final String text) {
        final int colon = text.lastIndexOf(':');
        if (text.isEmpty() || text.length() > MAX_CHARS || colon < 0) {
            final boolean portless = colon < 0 && !text.isEmpty();
            throw invalid(field, text, (portless ? "has no port; " : "is no address; ") + FORM);
        }
        final String host = text.substring(0, colon);
        final int port = port(field, text, text.substring(colon + 1));
        if (host.startsWith("[") && host.endsWith("]")) {
            return new InetSocketAddress(inet6(field, text, host.substring(1, host.length() - 1)), port);
        }
        if (host.indexOf(':') >= 0) {
            throw invalid(field, text, "is an IPv6 address without brackets; " + FORM);
        }
        return new InetSocketAddress(inet4(field, text, host), port);
    }

    /** Writes an address so that {@link #parse} reads it back; IPv6 in the form of RFC 5952. */
    public static String format(final InetSocketAddress address) {
        final InetAddress ip = address.getAddress();
        return ip instanceof Inet6Address
            ? "[" + inet6Text(ip.getAddress()) + "]:" + address.getPort()
            : ip.getHostAddress() + ":" + address.getPort();
    }

    /**
     * Checks an address that was made elsewhere.
     *
     * @throws InvalidConfigException when it is unresolved, scoped, or has port 0
     */
    static InetSocketAddress check(final String field, final InetSocketAddress address) {
        if (address == null) {
            throw new InvalidConfigException(field, "is missing; " + FORM);
        }
        if (address.isUnresolved() || address.getPort() == 0) {
            throw invalid(field, address.toString(), "is no address with a port; " + FORM);
        }
        return address;
    }

    private static int port(final String field, final String text, final String digits) {
        int port = 0;
        for (int i = 0; i < digits.length() && port < 1_000_000; i++) {
            final char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                throw invalid(field, text, "has a port that is no number; " + FORM);
            }
            port = port * 10 + c - '0';
        }
        if (port < 1 || port > 65_535 || digits.charAt(0) == '0') {
            throw invalid(field, text, "has a port outside 1 to 65535; " + FORM);
        }
        return port;
    }

    private static InetAddress inet4(final String field, final String text, final String host) {
        final byte[] bytes = new byte[4];
        final String[] parts = host.split("\\.", -1);
        boolean valid = parts.length == 4;
        for (int i = 0; valid && i < 4; i++) {
            valid = parts[i].matches("0|[1-9][0-9]{0,2}") && Integer.parseInt(parts[i]) < 256;
            bytes[i] = valid ? (byte) Integer.parseInt(parts[i]) : 0;
        }
        if (!valid) {
            final boolean name = host.chars().anyMatch(Character::isLetter);
            throw invalid(field, text, (name ? "is a name, names are not looked up; "
                : "is no IPv4 address; ") + FORM);
        }
        return of(bytes);
    }

    private static InetAddress inet6(final String field, final String text, final String host) {
        if (!host.matches("[0-9a-fA-F:.]{2,45}")) {
            throw invalid(field, text, (host.indexOf('%') >= 0 ? "has a zone, which is not served; "
                : "is no IPv6 address; ") + FORM);
        }
        try {
            return Inet6Address.ofLiteral(host);
        } catch (final IllegalArgumentException e) {
            throw invalid(field, text, "is no IPv6 address; " + FORM);
        }
    }

    private static InetAddress of(final byte[] bytes) {
        try {
            return Inet4Address.getByAddress(bytes);
        } catch (final UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String inet6Text(final byte[] bytes) {
        final int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (bytes[2 * i] & 0xFF) << 8 | bytes[2 * i + 1] & 0xFF;
        }
        int longest = 0;
        int start = -1;
        for (int i = 0; i < 8; i++) {
            int run = 0;
            while (i + run < 8 && groups[i + run] == 0) {
                run++;
            }
            if (run > longest && run > 1) {
                longest = run;
                start = i;
            }
        }
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == start) {
                text.append("::");
                i += longest - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":");
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    private static InvalidConfigException invalid(final String field, final String text,
                                                  final String problem) {
        return new InvalidConfigException(field, Quote.of(text) + " " + problem);
    }
}
