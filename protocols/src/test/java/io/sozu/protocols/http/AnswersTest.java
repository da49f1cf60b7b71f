package io.sozu.protocols.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.protocols.http1.ResponseHeadParser;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
final class AnswersTest {
    private final HeadView view = new HeadView();

    @Test
    void shouldAnswerWithAValidResponseForEveryStatus() {
        final ResponseHeadParser parser = new ResponseHeadParser();
        try (Answers answers = new Answers()) {
            for (final Status status : Status.values()) {
                for (final boolean close : new boolean[] {false, true}) {
                    final long address = answers.address(status.code(), close);
                    final int bytes = answers.bytes(status.code(), close);
                    final int head = parser.parse(address, bytes, 0, Method.GET.id(), view);
                    assertEquals(answers.headBytes(status.code(), close), head);
                    assertEquals(bytes, head + view.contentLength());
                    assertEquals(status.code(), view.status());
                    assertEquals(!close, view.keepAlive());
                }
            }
        }
    }

    @Test
    void shouldSayWhatItIs() {
        try (Answers answers = new Answers()) {
            final byte[] bytes = Memory.toArray(answers.address(503, true), answers.bytes(503, true));
            assertEquals("""
                    HTTP/1.1 503 Service Unavailable\r
                    Content-Type: text/plain; charset=utf-8\r
                    Content-Length: 24\r
                    Cache-Control: no-cache\r
                    Connection: close\r
                    \r
                    503 Service Unavailable
                    """, new String(bytes, StandardCharsets.US_ASCII));
        }
    }

    @Test
    void shouldHaveAnAnswerForEveryFault() {
        try (Answers answers = new Answers()) {
            for (final HeadFault fault : HeadFault.values()) {
                assertTrue(answers.bytes(fault.status(), true) > 0, fault.name());
            }
        }
    }
}
