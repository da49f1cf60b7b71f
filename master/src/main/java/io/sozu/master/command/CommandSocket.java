package io.sozu.master.command;

import io.sozu.bindings.linux.EpollFlags;
import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.PeerCredentials;
import io.sozu.channel.ChannelLimits;
import io.sozu.channel.FrameChannel;
import io.sozu.control.Answer;
import io.sozu.control.Envelope;
import io.sozu.eventloop.Token;
import io.sozu.master.fleet.FleetHost;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The unix socket by which clients give orders.
 *
 * <p>Bounded: when the house is full, the client that has been silent longest and waits for nothing makes
 * room; one that does not read its answers, or does not go when it was told, is closed. Belongs to the loop's
 * thread.
 */
public final class CommandSocket implements AutoCloseable {
    private static final int CLIENTS_MAX = 64;
    /** Those who were refused and read that have not gone yet. */
    private static final int CLIENTS_HARD_MAX = 2 * CLIENTS_MAX;
    private static final int CLIENT_BUFFER_BYTES = 4096;
    private static final int ACCEPTS_PER_TURN = 64;
    private static final long RETRY_NANOS = 100_000_000L;
    private static final long LINGER_NANOS = 2_000_000_000L;
    private static final long STUCK_NANOS = 30_000_000_000L;

    private final FleetHost host;
    private final ChannelLimits limits;
    private final Set<Integer> allowedUids;
    private final OrderDispatcher dispatcher;
    private final List<CommandClient> clients = new ArrayList<>();
    private int fd = -1;

    /**
     * Prepares a socket that is not open yet.
     *
     * @param maxBufferBytes the longest message, and the most that waits for one client
     * @param allowedUids the users that may give orders; empty for all that can open the socket
     */
    public CommandSocket(final FleetHost host, final int maxBufferBytes, final Set<Integer> allowedUids,
            final OrderDispatcher dispatcher) {
        this.host = host;
        this.limits = new ChannelLimits(Math.min(CLIENT_BUFFER_BYTES, maxBufferBytes), maxBufferBytes);
        this.allowedUids = Set.copyOf(allowedUids);
        this.dispatcher = dispatcher;
    }

    /** Serves a listening socket, which it owns from now on. */
    public void open(final int listeningFd) {
        fd = listeningFd;
        host.loop().handle(Token.LISTENER, (token, events, nowNanos) -> accept());
        host.loop().add(fd, EpollFlags.IN | EpollFlags.EDGE_TRIGGERED, Token.of(Token.LISTENER, 0, 0));
        host.alarms().every(STUCK_NANOS, () -> List.copyOf(clients).stream().filter(CommandClient::isStuck)
                .forEach(this::close));
        accept();
    }

    long nowNanos() {
        return host.alarms().nowNanos();
    }

    void dispatch(final Envelope envelope, final Consumer<Answer> client) {
        dispatcher.dispatch(envelope, client);
    }

    EventFeed events() {
        return dispatcher.events();
    }

    /** A subscriber that does not read what it asked for is sent away. */
    void lags(final CommandClient client) {
        host.log().warn("a subscriber of events does not read them and is closed");
        close(client);
    }

    /** A client that was told to go has some time to read its last answer and close. */
    void ending(final CommandClient client) {
        host.alarms().after(LINGER_NANOS, () -> close(client));
    }

    void close(final CommandClient client) {
        if (clients.remove(client)) {
            events().unsubscribe(client);
            host.channels().remove(client.channel());
            client.channel().close();
        }
    }

    /** Takes what waits; when there is no descriptor left, tries again later: no edge will follow. */
    private void accept() {
        for (int i = 0; i < ACCEPTS_PER_TURN && fd >= 0; i++) {
            final int accepted = host.kernel().accept(fd, 0, 0);
            if (accepted == -Errno.EAGAIN) {
                return;
            }
            if (accepted >= 0) {
                welcome(accepted);
            } else if (accepted != -Errno.ECONNABORTED) {
                host.log().warn("the command socket cannot accept: " + Errno.describe(-accepted));
                break;
            }
        }
        host.alarms().after(RETRY_NANOS, this::accept);
    }

    private void welcome(final int accepted) {
        boolean full = clients.size() >= CLIENTS_MAX;
        if (full) {
            final Optional<CommandClient> oldest = clients.stream().filter(CommandClient::isIdle)
                    .min(Comparator.comparingLong(CommandClient::activeNanos));
            oldest.ifPresent(this::close);
            full = oldest.isEmpty();
        }
        if (clients.size() >= CLIENTS_HARD_MAX) {
            host.kernel().close(accepted);
            return;
        }
        final FrameChannel channel = new FrameChannel(new FrameChannel.Host(host.loop(), host.kernel(), null),
                accepted, host.channels().nextToken(), limits);
        final CommandClient client = new CommandClient(this, channel, nowNanos());
        clients.add(client);
        host.channels().add(channel);
        if (channel.open(client) < 0) {
            close(client);
            return;
        }
        final PeerCredentials peer = PeerCredentials.of(accepted);
        if (!allowedUids.isEmpty() && !allowedUids.contains(peer.uid())) {
            host.log().warn("user " + peer.uid() + " (pid " + peer.pid() + ") may give no orders");
            client.refuse("user " + peer.uid() + " is not among command_allowed_uids");
        } else if (full) {
            client.refuse("too many clients at once (" + CLIENTS_MAX + "): try again");
        }
    }

    /** Stops accepting; clients that are there stay. */
    public void closeListening() {
        if (fd >= 0) {
            host.loop().remove(fd);
            host.kernel().close(fd);
            fd = -1;
        }
    }

    /** Returns whether answers wait to be read by a client. */
    public boolean hasUnsent() {
        return clients.stream().anyMatch(each -> each.channel().unsentBytes() > 0);
    }

    @Override
    public void close() {
        closeListening();
        List.copyOf(clients).forEach(this::close);
    }
}
