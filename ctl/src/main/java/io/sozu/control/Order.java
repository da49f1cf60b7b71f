package io.sozu.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.model.BackendAddress;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.CertificateConfig;
import io.sozu.control.model.CertificateInfo;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.FrontendKey;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.ListenerProtocol;
import io.sozu.control.model.TicketKey;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Everything that can be ordered: the whole served vocabulary, in three kinds. */
public sealed interface Order {
    /** The value of {@code slot} that names no worker slot. */
    int NO_SLOT = -1;

    /** Returns the name of the order in JSON. */
    default OrderType type() {
        return OrderType.of(this);
    }

    /** An order that changes the configuration: the master keeps it, each worker obeys it. */
    sealed interface Change extends Order {
    }

    /**
     * An order that changes some settings of what there is: the master makes a {@link Change} of it that has
     * all of them. A field that is null gets what an order that adds has where it says nothing.
     */
    sealed interface Update extends Order {
        /** Returns what changes, under the names that the order that adds has for it. */
        ObjectNode fields();
    }

    /** An order that moves processes. */
    sealed interface Action extends Order {
    }

    /** An order that changes nothing and is answered with content. */
    sealed interface Query extends Order {
    }

    /** Adds a cluster, or replaces the settings of the one with its id. */
    record AddCluster(ClusterConfig cluster) implements Change {
    }

    /** Removes a cluster; its frontends and backends stay. */
    record RemoveCluster(String clusterId) implements Change {
    }

    /** Adds a frontend to a listener of HTTP or HTTPS; refused when its key is taken. */
    record AddHttpFrontend(FrontendConfig frontend, ListenerProtocol protocol) implements Change {
        /** Adds one to a listener of HTTP. */
        public AddHttpFrontend(final FrontendConfig frontend) {
            this(frontend, ListenerProtocol.HTTP);
        }
    }

    /** Removes the frontend with this key. */
    record RemoveHttpFrontend(FrontendKey key, ListenerProtocol protocol) implements Change {
        /** Removes one of a listener of HTTP. */
        public RemoveHttpFrontend(final FrontendKey key) {
            this(key, ListenerProtocol.HTTP);
        }
    }

    /** Adds a backend, or replaces the settings of the one with its id and address. */
    record AddBackend(BackendConfig backend) implements Change {
    }

    /** Removes a backend; what it is serving ends undisturbed. */
    record RemoveBackend(String clusterId, String backendId, BackendAddress address) implements Change {
    }

    /** Adds a listener of HTTP or HTTPS, not yet open; refused when its address is taken. */
    record AddHttpListener(ListenerConfig listener) implements Change {
        /** Takes the listener as closed: opening it is an order of its own. */
        public AddHttpListener {
            listener = listener.withActive(false);
        }
    }

    /** Replaces all settings of a listener, which stays open, or closed, with its connections. */
    record ReplaceHttpListener(ListenerConfig listener) implements Change {
        /** Takes the listener as closed: whether it is open stays. */
        public ReplaceHttpListener {
            listener = listener.withActive(false);
        }
    }

    /** Replaces where a frontend leads, its position and tags. */
    record ReplaceHttpFrontend(FrontendConfig frontend, ListenerProtocol protocol) implements Change {
        /** Replaces one of a listener of HTTP. */
        public ReplaceHttpFrontend(final FrontendConfig frontend) {
            this(frontend, ListenerProtocol.HTTP);
        }
    }

    /** Adds a certificate to a listener, or replaces the settings of the one with its fingerprint there. */
    record AddCertificate(CertificateConfig certificate) implements Change {
    }

    /** Adds a certificate and removes another one of the same listener, in one step. */
    record ReplaceCertificate(CertificateConfig certificate, String oldFingerprint) implements Change {
    }

    /** Removes a certificate; connections that have it go on. */
    record RemoveCertificate(InetSocketAddress address, String fingerprint) implements Change {
    }

    /** Changes some settings of a listener, which stays open, or closed, with its connections. */
    record UpdateHttpListener(InetSocketAddress address, ListenerProtocol protocol, ObjectNode fields)
        implements Update {
        /** Changes a listener of HTTP. */
        public UpdateHttpListener(final InetSocketAddress address, final ObjectNode fields) {
            this(address, ListenerProtocol.HTTP, fields);
        }

        /** Takes a copy. */
        public UpdateHttpListener {
            fields = fields.deepCopy();
        }
    }

    /** Changes some settings of a cluster. */
    record UpdateCluster(String clusterId, ObjectNode fields) implements Update {
        /** Takes a copy. */
        public UpdateCluster {
            fields = fields.deepCopy();
        }
    }

    /** Changes some settings of a backend. */
    record UpdateBackend(String clusterId, String backendId, BackendAddress address, ObjectNode fields)
        implements Update {
        /** Takes a copy. */
        public UpdateBackend {
            fields = fields.deepCopy();
        }
    }

    /** Changes some settings of a frontend. */
    record UpdateHttpFrontend(FrontendKey key, ListenerProtocol protocol, ObjectNode fields)
        implements Update {
        /** Changes one of a listener of HTTP. */
        public UpdateHttpFrontend(final FrontendKey key, final ObjectNode fields) {
            this(key, ListenerProtocol.HTTP, fields);
        }

        /** Takes a copy. */
        public UpdateHttpFrontend {
            fields = fields.deepCopy();
        }
    }

    /** Removes a listener and closes it. */
    record RemoveListener(InetSocketAddress address, ListenerProtocol protocol) implements Change {
    }

    /**
     * Opens a listener.
     *
     * @param fromScm whether the socket travels with the order, as it does from master to worker
     * @param slot the worker slot whose socket it is, {@link #NO_SLOT} from a client
     */
    record ActivateListener(InetSocketAddress address, ListenerProtocol protocol, boolean fromScm, int slot)
        implements Change {
    }

    /**
     * Closes a listener.
     *
     * @param toScm whether the socket is handed back
     * @param slot the worker slot whose socket it is, {@link #NO_SLOT} for all
     */
    record DeactivateListener(InetSocketAddress address, ListenerProtocol protocol, boolean toScm, int slot)
        implements Change {
    }

    /** Sets the log level of the master and its workers, as {@code info} or {@code debug}. */
    record Logging(String filter) implements Action {
    }

    /** Stops once what is being served has ended, or the drain deadline has passed. */
    record SoftStop() implements Action {
    }

    /** Stops at once. */
    record HardStop() implements Action {
    }

    /**
     * Makes the configuration what a file says.
     *
     * @param path of the file, absolute; null for the one that the master was started with
     * @param dryRun whether to tell only what would change
     */
    record ReloadConfiguration(String path, boolean dryRun) implements Action {
    }

    /** Asks for what happens from now on: each event is an answer that is not the last one. */
    record SubscribeEvents() implements Order {
    }

    /**
     * Gives workers the keys of session tickets; of the master alone, and no part of the configuration.
     *
     * @param keys the one that new tickets are made with, then those that still open others
     */
    record SetTicketKeys(List<TicketKey> keys) implements Order {
        /** Takes a copy. */
        public SetTicketKeys {
            keys = List.copyOf(keys);
        }
    }

    /** Asks each worker how it is. */
    record Status() implements Query {
    }

    /** Asks which workers there are. */
    record ListWorkers() implements Query {
    }

    /** Asks for the listeners. */
    record ListListeners() implements Query {
    }

    /**
     * Asks for the frontends of the kinds chosen, all when none is.
     *
     * @param domain text the host name must contain, null for any
     */
    record ListFrontends(boolean http, boolean https, boolean tcp, String domain) implements Query {
    }

    /**
     * Asks for clusters with their frontends and backends.
     *
     * @param clusterId the one wanted, null for any
     * @param hostname the host whose clusters are wanted, null for any
     * @param path the path they serve, null for any; only with a host name
     */
    record ListClusters(String clusterId, String hostname, String path) implements Query {
    }

    /**
     * Asks which frontend a request would take, and why.
     *
     * @param address of the listener asked, null for all
     * @param host without port, in A-labels
     * @param path without query
     * @param query without its question mark, empty for none
     * @param headers the header fields of the request, by name
     */
    record ExplainRoute(InetSocketAddress address, String method, String host, String path, String query,
                        Map<String, String> headers) implements Query {
        /** Takes a copy. */
        public ExplainRoute {
            headers = Collections.unmodifiableMap(new TreeMap<>(headers));
        }
    }

    /**
     * Asks for backends, with what the workers say of them.
     *
     * @param clusterId of this cluster only, null for all
     */
    record ListBackends(String clusterId) implements Query {
    }

    /**
     * Asks for certificates.
     *
     * @param fromWorkers whether the workers are asked which they serve, not the state
     * @param domain the host they are for, null for any
     * @param fingerprint the one wanted, null for any
     */
    record ListCertificates(boolean fromWorkers, String domain, String fingerprint) implements Query {
        /** Returns whether a certificate is asked for. */
        public boolean matches(final String itsFingerprint, final Collection<String> names) {
            return (fingerprint == null || fingerprint.equals(itsFingerprint))
                && (domain == null || CertificateInfo.covers(names, domain.toLowerCase(Locale.ROOT)));
        }
    }

    /** Asks for the whole configuration as orders that would make it. */
    record DumpState() implements Query {
    }
}
