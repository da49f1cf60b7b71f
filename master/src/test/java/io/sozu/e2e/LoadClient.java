package io.sozu.e2e;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLongArray;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * Several clients that ask without pause until they are stopped, verify every byte of every answer, and never
 * retry: a lost request is counted by the way it was lost. A kept connection is looked at before each use,
 * and left when the proxy closed it or announced that it will; that is no failure, for nothing had been sent.
 */
final class LoadClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MAX_NOTES = 20;

    private final int port;
    private final SSLContext tls;
    private final boolean keepAlive;
    private final boolean leaveWhenClosed;
    private final AtomicLongArray counts = new AtomicLongArray(LoadOutcome.values().length);
    private final ConcurrentLinkedQueue<String> notes = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    private LoadClient(final int port, final SSLContext tls, final boolean keepAlive,
            final boolean leaveWhenClosed) {
        this.port = port;
        this.tls = tls;
        this.keepAlive = keepAlive;
        this.leaveWhenClosed = leaveWhenClosed;
    }

    /** Clients that keep their connections and make new ones when the proxy ended one. */
    static LoadClient keepingConnections(final int port, final int clients) {
        return keepingConnections(port, null, clients);
    }

    /** The same over TLS; plainly where there is no context. */
    static LoadClient keepingConnections(final int port, final SSLContext tls, final int clients) {
        return new LoadClient(port, tls, true, false).start(clients);
    }

    /** Clients that keep their connection and leave for good when the proxy ends it, as behind a balancer. */
    static LoadClient leavingWhenClosed(final int port, final int clients) {
        return new LoadClient(port, null, true, true).start(clients);
    }

    /** Clients that make a new connection for each request and leave when one is refused. */
    static LoadClient connectingAnew(final int port, final int clients) {
        return connectingAnew(port, null, clients);
    }

    /** The same over TLS; plainly where there is no context. A handshake that is cut is a lost request. */
    static LoadClient connectingAnew(final int port, final SSLContext tls, final int clients) {
        return new LoadClient(port, tls, false, true).start(clients);
    }

    long count(final LoadOutcome outcome) {
        return counts.get(outcome.ordinal());
    }

    /** Requests that were sent and not answered as they should: every outcome but OK and REFUSED. */
    long failed() {
        long failed = 0;
        for (final LoadOutcome outcome : LoadOutcome.values()) {
            if (outcome != LoadOutcome.OK && outcome != LoadOutcome.REFUSED) {
                failed += count(outcome);
            }
        }
        return failed;
    }

    /** Waits until {@code more} further requests were answered well. */
    LoadClient awaitMore(final long more) {
        final long target = count(LoadOutcome.OK) + more;
        Await.until(() -> more + " more answers under load: " + this, Duration.ofSeconds(60),
                () -> count(LoadOutcome.OK) >= target);
        return this;
    }

    /** Lets requests that are under way end, and waits for all clients. */
    LoadClient stop() {
        stopping = true;
        return awaitLeft();
    }

    /** Waits until every client left by itself. */
    LoadClient awaitLeft() {
        Await.until(() -> "all load clients have left: " + this, PATIENCE.plusSeconds(10),
                () -> threads.stream().noneMatch(Thread::isAlive));
        return this;
    }

    @Override
    public void close() {
        stop();
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder();
        for (final LoadOutcome outcome : LoadOutcome.values()) {
            if (count(outcome) > 0) {
                text.append(outcome).append(' ').append(count(outcome)).append(' ');
            }
        }
        return text.append(String.join("\n", notes)).toString();
    }

    private LoadClient start(final int clients) {
        for (int i = 0; i < clients; i++) {
            final int number = i;
            threads.add(Thread.ofPlatform().daemon().name("load-" + i).start(() -> run(number)));
        }
        return this;
    }

    private void run(final int number) {
        RawClient connection = null;
        int request = 0;
        boolean going = true;
        while (going && !stopping) {
            try {
                if (connection != null && connection.closedByPeer()) {
                    connection.close();
                    connection = null;
                    going = !leaveWhenClosed;
                }
                if (going && connection == null) {
                    connection = new RawClient(port, tls).patience(PATIENCE);
                }
            } catch (IOException e) {
                connection = null;
                if (tls != null && !(e instanceof ConnectException)) {
                    count(isCut(e) ? LoadOutcome.CLOSED : LoadOutcome.WRONG, number, e);
                    continue;
                }
                count(LoadOutcome.REFUSED, number, e);
                going = !leaveWhenClosed && !(e instanceof ConnectException && !keepAlive);
                continue;
            }
            if (going && !ask(connection, "/load/" + number + "/" + ++request)) {
                closeQuietly(connection);
                connection = null;
                going = !(keepAlive && leaveWhenClosed);
            }
        }
        closeQuietly(connection);
    }

    /** Sends one request and judges the answer; true when the connection serves on. */
    private boolean ask(final RawClient connection, final String target) {
        try {
            final Answer answer = connection
                    .send(keepAlive ? Requests.get(target)
                    : Requests.getWith(target, "Connection: close\r\n")).answer();
            final String expected = Served.echo("GET", target, new byte[0]);
            if (answer.status() != 200) {
                count(LoadOutcome.STATUS, target, answer);
            } else if (!answer.text().equals(expected)) {
                count(LoadOutcome.WRONG, target, answer);
            } else {
                counts.incrementAndGet(LoadOutcome.OK.ordinal());
            }
            return keepAlive && !answer.head().connection("close");
        } catch (SocketTimeoutException e) {
            count(LoadOutcome.TIMED_OUT, target, e);
        } catch (WireFault e) {
            count(LoadOutcome.WRONG, target, e);
        } catch (WireCut e) {
            count(e.reset() ? LoadOutcome.RESET : e.inside() ? LoadOutcome.SHORT
                    : LoadOutcome.CLOSED, target, e);
        } catch (SocketException e) {
            count(LoadOutcome.RESET, target, e);
        } catch (IOException e) {
            count(isCut(e) ? LoadOutcome.RESET : LoadOutcome.WRONG, target, e);
        }
        return false;
    }

    /** Returns whether a failure of TLS is only that of the socket below it. */
    private static boolean isCut(final IOException failure) {
        return failure instanceof SocketException || failure instanceof SSLException
                && (failure.getCause() instanceof SocketException
                || failure.getCause() instanceof EOFException);
    }

    private void count(final LoadOutcome outcome, final Object what, final Object detail) {
        counts.incrementAndGet(outcome.ordinal());
        if (notes.size() < MAX_NOTES) {
            notes.add("\n" + outcome + " " + what + ": " + detail);
        }
    }

    private static void closeQuietly(final RawClient connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (IOException e) {
            // Nothing was asked of it any more.
            return;
        }
    }
}
