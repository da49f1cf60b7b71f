package io.sozu.protocols.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sozu.bindings.memory.Memory;
import io.sozu.protocols.http.Ascii;
import io.sozu.protocols.http.FieldName;
import io.sozu.protocols.http.HeadView;
import io.sozu.sessions.Connection;
import io.sozu.sessions.Exchange;
import io.sozu.sessions.cluster.Backend;
import io.sozu.sessions.cluster.Cluster;
import io.sozu.sessions.cluster.HashKey;
import io.sozu.sessions.cluster.KeyHash;

/**
 * What of a request's head ties it to a backend: the hash of its key, the backend its sticky cookie names;
 * and the Cookie fields without that cookie, which is ours and no backend's business.
 */
final class AffinityReader {
    private static final byte[] COOKIE = "Cookie: ".getBytes(US_ASCII);
    private static final int CRLF_BYTES = 2;
    /** Each is compared with all backends of a cluster: a client must not make that a long work. */
    private static final int MAX_STICKY_COOKIES = 8;

    private int field;
    private int at;
    private int end;
    private boolean spaced;
    private int cookieFrom;
    private int nameEnd;
    private int valueFrom;
    private int valueEnd;
    private byte[] stripped;

    /** Forgets the former head. */
    void begin() {
        stripped = null;
    }

    /** Notes in the exchange what the cluster asks for. */
    void read(final HeadView view, final Connection front, final Exchange exchange, final Cluster cluster,
            final byte[] stickyName) {
        if (cluster.hashKey() != null) {
            exchange.key(hash(view, front, cluster.hashKey()));
        }
        if (cluster.stickiness() == null) {
            return;
        }
        exchange.markSticky();
        stripped = stickyName;
        boolean found = findCookie(view, stickyName);
        for (int tries = 1; found && tries <= MAX_STICKY_COOKIES; tries++) {
            final Backend named = cluster.stickiness().find(view.address() + valueFrom,
                    valueEnd - valueFrom);
            if (named != null) {
                exchange.tiedBackend(named.index(), named.generation());
                return;
            }
            found = findNext(view, stickyName);
        }
    }

    private long hash(final HeadView view, final Connection front, final HashKey key) {
        final boolean found = switch (key.kind()) {
            case SOURCE -> false;
            case PATH -> span(view.pathOffset(), view.pathBytes());
            case HEADER -> findField(view, key);
            case COOKIE -> findCookie(view, key.name()) && valueEnd > valueFrom;
        };
        return found ? KeyHash.of(view.address() + valueFrom, valueEnd - valueFrom)
                : KeyHash.of(front.peerTextAddress(), front.peerTextBytes());
    }

    private boolean span(final int offset, final int lengthBytes) {
        valueFrom = offset;
        valueEnd = offset + lengthBytes;
        return lengthBytes > 0;
    }

    private boolean findField(final HeadView view, final HashKey key) {
        for (int i = 0; i < view.fieldCount(); i++) {
            if (view.nameBytes(i) == key.name().length
                    && isNamed(view.address() + view.nameOffset(i), key.name())) {
                return span(view.valueOffset(i), view.valueBytes(i));
            }
        }
        return false;
    }

    private static boolean isNamed(final long address, final byte[] name) {
        int same = 0;
        while (same < name.length && Ascii.lower(Memory.getByte(address + same)) == name[same]) {
            same++;
        }
        return same == name.length;
    }

    /** Finds the first cookie of a name. */
    private boolean findCookie(final HeadView view, final byte[] name) {
        if (!view.has(FieldName.COOKIE)) {
            return false;
        }
        enter(view, view.find(FieldName.COOKIE));
        return findNext(view, name);
    }

    /** Finds the next cookie of a name, in the same Cookie field or one behind it. */
    private boolean findNext(final HeadView view, final byte[] name) {
        while (true) {
            while (next(view.address())) {
                if (isCookie(view.address(), name)) {
                    return true;
                }
            }
            int behind = field + 1;
            while (behind < view.fieldCount() && view.fieldId(behind) != FieldName.COOKIE.id()) {
                behind++;
            }
            if (behind == view.fieldCount()) {
                return false;
            }
            enter(view, behind);
        }
    }

    private void enter(final HeadView view, final int cookieField) {
        field = cookieField;
        at = view.valueOffset(cookieField);
        end = at + view.valueBytes(cookieField);
    }

    /** Moves to the next cookie of the field: {@code name=value}, up to a semicolon. */
    private boolean next(final long address) {
        spaced = false;
        for (; at < end; at++) {
            final byte skipped = Memory.getByte(address + at);
            if (skipped != ';' && !Ascii.isSpace(skipped)) {
                break;
            }
            spaced |= skipped != ';';
        }
        if (at >= end) {
            return false;
        }
        final int semicolon = Ascii.find(address, at, end, (byte) ';');
        valueEnd = semicolon;
        while (Ascii.isSpace(Memory.getByte(address + valueEnd - 1))) {
            valueEnd--;
        }
        nameEnd = Ascii.find(address, at, valueEnd, (byte) '=');
        valueFrom = Math.min(nameEnd + 1, valueEnd);
        cookieFrom = at;
        at = semicolon;
        return true;
    }

    private boolean isCookie(final long address, final byte[] name) {
        if (nameEnd - cookieFrom != name.length) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (Memory.getByte(address + cookieFrom + i) != name[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Renders each Cookie field that has the sticky cookie anew without it, and marks the field as dropped.
     * No more bytes come to be than fall away: the cookie takes its semicolon with it, and no white space is
     * made where there was none.
     *
     * @return where the rendered bytes end
     */
    long strip(final HeadView view, final long target) {
        if (stripped == null || !view.has(FieldName.COOKIE)) {
            return target;
        }
        long to = target;
        for (int i = view.find(FieldName.COOKIE); i < view.fieldCount(); i++) {
            if (view.fieldId(i) == FieldName.COOKIE.id() && !view.dropped(i) && holds(view, i)) {
                to = withoutSticky(view, i, to);
                view.drop(i);
            }
        }
        return to;
    }

    private boolean holds(final HeadView view, final int cookieField) {
        enter(view, cookieField);
        while (next(view.address())) {
            if (isCookie(view.address(), stripped)) {
                return true;
            }
        }
        return false;
    }

    private long withoutSticky(final HeadView view, final int cookieField, final long target) {
        final long address = view.address();
        long to = target;
        enter(view, cookieField);
        while (next(address)) {
            if (!isCookie(address, stripped)) {
                if (to == target) {
                    Memory.copy(COOKIE, 0, to, COOKIE.length);
                    to += COOKIE.length;
                } else {
                    Memory.putByte(to++, (byte) ';');
                    if (spaced) {
                        Memory.putByte(to++, Ascii.SP);
                    }
                }
                final int bytes = valueEnd - cookieFrom;
                Memory.copy(address + cookieFrom, to, bytes);
                to += bytes;
            }
        }
        if (to > target) {
            Memory.putByte(to, Ascii.CR);
            Memory.putByte(to + 1, Ascii.LF);
            to += CRLF_BYTES;
        }
        return to;
    }
}
