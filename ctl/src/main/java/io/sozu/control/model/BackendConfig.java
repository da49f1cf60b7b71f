package io.sozu.control.model;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;

/**
 * One server of a cluster. Its id and its address together tell it from the others of the cluster.
 *
 * @param stickyId what the sticky cookie says instead of the id, null for the id itself
 * @param weight its share, 0 to 255; 0 gives it no new exchange
 * @param backup whether it serves only when no other can
 * @param maxConnections requests that each worker gives it at a time, 0 for any number
 * @param hostName the name that its address is one of, null for none: its certificate has to be for it where
 *     its cluster names no other
 */
public record BackendConfig(String clusterId, String backendId, BackendAddress address, String stickyId,
                            int weight, boolean backup, int maxConnections, String hostName) {
    /** The weight where nothing is said. */
    public static final int DEFAULT_WEIGHT = 100;
    private static final int MAX_WEIGHT = 255;
    /** Leaves room for what {@link #at} adds. */
    private static final int MAX_ID_CHARS_OF_NAME = 200;
    private static final int MAX_STICKY_CHARS_OF_NAME = 31;

    /**
     * Checks the fields.
     *
     * @throws InvalidConfigException naming the field, the value and the cure
     */
    public BackendConfig {
        Texts.id("cluster_id", clusterId);
        Texts.id("backend_id", backendId);
        if (address == null) {
            throw new InvalidConfigException("address", "is missing; write IP:PORT, NAME:PORT or unix:/PATH");
        }
        if (address instanceof BackendAddress.Name) {
            shortEnough("backend_id", backendId, MAX_ID_CHARS_OF_NAME);
            shortEnough("sticky_id", stickyId, MAX_STICKY_CHARS_OF_NAME);
        }
        if (stickyId != null) {
            Texts.token("sticky_id", stickyId, Texts.MAX_TOKEN_CHARS);
        }
        Texts.range("weight", weight, 0, MAX_WEIGHT);
        Texts.range("max_connections", maxConnections, 0, FailurePolicy.MAX_COUNT);
        if (hostName != null) {
            hostName = BackendTls.host("host_name", hostName);
        }
    }

    /** Makes a backend whose address is that of no name. */
    public BackendConfig(final String clusterId, final String backendId, final BackendAddress address,
                         final String stickyId, final int weight, final boolean backup,
                         final int maxConnections) {
        this(clusterId, backendId, address, stickyId, weight, backup, maxConnections, null);
    }

    /** Makes a backend that takes any number of requests at a time. */
    public BackendConfig(final String clusterId, final String backendId, final BackendAddress address,
                         final String stickyId, final int weight, final boolean backup) {
        this(clusterId, backendId, address, stickyId, weight, backup, 0);
    }

    /** Returns a backend with every default. */
    public static BackendConfig of(final String clusterId, final String backendId,
                                   final InetSocketAddress address) {
        return of(clusterId, backendId, BackendAddress.of(address));
    }

    /** Returns a backend with every default. */
    public static BackendConfig of(final String clusterId, final String backendId,
                                   final BackendAddress address) {
        return new BackendConfig(clusterId, backendId, address, null, DEFAULT_WEIGHT, false);
    }

    private static void shortEnough(final String field, final String value, final int maxChars) {
        if (value != null && value.length() > maxChars) {
            throw new InvalidConfigException(field, Quote.of(value) + " is longer than " + maxChars
                + " characters, and each address of the name adds its own; shorten it");
        }
    }

    /**
     * Returns the same server at one of the addresses of its name: {@code web-0} becomes
     * {@code web-0@10.0.0.5}, its sticky id gets the address in hexadecimal, and the name is kept.
     */
    public BackendConfig at(final InetAddress ip) {
        final BackendAddress.Name name = (BackendAddress.Name) address;
        final InetSocketAddress socket = new InetSocketAddress(ip, name.port());
        final String text = Addresses.format(socket);
        final String host = text.substring(0, text.lastIndexOf(':')).replaceAll("[\\[\\]]", "");
        return new BackendConfig(clusterId, backendId + "@" + host, BackendAddress.of(socket),
            stickyId == null ? null : stickyId + "-" + HexFormat.of().formatHex(ip.getAddress()), weight,
            backup, maxConnections, name.host().replaceFirst("\\.$", ""));
    }
}
