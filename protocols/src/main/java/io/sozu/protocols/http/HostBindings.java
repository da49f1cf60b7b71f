package io.sozu.protocols.http;

import java.util.Arrays;
import java.util.Collection;

/**
 * The hosts of the certificates that connections were served, by numbers that fit into slots. A certificate
 * may be replaced while connections have it: its hosts stay until nobody holds them any more. Belongs to the
 * worker's thread.
 */
public final class HostBindings {
    /** The number of a connection without a certificate, which may ask for any host. */
    public static final int NONE = 0;

    private CoveredHosts[] hosts = new CoveredHosts[8];
    private int[] holders = new int[8];
    private int live;

    /** Makes an empty table. */
    public HostBindings() {
    }

    /**
     * Adds the hosts of a certificate, or of several that stand for each other, and holds them.
     *
     * @param names names, wildcards as {@code *.example.com}, IP addresses without brackets
     * @return their number, never {@link #NONE}
     */
    public int add(final Collection<String> names) {
        int binding = 1;
        while (binding < holders.length && holders[binding] > 0) {
            binding++;
        }
        if (binding == holders.length) {
            holders = Arrays.copyOf(holders, binding * 2);
            hosts = Arrays.copyOf(hosts, binding * 2);
        }
        hosts[binding] = new CoveredHosts(names);
        holders[binding] = 1;
        live++;
        return binding;
    }

    /** Holds hosts once more: a connection was served their certificate. */
    public void hold(final int binding) {
        assert holders[binding] > 0 : binding;
        holders[binding]++;
    }

    /** Undoes one {@link #add} or {@link #hold}. */
    public void release(final int binding) {
        assert holders[binding] > 0 : binding;
        if (--holders[binding] == 0) {
            hosts[binding] = null;
            live--;
        }
    }

    /**
     * Returns whether a request that names a host may come by a connection; one that names none may.
     *
     * @param host without port, as {@link Authority} has it
     */
    public boolean covers(final int binding, final long host, final int hostBytes) {
        return hostBytes == 0 || hosts[binding].covers(host, hostBytes);
    }

    /** Returns how many are held. */
    public int live() {
        return live;
    }
}
