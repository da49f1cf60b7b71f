package io.sozu.worker;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.openssl.OpenSslException;
import io.sozu.control.Answer;
import io.sozu.control.Order;
import io.sozu.control.model.Addresses;
import io.sozu.control.model.BackendConfig;
import io.sozu.control.model.BalancingConfig;
import io.sozu.control.model.ClusterAdmission;
import io.sozu.control.model.ClusterConfig;
import io.sozu.control.model.FailurePolicy;
import io.sozu.control.model.FrontendConfig;
import io.sozu.control.model.HttpsRedirect;
import io.sozu.control.model.ListenerConfig;
import io.sozu.eventloop.log.Log;
import io.sozu.eventloop.log.LogLevel;
import io.sozu.master.state.RouteRules;
import io.sozu.protocols.http.ForwardedFields;
import io.sozu.protocols.http.ListenerProfile;
import io.sozu.protocols.tls.TlsBackends;
import io.sozu.sessions.cluster.AdmissionSettings;
import io.sozu.sessions.cluster.AffinitySettings;
import io.sozu.sessions.cluster.Backend;
import io.sozu.sessions.cluster.BackendAddress;
import io.sozu.sessions.cluster.BackendSettings;
import io.sozu.sessions.cluster.ClusterSettings;
import io.sozu.sessions.cluster.Clusters;
import io.sozu.sessions.cluster.FailureSettings;
import io.sozu.sessions.cluster.HashKey;
import io.sozu.sessions.cluster.LoadBalancing;
import io.sozu.sessions.cluster.LoadMetric;
import io.sozu.sessions.cluster.RefusedException;
import io.sozu.sessions.routing.FrontendKey;
import io.sozu.sessions.routing.Router;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Makes what the master orders true in this worker's tables, between two turns of the loop. Each order is
 * applied whole or refused with one line and without effect. Control path.
 */
public final class OrderApplier {
    private static final int NO_FD = -1;

    private final Kernel kernel;
    private final Router router;
    private final Clusters clusters;
    private final Closer closer;
    private final ListenerTable listeners;
    private final Acceptor acceptor;
    private final TlsOrders tls;
    private BackendTlsOrders backendTls;
    private WorkerOptions defaults;
    private BackendWatch watch;
    private Log log;

    OrderApplier(final Kernel kernel, final Router router, final Clusters clusters, final Closer closer,
            final ListenerTable listeners, final Acceptor acceptor) {
        this.kernel = kernel;
        this.router = router;
        this.clusters = clusters;
        this.closer = closer;
        this.listeners = listeners;
        this.acceptor = acceptor;
        this.tls = new TlsOrders(listeners.tls());
    }

    /** Says what holds where orders say nothing, and names the log whose level {@link Order.Logging} sets. */
    void begin(final WorkerOptions options, final Log workerLog, final BackendWatch backendWatch,
            final TlsBackends secured) {
        this.backendTls = new BackendTlsOrders(secured, tls, clusters, closer);
        this.watch = backendWatch;
        this.defaults = options;
        this.log = workerLog;
        tls.begin(options.sslLibrary(), workerLog);
    }

    /** Returns the certificates that are served. */
    ServedCertificates certificates() {
        return tls.served();
    }

    /**
     * Applies an order.
     *
     * @param fd the listening socket that came with it, or -1; it is this worker's from now on, and closed
     * when the
     *     order does not take it
     * @return OK or ERROR, without an id
     */
    public Answer apply(final Order order, final int fd) {
        final boolean taken = order instanceof Order.ActivateListener;
        try {
            obey(order, fd);
            return Answer.ok("", "");
        } catch (final RefusedException | OpenSslException e) {
            return Answer.error("", e.getMessage());
        } finally {
            if (!taken && fd != NO_FD) {
                kernel.close(fd);
            }
        }
    }

    private void obey(final Order order, final int fd) {
        switch (order) {
            case Order.AddCluster add -> addCluster(add.cluster());
            case Order.RemoveCluster remove -> {
                clusters.remove(remove.clusterId());
                backendTls.remove(remove.clusterId());
            }
            case Order.AddHttpFrontend add -> addFrontend(add.frontend());
            case Order.RemoveHttpFrontend remove -> router.remove(key(remove.key()));
            case Order.AddBackend add -> addBackend(add.backend());
            case Order.RemoveBackend remove -> removeBackend(remove);
            case Order.ReplaceHttpFrontend replace -> router.replace(key(replace.frontend().key()),
                    RouteRules.position(replace.frontend().position()), replace.frontend().clusterId(),
                    Profiles.terms(replace.frontend()));
            case Order.AddCertificate add -> tls.add(listener(add.certificate().address()),
                    add.certificate());
            case Order.ReplaceCertificate replace -> tls.replace(listener(replace.certificate().address()),
                    replace);
            case Order.RemoveCertificate remove -> tls.remove(listener(remove.address()), remove);
            case Order.SetTicketKeys keys -> tls.ticketKeys(keys);
            case Order.AddHttpListener add -> addListener(add.listener());
            case Order.ReplaceHttpListener replace -> replaceListener(replace.listener());
            case Order.RemoveListener remove -> removeListener(remove.address());
            case Order.ActivateListener activate -> activate(activate, fd);
            case Order.DeactivateListener deactivate -> deactivate(deactivate);
            case Order.Logging logging -> logging(logging.filter());
            default -> throw new RefusedException("a worker does not obey " + order.type());
        }
    }

    private void addCluster(final ClusterConfig cluster) {
        final ClusterSettings settings = settings(cluster);
        backendTls.put(cluster);
        closer.admission().watch(settings.admission());
        clusters.put(cluster.clusterId(), settings);
    }

    private ClusterSettings settings(final ClusterConfig cluster) {
        final BalancingConfig balancing = cluster.balancing();
        return new ClusterSettings(LoadBalancing.valueOf(balancing.loadBalancing().name()),
                balancing.loadMetric() == null ? LoadMetric.CONNECTIONS
                        : LoadMetric.valueOf(balancing.loadMetric().name()), failure(cluster.failure()),
                admission(cluster.admission()), Profiles.terms(cluster.terms()), affinity(cluster),
                securePort(cluster.httpsRedirect()));
    }

    private static int securePort(final HttpsRedirect redirect) {
        final int port = redirect.port() == null ? HttpsRedirect.DEFAULT_PORT : redirect.port();
        return redirect.enabled() ? port : 0;
    }

    private AdmissionSettings admission(final ClusterAdmission admission) {
        return new AdmissionSettings(
                Objects.requireNonNullElse(admission.maxConnectionsPerIp(), defaults.maxConnectionsPerIp()),
                Objects.requireNonNullElse(admission.retryAfterSeconds(), defaults.retryAfterSeconds()),
                LimitedListener.rate(admission.requestRate()),
                LimitedListener.rate(admission.requestRatePerSource()));
    }

    private static AffinitySettings affinity(final ClusterConfig cluster) {
        final String hashKey = cluster.balancing().hashKey();
        final AffinitySettings settings = new AffinitySettings(
                hashKey == null ? HashKey.SOURCE : HashKey.parse(hashKey),
                nanos(cluster.balancing().slowStartSeconds()),
                cluster.sticky().enabled() ? cluster.sticky().attributes() : null);
        return settings.equals(AffinitySettings.DEFAULT) ? AffinitySettings.DEFAULT : settings;
    }

    private static FailureSettings failure(final FailurePolicy policy) {
        return new FailureSettings(policy.maxQueue(), nanos(policy.queueSeconds()),
                policy.consecutive5xx(), policy.consecutiveFailures(), nanos(policy.ejectionSeconds()),
                policy.maxEjectedPercent(), policy.retries(), policy.retryBudgetPercent());
    }

    private void addFrontend(final FrontendConfig frontend) {
        router.add(key(frontend.key()), RouteRules.position(frontend.position()), frontend.clusterId(),
                Profiles.terms(frontend));
    }

    private FrontendKey key(final io.sozu.control.model.FrontendKey key) {
        return RouteRules.key(listener(key.address()), key);
    }

    private int listener(final InetSocketAddress address) {
        final int id = listeners.find(address);
        if (id < 0) {
            throw new RefusedException("there is no listener " + Addresses.format(address));
        }
        return id;
    }

    private void addBackend(final BackendConfig backend) {
        final BackendAddress address = address(backend.address());
        backendTls.check(backend, address);
        final Backend added = clusters.addBackend(backend.clusterId(),
                new BackendSettings(backend.backendId(), address, backend.weight(), backend.stickyId(),
                backend.backup(), backend.maxConnections(), backend.hostName()));
        backendTls.added(added);
        closer.idle().provideFor(clusters.backendIndexes());
        watch.changed(added.cluster());
    }

    private static BackendAddress address(final io.sozu.control.model.BackendAddress address) {
        return switch (address) {
            case io.sozu.control.model.BackendAddress.Inet inet -> new BackendAddress.Ip(inet.socket());
            case io.sozu.control.model.BackendAddress.Unix unix -> new BackendAddress.Unix(unix.path());
            case io.sozu.control.model.BackendAddress.Name name -> throw new RefusedException(
                    "a worker does not look up names, not " + name.text());
        };
    }

    private void removeBackend(final Order.RemoveBackend remove) {
        final Backend backend = clusters.removeBackend(remove.clusterId(), remove.backendId(),
                address(remove.address()));
        closer.closeIdle(backend);
        watch.changed(backend.cluster());
    }

    private void addListener(final ListenerConfig listener) {
        if (listeners.find(listener.address()) >= 0) {
            throw new RefusedException("listener " + Addresses.format(listener.address())
                    + " exists already");
        }
        final ListenerProfile profile = profile(listener);
        final int id = listeners.add(listener.address(), profile);
        if (id < 0) {
            profile.forwarded().close();
            throw new RefusedException("listener " + Addresses.format(listener.address())
                    + ": a worker has at most "
                    + ListenerTable.CAPACITY);
        }
        try {
            tls.put(id, listener);
        } catch (final OpenSslException e) {
            listeners.remove(listener.address());
            throw e;
        }
        closer.admission().add(id, listener.admission());
    }

    /** Connections look their listener's settings up when they need them: old ones get the new ones too. */
    private void replaceListener(final ListenerConfig listener) {
        final int id = listener(listener.address());
        tls.put(id, listener);
        listeners.replace(id, profile(listener));
        closer.admission().replace(id, listener.admission());
    }

    private static ListenerProfile profile(final ListenerConfig listener) {
        return Profiles.of(listener, new ForwardedFields(Profiles.forwarded(listener)));
    }

    private static long nanos(final int seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    private void removeListener(final InetSocketAddress address) {
        final int id = listener(address);
        acceptor.removeAll(id);
        router.removeListener(id);
        listeners.remove(address);
        tls.remove(address);
    }

    private void activate(final Order.ActivateListener activate, final int fd) {
        try {
            final int id = listener(activate.address());
            final String name = Addresses.format(activate.address()) + " of slot " + activate.slot();
            if (fd == NO_FD) {
                throw new RefusedException("no socket came with the order to listen on " + name);
            }
            if (acceptor.has(id, activate.slot())) {
                throw new RefusedException("this worker listens on " + name + " already");
            }
            final int result = acceptor.add(id, activate.slot(), fd);
            if (result < 0) {
                throw new RefusedException("cannot listen on " + name + ": " + Errno.text(-result));
            }
        } catch (final RefusedException e) {
            if (fd != NO_FD) {
                kernel.close(fd);
            }
            throw e;
        }
    }

    private void deactivate(final Order.DeactivateListener deactivate) {
        final int id = listener(deactivate.address());
        if (deactivate.slot() == Order.NO_SLOT) {
            acceptor.removeAll(id);
        } else if (acceptor.has(id, deactivate.slot())) {
            acceptor.remove(id, deactivate.slot());
        } else {
            throw new RefusedException("this worker does not listen on "
                    + Addresses.format(deactivate.address())
                    + " of slot " + deactivate.slot());
        }
    }

    private void logging(final String filter) {
        try {
            log.level(LogLevel.parse(filter));
        } catch (final IllegalArgumentException e) {
            throw new RefusedException(e.getMessage());
        }
    }
}
