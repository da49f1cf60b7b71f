package io.sozu.sessions.cluster;

import io.sozu.bindings.linux.SockAddr;
import java.net.InetSocketAddress;

/** Where a backend listens. */
public sealed interface BackendAddress {
    /**
     * Writes the native {@code sockaddr} into a block of {@link SockAddr#MAX_BYTES}.
     *
     * @return its length in bytes
     */
    int write(long sockAddr);

    /** Returns the backend address that is this IP address and port. */
    static BackendAddress of(final InetSocketAddress socket) {
        return new Ip(socket);
    }

    /** An IP address and a port. */
    record Ip(InetSocketAddress socket) implements BackendAddress {
        public Ip {
            if (socket == null || socket.isUnresolved() || socket.getPort() == 0) {
                throw new RefusedException("a backend needs an IP address and a port, not "
                        + (socket == null ? "none" : socket));
            }
        }

        @Override
        public int write(final long sockAddr) {
            return SockAddr.write(sockAddr, socket);
        }

        /** Returns it as operators write it: {@code 127.0.0.1:80}, {@code [::1]:80}. */
        @Override
        public String toString() {
            final String ip = socket.getAddress().getHostAddress();
            final String written = ip.indexOf(':') < 0 ? ip
                    : "[" + ip.replaceFirst("(^|:)(0(:|$)){2,}", "::") + "]";
            return written + ":" + socket.getPort();
        }
    }

    /**
     * A unix socket.
     *
     * @param path of its file; or its abstract name behind an {@code @}
     */
    record Unix(String path) implements BackendAddress {
        public Unix {
            if (path == null || path.length() < 2 || path.indexOf('\0') >= 0) {
                throw new RefusedException("a backend needs a path or a name, not " + path);
            }
        }

        @Override
        public int write(final long sockAddr) {
            return path.charAt(0) == '@' ? SockAddr.writeAbstract(sockAddr, path.substring(1))
                    : SockAddr.writeUnix(sockAddr, path);
        }

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }
}
