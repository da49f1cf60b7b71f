package io.sozu.protocols.http1;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.protocols.http.Ascii;
import io.sozu.protocols.http.FieldName;
import io.sozu.protocols.http.HeadView;
import io.sozu.protocols.http.Method;
import io.sozu.protocols.http.TargetForm;
import java.nio.charset.StandardCharsets;

/**
 * Rewrites a parsed head in place for the next hop: its end, where the body begins, stays where it is, and
 * its front moves into the head-room before it or away from it.
 *
 * <pre>
 *   before:           [start line][field][field to drop][field][blank line][body ...
 *   after:     [start line][insert][own fields][field][field][blank line][body ...
 * </pre>
 *
 * <p>When nothing is dropped only the start line moves. One instance per loop; owns scratch memory.
 */
public final class HeadRewriter implements AutoCloseable {
    /** How far a head may grow: the head-room its page must have. */
    public static final int MAX_GROWTH_BYTES = 2304;

    private static final byte[] HOST = ascii("Host: ");
    private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
    private static final byte[] CHUNKED = ascii("chunked");
    private static final byte[] VERSION = ascii(" HTTP/1.1\r\n");
    private static final byte[] CRLF = ascii("\r\n");
    private static final int CODE_BYTES = 3;
    /** Room for Host, Content-Length and a version beside a re-rendered start line. */
    private static final int OWN_BYTES = 512;

    private final long scratchBytes;
    private final long scratch;
    private long startLine;
    private int startLineBytes;
    private long own;
    private int ownBytes;
    private boolean closed;

    /** Makes a rewriter of heads of at most this many bytes. */
    public HeadRewriter(final int maxHeadBytes) {
        this.scratchBytes = (long) maxHeadBytes + OWN_BYTES;
        this.scratch = NativeMemory.allocate(MemoryTag.SCRATCH, scratchBytes);
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Rewrites a request: origin form (or {@code *}), HTTP/1.1, Host from an absolute target, without fields
     * that concern the connection or are marked as dropped, with canonical framing fields.
     *
     * @param insertAddress field lines to put before the others, outside the head
     * @return where the head begins now; it ends where it ended, and the view is no longer valid
     */
    public long rewriteRequest(final HeadView view, final long insertAddress, final int insertBytes) {
        view.dropAll(FieldName.HOP_BY_HOP);
        prepare(view);
        if (view.targetForm() == TargetForm.ABSOLUTE) {
            renderStartLine(view);
            view.dropAll(FieldName.HOST.bit());
            renderHost(view);
        } else {
            keepStartLine(view, view.fieldsOffset() - 3);
        }
        canonicalLength(view);
        canonicalCoding(view);
        return assemble(view, insertAddress, insertBytes);
    }

    /**
     * Rewrites a response: HTTP/1.1, without fields that concern the connection or are marked as dropped, and
     * without Transfer-Encoding: who writes the body adds what its form requires.
     *
     * @param insertAddress field lines to put before the others, outside the head
     * @return where the head begins now; it ends where it ended, and the view is no longer valid
     */
    public long rewriteResponse(final HeadView view, final long insertAddress, final int insertBytes) {
        view.dropAll(FieldName.HOP_BY_HOP | FieldName.TRANSFER_ENCODING.bit());
        prepare(view);
        keepStartLine(view, view.statusOffset() - 2);
        if (startLineBytes == view.statusOffset() + CODE_BYTES + CRLF.length) {
            // The space behind the code belongs there even without a reason (RFC 9112, section 4).
            final int codeEnd = view.statusOffset() + CODE_BYTES;
            Memory.copy(startLine, scratch, codeEnd);
            Memory.putByte(scratch + codeEnd, Ascii.SP);
            put(scratch + codeEnd + 1, CRLF);
            startLine = scratch;
            startLineBytes++;
        }
        canonicalLength(view);
        return assemble(view, insertAddress, insertBytes);
    }

    /**
     * Inserts field lines behind the start line of a rewritten head.
     *
     * @return where the head begins now
     */
    public static long insertAfterStartLine(final long headAddress, final int headBytes,
            final long insertAddress, final int insertBytes) {
        final int startLineBytes = Ascii.find(headAddress, 0, headBytes, Ascii.LF) + 1;
        assert startLineBytes <= headBytes : "no start line";
        final long start = headAddress - insertBytes;
        Memory.copy(headAddress, start, startLineBytes);
        Memory.copy(insertAddress, start + startLineBytes, insertBytes);
        return start;
    }

    private void prepare(final HeadView view) {
        assert !closed;
        assert view.headBytes() + OWN_BYTES <= scratchBytes : view.headBytes();
        own = scratch + view.headBytes() + 1;
        ownBytes = 0;
    }

    /** Leaves the start line as it is but for its version. */
    private void keepStartLine(final HeadView view, final int minorVersionOffset) {
        Memory.putByte(view.address() + minorVersionOffset, (byte) '1');
        startLine = view.address() + view.startOffset();
        startLineBytes = view.fieldsOffset() - view.startOffset();
    }

    /** Renders the start line of an absolute target; what is left of it behind the authority is enough. */
    private void renderStartLine(final HeadView view) {
        final long address = view.address();
        final int methodBytes = view.methodBytes() + 1;
        Memory.copy(address + view.methodOffset(), scratch, methodBytes);
        long at = scratch + methodBytes;
        final int authorityEnd = view.authorityOffset() + view.authorityBytes();
        final int restBytes = view.targetOffset() + view.targetBytes() - authorityEnd;
        if (view.pathOffset() < authorityEnd) {
            final boolean server = view.method() == Method.OPTIONS && restBytes == 0;
            Memory.putByte(at++, (byte) (server ? '*' : '/'));
        }
        Memory.copy(address + authorityEnd, at, restBytes);
        at = put(at + restBytes, VERSION);
        startLine = scratch;
        startLineBytes = (int) (at - scratch);
    }

    private void renderHost(final HeadView view) {
        final long value = put(own + ownBytes, HOST);
        Memory.copy(view.address() + view.authorityOffset(), value, view.authorityBytes());
        ownBytes = (int) (put(value + view.authorityBytes(), CRLF) - own);
    }

    /** Replaces a length with leading zeros by one without. */
    private void canonicalLength(final HeadView view) {
        final int field = view.find(FieldName.CONTENT_LENGTH);
        if (field < 0 || view.dropped(field) || view.valueBytes(field) == 1
                || Memory.getByte(view.address() + view.valueOffset(field)) != '0') {
            return;
        }
        view.drop(field);
        final long value = put(own + ownBytes, CONTENT_LENGTH);
        ownBytes = (int) (put(Ascii.putDecimal(value, view.contentLength()), CRLF) - own);
    }

    private static void canonicalCoding(final HeadView view) {
        final int field = view.find(FieldName.TRANSFER_ENCODING);
        if (field >= 0) {
            Memory.copy(CHUNKED, 0, view.address() + view.valueOffset(field), CHUNKED.length);
        }
    }

    private long assemble(final HeadView view, final long insertAddress, final int insertBytes) {
        final long fields = compact(view);
        final long start = fields - ownBytes - insertBytes - startLineBytes;
        if (start < view.address() - MAX_GROWTH_BYTES) {
            throw new IllegalStateException("a head grows by " + (view.address() - start) + " bytes");
        }
        // The start line first: the insert may come to lie where it was.
        Memory.copy(startLine, start, startLineBytes);
        Memory.copy(insertAddress, start + startLineBytes, insertBytes);
        Memory.copy(own, fields - ownBytes, ownBytes);
        return start;
    }

    /** Moves the kept lines against the blank line, from the last to the first; returns where they begin. */
    private static long compact(final HeadView view) {
        final long address = view.address();
        if (view.droppedCount() == 0) {
            return address + view.fieldsOffset();
        }
        long target = address + view.blankLineOffset();
        int runEnd = view.blankLineOffset();
        for (int i = view.fieldCount() - 1; i >= 0; i--) {
            if (view.dropped(i)) {
                target = move(address, view.lineEnd(i), runEnd, target);
                runEnd = view.lineOffset(i);
            }
        }
        return move(address, view.fieldsOffset(), runEnd, target);
    }

    private static long move(final long address, final int from, final int to, final long targetEnd) {
        final long target = targetEnd - (to - from);
        if (target != address + from && to > from) {
            Memory.copy(address + from, target, to - from);
        }
        return target;
    }

    private static long put(final long address, final byte[] text) {
        Memory.copy(text, 0, address, text.length);
        return address + text.length;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            NativeMemory.free(MemoryTag.SCRATCH, scratch, scratchBytes);
        }
    }
}
