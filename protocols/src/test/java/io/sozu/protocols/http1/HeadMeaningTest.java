package io.sozu.protocols.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.LeakCheck;
import io.sozu.protocols.http.BodyFraming;
import io.sozu.protocols.http.FieldName;
import io.sozu.protocols.http.HeadView;
import io.sozu.protocols.http.Method;
import io.sozu.protocols.http.TargetForm;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakCheck.class)
final class HeadMeaningTest {
    private final HeadView view = new HeadView();

    private void request(final String head, final Consumer<HeadView> check) {
        try (NativeText text = new NativeText(head)) {
            final int end = new RequestHeadParser().parse(text.address(), text.lengthBytes(), 0, view);
            assertEquals(HeadCase.OK, HeadVerdicts.name(end));
            assertEquals(end, view.headBytes());
            check.accept(view);
        }
    }

    private void response(final Method method, final String head, final Consumer<HeadView> check) {
        try (NativeText text = new NativeText(head)) {
            final int end =
                    new ResponseHeadParser().parse(text.address(), text.lengthBytes(), 0, method.id(), view);
            assertEquals(HeadCase.OK, HeadVerdicts.name(end));
            check.accept(view);
        }
    }

    @Test
    void shouldTakeAnOriginTargetApart() {
        request("\r\nPATCH /a/b?c=d?e HTTP/1.1\r\nHost: A.test:8080 \r\n\r\n", head -> {
            assertEquals(2, head.startOffset());
            assertEquals(Method.PATCH, head.method());
            assertEquals("PATCH", Wire.span(head, head.methodOffset(), head.methodBytes()));
            assertEquals(TargetForm.ORIGIN, head.targetForm());
            assertEquals("/a/b", Wire.path(head));
            assertEquals("c=d?e", Wire.query(head));
            assertEquals("A.test:8080", Wire.authority(head));
            assertEquals("A.test".length(), head.hostBytes());
            assertEquals(8080, head.port());
            assertEquals(BodyFraming.NONE, head.framing());
            assertEquals(-1, head.contentLength());
            assertTrue(head.keepAlive());
        });
    }

    @Test
    void shouldTakeTheAuthorityFromAnAbsoluteTarget() {
        request("GET http://[::1]:81/x HTTP/1.1\r\nHost: b\r\n\r\n", head -> {
            assertEquals(TargetForm.ABSOLUTE, head.targetForm());
            assertEquals("[::1]:81", Wire.authority(head));
            assertEquals("[::1]".length(), head.hostBytes());
            assertEquals(81, head.port());
            assertEquals("/x", Wire.path(head));
            assertNull(Wire.query(head));
        });
        request("GET http://a?q HTTP/1.1\r\nHost: b\r\n\r\n", head -> {
            assertEquals("/", Wire.path(head));
            assertEquals("q", Wire.query(head));
        });
        request("OPTIONS * HTTP/1.1\r\nHost: b\r\n\r\n", head -> {
            assertEquals(TargetForm.ASTERISK, head.targetForm());
            assertEquals("*", Wire.path(head));
            assertEquals("b", Wire.authority(head));
        });
    }

    @Test
    void shouldServeAnOldRequestWithoutHost() {
        request("GET /a? HTTP/1.0\r\n\r\n", head -> {
            assertFalse(head.hasAuthority());
            assertEquals("", Wire.query(head));
            assertFalse(head.keepAlive());
            assertEquals(0, head.minorVersion());
        });
    }

    @ParameterizedTest
    @CsvSource({
            "1, close, false", "1, keep-alive, true", "1, 'keep-alive, Close', false", "1, 'a, b', true",
            "0, keep-alive, true", "0, 'KEEP-ALIVE', true", "0, 'keep-alive, close', false", "0, x, false",
            "1, ', ,close,', false", "1, closed, true"})
    void shouldKnowWhetherTheClientStays(final int minor, final String options, final boolean kept) {
        request("GET / HTTP/1." + minor + "\r\nHost: a\r\nConnection: " + options + "\r\n\r\n",
                head -> assertEquals(kept, head.keepAlive()));
    }

    @Test
    void shouldReadOptionsOfAllConnectionFields() {
        request("GET / HTTP/1.1\r\nHost: a\r\nConnection: x-b\r\nX-B: 1\r\nConnection: close\r\n"
                        + "x-b: 2\r\n\r\n", head -> {
                    assertFalse(head.keepAlive());
                    assertTrue(head.dropped(2));
                    assertTrue(head.dropped(4));
                    assertEquals(2, head.droppedCount());
                });
    }

    @Test
    void shouldExpectContinueOnlyBeforeABody() {
        final String line = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n";
        request(line + "Transfer-Encoding: chunked\r\n\r\n", head -> {
            assertTrue(head.expectsContinue());
            assertEquals(BodyFraming.CHUNKED, head.framing());
        });
        request(line + "Content-Length: 0\r\n\r\n", head -> {
            assertFalse(head.expectsContinue());
            assertTrue(head.dropped(head.find(FieldName.EXPECT)));
            assertEquals(BodyFraming.LENGTH, head.framing());
        });
        request(line.replace("1.1", "1.0") + "Content-Length: 5\r\n\r\n", head -> {
            assertFalse(head.expectsContinue());
            assertTrue(head.dropped(head.find(FieldName.EXPECT)));
            assertEquals(5, head.contentLength());
        });
    }

    @ParameterizedTest
    @CsvSource({
            "GET, 200, Content-Length: 5, LENGTH, 5, true",
            "GET, 200, Content-Length: 0, LENGTH, 0, true",
            "GET, 200, Transfer-Encoding: chunked, CHUNKED, -1, true",
            "GET, 200, X: y, UNTIL_CLOSE, -1, false",
            "GET, 204, X: y, NONE, -1, true",
            "GET, 204, Content-Length: 5, NONE, -1, false",
            "GET, 204, Transfer-Encoding: chunked, NONE, -1, false",
            "GET, 304, Content-Length: 5, NONE, 5, true",
            "GET, 100, X: y, NONE, -1, true",
            "GET, 103, Content-Length: 5, NONE, -1, false",
            "HEAD, 200, Content-Length: 5, NONE, 5, true",
            "HEAD, 200, Transfer-Encoding: chunked, NONE, -1, true",
            "HEAD, 200, X: y, NONE, -1, true",
            "POST, 200, Connection: close, UNTIL_CLOSE, -1, false"})
    void shouldFrameAResponse(final Method method, final int status, final String field,
            final BodyFraming framing, final long length, final boolean kept) {
        response(method, "HTTP/1.1 " + status + " Any\r\n" + field + "\r\n\r\n", head -> {
            assertEquals(status, head.status());
            assertEquals(framing, head.framing());
            assertEquals(length, head.contentLength());
            assertEquals(kept, head.keepAlive());
        });
    }

    @Test
    void shouldTrustChunksMoreThanALengthAndThenClose() {
        response(Method.GET, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                head -> {
                    assertEquals(BodyFraming.CHUNKED, head.framing());
                    assertEquals(-1, head.contentLength());
                    assertFalse(head.keepAlive());
                    assertTrue(head.dropped(0));
                });
    }

    @Test
    void shouldKeepAnOldBackendOnlyWhenItSaysSo() {
        response(Method.GET, "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n",
                head -> assertFalse(head.keepAlive()));
        response(Method.GET, "HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n",
                head -> assertTrue(head.keepAlive()));
    }
}
