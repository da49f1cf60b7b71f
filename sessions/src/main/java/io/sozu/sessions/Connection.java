package io.sozu.sessions;

import static io.sozu.sessions.ConnectionLayout.BUFFER;
import static io.sozu.sessions.ConnectionLayout.DEADLINE;
import static io.sozu.sessions.ConnectionLayout.EXCHANGE;
import static io.sozu.sessions.ConnectionLayout.FD;
import static io.sozu.sessions.ConnectionLayout.FLAGS;
import static io.sozu.sessions.ConnectionLayout.LAST_ACTIVITY;
import static io.sozu.sessions.ConnectionLayout.OWNER;
import static io.sozu.sessions.ConnectionLayout.PEER_TEXT;
import static io.sozu.sessions.ConnectionLayout.PEER_TEXT_LENGTH;
import static io.sozu.sessions.ConnectionLayout.PEER_TEXT_MAX;
import static io.sozu.sessions.ConnectionLayout.PHASE;
import static io.sozu.sessions.ConnectionLayout.PROTOCOL;
import static io.sozu.sessions.ConnectionLayout.READINESS;
import static io.sozu.sessions.ConnectionLayout.SIDE;

import io.sozu.bindings.memory.Memory;
import io.sozu.eventloop.Readiness;
import io.sozu.eventloop.Token;
import io.sozu.sessions.buffer.BufferPool;
import io.sozu.sessions.buffer.StreamBuffer;

/**
 * One socket: a flyweight over a slot of the connections' slab, laid out by {@link ConnectionLayout}. It owns
 * nothing; the slot's descriptor and page are the driver's to close and release.
 */
public final class Connection {
    /** The size of a slot. */
    public static final int SLOT_BYTES = ConnectionLayout.SLOT_BYTES;

    /** The connection must be closed when its exchange is done. */
    private static final int CLOSING = 1;
    /** A back connection that has served an exchange before. */
    private static final int REUSED = 1 << 1;
    /** A front connection whose client has ended its sending. */
    private static final int PEER_ENDED = 1 << 2;
    /** It stands in a list of idle connections. */
    private static final int LISTED = 1 << 3;
    /** Its TLS is whole, and the peer was not told that nothing more comes. */
    private static final int TLS_OPEN = 1 << 4;
    /** The epoll tells of it. */
    private static final int REGISTERED = 1 << 5;
    /** It was left out of the epoll while a backend is waited for. */
    private static final int PASSED_OVER = 1 << 6;

    private final Slab slab;
    private final StreamBuffer buffer;
    private long base;
    private int slot = Slab.NONE;

    public Connection(final Slab slab, final BufferPool pool) {
        this.slab = slab;
        this.buffer = new StreamBuffer(pool);
    }

    /** Looks at a slot. */
    public Connection wrap(final int newSlot) {
        slot = newSlot;
        base = slab.address(newSlot);
        buffer.wrap(base + BUFFER);
        return this;
    }

    /** Fills a fresh slot; the phase is {@link ConnectionPhase#NEW} and nothing is held. */
    public void open(final int fd, final Side side, final int protocol) {
        Memory.putInt(base + FD, fd);
        Memory.putByte(base + SIDE, (byte) side.ordinal());
        Memory.putByte(base + PROTOCOL, (byte) protocol);
        Memory.putLong(base + DEADLINE, Long.MAX_VALUE);
    }

    public int slot() {
        return slot;
    }

    /** Returns whether the slot is in use. */
    public boolean isLive() {
        return slab.isLive(slot);
    }

    /** Returns the token of this connection's events. */
    public long token() {
        return Token.of(Token.CONNECTION, slab.generation(slot), slot);
    }

    public int fd() {
        return Memory.getInt(base + FD);
    }

    public boolean isFront() {
        return Memory.getByte(base + SIDE) == 0;
    }

    /** Returns the index of the machine that understands the bytes. */
    public int protocol() {
        return Memory.getByte(base + PROTOCOL);
    }

    /** Says which machine understands the bytes from now on. */
    public void protocol(final int index) {
        Memory.putByte(base + PROTOCOL, (byte) index);
    }

    public ConnectionPhase phase() {
        return ConnectionPhase.of(Memory.getByte(base + PHASE));
    }

    /** Moves to another phase. */
    public void enter(final ConnectionPhase next) {
        assert phase().mayBecome(next) : phase() + " to " + next + " on slot " + slot;
        Memory.putByte(base + PHASE, (byte) next.ordinal());
    }

    public int readiness() {
        return Memory.getInt(base + READINESS);
    }

    /** Adds events, bits of {@link Readiness}. */
    public void addReady(final int bits) {
        Memory.putInt(base + READINESS, readiness() | bits);
    }

    /** Clears events: only where a call has just answered EAGAIN or moved less than was asked. */
    public void clearReady(final int bits) {
        Memory.putInt(base + READINESS, Readiness.withoutEvents(readiness(), bits));
    }

    public boolean isReady(final int bits) {
        return (readiness() & bits) != 0;
    }

    /** Returns the page received into, while no exchange has it. */
    public StreamBuffer buffer() {
        return buffer;
    }

    /** Returns how much of the held bytes the head parser has seen. */
    public int scannedBytes() {
        return Memory.getInt(base + ConnectionLayout.SCANNED);
    }

    public void scannedBytes(final int count) {
        Memory.putInt(base + ConnectionLayout.SCANNED, count);
    }

    /** Returns the listener of a front connection. */
    public int listener() {
        assert isFront();
        return Memory.getInt(base + OWNER);
    }

    public void listener(final int id) {
        Memory.putInt(base + OWNER, id);
    }

    /** Returns the backend of a back connection. */
    public int backend() {
        assert !isFront();
        return Memory.getInt(base + OWNER);
    }

    public int backendGeneration() {
        return Memory.getInt(base + ConnectionLayout.BACKEND_GENERATION);
    }

    public void backend(final int index, final int generation) {
        Memory.putInt(base + OWNER, index);
        Memory.putInt(base + ConnectionLayout.BACKEND_GENERATION, generation);
    }

    /** Returns the exchange served, the first of them where there are several, or {@link Slab#NONE}. */
    public int exchange() {
        return Memory.getInt(base + EXCHANGE) - 1;
    }

    public void exchange(final int exchangeSlot) {
        Memory.putInt(base + EXCHANGE, exchangeSlot + 1);
    }

    /** Returns when the connection must have moved on; {@code Long.MAX_VALUE} for never. */
    public long deadlineNanos() {
        return Memory.getLong(base + DEADLINE);
    }

    public void deadlineNanos(final long nanos) {
        Memory.putLong(base + DEADLINE, nanos);
    }

    /** Returns when a client's last response had left, or when a backend was given its exchange. */
    public long lastActivityNanos() {
        return Memory.getLong(base + LAST_ACTIVITY);
    }

    public void lastActivityNanos(final long nanos) {
        Memory.putLong(base + LAST_ACTIVITY, nanos);
    }

    /** Returns when a front connection was accepted. */
    public long openedNanos() {
        return Memory.getLong(base + ConnectionLayout.OPENED);
    }

    public void openedNanos(final long nanos) {
        Memory.putLong(base + ConnectionLayout.OPENED, nanos);
    }

    /** Returns how many exchanges it has finished. */
    public int served() {
        return Memory.getInt(base + ConnectionLayout.SERVED);
    }

    public void served(final int count) {
        Memory.putInt(base + ConnectionLayout.SERVED, count);
    }

    public boolean isClosing() {
        return has(CLOSING);
    }

    /** Says that the connection carries no exchange after the present one. */
    public void markClosing() {
        mark(CLOSING);
    }

    public boolean isReused() {
        return has(REUSED);
    }

    public void markReused() {
        mark(REUSED);
    }

    public boolean hasPeerEnded() {
        return has(PEER_ENDED);
    }

    /** Notes that receiving has come to its end. */
    public void markPeerEnded() {
        mark(PEER_ENDED);
    }

    /** Returns what OpenSSL keeps for it, by address, 0 when it speaks plainly. */
    public long tls() {
        return Memory.getLong(base + ConnectionLayout.TLS);
    }

    public void tls(final long address) {
        Memory.putLong(base + ConnectionLayout.TLS, address);
    }

    /** Returns whether its TLS is whole, and the peer was not yet told that nothing more comes. */
    public boolean isTlsOpen() {
        return has(TLS_OPEN);
    }

    public void tlsOpen(final boolean open) {
        set(TLS_OPEN, open);
    }

    /** Returns the type (RFC 8446, 5.1) of the next record that the kernel makes, 0 while it makes none. */
    public int recordType() {
        return Memory.getByte(base + ConnectionLayout.RECORD_TYPE);
    }

    public void recordType(final int type) {
        Memory.putByte(base + ConnectionLayout.RECORD_TYPE, (byte) type);
    }

    /** Returns whether the epoll tells of its events. */
    public boolean isRegistered() {
        return has(REGISTERED);
    }

    public void markRegistered() {
        mark(REGISTERED);
    }

    /** Returns whether it was left out of the epoll for a while, since its client is not waited for. */
    public boolean isPassedOver() {
        return has(PASSED_OVER);
    }

    public void markPassedOver() {
        mark(PASSED_OVER);
    }

    /** Returns whether it stands in the list of idle front connections. */
    public boolean isListed() {
        return has(LISTED);
    }

    public void listed(final boolean listed) {
        set(LISTED, listed);
    }

    /** Returns its place among handshakes: 0 for none, else as who keeps them says. */
    public int handshake() {
        return Memory.getByte(base + ConnectionLayout.HANDSHAKE);
    }

    public void handshake(final int place) {
        Memory.putByte(base + ConnectionLayout.HANDSHAKE, (byte) place);
    }

    private void set(final int flag, final boolean on) {
        Memory.putByte(base + FLAGS, (byte) (Memory.getByte(base + FLAGS) & ~flag | (on ? flag : 0)));
    }

    private boolean has(final int flag) {
        return (Memory.getByte(base + FLAGS) & flag) != 0;
    }

    private void mark(final int flag) {
        set(flag, true);
    }

    /** Returns how many bytes were discarded while lingering. */
    public int discardedBytes() {
        return Memory.getInt(base + ConnectionLayout.DISCARDED);
    }

    public void discardedBytes(final int count) {
        Memory.putInt(base + ConnectionLayout.DISCARDED, count);
    }

    public int peerPort() {
        return Memory.getShort(base + ConnectionLayout.PEER_PORT) & 0xffff;
    }

    public void peerPort(final int port) {
        Memory.putShort(base + ConnectionLayout.PEER_PORT, (short) port);
    }

    /** Returns where the peer's IP stands as text, at most {@value ConnectionLayout#PEER_TEXT_MAX} bytes. */
    public long peerTextAddress() {
        return base + PEER_TEXT;
    }

    public int peerTextBytes() {
        return Memory.getByte(base + PEER_TEXT_LENGTH);
    }

    public void peerTextBytes(final int count) {
        assert count >= 0 && count <= PEER_TEXT_MAX : count;
        Memory.putByte(base + PEER_TEXT_LENGTH, (byte) count);
    }

    /** Returns whom a front connection counts for, as {@code SockAddr.network} has it. */
    public long source() {
        return Memory.getLong(base + ConnectionLayout.SOURCE);
    }

    public void source(final long network) {
        Memory.putLong(base + ConnectionLayout.SOURCE, network);
    }

    /** Returns by what a front connection is counted on its listener, 0 when it is not. */
    public int listenerClaim() {
        return Memory.getInt(base + ConnectionLayout.LISTENER_CLAIM);
    }

    public void listenerClaim(final int claim) {
        Memory.putInt(base + ConnectionLayout.LISTENER_CLAIM, claim);
    }

    /** Returns by what a front connection is counted on the cluster it used last, 0 when it is not. */
    public int clusterClaim() {
        return Memory.getInt(base + ConnectionLayout.CLUSTER_CLAIM);
    }

    public void clusterClaim(final int claim) {
        Memory.putInt(base + ConnectionLayout.CLUSTER_CLAIM, claim);
    }

    /** Returns where what a client's certificate says stands in native memory, 0 for a client without one. */
    public long certificate() {
        return Memory.getLong(base + ConnectionLayout.CERTIFICATE);
    }

    /** Sets it; who frees the slot frees it. */
    public void certificate(final long block) {
        Memory.putLong(base + ConnectionLayout.CERTIFICATE, block);
    }

    /** Returns the number of the hosts that requests may be for, as the protocols count them; 0 for any. */
    public int binding() {
        return Memory.getInt(base + ConnectionLayout.BINDING);
    }

    public void binding(final int number) {
        Memory.putInt(base + ConnectionLayout.BINDING, number);
    }

    /** Renders the slot for a log line or an assertion. */
    public String describe() {
        return (isFront() ? "front " : "back ") + slot + " fd " + fd() + " " + phase() + " "
                + Readiness.describe(readiness()) + " exchange " + exchange();
    }
}
