package io.sozu.e2e;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;

/** A client that sends what no client should, in pieces, and leaves when and how it likes. */
final class Enemies implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMillis(20);

    private final int port;
    private final SSLContext tls;
    private final Random random;
    private final List<CorpusCase> cases;
    private final Thread thread;
    private volatile long met;
    private volatile boolean stopping;

    /** @param tls how TLS is spoken by half of them, null where nobody does */
    Enemies(final int port, final SSLContext tls, final long seed) throws IOException {
        this.port = port;
        this.tls = tls;
        this.random = new Random(seed);
        this.cases = CorpusFile.read("hostile-requests.txt");
        this.thread = Thread.ofPlatform().daemon().name("enemies").start(this::run);
    }

    /** How many connections it has made so far. */
    long met() {
        return met;
    }

    private void run() {
        while (!stopping) {
            final SSLContext choice = random.nextBoolean() ? tls : null;
            try (RawClient client = new RawClient(port, choice).patience(PATIENCE)) {
                met++;
                attack(client, cases.get(random.nextInt(cases.size())).bytes());
            } catch (IOException e) {
                // The proxy may end such a connection at any moment.
                continue;
            }
        }
    }

    private void attack(final RawClient client, final byte[] bytes) throws IOException {
        int at = 0;
        final int end = random.nextBoolean() ? bytes.length : random.nextInt(bytes.length + 1);
        while (at < end) {
            final int next = Math.min(end, at + 1 + random.nextInt(random.nextBoolean() ? 10 : 10_000));
            client.send(bytes, at, next - at);
            at = next;
        }
        switch (random.nextInt(3)) {
            case 0 -> client.reset();
            case 1 -> client.finishSending();
            default -> client.closedByPeer();
        }
    }

    void stop() {
        stopping = true;
        Await.until("the enemies have gone", () -> !thread.isAlive());
    }

    @Override
    public void close() {
        stop();
    }
}
