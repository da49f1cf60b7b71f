package io.sozu.protocols.http1;

import io.sozu.bindings.memory.Memory;
import io.sozu.protocols.http.Ascii;
import io.sozu.protocols.http.CertificateFields;
import io.sozu.protocols.http.FieldName;
import io.sozu.protocols.http.HeadFault;
import io.sozu.protocols.http.HeadView;

/**
 * Reads a chunked body as it arrives and turns it, in place, into what is passed on (RFC 9112, section 7.1):
 * the same chunks with canonical chunk lines, without extensions; or the plain data.
 *
 * <p>A body's state is {@link #STATE_BYTES} of the caller's memory, zeroed before the first call; the scanner
 * itself keeps only the results of the last call. A call is given all bytes that were received and not yet
 * output, the rest of the former call first. Afterwards they stand as output, then rest, without a gap:
 *
 * <pre>
 *   before: [received ..................................]
 *   after:  [output ...............][rest ......]          moved only where something before it was left out
 *   state:  0 data left in the chunk (i64) | 8 phase (i32) | 12 trailer or extension bytes so far (i32)
 * </pre>
 *
 * <p>One instance per loop; belongs to the loop's thread.
 */
public final class ChunkScanner {
    /** The memory that holds the state of one body. */
    public static final int STATE_BYTES = 16;
    /** The body is valid so far and not complete; the rest is part of a line. */
    public static final int NEED_MORE = 0;
    /** The body is complete; the rest belongs to what follows it. */
    public static final int ENDED = 1;
    /** How long a chunk line may be, and how long the rest can get outside trailers. */
    public static final int MAX_LINE_BYTES = 1024;
    /** How long the trailers may be; the rest can get longer by the line of the last chunk. */
    public static final int DEFAULT_MAX_TRAILER_BYTES = 8192;

    private static final int LEFT = 0;
    private static final int PHASE = 8;
    private static final int COUNT = 12;
    private static final int SIZE_LINE = 0;
    private static final int DATA = 1;
    private static final int DATA_END = 2;
    private static final int TRAILERS = 3;
    private static final int END = 4;
    private static final int CRLF_BYTES = 2;
    private static final int LAST_LINE_BYTES = 3;
    private static final int MAX_EXTENSIONS_BYTES = 16_384;

    private final int maxTrailerBytes;
    private final ChunkLine line = new ChunkLine();
    private final FieldLines fieldLines = new FieldLines(FieldLines.Kind.TRAILERS);
    private final HeadView trailers;
    private long state;
    private long address;
    private int lengthBytes;
    private boolean plain;
    private CertificateFields withheld;
    private int at;
    private int output;
    private long dataBytes;

    /** Makes a scanner that refuses longer trailers, and more of them, with 431. */
    public ChunkScanner(final int maxTrailerBytes, final int maxTrailers) {
        this.maxTrailerBytes = maxTrailerBytes;
        this.trailers = new HeadView(maxTrailers);
    }

    /** Makes a scanner with {@link #DEFAULT_MAX_TRAILER_BYTES}. */
    public ChunkScanner() {
        this(DEFAULT_MAX_TRAILER_BYTES, HeadView.DEFAULT_MAX_FIELDS);
    }

    /**
     * Scans what was received, the rest of the former call included.
     *
     * @param stateAddress {@link #STATE_BYTES} that hold this body's state
     * @param toPlain whether to output the data alone; the same in all calls on one body
     * @return {@link #NEED_MORE}, {@link #ENDED}, or for {@link HeadFault#of}: then nothing more can be read
     */
    public int scan(final long stateAddress, final long receivedAddress, final int receivedBytes,
            final boolean toPlain) {
        state = stateAddress;
        address = receivedAddress;
        lengthBytes = receivedBytes;
        plain = toPlain;
        at = 0;
        output = 0;
        dataBytes = 0;
        int step;
        do {
            step = step();
        } while (step > 0);
        final int restBytes = lengthBytes - at;
        if (at != output && restBytes > 0) {
            Memory.copy(address + at, address + output, restBytes);
        }
        return step < 0 ? step : ended(stateAddress) ? ENDED : NEED_MORE;
    }

    /** Says which trailers are left out besides those that always are; null for none. */
    void withhold(final CertificateFields fields) {
        withheld = fields;
    }

    /** Tells whether the body whose state this is has ended. */
    public static boolean ended(final long stateAddress) {
        return Memory.getInt(stateAddress + PHASE) == END;
    }

    /** Returns the bytes that are ready to be passed on, at the beginning of what was received. */
    public int outputBytes() {
        return output;
    }

    /** Returns the bytes behind the output: part of a line, or what follows the body. */
    public int restBytes() {
        return lengthBytes - at;
    }

    /** Returns the bytes of data within the output. */
    public long dataBytes() {
        return dataBytes;
    }

    /** Returns a positive number when the next step may follow, 0 when there is none now, or a fault. */
    private int step() {
        return switch (Memory.getInt(state + PHASE)) {
            case SIZE_LINE -> sizeLine();
            case DATA -> data();
            case DATA_END -> dataEnd();
            case TRAILERS -> trailers();
            default -> 0;
        };
    }

    private int sizeLine() {
        final int limit = Math.min(lengthBytes, at + MAX_LINE_BYTES);
        final int end = line.scan(address, at, limit);
        if (end <= 0) {
            return end == 0 && limit - at == MAX_LINE_BYTES ? HeadFault.CHUNK_LINE_TOO_LONG.result() : end;
        }
        final int extensions = Memory.getInt(state + COUNT) + line.extensionBytes();
        if (extensions > MAX_EXTENSIONS_BYTES) {
            return HeadFault.CHUNK_EXTENSION.result();
        }
        if (line.size() == 0) {
            return lastLine(end);
        }
        if (!plain) {
            emit(line.digitsOffset(), line.digits());
            Memory.putByte(address + output++, Ascii.CR);
            Memory.putByte(address + output++, Ascii.LF);
        }
        at = end;
        Memory.putLong(state + LEFT, line.size());
        Memory.putInt(state + COUNT, extensions);
        Memory.putInt(state + PHASE, DATA);
        return 1;
    }

    /**
     * The line of the last chunk, in canonical form, stays before the trailers in the rest: some readers take
     * a body for whole when they have seen that line, so it is not passed on before the body is.
     */
    private int lastLine(final int end) {
        at = end - LAST_LINE_BYTES;
        Memory.putByte(address + at, (byte) '0');
        Memory.putByte(address + at + 1, Ascii.CR);
        Memory.putByte(address + at + 2, Ascii.LF);
        Memory.putInt(state + COUNT, 0);
        Memory.putInt(state + PHASE, TRAILERS);
        return 1;
    }

    private int data() {
        final long left = Memory.getLong(state + LEFT);
        final int part = (int) Math.min(left, lengthBytes - at);
        if (part == 0) {
            return 0;
        }
        emit(at, part);
        at += part;
        dataBytes += part;
        Memory.putLong(state + LEFT, left - part);
        if (part < left) {
            return 0;
        }
        Memory.putInt(state + PHASE, DATA_END);
        return 1;
    }

    private int dataEnd() {
        final int end = RequestLine.lineEnd(address, at, lengthBytes, HeadFault.CHUNK_DATA_END);
        if (end <= 0) {
            return end;
        }
        if (!plain) {
            emit(at, CRLF_BYTES);
        }
        at = end;
        Memory.putInt(state + PHASE, SIZE_LINE);
        return 1;
    }

    private int trailers() {
        final long from = address + at + LAST_LINE_BYTES;
        final int received = Math.min(lengthBytes - at - LAST_LINE_BYTES, maxTrailerBytes);
        final int checked = Memory.getInt(state + COUNT);
        final int resume = Ascii.lineStart(from, 0, checked);
        int end = fieldLines.scan(from, resume, received, checked, null);
        if (end > 0) {
            trailers.reset(from, 0);
            trailers.beginFields(0);
            end = fieldLines.scan(from, 0, end, 0, trailers);
        }
        if (end <= 0) {
            Memory.putInt(state + COUNT, received);
            return end == 0 && received == maxTrailerBytes ? HeadFault.TRAILERS_TOO_LARGE.result() : end;
        }
        final int trailersAt = at + LAST_LINE_BYTES;
        if (!plain) {
            emit(at, LAST_LINE_BYTES);
            emitTrailers(trailersAt);
            emit(trailersAt + end - CRLF_BYTES, CRLF_BYTES);
        }
        at = trailersAt + end;
        Memory.putInt(state + PHASE, END);
        return 0;
    }

    private void emitTrailers(final int from) {
        for (int i = 0; i < trailers.fieldCount(); i++) {
            if ((FieldName.NOT_IN_TRAILERS >>> trailers.fieldId(i) & 1) == 0
                    && (withheld == null || !withheld.isOurs(trailers, i))) {
                emit(from + trailers.lineOffset(i), trailers.lineBytes(i));
            }
        }
    }

    private void emit(final int from, final int partBytes) {
        if (from != output) {
            Memory.copy(address + from, address + output, partBytes);
        }
        output += partBytes;
    }
}
