package io.sozu.master.state;

import io.sozu.control.model.ClusterAdmission;
import io.sozu.control.model.Timeouts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a configuration file says about the processes: everything but the traffic.
 *
 * @param timeouts what listeners have that say nothing else
 * @param activateListeners whether the listeners of the file are opened at start
 * @param resolveSeconds from one look-up of a backend's name to the next
 */
public record Settings(Command command, Fleet fleet, Limits limits, Logs logs, Timeouts timeouts,
                       boolean activateListeners, int resolveSeconds, Tls tls) {
    /** Returns the parts in which another file's settings differ, in words. */
    public List<String> partsUnlike(final Settings other) {
        final List<String> parts = new ArrayList<>();
        if (!command.equals(other.command)) {
            parts.add("the command socket");
        }
        if (!fleet.equals(other.fleet)) {
            parts.add("the processes");
        }
        if (!limits.equals(other.limits)) {
            parts.add("the limits of workers");
        }
        if (!logs.equals(other.logs)) {
            parts.add("the log");
        }
        if (resolveSeconds != other.resolveSeconds) {
            parts.add("resolve_interval");
        }
        if (!tls.equals(other.tls)) {
            parts.add("OpenSSL and tickets");
        }
        return parts;
    }

    /** The name of the command socket where nothing is said, beside the configuration file. */
    public static final String DEFAULT_SOCKET = "sozu.sock";

    /**
     * How orders come in.
     *
     * @param socket absolute path of the Unix socket
     * @param bufferBytes what each client's messages are gathered in at first
     * @param maxBufferBytes the largest message
     * @param allowedUids the users that may give orders, empty for all that can open the socket
     * @param clientTimeoutMillis how long a client waits for an answer, 0 for ever
     */
    public record Command(Path socket, int bufferBytes, int maxBufferBytes, Set<Integer> allowedUids,
                          int clientTimeoutMillis) {
    }

    /**
     * The worker processes.
     *
     * @param spare whether there is a worker more, for the sockets of one that died
     * @param automaticRestart whether a worker that died is replaced
     * @param workerTimeoutSeconds how long a worker may take to answer an order
     * @param affinity whether each process is bound to one core
     * @param pidFile where the master writes its process id, null for nowhere
     * @param orphanGraceSeconds how long a worker serves on after its master died
     * @param shutdownTimeoutSeconds how long a soft stop waits for sessions to end
     */
    public record Fleet(int workerCount, boolean spare, boolean automaticRestart, int workerTimeoutSeconds,
                        boolean affinity, Path pidFile, int orphanGraceSeconds, int shutdownTimeoutSeconds) {
    }

    /**
     * What each worker may use.
     *
     * @param maxConnections clients served at a time
     * @param connectionsGiven whether the file says so; what it leaves to us may turn out lower
     * @param maxBuffers pages of {@code bufferBytes}
     * @param bufferBytes size of a page, which a request head must fit in
     * @param evicts whether the client idle longest makes place when there are {@code maxConnections}
     * @param maxIdlePerBackend connections kept open to a backend without use
     * @param backendIdleSeconds how long such a connection is kept
     * @param perIp what clusters take of one source that say nothing else
     */
    public record Limits(int maxConnections, boolean connectionsGiven, int maxBuffers, int bufferBytes,
                         boolean evicts, int maxIdlePerBackend, int backendIdleSeconds, PerIp perIp) {
        /** Makes limits without one for each source. */
        public Limits(final int maxConnections, final boolean connectionsGiven, final int maxBuffers,
                      final int bufferBytes, final boolean evicts, final int maxIdlePerBackend,
                      final int backendIdleSeconds) {
            this(maxConnections, connectionsGiven, maxBuffers, bufferBytes, evicts, maxIdlePerBackend,
                backendIdleSeconds, new PerIp(0, ClusterAdmission.DEFAULT_RETRY_SECONDS));
        }
    }

    /**
     * What clusters take of one source that say nothing else.
     *
     * @param maxConnections connections to one cluster; 0 for any number
     * @param retryAfterSeconds what a client is told that has too many of them; 0 to tell nothing
     */
    public record PerIp(int maxConnections, int retryAfterSeconds) {
    }

    /**
     * The log.
     *
     * @param level {@code error}, {@code warn}, {@code info}, {@code debug} or {@code trace}
     * @param target {@code stdout}, {@code stderr}, {@code file://PATH} or {@code udp://IP:PORT}
     */
    public record Logs(String level, String target) {
    }

    /**
     * TLS of the whole proxy.
     *
     * @param library absolute path of the OpenSSL to use, null for that of the system
     * @param ticketKeySeconds for how long new session tickets are made with one key
     * @param maxHandshakes clients' handshakes in a worker at a time, 0 for any number
     */
    public record Tls(Path library, int ticketKeySeconds, int maxHandshakes) {
        /** Half a day: tickets of two keys before it are still taken. */
        static final int DEFAULT_TICKET_KEY_SECONDS = 43_200;
        static final int MIN_TICKET_KEY_SECONDS = 60;
        static final int DEFAULT_MAX_HANDSHAKES = 1000;

        /** Returns the library as OpenSSL's loader is told it: empty for that of the system. */
        public String libraryName() {
            return library == null ? "" : library.toString();
        }
    }
}
