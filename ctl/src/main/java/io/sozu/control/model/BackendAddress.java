package io.sozu.control.model;

import java.net.IDN;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Where a server listens: an IP address and port, a name and port, or a unix socket. */
public sealed interface BackendAddress {
    /** What the text of a unix socket starts with. */
    String UNIX = "unix:";

    /** Writes it so that {@link #parse} reads it back. */
    String text();

    /** An IP address and a port. */
    record Inet(InetSocketAddress socket) implements BackendAddress {
        /**
         * Checks the address.
         *
         * @throws InvalidConfigException when it is unresolved or has port 0
         */
        public Inet {
            Addresses.check("address", socket);
        }

        @Override
        public String text() {
            return Addresses.format(socket);
        }

        @Override
        public String toString() {
            return text();
        }
    }

    /**
     * A unix socket.
     *
     * @param path absolute; or an abstract name behind an {@code @}
     */
    record Unix(String path) implements BackendAddress {
        private static final int MAX_BYTES = 107;

        /**
         * Checks the path.
         *
         * @throws InvalidConfigException when it is relative, empty, too long for a socket, or no clean text
         */
        public Unix {
            final boolean isAbstract = path.startsWith("@");
            if (!isAbstract && !path.startsWith("/") || path.length() < 2) {
                throw invalid(path, "is neither an absolute path nor an abstract name;"
                    + " write unix:/PATH or unix:@NAME");
            }
            if (path.startsWith("//")) {
                throw invalid(path, "has two slashes, and no host stands there; write unix:/PATH");
            }
            if (path.chars().anyMatch(Character::isISOControl)
                || !StandardCharsets.UTF_8.newEncoder().canEncode(path)) {
                throw invalid(path, "has a control character or broken text; take it out");
            }
            final int bytes = path.getBytes(StandardCharsets.UTF_8).length - (isAbstract ? 1 : 0);
            if (bytes > MAX_BYTES) {
                throw invalid(path, "has " + bytes + " bytes, a socket's path has at most " + MAX_BYTES
                    + "; choose a shorter one");
            }
        }

        private static InvalidConfigException invalid(final String path, final String problem) {
            return new InvalidConfigException("address", Quote.of(UNIX + path) + " " + problem);
        }

        @Override
        public String text() {
            return UNIX + path;
        }

        @Override
        public String toString() {
            return text();
        }
    }

    /**
     * A name of any number of IP addresses, and a port.
     *
     * @param host in its ASCII form, in lower case; with a dot at its end it is searched for as it is
     */
    record Name(String host, int port) implements BackendAddress {
        private static final int MAX_HOST_CHARS = 253;
        private static final int MAX_PORT = 65_535;

        /**
         * Checks the name.
         *
         * @throws InvalidConfigException when it is no host name or the port is none
         */
        public Name {
            final String given = host;
            host = ascii(host);
            final String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
            boolean valid = name.length() <= MAX_HOST_CHARS && !isNumeric(name);
            for (final String label : name.split("\\.", -1)) {
                valid &= label.matches("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");
            }
            if (!valid) {
                throw new InvalidConfigException("address", Quote.of(given)
                    + " is no host name; write NAME:PORT, IP:PORT or unix:/PATH");
            }
            Texts.range("port", port, 1, MAX_PORT);
        }

        private static String ascii(final String host) {
            try {
                return IDN.toASCII(host, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
            } catch (final IllegalArgumentException e) {
                return "";
            }
        }

        /** Tells what looks like an IPv4 address, however it is written, from a name. */
        private static boolean isNumeric(final String host) {
            final String plain = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
            return plain.substring(plain.lastIndexOf('.') + 1).matches("[0-9]*|0[xX][0-9a-fA-F]*");
        }

        @Override
        public String text() {
            return host + ":" + port;
        }

        @Override
        public String toString() {
            return text();
        }
    }

    /** Returns the backend address that is this IP address and port. */
    static BackendAddress of(final InetSocketAddress socket) {
        return new Inet(socket);
    }

    /**
     * Reads an address.
     *
     * @param field name of the field, for the message
     * @throws InvalidConfigException when it is none of the forms
     */
    static BackendAddress parse(final String field, final String text) {
        if (text.startsWith(UNIX)) {
            return new Unix(text.substring(UNIX.length()));
        }
        final int colon = text.lastIndexOf(':');
        final String host = text.substring(0, Math.max(0, colon));
        final boolean isName = !host.startsWith("[") && host.indexOf(':') < 0 && !Name.isNumeric(host)
            && text.substring(colon + 1).matches("[1-9][0-9]{0,4}");
        return isName ? new Name(host, Integer.parseInt(text.substring(colon + 1)))
            : new Inet(Addresses.parse(field, text));
    }
}
