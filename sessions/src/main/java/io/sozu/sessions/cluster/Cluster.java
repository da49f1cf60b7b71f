package io.sozu.sessions.cluster;

import io.sozu.sessions.ExchangeTerms;
import io.sozu.sessions.WaitingLine;
import java.util.Arrays;

/**
 * A group of backends serving one application.
 *
 * <p>It is known as soon as anything names it, and <em>configured</em> while it has settings: frontends and
 * backends may come before and stay after, and nothing is picked in between. Belongs to the worker's thread.
 */
public final class Cluster {
    private static final int MAX_FIRST_STEPS = 16;

    private final Clusters owner;
    private final String id;
    private final int index;
    private final int generation;
    private final int scope;
    private final Xorshift random;
    private final WaitingLine waiting = new WaitingLine();
    private final RetryBudget budget = new RetryBudget();
    private Cluster nextCalled;
    private boolean called;
    private boolean listed;
    private boolean full;
    private ExchangeTerms terms = ExchangeTerms.NONE;
    private Backend[] backends = new Backend[2];
    private Backend[] candidates = new Backend[2];
    private int count;
    private int references;
    private long requestsFullNanos;
    private long failOpenPicks;
    private boolean allWeightsZero;
    private boolean changed;
    private ClusterSettings settings;
    private Balancer balancer;
    private Stickiness stickiness;
    private HashKey hashKey;

    Cluster(final Clusters owner, final String id, final int index, final int generation) {
        this.owner = owner;
        this.id = id;
        this.index = index;
        this.generation = generation;
        this.scope = owner.nextScope();
        this.random = owner.random();
    }

    public String id() {
        return id;
    }

    /** Returns its number in {@link Clusters}, dense, for off-heap slots. */
    public int index() {
        return index;
    }

    /** Returns the generation of its number. */
    public int generation() {
        return generation;
    }

    /** Returns the number under which its sources are counted: even, not 0, that of no other cluster. */
    public int scope() {
        return scope;
    }

    /** Returns when its bucket of requests is full again, as {@code Rate} has it. */
    public long requestsFullNanos() {
        return requestsFullNanos;
    }

    public void requestsFullNanos(final long nanos) {
        requestsFullNanos = nanos;
    }

    /** Returns the settings, or null while it is not configured. */
    public ClusterSettings settings() {
        return settings;
    }

    /** Returns what is hashed where the algorithm hashes, else null. */
    public HashKey hashKey() {
        return hashKey;
    }

    public boolean isConfigured() {
        return settings != null;
    }

    /** Returns whether somebody reads how long its backends take. */
    public boolean timesResponses() {
        return settings != null && settings.timesResponses();
    }

    /** Returns whether choosing a backend takes more of a request than its route: key, or cookie. */
    public boolean wantsAffinity() {
        return hashKey != null || stickiness != null;
    }

    /** Returns how clients are tied to its backends; null where they are not. */
    public Stickiness stickiness() {
        return stickiness;
    }

    boolean startsSlowly() {
        return settings != null && settings.affinity().slowStartNanos() > 0;
    }

    /** Returns how many backends it has, without those that drain. */
    public int backendCount() {
        return count;
    }

    /** Returns a backend by its place in the order of addition. */
    public Backend backend(final int place) {
        assert place < count : place;
        return backends[place];
    }

    /** Returns how often all candidates were in back-off and one was picked nevertheless. */
    public long failOpenPicks() {
        return failOpenPicks;
    }

    /** Returns how many backends exchanges may go to now, backups included. */
    public int usableBackends(final long nowNanos) {
        int usable = 0;
        for (int place = 0; place < count; place++) {
            usable += backends[place].isUsable(nowNanos) ? 1 : 0;
        }
        return usable;
    }

    /** Returns the exchanges that wait for a backend with room. */
    public WaitingLine waiting() {
        return waiting;
    }

    /** Returns whether the last {@link #pick} found only backends without room: it is worth waiting. */
    public boolean isFull() {
        return full;
    }

    /** Returns the next moment at which a backend may be tried again, or {@code Long.MAX_VALUE}. */
    public long nextReturnNanos(final long nowNanos) {
        long next = Long.MAX_VALUE;
        for (int place = 0; place < count; place++) {
            final Backend backend = backends[place];
            if (!backend.health().isUsable(nowNanos)) {
                next = Math.min(next, backend.health().usableAtNanos());
            }
            if (backend.ejection().isEjected(nowNanos)) {
                next = Math.min(next, backend.ejection().returnNanos());
            }
        }
        return next;
    }

    /** Returns what its exchanges are granted in place of what their listener says. */
    public ExchangeTerms terms() {
        return terms;
    }

    /** An exchange has come: some of them may be tried again. */
    public void exchangeCame() {
        budget.earn();
    }

    /**
     * Takes a retry for an exchange from what the cluster allows.
     *
     * @param tried the backends this exchange has tried, see {@link RetryPolicy}
     * @return false when it was tried often enough, or when too many exchanges were tried again of late
     */
    public boolean takeRetry(final long tried) {
        final int retries = settings == null ? 0 : settings.failure().retries();
        return retries > 0 && RetryPolicy.attempts(tried) <= retries && RetryPolicy.mayRetry(tried)
                && budget.spend();
    }

    /** Returns what is to be done about bad answers, or null while it is not configured. */
    FailureSettings failure() {
        return settings == null ? null : settings.failure();
    }

    /** Returns whether one more backend may be ejected without the others being too few. */
    boolean mayEject(final int maxPercent, final long nowNanos) {
        int ejected = 1;
        for (int place = 0; place < count; place++) {
            ejected += backends[place].ejection().isEjected(nowNanos) ? 1 : 0;
        }
        return ejected * 100L <= (long) count * maxPercent;
    }

    /** Makes those who wait be looked at before the turn ends: a backend may have room for one of them. */
    public void call() {
        if (!called && !waiting.isEmpty()) {
            called = true;
            nextCalled = owner.call(this);
        }
    }

    /** Ends the call; returns the cluster called before it that is still to be looked at, or null. */
    Cluster answerCall() {
        final Cluster next = nextCalled;
        called = false;
        nextCalled = null;
        return next;
    }

    /** Returns whether it is among the clusters where exchanges wait, and says whether it is from now on. */
    public boolean listed(final boolean now) {
        final boolean before = listed;
        listed = now;
        return before;
    }

    /**
     * Chooses a backend for an exchange that is tied to one: that one, as long as it can be reached and was
     * not removed, whatever its weight and be it a backup; it may have to wait for room there. Else another.
     *
     * @param tied null for one that was given back since
     */
    public Backend pickTied(final Backend tied, final long nowNanos, final long tried, final long key) {
        if (settings == null || tied == null || tied.cluster() != this
                || tied.phase() != BackendPhase.NORMAL || !tied.isUsable(nowNanos)
                || RetryPolicy.contains(tried, tied.index())) {
            return pick(nowNanos, tried, key);
        }
        full = !tied.hasRoom();
        return full ? null : tied;
    }

    /** Chooses a backend for an exchange without a key. */
    public Backend pick(final long nowNanos, final long tried) {
        return pick(nowNanos, tried, 0);
    }

    /**
     * Chooses a backend for an exchange: among the usable ones, else among the usable backups, else among
     * those in back-off, else among the backups in back-off. Where one of these groups has only backends
     * without room the next is not looked at: the exchange may wait, see {@link #isFull}.
     *
     * @param tried the backends this exchange has tried, see {@link RetryPolicy}
     * @param key the hash of its key, where the cluster hashes
     * @return null when there is none that was not tried: 503
     */
    public Backend pick(final long nowNanos, final long tried, final long key) {
        full = false;
        if (settings == null || count == 0) {
            return null;
        }
        if (changed) {
            startAnew(nowNanos);
        }
        int found = gather(false, false, nowNanos, tried);
        if (found == 0 && !full) {
            found = gather(true, false, nowNanos, tried);
        }
        if (found == 0 && !full) {
            found = gather(false, true, nowNanos, tried);
            if (found == 0 && !full) {
                found = gather(true, true, nowNanos, tried);
            }
            if (found > 0) {
                failOpenPicks++;
                owner.failedOpen();
            }
        }
        full &= found == 0;
        return found == 0 ? null : balancer.pick(candidates, found, key, nowNanos);
    }

    private int gather(final boolean backup, final boolean failOpen, final long nowNanos, final long tried) {
        final long slowStartNanos = settings.affinity().slowStartNanos();
        int found = 0;
        full = false;
        for (int place = 0; place < count; place++) {
            final Backend backend = backends[place];
            if (backend.backup() == backup
                    && (failOpen || backend.isUsable(nowNanos))
                    && (allWeightsZero || backend.weight() > 0)
                    && !RetryPolicy.contains(tried, backend.index())) {
                if (backend.hasRoom()) {
                    candidates[found++] = backend;
                } else {
                    full = true;
                }
                if (slowStartNanos > 0) {
                    backend.warmUp(nowNanos, slowStartNanos);
                }
            }
        }
        return found;
    }

    void configure(final ClusterSettings next, final Balancer nextBalancer) {
        this.settings = next;
        this.balancer = nextBalancer;
        this.terms = next.terms();
        budget.percent(next.failure().retryBudgetPercent());
        this.stickiness = next.affinity().isSticky() ? new Stickiness(this, next.affinity()) : null;
        this.hashKey = next.hashes() ? next.affinity().hashKey() : null;
        changed();
    }

    void unconfigure() {
        this.settings = null;
        this.balancer = null;
        this.stickiness = null;
        this.hashKey = null;
        call();
    }

    Backend find(final String backendId, final BackendAddress address) {
        for (int place = 0; place < count; place++) {
            if (backends[place].is(backendId, address)) {
                return backends[place];
            }
        }
        return null;
    }

    void add(final Backend backend) {
        if (count == backends.length) {
            backends = Arrays.copyOf(backends, count * 2);
            candidates = new Backend[count * 2];
        }
        backends[count++] = backend;
        changed();
    }

    void remove(final Backend backend) {
        int place = 0;
        while (backends[place] != backend) {
            place++;
        }
        System.arraycopy(backends, place + 1, backends, place, --count - place);
        backends[count] = null;
        if (count <= backends.length / 4 && backends.length > 2) {
            backends = Arrays.copyOf(backends, backends.length / 2);
            candidates = new Backend[backends.length];
        } else {
            Arrays.fill(candidates, null);
        }
        changed();
    }

    /** Makes the next choice look at the backends and their weights again. */
    void changed() {
        changed = true;
        if (stickiness != null) {
            stickiness.forget();
        }
        call();
    }

    /** Starts the balancer anew, at a place of its own so that the workers do not move in step. */
    private void startAnew(final long nowNanos) {
        changed = false;
        allWeightsZero = true;
        boolean late = false;
        for (int place = 0; place < count; place++) {
            late |= backends[place].isKnown();
        }
        for (int place = 0; place < count; place++) {
            allWeightsZero &= backends[place].weight() == 0;
            backends[place].know(late && startsSlowly());
        }
        balancer.reset(backends, count);
        final int primaries = hashKey != null ? 0 : gather(false, true, nowNanos, RetryPolicy.NONE_TRIED);
        if (primaries > 0) {
            for (long steps = random.below(Math.min(primaries, MAX_FIRST_STEPS)); steps > 0; steps--) {
                balancer.pick(candidates, primaries, 0, nowNanos);
            }
        }
    }

    void refer() {
        references++;
    }

    void release() {
        assert references > 0 : id;
        references--;
    }

    boolean isForgettable() {
        return settings == null && count == 0 && references == 0 && waiting.isEmpty();
    }

    @Override
    public String toString() {
        return id;
    }
}
