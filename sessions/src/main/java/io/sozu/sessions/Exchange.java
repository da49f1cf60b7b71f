package io.sozu.sessions;

import static io.sozu.sessions.ExchangeLayout.BACK;
import static io.sozu.sessions.ExchangeLayout.BACK_STREAM;
import static io.sozu.sessions.ExchangeLayout.CLUSTER;
import static io.sozu.sessions.ExchangeLayout.CLUSTER_GENERATION;
import static io.sozu.sessions.ExchangeLayout.FAULT;
import static io.sozu.sessions.ExchangeLayout.FLAGS;
import static io.sozu.sessions.ExchangeLayout.FRONT;
import static io.sozu.sessions.ExchangeLayout.FRONT_STREAM;
import static io.sozu.sessions.ExchangeLayout.ID;
import static io.sozu.sessions.ExchangeLayout.KEY;
import static io.sozu.sessions.ExchangeLayout.LISTENER;
import static io.sozu.sessions.ExchangeLayout.METHOD;
import static io.sozu.sessions.ExchangeLayout.NEXT_ON_BACK;
import static io.sozu.sessions.ExchangeLayout.NEXT_ON_FRONT;
import static io.sozu.sessions.ExchangeLayout.NEXT_WAITING;
import static io.sozu.sessions.ExchangeLayout.PREVIOUS_WAITING;
import static io.sozu.sessions.ExchangeLayout.STARTED;
import static io.sozu.sessions.ExchangeLayout.STATUS;
import static io.sozu.sessions.ExchangeLayout.TIED;
import static io.sozu.sessions.ExchangeLayout.TIED_GENERATION;
import static io.sozu.sessions.ExchangeLayout.TRIED;
import static io.sozu.sessions.ExchangeLayout.WAITED;
import static io.sozu.sessions.ExchangeLayout.WAITING_SINCE;

import io.sozu.bindings.memory.Memory;
import io.sozu.eventloop.RunQueue;
import io.sozu.sessions.buffer.BufferPool;

/**
 * One request and its response: a flyweight over a slot of the exchanges' slab, laid out by {@link
 * ExchangeLayout}. It knows nothing of a wire format: any front machine fills and empties it with any back
 * machine.
 */
public final class Exchange {
    /** The size of a slot. */
    public static final int SLOT_BYTES = ExchangeLayout.SLOT_BYTES;
    /** The length of the id: a ULID in characters. */
    public static final int ID_BYTES = ExchangeLayout.ID_BYTES;

    private static final int IDEMPOTENT = 1;
    private static final int PLAIN_ONLY = 1 << 1;
    private static final int ANSWERED = 1 << 2;
    private static final int GENERATED = 1 << 3;
    private static final int REPLYING = 1 << 4;
    private static final int FRESH_ONLY = 1 << 5;
    private static final int WAITING = 1 << 6;
    private static final int STICKY = 1 << 7;
    private static final int NEWLY_TIED = 1 << 8;
    private static final int SECURED = 1 << 9;

    private final Slab slab;
    private final Half request;
    private final Half response;
    private final AgreedTerms terms = new AgreedTerms();
    private final Excess excess = new Excess();
    private long base;
    private int slot = Slab.NONE;

    /** Makes a flyweight that wakes connections through a queue. */
    public Exchange(final Slab slab, final BufferPool pool, final RunQueue queue) {
        this.slab = slab;
        this.request = new Half(pool, queue, false);
        this.response = new Half(pool, queue, true);
    }

    /** Looks at a slot. */
    public Exchange wrap(final int newSlot) {
        slot = newSlot;
        base = slab.address(newSlot);
        request.wrap(base);
        response.wrap(base);
        terms.wrap(base);
        excess.wrap(base);
        return this;
    }

    public int slot() {
        return slot;
    }

    /** Returns what travels from front to back. */
    public Half request() {
        return request;
    }

    /** Returns what travels from back to front. */
    public Half response() {
        return response;
    }

    /** Returns what it is granted by its listener, cluster and frontend. */
    public AgreedTerms terms() {
        return terms;
    }

    /** Returns what the request was too much for. */
    public Excess excess() {
        return excess;
    }

    /** Returns the front connection, or {@link Slab#NONE}. */
    public int front() {
        return Memory.getInt(base + FRONT) - 1;
    }

    public void front(final int connectionSlot) {
        Memory.putInt(base + FRONT, connectionSlot + 1);
    }

    /** Returns the back connection, or {@link Slab#NONE} before one is bound and after it was let go. */
    public int back() {
        return Memory.getInt(base + BACK) - 1;
    }

    public void back(final int connectionSlot) {
        Memory.putInt(base + BACK, connectionSlot + 1);
    }

    /** Returns the next exchange of the same front connection, or {@link Slab#NONE}. */
    public int nextOnFront() {
        return Memory.getInt(base + NEXT_ON_FRONT) - 1;
    }

    public void nextOnFront(final int exchangeSlot) {
        Memory.putInt(base + NEXT_ON_FRONT, exchangeSlot + 1);
    }

    /** Returns the next exchange of the same back connection, or {@link Slab#NONE}. */
    public int nextOnBack() {
        return Memory.getInt(base + NEXT_ON_BACK) - 1;
    }

    public void nextOnBack(final int exchangeSlot) {
        Memory.putInt(base + NEXT_ON_BACK, exchangeSlot + 1);
    }

    /** Returns the number of the stream on a front connection that multiplexes. */
    public int frontStream() {
        return Memory.getInt(base + FRONT_STREAM);
    }

    public void frontStream(final int id) {
        Memory.putInt(base + FRONT_STREAM, id);
    }

    /** Returns the number of the stream on a back connection that multiplexes. */
    public int backStream() {
        return Memory.getInt(base + BACK_STREAM);
    }

    public void backStream(final int id) {
        Memory.putInt(base + BACK_STREAM, id);
    }

    /** Returns the listener the request came by. */
    public int listener() {
        return Memory.getInt(base + LISTENER);
    }

    public void listener(final int id) {
        Memory.putInt(base + LISTENER, id);
    }

    public Fault fault() {
        return Fault.of(Memory.getByte(base + FAULT));
    }

    public void fault(final Fault fault) {
        Memory.putByte(base + FAULT, (byte) fault.ordinal());
    }

    /** Returns the index of the cluster that serves the request; valid with its generation. */
    public int cluster() {
        return Memory.getInt(base + CLUSTER);
    }

    public int clusterGeneration() {
        return Memory.getInt(base + CLUSTER_GENERATION);
    }

    public void cluster(final int index, final int generation) {
        Memory.putInt(base + CLUSTER, index);
        Memory.putInt(base + CLUSTER_GENERATION, generation);
    }

    /** Returns the set of backends that could not be reached, in the words of the retry policy. */
    public long triedBackends() {
        return Memory.getLong(base + TRIED);
    }

    public void triedBackends(final long set) {
        Memory.putLong(base + TRIED, set);
    }

    /** Returns the status of the response, 0 before its head. */
    public int status() {
        return Memory.getShort(base + STATUS);
    }

    public void status(final int code) {
        Memory.putShort(base + STATUS, (short) code);
    }

    /** Returns the method of the request as the protocols number them. */
    public int method() {
        return Memory.getByte(base + METHOD);
    }

    public void method(final int number) {
        Memory.putByte(base + METHOD, (byte) number);
    }

    public long startedNanos() {
        return Memory.getLong(base + STARTED);
    }

    public void startedNanos(final long nanos) {
        Memory.putLong(base + STARTED, nanos);
    }

    /** Returns how long the backend took from being given the exchange to the first byte it sent. */
    public long waitedNanos() {
        return Memory.getLong(base + WAITED);
    }

    public void waitedNanos(final long nanos) {
        Memory.putLong(base + WAITED, nanos);
    }

    /** Returns the hash of what the same backend is to be chosen for, where the cluster hashes. */
    public long key() {
        return Memory.getLong(base + KEY);
    }

    public void key(final long hash) {
        Memory.putLong(base + KEY, hash);
    }

    /** Returns the index of the backend its client is tied to, or -1; valid with its generation. */
    public int tiedBackend() {
        return Memory.getInt(base + TIED) - 1;
    }

    public int tiedGeneration() {
        return Memory.getInt(base + TIED_GENERATION);
    }

    public void tiedBackend(final int index, final int generation) {
        Memory.putInt(base + TIED, index + 1);
        Memory.putInt(base + TIED_GENERATION, generation);
    }

    /** Returns whether its client is to be tied to a backend. */
    public boolean isSticky() {
        return has(STICKY);
    }

    public void markSticky() {
        mark(STICKY);
    }

    /** Returns whether its client is to be told which backend it is tied to. */
    public boolean isNewlyTied() {
        return has(NEWLY_TIED);
    }

    public void markNewlyTied() {
        mark(NEWLY_TIED);
    }

    /** Returns where the {@value ExchangeLayout#ID_BYTES} characters of the id stand. */
    public long idAddress() {
        return base + ID;
    }

    /**
     * Returns whether the request may be sent a second time when nobody knows whether the first was served.
     */
    public boolean isIdempotent() {
        return has(IDEMPOTENT);
    }

    public void markIdempotent() {
        mark(IDEMPOTENT);
    }

    /** Returns whether the client cannot take a body in chunked form. */
    public boolean isPlainOnly() {
        return has(PLAIN_ONLY);
    }

    public void markPlainOnly() {
        mark(PLAIN_ONLY);
    }

    /** Returns whether a final head has begun to leave towards the client. */
    public boolean isAnswered() {
        return has(ANSWERED);
    }

    public void markAnswered() {
        mark(ANSWERED);
    }

    /** Returns whether the response is our own. */
    public boolean isGenerated() {
        return has(GENERATED);
    }

    public void markGenerated() {
        mark(GENERATED);
    }

    /** Returns whether the backend says itself what {@link AgreedTerms#security} would say. */
    public boolean isSecured() {
        return has(SECURED);
    }

    public void markSecured() {
        mark(SECURED);
    }

    /** Returns whether a byte of a response has come from the backend. */
    public boolean isReplying() {
        return has(REPLYING);
    }

    public void markReplying() {
        mark(REPLYING);
    }

    /** Returns whether the request must not be given to a pooled connection: one was found dead. */
    public boolean isFreshOnly() {
        return has(FRESH_ONLY);
    }

    public void markFreshOnly() {
        mark(FRESH_ONLY);
    }

    /** Returns whether it stands in a {@link WaitingLine} for a backend: then it has no back connection. */
    public boolean isWaiting() {
        return has(WAITING);
    }

    /** Returns since when it waits; only meaningful while {@link #isWaiting}. */
    public long waitingSinceNanos() {
        return Memory.getLong(base + WAITING_SINCE);
    }

    /** Returns the exchange behind it in its line, or {@link Slab#NONE}. */
    public int nextWaiting() {
        return Memory.getInt(base + NEXT_WAITING) - 1;
    }

    void nextWaiting(final int exchangeSlot) {
        Memory.putInt(base + NEXT_WAITING, exchangeSlot + 1);
    }

    int previousWaiting() {
        return Memory.getInt(base + PREVIOUS_WAITING) - 1;
    }

    void previousWaiting(final int exchangeSlot) {
        Memory.putInt(base + PREVIOUS_WAITING, exchangeSlot + 1);
    }

    void startWaiting(final int previous, final long nowNanos) {
        mark(WAITING);
        nextWaiting(Slab.NONE);
        previousWaiting(previous);
        Memory.putLong(base + WAITING_SINCE, nowNanos);
    }

    void stopWaiting() {
        Memory.putInt(base + FLAGS, Memory.getInt(base + FLAGS) & ~WAITING);
    }

    private boolean has(final int flag) {
        return (Memory.getInt(base + FLAGS) & flag) != 0;
    }

    private void mark(final int flag) {
        Memory.putInt(base + FLAGS, Memory.getInt(base + FLAGS) | flag);
    }

    /** Renders the slot for a log line or an assertion. */
    public String describe() {
        return "exchange " + slot + " front " + front() + " back " + back() + " fault " + fault()
                + " request ("
                + request.describe() + ") response (" + response.describe() + ")";
    }
}
