package io.sozu.sessions.cluster;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * The clusters and backends of a worker, by id and by the number that off-heap slots hold.
 *
 * <p>Settings, backends and frontends of a cluster may come and go in any order; it is forgotten with the
 * last of them. Owns the native socket addresses. Belongs to the worker's thread.
 */
public final class Clusters implements AutoCloseable {
    private final BiFunction<ClusterSettings, Xorshift, Balancer> balancers;
    private final Xorshift random;
    private final Map<String, Cluster> byId = new HashMap<>();
    private final IndexTable<Cluster> clusters = new IndexTable<>();
    private final IndexTable<Backend> backends = new IndexTable<>();
    private final AddressBlocks addresses = new AddressBlocks();
    private Consumer<Backend> drainHook = backend -> { };
    private long failOpenPicks;
    private Cluster firstCalled;
    private int configuredBackends;
    private int lastScope;

    /**
     * @param balancers makes the balancer of a cluster, which may make its random choices with what it is
     * given
     * @param seed of every random choice made here
     */
    public Clusters(final BiFunction<ClusterSettings, Xorshift, Balancer> balancers, final long seed) {
        this.balancers = balancers;
        this.random = new Xorshift(seed);
    }

    /**
     * Sets who hears that a removed backend has no connection and no exchange left; the backend is given back
     * when the hook returns. It may be called inside {@link #removeBackend}, or from the backend's own
     * {@code connectionClosed} and {@code exchangeEnded}.
     */
    public void onDrained(final Consumer<Backend> hook) {
        this.drainHook = hook;
    }

    /** Returns a cluster that something names, configured or not, or null. */
    public Cluster find(final String id) {
        return byId.get(id);
    }

    /** Returns the cluster of an off-heap pair, or null when it was forgotten since. */
    public Cluster cluster(final int index, final int generation) {
        return clusters.get(index, generation);
    }

    /** Returns the backend of an off-heap pair, or null when it was given back since. */
    public Backend backend(final int index, final int generation) {
        return backends.get(index, generation);
    }

    /** Returns the backend that has the number now, or null. */
    public Backend backend(final int index) {
        return backends.get(index);
    }

    /** Returns a number above every backend index given out so far: the size of a table beside this one. */
    public int backendIndexes() {
        return backends.used();
    }

    /** Returns every cluster something names. */
    public Collection<Cluster> all() {
        return Collections.unmodifiableCollection(byId.values());
    }

    /** Returns how many backends are configured, without those that drain. */
    public int backendCount() {
        return configuredBackends;
    }

    /** Returns how many removed backends wait for the end of their last connection. */
    public int drainingBackends() {
        return backends.size() - configuredBackends;
    }

    /** Configures a cluster, or replaces its settings; its backends and their connections stay. */
    public Cluster put(final String id, final ClusterSettings settings) {
        final Cluster cluster = named(id);
        if (!settings.equals(cluster.settings())) {
            cluster.configure(settings, balancers.apply(settings, random));
        }
        return cluster;
    }

    /**
     * Takes a cluster's settings away: its frontends stay and answer 503, its backends stay and are not
     * picked until it is configured again.
     *
     * @throws RefusedException when it is not configured
     */
    public void remove(final String id) {
        final Cluster cluster = byId.get(id);
        if (cluster == null || !cluster.isConfigured()) {
            throw new RefusedException("there is no cluster " + id);
        }
        cluster.unconfigure();
        forget(cluster);
    }

    /** Returns the cluster a frontend names, which need not be configured, and holds it for the frontend. */
    public Cluster refer(final String id) {
        final Cluster cluster = named(id);
        cluster.refer();
        return cluster;
    }

    /** Undoes one {@link #refer}. */
    public void release(final Cluster cluster) {
        cluster.release();
        forget(cluster);
    }

    /**
     * Adds a backend, or replaces the settings of the one with the same id and address, whose connections
     * stay. One that drains is not replaced: the new one works at once beside it.
     */
    public Backend addBackend(final String clusterId, final BackendSettings settings) {
        final Cluster cluster = named(clusterId);
        final Backend known = cluster.find(settings.id(), settings.address());
        if (known != null) {
            if (!known.settings().equals(settings)) {
                known.replace(settings);
                cluster.changed();
            }
            return known;
        }
        final int index = backends.acquire();
        assert index < RetryPolicy.MAX_INDEXES : index;
        final Backend backend = new Backend(this, cluster, index, backends.generation(index), settings,
                addresses.acquire(index));
        backends.set(index, backend);
        configuredBackends++;
        cluster.add(backend);
        return backend;
    }

    /**
     * Removes a backend: from now on it is not picked, and it is given back with its last connection and
     * exchange, which may be at once (its phase tells).
     *
     * @throws RefusedException when the cluster has no backend of this id and address
     */
    public Backend removeBackend(final String clusterId, final String backendId,
                                 final BackendAddress address) {
        final Cluster cluster = byId.get(clusterId);
        final Backend backend = cluster == null ? null : cluster.find(backendId, address);
        if (backend == null) {
            throw new RefusedException("cluster " + clusterId + " has no backend " + backendId + " at "
                    + address);
        }
        cluster.remove(backend);
        configuredBackends--;
        backend.remove();
        forget(cluster);
        return backend;
    }

    /** Returns a cluster whose waiting exchanges are to be looked at, and ends the call; null for none. */
    public Cluster nextCalled() {
        final Cluster cluster = firstCalled;
        if (cluster != null) {
            firstCalled = cluster.answerCall();
        }
        return cluster;
    }

    /** Forgets a cluster that nothing named any more when the last exchange waited for it. */
    public void settle(final Cluster cluster) {
        if (cluster.isForgettable() && byId.get(cluster.id()) == cluster) {
            forget(cluster);
        }
    }

    void failedOpen() {
        failOpenPicks++;
    }

    /** Returns how often a backend in back-off was picked for want of a better one, in any cluster. */
    public long failOpenPicks() {
        return failOpenPicks;
    }

    /** Puts a cluster before those that are called already; returns the first of them. */
    Cluster call(final Cluster cluster) {
        final Cluster before = firstCalled;
        firstCalled = cluster;
        return before;
    }

    int nextScope() {
        lastScope += 2;
        return lastScope;
    }

    Xorshift random() {
        return random;
    }

    void drained(final Backend backend) {
        drainHook.accept(backend);
        giveBack(backend);
    }

    /** Gives everything back, with whatever is still open: only when the worker ends. */
    @Override
    public void close() {
        for (int index = 0; index < backends.used(); index++) {
            final Backend backend = backends.get(index);
            if (backend != null) {
                giveBack(backend);
            }
        }
        byId.clear();
    }

    private void giveBack(final Backend backend) {
        addresses.release(backend.index());
        backends.release(backend.index());
    }

    private Cluster named(final String id) {
        if (id == null || id.isEmpty()) {
            throw new RefusedException("a cluster needs an id");
        }
        final Cluster known = byId.get(id);
        if (known != null) {
            return known;
        }
        final int index = clusters.acquire();
        final Cluster cluster = new Cluster(this, id, index, clusters.generation(index));
        clusters.set(index, cluster);
        byId.put(id, cluster);
        return cluster;
    }

    private void forget(final Cluster cluster) {
        if (cluster.isForgettable()) {
            byId.remove(cluster.id());
            clusters.release(cluster.index());
        }
    }
}
