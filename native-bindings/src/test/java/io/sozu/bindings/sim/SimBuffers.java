package io.sozu.bindings.sim;

/** The sizes of a socket's two buffers in bytes. */
record SimBuffers(int sendBytes, int receiveBytes) {
    static final int MAX_BYTES = 1 << 20;

    SimBuffers {
        if (sendBytes < 1 || receiveBytes < 1 || sendBytes > MAX_BYTES || receiveBytes > MAX_BYTES) {
            throw new AssertionError("buffers must be of 1 to " + MAX_BYTES + " bytes");
        }
    }
}
