package io.sozu.sessions;

import io.sozu.sessions.buffer.StreamBuffer;

/**
 * Where a {@link Connection} keeps what, in its slot.
 *
 * <pre>
 *   0 slab header | 8 fd (i32) | 12 readiness (i32)
 *   16 side (i8) | 17 protocol (i8) | 18 phase (i8) | 19 flags (i8) | 20 listener, or backend index (i32)
 *   24 exchange slot + 1 (i32) | 28 backend generation (i32) | 32 deadline (i64, ns)
 *   40 buffer (16) | 56 scanned (i32) | 60 served (i32)
 *   64 next in pool + 1 (i32) | 68 previous in pool + 1 (i32) | 72 last activity (i64, ns)
 *   80 discarded (i32) | 84 peer port (u16) | 86 peer text length (i8) | 87 peer text (45)
 *   132 older in pool + 1 (i32) | 136 newer in pool + 1 (i32)
 *   140 claim on its listener (i32) | 144 claim on a cluster (i32) | 152 source (i64)
 *   160 opened (i64, ns) | 168 TLS (address) | 176 client's certificate (i64)
 *   184 hosts of its own certificate (i32) | 188 place in handshakes (i8) | 189 record type (i8)
 *   190 to 192 unused
 * </pre>
 */
final class ConnectionLayout {
    static final int FD = 8;
    static final int READINESS = 12;
    static final int SIDE = 16;
    static final int PROTOCOL = 17;
    static final int PHASE = 18;
    static final int FLAGS = 19;
    static final int OWNER = 20;
    static final int EXCHANGE = 24;
    static final int BACKEND_GENERATION = 28;
    static final int DEADLINE = 32;
    static final int BUFFER = 40;
    static final int SCANNED = BUFFER + StreamBuffer.SIZE_BYTES;
    static final int SERVED = 60;
    static final int POOL_NEXT = 64;
    static final int POOL_PREVIOUS = 68;
    static final int LAST_ACTIVITY = 72;
    static final int DISCARDED = 80;
    static final int PEER_PORT = 84;
    static final int PEER_TEXT_LENGTH = 86;
    static final int PEER_TEXT = 87;
    static final int PEER_TEXT_MAX = 45;
    static final int POOL_OLDER = 132;
    static final int POOL_NEWER = 136;
    static final int LISTENER_CLAIM = 140;
    static final int CLUSTER_CLAIM = 144;
    static final int SOURCE = 152;
    static final int OPENED = 160;
    static final int CERTIFICATE = 176;
    static final int BINDING = 184;
    static final int HANDSHAKE = 188;
    static final int RECORD_TYPE = 189;
    static final int TLS = 168;
    static final int SLOT_BYTES = 192;

    private ConnectionLayout() {
    }
}
