package io.sozu.protocols.http1;

import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.protocols.http.BodyFraming;
import io.sozu.protocols.http.CertificateFields;
import io.sozu.protocols.http.ForwardedFields;
import io.sozu.protocols.http.HeadFault;
import io.sozu.protocols.http.HeadView;
import io.sozu.protocols.http.Ulid;
import io.sozu.sessions.BodyForm;
import io.sozu.sessions.Connection;
import io.sozu.sessions.Exchange;
import io.sozu.sessions.Half;
import io.sozu.sessions.HalfPhase;
import io.sozu.sessions.buffer.StreamBuffer;
import io.sozu.sessions.cluster.Cluster;
import io.sozu.sessions.routing.HeadFields;
import io.sozu.sessions.routing.RouteKey;

/**
 * From the bytes of a client to a request half: parses a head, says where it wants to go, and puts it into
 * the form backends get. One per worker; between {@link #parse} and {@link #rewrite} it holds the view of one
 * head.
 */
public final class RequestReader implements HeadFields, AutoCloseable {
    /** The most header fields that a listener can allow a request. */
    public static final int MAX_FIELDS = 1000;

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long WALL_REFRESH_NANOS = 1_000_000_000;

    private final RequestHeadParser parser = new RequestHeadParser();
    private final HeadView view = new HeadView(MAX_FIELDS);
    private final AffinityReader affinity = new AffinityReader();
    private final RouteKey routeKey = new RouteKey();
    private final Kernel kernel;
    private final HeadRewriter rewriter;
    private final BodyReader bodies;
    private final Ulid ids;
    private final int scratchBytes;
    private final long scratch;
    private long wallReadNanos = Long.MIN_VALUE;
    private long wallOffsetNanos;

    /**
     * Allocates the scratch memory that fields are rendered in.
     *
     * @param headMaxBytes the longest head that is parsed
     */
    public RequestReader(final Kernel kernel, final HeadRewriter rewriter, final BodyReader bodies,
            final Ulid ids,
            final int headMaxBytes) {
        this.kernel = kernel;
        this.rewriter = rewriter;
        this.bodies = bodies;
        this.ids = ids;
        this.scratchBytes = headMaxBytes + ForwardedFields.MAX_GROWTH_BYTES
                + CertificateFields.MAX_GROWTH_BYTES;
        this.scratch = NativeMemory.allocate(MemoryTag.SCRATCH, scratchBytes);
    }

    /** Parses as {@link RequestHeadParser#parse} does. */
    int parse(final long address, final int lengthBytes, final int scannedBytes) {
        return parser.parse(address, lengthBytes, scannedBytes, view);
    }

    /** Names what is wrong with an unfinished head that fills its page. */
    HeadFault tooLarge(final long address, final int lengthBytes) {
        return RequestHeadParser.tooLarge(address, lengthBytes);
    }

    /** Notes in the slots what the head parsed last says, and where it wants to go. */
    void describe(final Connection front, final Exchange exchange, final int headBytes) {
        affinity.begin();
        exchange.method(view.method().id());
        if (view.method().idempotent()) {
            exchange.markIdempotent();
        }
        if (view.minorVersion() == 0) {
            exchange.markPlainOnly();
        }
        if (!view.keepAlive()) {
            front.markClosing();
        }
        final Half request = exchange.request();
        request.framing(view.framing().id());
        request.form(view.framing() == BodyFraming.CHUNKED ? BodyForm.CHUNKED : BodyForm.COUNTED);
        request.remaining(view.framing() == BodyFraming.LENGTH ? view.contentLength() : 0);
        request.enter(HalfPhase.BODY);
        final long head = view.address();
        routeKey.begin(front.listener());
        routeKey.host(head + view.authorityOffset(), view.hostBytes());
        routeKey.path(head + view.pathOffset(), view.pathBytes());
        routeKey.method(head + view.methodOffset(), view.methodBytes());
        routeKey.query(head + view.queryOffset(), Math.max(view.queryBytes(), 0)).fields(this);
    }

    RouteKey routeKey() {
        return routeKey;
    }

    /** Notes in the exchange what ties the request parsed last to a backend of its cluster. */
    void readAffinity(final Connection front, final Exchange exchange, final Cluster cluster,
            final byte[] stickyName) {
        affinity.read(view, front, exchange, cluster, stickyName);
    }

    /** Returns what the request parsed last is for; valid until it is rewritten. */
    HeadView view() {
        return view;
    }

    /**
     * Puts the head parsed last into canonical form, in place, and releases what is there of the body.
     *
     * @return a negative {@link HeadFault} when the body so far breaks its framing
     */
    int rewrite(final Connection front, final Exchange exchange, final ForwardedFields forwarded) {
        final Half request = exchange.request();
        final StreamBuffer buffer = request.buffer();
        final int end = buffer.ready() + view.headBytes();
        final int forwardedBytes =
                forwarded.render(view, front.peerTextAddress(), front.peerTextBytes(), front.peerPort(),
                exchange.idAddress(), scratch);
        final CertificateFields certificate = forwarded.certificate();
        final long certificateEnd = certificate == null ? scratch + forwardedBytes
                : certificate.render(view, front.certificate(), scratch + forwardedBytes);
        final int insertBytes = (int) (affinity.strip(view, certificateEnd) - scratch);
        final long start = rewriter.rewriteRequest(view, scratch, insertBytes);
        buffer.beginAt((int) (start - buffer.address(0)));
        request.keepForReplay();
        request.appendHead(end - buffer.ready());
        return advance(request, certificate);
    }

    /**
     * Gives the exchange its id, which every answer carries: those the proxy makes too.
     *
     * <p>The wall clock is asked once a second: an id tells when, not to the millisecond of another machine.
     */
    void identify(final Exchange exchange) {
        final long nowNanos = exchange.startedNanos();
        if (nowNanos - wallReadNanos >= WALL_REFRESH_NANOS || wallReadNanos == Long.MIN_VALUE) {
            wallReadNanos = nowNanos;
            wallOffsetNanos = kernel.wallNanos() - nowNanos;
        }
        ids.next((nowNanos + wallOffsetNanos) / NANOS_PER_MILLI);
        Ulid.render(ids.high(), ids.low(), exchange.idAddress());
    }

    /**
     * Releases what is held of the body; a negative result is a {@link HeadFault}.
     *
     * @param withheld says which trailers stay here, null for none but those that always do
     */
    int advance(final Half request, final CertificateFields withheld) {
        return withheld == null ? bodies.advance(request, false) : bodies.advanceWithout(withheld, request);
    }

    @Override
    public int fieldCount() {
        return view.fieldCount();
    }

    @Override
    public long nameAddress(final int field) {
        return view.address() + view.nameOffset(field);
    }

    @Override
    public int nameBytes(final int field) {
        return view.nameBytes(field);
    }

    @Override
    public long valueAddress(final int field) {
        return view.address() + view.valueOffset(field);
    }

    @Override
    public int valueBytes(final int field) {
        return view.valueBytes(field);
    }

    @Override
    public void close() {
        NativeMemory.free(MemoryTag.SCRATCH, scratch, scratchBytes);
    }
}
