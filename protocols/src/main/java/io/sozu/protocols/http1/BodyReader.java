package io.sozu.protocols.http1;

import io.sozu.protocols.http.BodyFraming;
import io.sozu.protocols.http.CertificateFields;
import io.sozu.sessions.Half;
import io.sozu.sessions.HalfPhase;
import io.sozu.sessions.buffer.StreamBuffer;

/**
 * Releases the bytes of a body as far as its framing allows (RFC 9112, section 6), and finds its end. What
 * follows the end stays held. One per worker.
 */
public final class BodyReader {
    private final ChunkScanner chunks = new ChunkScanner();

    /** Makes a reader; all facts of a body stand in its half. */
    public BodyReader() {
    }

    /**
     * Looks at what is held.
     *
     * @param plainOnly whether the writer cannot take chunks; the same in all calls on one body
     * @return 0, or a negative number for {@link io.sozu.protocols.http.HeadFault#of}
     */
    int advance(final Half half, final boolean plainOnly) {
        return switch (BodyFraming.of(half.framing())) {
            case NONE -> end(half);
            case LENGTH -> counted(half);
            case CHUNKED -> chunked(half, plainOnly);
            case UNTIL_CLOSE -> {
                half.addBodyBytes(half.buffer().heldBytes());
                yield release(half, half.buffer().heldBytes());
            }
        };
    }

    /** Looks at what is held of a request, whose trailers of these names are not passed on. */
    int advanceWithout(final CertificateFields withheld, final Half request) {
        chunks.withhold(withheld);
        final int result = advance(request, false);
        chunks.withhold(null);
        return result;
    }

    private static int counted(final Half half) {
        final int part = (int) Math.min(half.remaining(), half.buffer().heldBytes());
        half.remaining(half.remaining() - part);
        half.addBodyBytes(part);
        release(half, part);
        return half.remaining() == 0 ? end(half) : 0;
    }

    private int chunked(final Half half, final boolean plainOnly) {
        final StreamBuffer buffer = half.buffer();
        if (buffer.heldBytes() == 0) {
            return 0;
        }
        final int result = chunks.scan(half.scanAddress(), buffer.address(buffer.ready()), buffer.heldBytes(),
                plainOnly);
        if (result < 0) {
            return result;
        }
        buffer.filled(buffer.ready() + chunks.outputBytes() + chunks.restBytes());
        half.addBodyBytes(chunks.dataBytes());
        release(half, chunks.outputBytes());
        return result == ChunkScanner.ENDED ? end(half) : 0;
    }

    private static int release(final Half half, final int count) {
        if (count > 0) {
            half.append(count);
        } else {
            half.releaseIfEmpty();
        }
        return 0;
    }

    private static int end(final Half half) {
        half.enter(HalfPhase.ENDED);
        half.releaseIfEmpty();
        return 0;
    }
}
