package io.sozu.control.model;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Where a server listens: {@code 10.0.0.5:3000}, {@code unix:/path} or {@code unix:@name}. */
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
        return text.startsWith(UNIX) ? new Unix(text.substring(UNIX.length()))
            : new Inet(Addresses.parse(field, text));
    }
}
