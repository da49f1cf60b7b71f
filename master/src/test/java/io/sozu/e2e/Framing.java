package io.sozu.e2e;

import java.util.List;

/** How the body after a head is delimited; {@code lengthBytes} counts only for {@code LENGTH}. */
record Framing(Kind kind, long lengthBytes) {
    static final Framing NONE = new Framing(Kind.NONE, 0);

    enum Kind { NONE, LENGTH, CHUNKED, UNTIL_CLOSE }

    static Framing ofRequest(final Head head) throws WireFault {
        final Framing declared = declared(head);
        return declared == null ? NONE : declared;
    }

    static Framing ofResponse(final Head head, final String requestMethod) throws WireFault {
        final Framing declared = declared(head);
        final int status = head.status();
        if (status < 200 || status == 204) {
            if (declared != null) {
                throw new WireFault("framing fields in a " + status + " response");
            }
            return NONE;
        }
        if (status == 304 || "HEAD".equals(requestMethod)) {
            return NONE;
        }
        return declared == null ? new Framing(Kind.UNTIL_CLOSE, 0) : declared;
    }

    private static Framing declared(final Head head) throws WireFault {
        final List<String> codings = head.values("Transfer-Encoding");
        final List<String> lengths = head.values("Content-Length");
        if (codings.size() + lengths.size() > 1) {
            throw new WireFault("more than one framing field:\n" + head.raw());
        }
        if (!codings.isEmpty()) {
            if (!codings.getFirst().equalsIgnoreCase("chunked")) {
                throw new WireFault("transfer coding " + codings.getFirst());
            }
            return new Framing(Kind.CHUNKED, 0);
        }
        if (lengths.isEmpty()) {
            return null;
        }
        if (!lengths.getFirst().matches("0|[1-9][0-9]{0,17}")) {
            throw new WireFault("content length " + lengths.getFirst());
        }
        return new Framing(Kind.LENGTH, Long.parseLong(lengths.getFirst()));
    }
}
