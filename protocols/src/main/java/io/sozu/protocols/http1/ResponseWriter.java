package io.sozu.protocols.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.eventloop.Readiness;
import io.sozu.protocols.http.Answers;
import io.sozu.protocols.http.Ascii;
import io.sozu.protocols.http.ListenerProfiles;
import io.sozu.protocols.http.Method;
import io.sozu.protocols.http.Status;
import io.sozu.protocols.http.TransportSecurity;
import io.sozu.protocols.transport.Transport;
import io.sozu.sessions.BodyForm;
import io.sozu.sessions.Connection;
import io.sozu.sessions.Excess;
import io.sozu.sessions.Exchange;
import io.sozu.sessions.Half;
import io.sozu.sessions.HalfPhase;
import io.sozu.sessions.buffer.StreamBuffer;
import io.sozu.sessions.cluster.Backend;
import io.sozu.sessions.cluster.Clusters;
import io.sozu.sessions.cluster.Stickiness;

/**
 * From a response half to the bytes a client gets: adds to a canonical head what the client's connection
 * needs, sends, and puts generated answers where a response is missing. One per worker.
 */
public final class ResponseWriter implements AutoCloseable {
    private static final byte[] CLOSE = "Connection: close\r\n".getBytes(US_ASCII);
    private static final byte[] KEEP_ALIVE = "Connection: keep-alive\r\n".getBytes(US_ASCII);
    private static final byte[] CHUNKED = "Transfer-Encoding: chunked\r\n".getBytes(US_ASCII);
    private static final byte[] RETRY_AFTER = "Retry-After: ".getBytes(US_ASCII);
    /** The fields of draft-ietf-httpapi-ratelimit-headers: so many a second, and none left. */
    private static final byte[] POLICY = "RateLimit-Policy: \"all\";q=".getBytes(US_ASCII);
    private static final byte[] SOURCE_POLICY = "RateLimit-Policy: \"source\";q=".getBytes(US_ASCII);
    private static final byte[] WINDOW = ";w=1\r\n".getBytes(US_ASCII);
    private static final byte[] LIMIT = "RateLimit: \"all\";r=0;t=".getBytes(US_ASCII);
    private static final byte[] SOURCE_LIMIT = "RateLimit: \"source\";r=0;t=".getBytes(US_ASCII);
    private static final byte[] LINE_END = "\r\n".getBytes(US_ASCII);
    private static final byte[] SET_COOKIE = "Set-Cookie: ".getBytes(US_ASCII);
    private static final byte[] EQUALS = "=".getBytes(US_ASCII);
    /** Room for the longest of each field; a sticky cookie has at most 340 bytes. */
    private static final int SCRATCH_BYTES = 512 + TransportSecurity.MAX_BYTES;

    private final Transport transport;
    private final ListenerProfiles profiles;
    private final Answers answers;
    private final Clusters clusters;
    private final long scratch = NativeMemory.allocate(MemoryTag.SCRATCH, SCRATCH_BYTES);
    private boolean draining;

    public ResponseWriter(final Transport transport, final ListenerProfiles profiles,
            final Answers answers, final Clusters clusters) {
        this.transport = transport;
        this.profiles = profiles;
        this.answers = answers;
        this.clusters = clusters;
    }

    /** From now on each response ends its connection. */
    void drain() {
        draining = true;
    }

    /** Sends what is ready and the socket takes; returns false when the connection is broken. */
    boolean write(final Connection front, final Exchange exchange) {
        final Half response = exchange.response();
        if (response.isHeadPending() && !begin(front, exchange)) {
            return true;
        }
        final StreamBuffer buffer = response.buffer();
        final int length = buffer.readyBytes();
        if (length == 0 || !front.isReady(Readiness.WRITE)) {
            return true;
        }
        final long start = buffer.address(buffer.from());
        final int count = front.isClosing() && response.phase() == HalfPhase.ENDED
                ? transport.sendLast(front, start, length) : transport.send(front, start, length);
        if (count > 0) {
            response.consume(count);
        }
        return count > 0 || count == -Errno.EAGAIN;
    }

    /** Completes the head at the front of the half; returns false when it is not for this client. */
    private boolean begin(final Connection front, final Exchange exchange) {
        final Half response = exchange.response();
        final int headBytes = response.headBytes();
        response.headTaken();
        if (Status.isInterim(exchange.status())) {
            if (exchange.isPlainOnly()) {
                response.consume(headBytes);
                return false;
            }
            return true;
        }
        exchange.markAnswered();
        if (draining || response.form() == BodyForm.UNTIL_END
                || exchange.request().phase() != HalfPhase.ENDED
                || front.served() + 1 >= profiles.get(exchange.listener()).maxRequests()) {
            closeAfter(front);
        }
        final StreamBuffer buffer = response.buffer();
        final int insertBytes = connectionFields(front, exchange);
        final long start =
                HeadRewriter.insertAfterStartLine(buffer.address(buffer.from()), headBytes, scratch,
                insertBytes);
        buffer.from((int) (start - buffer.address(0)));
        return true;
    }

    /** Its client may go on asking: what comes unannounced, while the epoll is silent, is looked for. */
    private static void closeAfter(final Connection front) {
        if (!front.isRegistered() && !front.isClosing()) {
            front.addReady(Readiness.READ);
        }
        front.markClosing();
    }

    private int connectionFields(final Connection front, final Exchange exchange) {
        int length = 0;
        if (front.isClosing()) {
            length = put(CLOSE, length);
        } else if (exchange.isPlainOnly()) {
            length = put(KEEP_ALIVE, length);
        }
        if (exchange.response().form() == BodyForm.CHUNKED) {
            length = put(CHUNKED, length);
        }
        final long security = exchange.terms().security();
        if (security != TransportSecurity.NONE && (exchange.isGenerated() || !exchange.isSecured())) {
            length = (int) (TransportSecurity.render(security, scratch + length) - scratch);
        }
        if (exchange.isGenerated()) {
            length = retryFields(exchange, length);
        } else if (exchange.isNewlyTied()) {
            length = stickyCookie(exchange, length);
        }
        return length + profiles.get(exchange.listener()).forwarded()
                .renderSozuId(exchange.idAddress(), scratch + length);
    }

    /** When the client may come again, where the answer is for one that came too often. */
    private int retryFields(final Exchange exchange, final int at) {
        final Excess excess = exchange.excess();
        if (excess.retryAfterSeconds() == 0 || exchange.status() != Status.TOO_MANY_REQUESTS.code()) {
            return at;
        }
        int length = put(LINE_END, number(excess.retryAfterSeconds(), put(RETRY_AFTER, at)));
        if (excess.rate() > 0) {
            final byte[] policy = excess.isOfSource() ? SOURCE_POLICY : POLICY;
            length = put(WINDOW, number(excess.rate(), put(policy, length)));
            final byte[] limit = excess.isOfSource() ? SOURCE_LIMIT : LIMIT;
            length = put(LINE_END, number(excess.retryAfterSeconds(), put(limit, length)));
        }
        return length;
    }

    private int number(final int value, final int at) {
        return (int) (Ascii.putDecimal(scratch + at, value) - scratch);
    }

    /** Ties the client to the backend that was chosen, unless that is gone already. */
    private int stickyCookie(final Exchange exchange, final int at) {
        final Backend backend = clusters.backend(exchange.tiedBackend(), exchange.tiedGeneration());
        final Stickiness stickiness = backend == null ? null : backend.cluster().stickiness();
        final byte[] value = stickiness == null ? null : stickiness.value(backend);
        if (value == null) {
            return at;
        }
        int length = put(SET_COOKIE, at);
        length = put(profiles.get(exchange.listener()).stickyName(), length);
        length = put(EQUALS, length);
        length = put(value, length);
        length = put(stickiness.attributes(), length);
        return put(LINE_END, length);
    }

    private int put(final byte[] field, final int at) {
        Memory.copy(field, 0, scratch + at, field.length);
        return at + field.length;
    }

    /**
     * Puts a generated answer in place of a response of which nothing has left.
     *
     * @return false when something has left, or no page is free
     */
    boolean answer(final Exchange exchange, final int status) {
        final Half response = exchange.response();
        final StreamBuffer buffer = response.buffer();
        if (exchange.isAnswered() || buffer.readyBytes() > 0 && !response.isHeadPending()) {
            return false;
        }
        response.discardReady();
        response.discardHeld();
        if (response.makeRoom(false) != Half.ROOM) {
            return false;
        }
        final boolean bodiless = exchange.method() == Method.HEAD.id();
        final int headBytes = answers.headBytes(status, false);
        final int length = bodiless ? headBytes : answers.bytes(status, false);
        buffer.rewind();
        Memory.copy(answers.address(status, false), buffer.address(buffer.filled()), length);
        response.received(length);
        exchange.status(status);
        release(exchange, headBytes);
        return true;
    }

    /**
     * Renders the answer that sends a client to HTTPS, without releasing it.
     *
     * @return the bytes of its head, or the negated status of what is to be answered instead
     */
    int prepareRedirect(final Exchange exchange, final RequestReader requests, final int port) {
        final Half response = exchange.response();
        if (!requests.view().hasAuthority()) {
            return -Status.BAD_REQUEST.code();
        }
        if (response.makeRoom(false) != Half.ROOM) {
            return -Status.SERVICE_UNAVAILABLE.code();
        }
        final StreamBuffer buffer = response.buffer();
        final int status = Status.MOVED_PERMANENTLY.code();
        final int answerBytes = answers.bytes(status, false);
        if (answerBytes + SecureLocation.maxBytes(requests.view()) > buffer.roomBytes()) {
            return -Status.URI_TOO_LONG.code();
        }
        final long answer = answers.address(status, false);
        final int fieldsBytes = answers.headBytes(status, false) - LINE_END.length;
        final long start = buffer.address(buffer.filled());
        Memory.copy(answer, start, fieldsBytes);
        final long location = start + fieldsBytes;
        final long rest = SecureLocation.render(requests.view(), port, location);
        final int restBytes = exchange.method() == Method.HEAD.id() ? LINE_END.length
                : answerBytes - fieldsBytes;
        Memory.copy(answer + fieldsBytes, rest, restBytes);
        response.received((int) (rest - start) + restBytes);
        return (int) (rest - start) + LINE_END.length;
    }

    /** Releases the answer that was prepared, whose head has so many bytes. */
    void redirect(final Exchange exchange, final int headBytes) {
        exchange.status(Status.MOVED_PERMANENTLY.code());
        release(exchange, headBytes);
    }

    /** Releases an answer of our own that stands in the response half. */
    private static void release(final Exchange exchange, final int headBytes) {
        final Half response = exchange.response();
        exchange.markGenerated();
        response.form(BodyForm.COUNTED);
        final int bodyBytes = response.buffer().heldBytes() - headBytes;
        response.appendHead(headBytes);
        response.append(bodyBytes);
        response.enter(HalfPhase.ENDED);
    }

    @Override
    public void close() {
        NativeMemory.free(MemoryTag.SCRATCH, scratch, SCRATCH_BYTES);
    }
}
