package io.sozu.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;

/**
 * Sends requests of every kind through one worker whose JVM records what it does, so that later workers start
 * fast and warm. The flags that record are its arguments.
 */
public final class RehearsalMain {
    private static final int REQUESTS = 3_000;
    private static final int BODY_BYTES = 40_000;
    private static final int KINDS = 8;

    private RehearsalMain() {
    }

    /** Ends with 0 when the requests were answered and the worker has ended. */
    public static void main(final String[] arguments) throws IOException, InterruptedException {
        try (DemoProxy proxy = new DemoProxy(freePort(), 1, 2, String.join(" ", arguments))) {
            if (!proxy.answers()) {
                throw new IOException("nothing came through the proxy");
            }
            for (int i = 0; i < REQUESTS; i++) {
                request(proxy.address(), i % KINDS);
            }
            // What is recorded is written when the worker ends, which takes longer than a master waits.
            if (!proxy.orphanWorkers()) {
                throw new IOException("the worker did not end");
            }
        }
    }

    private static void request(final String address, final int kind) throws IOException {
        final HttpURLConnection connection =
                (HttpURLConnection) URI.create("http://" + address + "/rehearsal?kind=" + kind).toURL()
                .openConnection();
        if (kind == 1) {
            connection.setRequestMethod("HEAD");
        } else if (kind == 2 || kind == 3) {
            connection.setDoOutput(true);
            if (kind == 2) {
                connection.setFixedLengthStreamingMode(BODY_BYTES);
            } else {
                connection.setChunkedStreamingMode(BODY_BYTES / 4);
            }
            try (OutputStream body = connection.getOutputStream()) {
                body.write(new byte[BODY_BYTES]);
            }
        } else if (kind == 4) {
            connection.setRequestProperty("Connection", "close");
        }
        try (InputStream body = connection.getInputStream()) {
            body.transferTo(OutputStream.nullOutputStream());
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
