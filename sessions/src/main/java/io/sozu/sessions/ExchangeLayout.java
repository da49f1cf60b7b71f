package io.sozu.sessions;

import io.sozu.sessions.buffer.StreamBuffer;

/**
 * Where an {@link Exchange} keeps what, in its slot, and a {@link Half} within it.
 *
 * <pre>
 *   0 slab header | 8 front slot + 1 (i32) | 12 back slot + 1 (i32)
 *   16 next on front + 1 (i32) | 20 next on back + 1 (i32) | 24 front stream (i32) | 28 back stream (i32)
 *   32 flags (i32) | 36 listener (i32) | 40 fault (i8) | 41 method (i8) | 42 status (i16)
 *   44 cluster generation (i32)
 *   48 tried backends (i64) | 56 started (i64, ns) | 64 id, 26 characters | 92 cluster index (i32)
 *   96 request half | 160 response half | 224 waited (i64, ns)
 *   232 next waiting + 1 (i32) | 236 previous waiting + 1 (i32) | 240 waiting since (i64, ns)
 *   248 retry after (i32, s) | 252 body rate (i32)
 *   256 front timeout | 264 back timeout | 272 connect timeout | 280 response timeout (i64, ns)
 *   288 longest body (i64) | 296 rate measured since (i64, ns) | 304 body bytes then (i64) | 312 key (i64)
 *   320 tied backend + 1 (i32) | 324 tied backend's generation (i32)
 *   328 request rate reached (i32) | 332 whether it is one of each source (i32)
 *   336 security told (i64) | 344 end
 *
 *   half: 0 buffer (16) | 16 phase (i8) | 17 framing (i8) | 18 flags (i8) | 19 form (i8)
 *         20 head bytes (i32) | 24 remaining (i64) | 32 scan (i64) | 40 moved (i64)
 *         48 replay from (i32) | 52 scanned (i32) | 56 body (i64)
 * </pre>
 */
final class ExchangeLayout {
    static final int FRONT = 8;
    static final int BACK = 12;
    static final int NEXT_ON_FRONT = 16;
    static final int NEXT_ON_BACK = 20;
    static final int FRONT_STREAM = 24;
    static final int BACK_STREAM = 28;
    static final int FLAGS = 32;
    static final int LISTENER = 36;
    static final int FAULT = 40;
    static final int METHOD = 41;
    static final int STATUS = 42;
    static final int CLUSTER_GENERATION = 44;
    static final int TRIED = 48;
    static final int STARTED = 56;
    static final int ID = 64;
    static final int ID_BYTES = 26;
    static final int CLUSTER = 92;
    static final int REQUEST = 96;
    static final int RESPONSE = 160;
    static final int WAITED = 224;
    static final int NEXT_WAITING = 232;
    static final int PREVIOUS_WAITING = 236;
    static final int WAITING_SINCE = 240;
    static final int RETRY_AFTER = 248;
    static final int MIN_BODY_RATE = 252;
    static final int FRONT_TIMEOUT = 256;
    static final int BACK_TIMEOUT = 264;
    static final int CONNECT_TIMEOUT = 272;
    static final int RESPONSE_TIMEOUT = 280;
    static final int MAX_BODY = 288;
    static final int RATE_FROM = 296;
    static final int RATE_BYTES = 304;
    static final int KEY = 312;
    static final int TIED = 320;
    static final int TIED_GENERATION = 324;
    static final int REQUEST_RATE = 328;
    static final int REQUEST_RATE_OF_SOURCE = 332;
    static final int SECURITY = 336;
    static final int SLOT_BYTES = 344;

    static final int HALF_PHASE = StreamBuffer.SIZE_BYTES;
    static final int HALF_FRAMING = 17;
    static final int HALF_FLAGS = 18;
    static final int HALF_FORM = 19;
    static final int HALF_HEAD_BYTES = 20;
    static final int HALF_REMAINING = 24;
    static final int HALF_SCAN = 32;
    static final int HALF_MOVED = 40;
    static final int HALF_REPLAY_FROM = 48;
    static final int HALF_SCANNED = 52;
    static final int HALF_BODY = 56;

    private ExchangeLayout() {
    }
}
