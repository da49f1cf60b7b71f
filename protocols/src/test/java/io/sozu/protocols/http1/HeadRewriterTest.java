package io.sozu.protocols.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sozu.bindings.sim.LeakCheck;
import io.sozu.protocols.http.HeadView;
import io.sozu.protocols.http.Method;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
final class HeadRewriterTest {
    private static final String BODY = "body stays";

    private final HeadView view = new HeadView();

    private String request(final String head, final String insert) {
        try (NativeText text = new NativeText(head + BODY); NativeText inserted = new NativeText(insert);
                HeadRewriter rewriter = new HeadRewriter(text.lengthBytes())) {
            final int end = new RequestHeadParser().parse(text.address(), text.lengthBytes(), 0, view);
            assertEquals(head.length(), end);
            final long start = rewriter.rewriteRequest(view, inserted.address(), inserted.lengthBytes());
            assertEquals(BODY, NativeText.text(text.address() + end, BODY.length()));
            return NativeText.text(start, (int) (text.address() + end - start));
        }
    }

    private String response(final String head, final String insert) {
        try (NativeText text = new NativeText(head + BODY); NativeText inserted = new NativeText(insert);
                HeadRewriter rewriter = new HeadRewriter(text.lengthBytes())) {
            final int end = new ResponseHeadParser()
                    .parse(text.address(), text.lengthBytes(), 0, Method.GET.id(), view);
            assertEquals(head.length(), end);
            final long start = rewriter.rewriteResponse(view, inserted.address(), inserted.lengthBytes());
            assertEquals(BODY, NativeText.text(text.address() + end, BODY.length()));
            return NativeText.text(start, (int) (text.address() + end - start));
        }
    }

    @Test
    void shouldInsertBehindTheStartLine() {
        assertEquals("GET /a?b HTTP/1.1\r\nNew: 1\r\nHost: a\r\nX: y\r\n\r\n",
                request("GET /a?b HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n", "New: 1\r\n"));
        assertEquals("GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                request("\r\nGET / HTTP/1.0\r\nHost: a\r\n\r\n", ""));
        assertEquals("GET / HTTP/1.1\r\n\r\n", request("GET / HTTP/1.0\r\n\r\n", ""));
        assertEquals("GET / HTTP/1.1\r\nHost: a\r\n\r\n", request("GET / HTTP/1.7\r\nHost: a\r\n\r\n", ""));
    }

    @Test
    void shouldLeaveOutWhatConcernsTheConnection() {
        assertEquals("GET / HTTP/1.1\r\nN: 1\r\nHost: a\r\nProxy-Authorization: b\r\nTrailer: c\r\n"
                        + "X: y\r\n\r\n",
                request("GET / HTTP/1.1\r\nKeep-Alive: 5\r\nHost: a\r\nConnection: secret, close\r\n"
                        + "Upgrade: h2c\r\nProxy-Authorization: b\r\nTrailer: c\r\nSECRET: 1\r\n"
                        + "HTTP2-Settings: AA\r\nProxy-Connection: x\r\nX: y\r\nTE: trailers\r\n\r\n",
                        "N: 1\r\n"));
        assertEquals("GET / HTTP/1.1\r\n\r\n",
                request("GET / HTTP/1.0\r\nConnection: close\r\nTE: x\r\n\r\n", ""));
    }

    @Test
    void shouldTurnAnAbsoluteTargetIntoAPathAndHost() {
        assertEquals("GET /x?y HTTP/1.1\r\nN: 1\r\nHost: a:81\r\nX: y\r\n\r\n",
                request("GET http://a:81/x?y HTTP/1.1\r\nHost: b\r\nX: y\r\n\r\n", "N: 1\r\n"));
        assertEquals("GET / HTTP/1.1\r\nHost: a\r\n\r\n", request("GET http://a HTTP/1.0\r\n\r\n", ""));
        assertEquals("GET /?y HTTP/1.1\r\nHost: a\r\n\r\n",
                request("GET HTTPS://a?y HTTP/1.1\r\nHost: b\r\n\r\n", ""));
        assertEquals("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
                request("OPTIONS http://a HTTP/1.1\r\nHost: b\r\n\r\n", ""));
        assertEquals("OPTIONS / HTTP/1.1\r\nHost: a\r\n\r\n",
                request("OPTIONS http://a/ HTTP/1.1\r\nHost: b\r\n\r\n", ""));
        assertEquals("OPTIONS * HTTP/1.1\r\nHost: b\r\n\r\n",
                request("OPTIONS * HTTP/1.1\r\nHost: b\r\n\r\n", ""));
    }

    @Test
    void shouldMakeFramingFieldsCanonical() {
        assertEquals("POST / HTTP/1.1\r\nN: 1\r\nContent-Length: 5\r\nHost: a\r\n\r\n",
                request("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:005\r\n\r\n", "N: 1\r\n"));
        assertEquals("POST / HTTP/1.1\r\nContent-Length: 0\r\nHost: a\r\n\r\n",
                request("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 000\r\n\r\n", ""));
        assertEquals("POST / HTTP/1.1\r\nHost: a\r\ncontent-length: 0\r\n\r\n",
                request("POST / HTTP/1.1\r\nHost: a\r\ncontent-length: 0\r\n\r\n", ""));
        assertEquals("POST / HTTP/1.1\r\nHost: a\r\nTRANSFER-ENCODING: chunked\r\n\r\n",
                request("POST / HTTP/1.1\r\nHost: a\r\nTRANSFER-ENCODING: CHUNKED\r\n\r\n", ""));
    }

    @Test
    void shouldKeepExpectOnlyWhereItMeansSomething() {
        final String head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
        assertEquals(head, request(head, ""));
        assertEquals("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
                request(head.replace("HTTP/1.1", "HTTP/1.0"), ""));
    }

    @Test
    void shouldRewriteResponses() {
        assertEquals("HTTP/1.1 200 OK\r\nN: 1\r\nX: y\r\n\r\n",
                response("HTTP/1.0 200 OK\r\nConnection: keep-alive, a\r\nX: y\r\nA: b\r\n\r\n", "N: 1\r\n"));
        assertEquals("HTTP/1.1 200 \r\nX: y\r\n\r\n", response("HTTP/1.1 200\r\nX: y\r\n\r\n", ""));
        assertEquals("HTTP/1.1 200 \r\nX: y\r\n\r\n", response("HTTP/1.0 200 \r\nX: y\r\n\r\n", ""));
        assertEquals("HTTP/1.1 200 OK\r\nX: y\r\n\r\n", response(
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n", ""));
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n",
                response("HTTP/1.1 200 OK\r\nContent-Length: 007\r\nUpgrade: h2\r\n\r\n", ""));
        assertEquals("HTTP/1.1 204 No\r\n\r\n", response("HTTP/1.1 204 No\r\nContent-Length: 0\r\n\r\n", ""));
        assertEquals("HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n",
                response("HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n", ""));
    }

    @Test
    void shouldInsertIntoACanonicalHead() {
        final String head = "HTTP/1.1 200 OK\r\nX: y\r\n\r\n";
        try (NativeText text = new NativeText(head); NativeText insert = new NativeText("N: 1\r\n")) {
            final long start = HeadRewriter.insertAfterStartLine(text.address(), text.lengthBytes(),
                    insert.address(), insert.lengthBytes());
            assertEquals("HTTP/1.1 200 OK\r\nN: 1\r\nX: y\r\n\r\n",
                    NativeText.text(start, text.lengthBytes() + insert.lengthBytes()));
        }
    }

    @Test
    void shouldNeverGrowBeyondTheHeadRoom() {
        final String head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        final String most = "X: " + "y".repeat(HeadRewriter.MAX_GROWTH_BYTES - 5) + "\r\n";
        request(head, most);
        assertThrows(IllegalStateException.class, () -> request(head, "z" + most));
    }
}
