package io.sozu.perf.bench;

import io.sozu.protocols.http.HeadView;
import io.sozu.protocols.http.Method;
import io.sozu.protocols.http1.HeadRewriter;
import io.sozu.protocols.http1.RequestHeadParser;
import io.sozu.protocols.http1.ResponseHeadParser;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The heads of a browser's request and of an application's answer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HeadBench {
    private static final String REQUEST = "GET /api/v1/users/17?page=2 HTTP/1.1\r\nHost: app.example.com\r\n"
            + "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
            + "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
            + "Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate, br\r\n"
            + "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark\r\n"
            + "Connection: keep-alive\r\n\r\n";
    private static final String RESPONSE = "HTTP/1.1 200 OK\r\nDate: Tue, 24 Nov 2026 12:00:00 GMT\r\n"
            + "Content-Type: application/json\r\nContent-Length: 48\r\nCache-Control: no-store\r\n"
            + "Vary: Accept-Encoding\r\nServer: app\r\n\r\n";
    private static final int MAX_HEAD_BYTES = 16 << 10;

    private final RequestHeadParser requests = new RequestHeadParser();
    private final ResponseHeadParser responses = new ResponseHeadParser();
    private final HeadView view = new HeadView();
    private NativeText request;
    private NativeText response;
    private HeadRewriter rewriter;

    /** Takes the memory. */
    @Setup
    public void open() {
        request = new NativeText(REQUEST);
        response = new NativeText(RESPONSE);
        rewriter = new HeadRewriter(MAX_HEAD_BYTES);
    }

    /** Gives it back. */
    @TearDown
    public void close() {
        request.close();
        response.close();
        rewriter.close();
    }

    /** Parses the request. */
    @Benchmark
    public int parseRequest() {
        return requests.parse(request.address(), request.bytes(), 0, view);
    }

    /** Parses the response. */
    @Benchmark
    public int parseResponse() {
        return responses.parse(response.address(), response.bytes(), 0, Method.GET.id(), view);
    }

    /** Copies the request, parses it and puts it into canonical form. */
    @Benchmark
    public long rewriteRequest() {
        request.restore();
        requests.parse(request.address(), request.bytes(), 0, view);
        return rewriter.rewriteRequest(view, 0, 0);
    }
}
