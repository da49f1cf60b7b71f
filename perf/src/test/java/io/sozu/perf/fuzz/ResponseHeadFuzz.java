package io.sozu.perf.fuzz;

import io.sozu.protocols.http.FieldName;
import io.sozu.protocols.http.HeadView;
import io.sozu.protocols.http.Method;
import io.sozu.protocols.http1.HeadRewriter;
import io.sozu.protocols.http1.ResponseHeadParser;
import java.util.Arrays;

/** Heads of responses, as {@link RequestHeadFuzz}; the first byte says whether HEAD was asked. */
public final class ResponseHeadFuzz {
    private static final int MAX_BYTES = 64 << 10;
    private static final HeadRoom ROOM = new HeadRoom();
    private static final HeadCuts CUTS = new HeadCuts(ROOM);
    private static final ResponseHeadParser PARSER = new ResponseHeadParser();
    private static final HeadRewriter REWRITER = new HeadRewriter(MAX_BYTES);
    private static final HeadView VIEW = new HeadView();

    private ResponseHeadFuzz() {
    }

    /** Takes one input. */
    public static void fuzzerTestOneInput(final byte[] input) {
        if (input.length == 0 || input.length > MAX_BYTES) {
            return;
        }
        final int method = input[0] % 2 == 0 ? Method.GET.id() : Method.HEAD.id();
        final byte[] head = Arrays.copyOfRange(input, 1, input.length);
        final int end = CUTS.verdict((address, lengthBytes, scannedBytes, view) ->
                PARSER.parse(address, lengthBytes, scannedBytes, method, view), head);
        if (end > 0) {
            checkRewriting(head, end, method);
        }
    }

    private static void checkRewriting(final byte[] head, final int end, final int method) {
        final long address = ROOM.place(head, head.length);
        Oracle.same(end, PARSER.parse(address, head.length, 0, method, VIEW), () -> "again");
        Heads.checkFields(VIEW);
        final String meaning = VIEW.status() + " " + VIEW.contentLength();
        final long start = REWRITER.rewriteResponse(VIEW, address, 0);
        ROOM.checkUntouched(address);
        final int bytes = (int) (address + end - start);
        final String once = Heads.text(start, bytes);
        Oracle.same(Oracle.text(head).substring(end), Heads.text(address + end, head.length - end),
                () -> "what follows the head");
        Oracle.same(bytes, PARSER.parse(start, bytes, 0, method, VIEW), () -> "the canonical form " + once);
        Oracle.same(meaning, VIEW.status() + " " + VIEW.contentLength(), () -> "the meaning of " + once);
        Oracle.check(once.matches("(?s)HTTP/1\\.1 [1-9]\\d\\d [^\\r\\n]*\\r\\n.*") && VIEW.droppedCount() == 0
                && !VIEW.has(FieldName.TRANSFER_ENCODING) && !VIEW.has(FieldName.CONNECTION),
                () -> "not canonical: " + once);
        final long twice = REWRITER.rewriteResponse(VIEW, address, 0);
        Oracle.same(once, Heads.text(twice, (int) (address + end - twice)), () -> "rewritten twice");
    }
}
