package io.sozu.perf.fuzz;

import io.sozu.protocols.http.FieldName;
import io.sozu.protocols.http.HeadView;
import io.sozu.protocols.http.Method;
import io.sozu.protocols.http.TargetForm;
import io.sozu.protocols.http1.HeadRewriter;
import io.sozu.protocols.http1.RequestHeadParser;

/**
 * Heads of requests: read the same however they are cut, never past their end; what is read is put into
 * canonical form, which is read as itself and means the same.
 */
public final class RequestHeadFuzz {
    private static final int MAX_BYTES = 64 << 10;
    private static final HeadRoom ROOM = new HeadRoom();
    private static final HeadCuts CUTS = new HeadCuts(ROOM);
    private static final RequestHeadParser PARSER = new RequestHeadParser();
    private static final HeadRewriter REWRITER = new HeadRewriter(MAX_BYTES);
    private static final HeadView VIEW = new HeadView();

    private RequestHeadFuzz() {
    }

    /** Takes one input. */
    public static void fuzzerTestOneInput(final byte[] input) {
        if (input.length > MAX_BYTES) {
            return;
        }
        final int end = CUTS.verdict(PARSER::parse, input);
        if (end > 0) {
            checkRewriting(input, end);
        }
    }

    private static void checkRewriting(final byte[] input, final int end) {
        final long address = ROOM.place(input, input.length);
        Oracle.same(end, PARSER.parse(address, input.length, 0, VIEW), () -> "again");
        Heads.checkFields(VIEW);
        final boolean noHost = !VIEW.hasAuthority();
        final boolean noPath = VIEW.targetForm() == TargetForm.ABSOLUTE
                && VIEW.pathOffset() < VIEW.authorityOffset();
        final String path = !noPath ? path() : VIEW.method() == Method.OPTIONS && VIEW.queryBytes() < 0
                ? "*" : "/";
        final String meaning = meaning(path);
        final long start = REWRITER.rewriteRequest(VIEW, address, 0);
        ROOM.checkUntouched(address);
        final int bytes = (int) (address + end - start);
        final String once = Heads.text(start, bytes);
        final String rest = Heads.text(address + end, input.length - end);
        Oracle.same(Oracle.text(input).substring(end), rest, () -> "what follows the head");
        final int again = PARSER.parse(start, bytes, 0, VIEW);
        if (noHost) {
            // Only HTTP/1.0 may come without; who forwards it adds one, and without it nobody may take it.
            Oracle.same("HOST_MISSING", HeadCuts.name(again), () -> once);
            return;
        }
        Oracle.same(bytes, again, () -> "the canonical form " + once);
        Oracle.same(meaning, meaning(path()), () -> "the meaning of " + once);
        Oracle.check(once.startsWith(Heads.span(VIEW, VIEW.methodOffset(), VIEW.methodBytes()) + " ")
                && once.substring(0, VIEW.fieldsOffset()).endsWith(" HTTP/1.1\r\n")
                && VIEW.targetForm() != TargetForm.ABSOLUTE && VIEW.keepAlive()
                && VIEW.droppedCount() == 0 && !VIEW.has(FieldName.CONNECTION),
                () -> "not canonical: " + once);
        final long twice = REWRITER.rewriteRequest(VIEW, address, 0);
        Oracle.same(once, Heads.text(twice, (int) (address + end - twice)), () -> "rewritten twice");
    }

    private static String path() {
        return Heads.span(VIEW, VIEW.pathOffset(), VIEW.pathBytes());
    }

    private static String meaning(final String path) {
        return Heads.span(VIEW, VIEW.methodOffset(), VIEW.methodBytes()) + " " + path + " "
                + (VIEW.queryBytes() < 0 ? "" : "?" + Heads.span(VIEW, VIEW.queryOffset(), VIEW.queryBytes()))
                + " host " + (VIEW.hasAuthority()
                        ? Heads.span(VIEW, VIEW.authorityOffset(), VIEW.authorityBytes()) : "none") + " "
                + VIEW.hostBytes() + " " + VIEW.port() + " " + VIEW.framing() + " " + VIEW.contentLength()
                + " " + VIEW.expectsContinue();
    }
}
