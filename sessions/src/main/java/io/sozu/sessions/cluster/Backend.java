package io.sozu.sessions.cluster;

import io.sozu.bindings.memory.Memory;

/**
 * One server of a cluster, with what the worker has open to it.
 *
 * <p>Once removed it is not picked any more, and stays until the last connection is closed and the last
 * exchange has ended; then its index, generation and socket address are given back and must not be used.
 * Belongs to the worker's thread.
 */
public final class Backend {
    /** What an exchange counts at a backend that has answered none yet: it is not to get all at once. */
    private static final double UNKNOWN_TIME_NANOS = 1e9;
    /** How finely the share of a backend with weight 1 grows in a slow start. */
    private static final int SLOW_START_STEPS = 64;
    private static final long NOT_STARTED = Long.MIN_VALUE;

    private final Clusters owner;
    private final Cluster cluster;
    private final int index;
    private final int generation;
    private final long sockAddr;
    private final int sockAddrBytes;
    private final BackendHealth health;
    private final long nameHash;
    private final ResponseTime responseTime = new ResponseTime();
    private final Ejection ejection = new Ejection();
    private BackendSettings settings;
    private BackendPhase phase = BackendPhase.NORMAL;
    private int openConnections;
    private int idleConnections;
    private int activeExchanges;
    private long credit;
    private byte[] stickyValue;
    private int share = 1;
    private boolean known;
    private boolean starting;
    private long startedNanos = NOT_STARTED;

    Backend(final Clusters owner, final Cluster cluster, final int index, final int generation,
            final BackendSettings settings, final long sockAddr) {
        this.owner = owner;
        this.cluster = cluster;
        this.index = index;
        this.generation = generation;
        this.settings = settings;
        this.sockAddr = sockAddr;
        this.sockAddrBytes = settings.address().write(sockAddr);
        this.health = new BackendHealth(owner.random());
        this.nameHash = KeyHash.of(settings.id() + '@' + settings.address());
    }

    public Cluster cluster() {
        return cluster;
    }

    public String id() {
        return settings.id();
    }

    public BackendAddress address() {
        return settings.address();
    }

    /** Returns its number in {@link Clusters}, dense, for off-heap slots. */
    public int index() {
        return index;
    }

    /** Returns the generation of its number. */
    public int generation() {
        return generation;
    }

    /** Returns the native {@code sockaddr} to connect to; it does not move. */
    public long sockAddr() {
        return sockAddr;
    }

    public int sockAddrBytes() {
        return sockAddrBytes;
    }

    public BackendSettings settings() {
        return settings;
    }

    public int weight() {
        return settings.weight();
    }

    public boolean backup() {
        return settings.backup();
    }

    /** Returns what a sticky cookie calls it. */
    public String stickyId() {
        return settings.stickyId() == null ? settings.id() : settings.stickyId();
    }

    public BackendPhase phase() {
        return phase;
    }

    public BackendHealth health() {
        return health;
    }

    public Ejection ejection() {
        return ejection;
    }

    /** Returns whether exchanges may go there: it can be connected to and is not ejected. */
    public boolean isUsable(final long nowNanos) {
        return health.isUsable(nowNanos) && !ejection.isEjected(nowNanos);
    }

    /** Counts the status of an answer; returns true when the backend is ejected for it. */
    public boolean answered(final int status, final long nowNanos) {
        final FailureSettings settings = cluster.failure();
        return settings != null && ejection.answered(status, settings, nowNanos) && eject(settings, nowNanos);
    }

    /** Counts an exchange that it took and did not serve; returns true when the backend is ejected for it. */
    public boolean exchangeFailed(final long nowNanos) {
        final FailureSettings settings = cluster.failure();
        return settings != null && ejection.failed(settings) && eject(settings, nowNanos);
    }

    /** Returns true once after each ejection that has ended. */
    public boolean returned(final long nowNanos) {
        final boolean returned = ejection.returned(nowNanos);
        if (returned) {
            startSlowly();
        }
        return returned;
    }

    private boolean eject(final FailureSettings settings, final long nowNanos) {
        final boolean may = phase == BackendPhase.NORMAL && !ejection.isEjected(nowNanos)
                && cluster.mayEject(settings.maxEjectedPercent(), nowNanos);
        if (may) {
            ejection.eject(settings, nowNanos);
            cluster.call();
        }
        return may;
    }

    /** Returns the sockets open or being connected, idle ones included. */
    public int openConnections() {
        return openConnections;
    }

    /** Returns the open connections that serve no exchange. */
    public int idleConnections() {
        return idleConnections;
    }

    /** Returns the exchanges for which it was picked and that have not ended. */
    public int activeExchanges() {
        return activeExchanges;
    }

    /** Returns whether one more exchange may be given to it. */
    public boolean hasRoom() {
        return settings.maxConnections() == 0 || activeExchanges < settings.maxConnections();
    }

    /** Returns whether it must not be given one more connection beside those it has. */
    public boolean isConnectionLimitReached() {
        return settings.maxConnections() != 0 && openConnections >= settings.maxConnections();
    }

    /** Counts a socket, from the moment it starts to connect. */
    public void connectionOpened() {
        assert phase != BackendPhase.DRAINED : id();
        openConnections++;
    }

    /** Counts the end of a socket, whichever way; gives a removed backend back with its last one. */
    public void connectionClosed() {
        assert openConnections > idleConnections : id();
        openConnections--;
        settle();
    }

    /** Counts a connection that waits for its next exchange. */
    public void connectionIdle() {
        assert idleConnections < openConnections : id();
        idleConnections++;
    }

    /** Counts a connection that waits no more: it serves again, or is about to be closed. */
    public void connectionBusy() {
        assert idleConnections > 0 : id();
        idleConnections--;
    }

    /** Counts an exchange this backend was picked for. */
    public void exchangeStarted() {
        assert phase != BackendPhase.DRAINED : id();
        activeExchanges++;
    }

    /** Counts the end of an exchange here, also when it goes on with another backend. */
    public void exchangeEnded() {
        assert activeExchanges > 0 : id();
        activeExchanges--;
        cluster.call();
        settle();
    }

    /** Ends the back-off; returns true when the backend was down and is up again. */
    public boolean connectSucceeded() {
        final boolean wasDown = health.connectSucceeded();
        if (wasDown) {
            startSlowly();
            cluster.call();
        }
        return wasDown;
    }

    /** Starts or lengthens the back-off; returns true when the backend was up until now. */
    public boolean connectFailed(final long nowNanos) {
        cluster.call();
        return health.connectFailed(nowNanos);
    }

    /** Notes how long it took to begin a response, or to fail to. */
    public void responded(final long tookNanos, final long nowNanos) {
        responseTime.observe(tookNanos, nowNanos);
    }

    /** Returns its load, to be held against its {@link #share}. */
    public double load(final LoadMetric metric, final long nowNanos) {
        return switch (metric) {
            case CONNECTIONS -> openConnections - idleConnections;
            case REQUESTS -> activeExchanges;
            case CONNECTION_TIME -> {
                final double nanos = responseTime.nanos(nowNanos);
                yield nanos == 0 ? UNKNOWN_TIME_NANOS * activeExchanges : nanos * (activeExchanges + 1);
            }
        };
    }

    /**
     * Returns its share among candidates: its weight, or 1 where all have 0. Where the cluster lets new
     * backends start slowly it is {@value SLOW_START_STEPS} times as much for all but those.
     */
    public int share() {
        return share;
    }

    /**
     * Takes note of it for the first choice after it was added, or after anything in the cluster changed.
     *
     * @param late whether others were there before it: then it may start slowly
     */
    void know(final boolean late) {
        starting |= late && !known;
        known = true;
        share = Math.max(1, settings.weight());
    }

    /** Returns whether it has been there for a choice. */
    boolean isKnown() {
        return known;
    }

    /** Lets its share grow with the time since it could first be picked. */
    void warmUp(final long nowNanos, final long slowStartNanos) {
        final int full = Math.max(1, settings.weight()) * SLOW_START_STEPS;
        share = full;
        if (starting) {
            if (startedNanos == NOT_STARTED) {
                startedNanos = nowNanos;
            }
            final double grown = (double) (nowNanos - startedNanos) / slowStartNanos;
            if (grown < 1) {
                share = Math.max(1, (int) (full * grown));
            } else {
                starting = false;
                startedNanos = NOT_STARTED;
            }
        }
    }

    /** Returns whether its share has still to grow. */
    public boolean isStarting() {
        return starting;
    }

    /** Returns how much of its full share it has, 0 to 1. */
    public double grown() {
        return starting ? share / (double) (Math.max(1, settings.weight()) * SLOW_START_STEPS) : 1;
    }

    /** Starts slowly again: it was away. */
    private void startSlowly() {
        starting = cluster.startsSlowly();
        startedNanos = NOT_STARTED;
    }

    /** Returns a hash of what tells it from others, the same in every worker. */
    public long nameHash() {
        return nameHash;
    }

    /** Returns the value of the cookie that ties a client to it, null before one was asked for. */
    byte[] stickyValue() {
        return stickyValue;
    }

    void stickyValue(final byte[] value) {
        this.stickyValue = value;
    }

    boolean hasStickyValue(final long address, final int lengthBytes) {
        if (stickyValue == null || lengthBytes != stickyValue.length) {
            return false;
        }
        for (int i = 0; i < lengthBytes; i++) {
            if (Memory.getByte(address + i) != stickyValue[i]) {
                return false;
            }
        }
        return true;
    }

    /** Returns the balancer's own account of this backend. */
    public long credit() {
        return credit;
    }

    public void credit(final long value) {
        this.credit = value;
    }

    boolean is(final String otherId, final BackendAddress otherAddress) {
        return settings.id().equals(otherId) && settings.address().equals(otherAddress);
    }

    void replace(final BackendSettings next) {
        assert is(next.id(), next.address()) : next;
        this.settings = next;
    }

    /** Stops it from being picked; the last one out gives it back, perhaps at once. */
    void remove() {
        assert phase == BackendPhase.NORMAL : id();
        phase = BackendPhase.CLOSING;
        settle();
    }

    private void settle() {
        if (phase == BackendPhase.CLOSING && openConnections == 0 && activeExchanges == 0) {
            phase = BackendPhase.DRAINED;
            owner.drained(this);
        }
    }

    @Override
    public String toString() {
        return cluster.id() + "/" + id() + "@" + settings.address();
    }
}
