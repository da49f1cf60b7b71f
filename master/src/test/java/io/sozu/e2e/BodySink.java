package io.sozu.e2e;

import java.io.IOException;

/** Takes the bytes of a body as they arrive; the array is reused after the call. */
interface BodySink {
    BodySink NOWHERE = (bytes, offset, lengthBytes) -> { };

    void take(byte[] bytes, int offset, int lengthBytes) throws IOException;
}
