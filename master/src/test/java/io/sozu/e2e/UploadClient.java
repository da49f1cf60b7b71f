package io.sozu.e2e;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;

/** Clients that send bodies of all sizes and verify that the backend had every byte of them. */
final class UploadClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int LARGEST_BYTES = 300_000;

    private final int port;
    private final SSLContext tls;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong served = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private final ConcurrentLinkedQueue<String> notes = new ConcurrentLinkedQueue<>();
    private volatile boolean stopping;

    /** @param tls how TLS is spoken, null for plain connections */
    UploadClient(final int port, final SSLContext tls, final int clients, final long seed) {
        this.port = port;
        this.tls = tls;
        for (int i = 0; i < clients; i++) {
            final Random random = new Random(seed + i);
            threads.add(Thread.ofPlatform().daemon().name("upload-" + i).start(() -> run(random)));
        }
    }

    long served() {
        return served.get();
    }

    /** Requests whose answer did not come whole. */
    long lost() {
        return lost.get();
    }

    long wrong() {
        return wrong.get();
    }

    private void run(final Random random) {
        while (!stopping) {
            try (RawClient client = new RawClient(port, tls).patience(PATIENCE)) {
                for (int i = 0; i < 1 + random.nextInt(5) && !stopping && !client.closedByPeer(); i++) {
                    if (!ask(client, random)) {
                        break;
                    }
                }
            } catch (IOException e) {
                lost.incrementAndGet();
                notes.add(e.toString());
            }
        }
    }

    private boolean ask(final RawClient client, final Random random) throws IOException {
        final String body = Character.toString('a' + random.nextInt(26))
                .repeat(random.nextInt(4) == 0 ? random.nextInt(LARGEST_BYTES) : random.nextInt(2000));
        final String target = "/upload/" + random.nextInt();
        final Answer answer = client.send(Requests.post(target, body)).answer();
        if (answer.status() != 200 || !answer.text().equals(Served.echo("POST", target,
                body.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)))) {
            (answer.status() == 200 ? wrong : lost).incrementAndGet();
            notes.add(answer.toString());
            return false;
        }
        served.incrementAndGet();
        return !answer.head().connection("close");
    }

    /** Lets requests that are under way end, and waits for all clients. */
    void stop() {
        stopping = true;
        Await.until(() -> "all uploads have ended: " + this, PATIENCE.plusSeconds(10),
                () -> threads.stream().noneMatch(Thread::isAlive));
    }

    @Override
    public void close() {
        stop();
    }

    @Override
    public String toString() {
        return "uploads: served " + served + " lost " + lost + " wrong " + wrong + "\n"
                + String.join("\n", notes.stream().limit(20).toList());
    }
}
