package io.sozu.protocols.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.sim.LeakCheck;
import io.sozu.protocols.http.ForwardedFields;
import io.sozu.protocols.http.ForwardedMode;
import io.sozu.protocols.http.ForwardedSettings;
import io.sozu.protocols.http.HeadView;
import io.sozu.protocols.http.Method;
import io.sozu.protocols.http.Ulid;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Messages are parsed, rewritten and scanned without a byte on the heap. */
@ExtendWith(LeakCheck.class)
final class AllocationTest {
    private static final int PARSES = 100_000;
    /** Compiled code allocates nothing; until all of it is compiled, a round may. */
    private static final int MOST_ROUNDS = 20;
    private static final String REQUEST = "POST /a/b/c?d=e HTTP/1.1\r\nHost: www.a.test:8080\r\n"
            + "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
            + "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
            + "Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate, br\r\n"
            + "Cookie: session=0123456789abcdef; theme=dark\r\nX-Forwarded-For: 9.9.9.9\r\n"
            + "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String RESPONSE = "HTTP/1.1 200 OK\r\nServer: test\r\nContent-Type: text/html\r\n"
            + "Content-Length: 5\r\nConnection: keep-alive\r\n\r\n";
    private static final String CHUNKS = "5;a=b\r\nhello\r\n0\r\nX-Sum: 1\r\nHost: a\r\n\r\n";

    private final RequestHeadParser requests = new RequestHeadParser();
    private final ResponseHeadParser responses = new ResponseHeadParser();
    private final ChunkScanner chunks = new ChunkScanner();
    private final HeadView view = new HeadView();
    private final Ulid ulid = new Ulid(1);
    private long bytesDone;

    private void exchange(final NativeText work, final NativeText texts, final ForwardedFields fields,
            final HeadRewriter rewriter) {
        final long address = work.address();
        final long scratch = texts.address() + REQUEST.length() + RESPONSE.length() + CHUNKS.length();
        Memory.copy(texts.address(), address, REQUEST.length());
        final int half = requests.parse(address, REQUEST.length() / 2, 0, view);
        final int head = requests.parse(address, REQUEST.length(), REQUEST.length() / 2, view);
        ulid.next(1);
        Ulid.render(ulid.high(), ulid.low(), scratch);
        final int insert = fields.render(view, scratch + 64, 8, 4567, scratch, scratch + 128);
        bytesDone += address + head - rewriter.rewriteRequest(view, scratch + 128, insert) + half;
        Memory.copy(texts.address() + REQUEST.length(), address, RESPONSE.length());
        final int end = responses.parse(address, RESPONSE.length(), 0, Method.GET.id(), view);
        final long start = rewriter.rewriteResponse(view, 0, 0);
        final int sozuId = fields.renderSozuId(scratch, scratch + 128);
        final int headBytes = (int) (address + end - start);
        bytesDone += HeadRewriter.insertAfterStartLine(start, headBytes, scratch + 128, sozuId);
        Memory.copy(texts.address() + REQUEST.length() + RESPONSE.length(), address, CHUNKS.length());
        Memory.zero(scratch, ChunkScanner.STATE_BYTES);
        bytesDone += chunks.scan(scratch, address, CHUNKS.length(), false) + chunks.outputBytes();
    }

    @Test
    void shouldAllocateNothingPerMessage() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = -1;
        try (NativeText work = new NativeText(4096); NativeText texts = new NativeText(4096);
                HeadRewriter rewriter = new HeadRewriter(4096);
                ForwardedFields fields = new ForwardedFields(
                        ForwardedSettings.plain(ForwardedMode.APPEND, "127.0.0.1", 8080))) {
            texts.set(REQUEST + RESPONSE + CHUNKS + " ".repeat(64) + "10.1.2.3");
            for (int round = 0; round < MOST_ROUNDS && allocated != 0; round++) {
                final long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < PARSES; i++) {
                    exchange(work, texts, fields, rewriter);
                }
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
        }
        assertEquals(0, allocated, "bytes in " + PARSES + " exchanges, " + bytesDone);
    }
}
