package io.sozu.worker;

import io.sozu.bindings.openssl.OpenSsl;
import io.sozu.control.Order;
import io.sozu.control.model.CertificateConfig;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.TicketKey;
import io.sozu.control.model.TlsConfig;
import io.sozu.eventloop.log.Log;
import io.sozu.master.state.TlsRules;
import io.sozu.protocols.tls.TlsListeners;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * What orders say of TLS, made true in a worker: how listeners speak it, with which certificates. Loads
 * OpenSSL with the first listener that does. Control path.
 *
 * <p>What OpenSSL refuses is thrown as {@link io.sozu.bindings.openssl.OpenSslException} and has changed
 * nothing.
 */
final class TlsOrders {
    private final TlsListeners tls;
    private final ServedCertificates served = new ServedCertificates();
    private final Map<InetSocketAddress, TlsConfig> spoken = new HashMap<>();
    private String library = "";
    private Log log;
    private boolean loaded;

    TlsOrders(final TlsListeners tls) {
        this.tls = tls;
    }

    /** Names the library, and the log that hears which one was found. */
    void begin(final String sslLibrary, final Log workerLog) {
        this.library = sslLibrary;
        this.log = workerLog;
        tls.onTrouble(workerLog::warn);
    }

    /** Returns the certificates that are served. */
    ServedCertificates served() {
        return served;
    }

    /**
     * Lets a listener speak TLS as it says, if it does; its certificates stay. All contexts of all of them
     * are made anew, which takes a millisecond for each, unless it speaks so already.
     */
    void put(final int id, final ListenerConfig listener) {
        if (listener.tls() != null && !listener.tls().equals(spoken.get(listener.address()))) {
            load();
            tls.put(id, TlsRules.settings(listener.tls()), TlsRules.standard(listener));
            spoken.put(listener.address(), listener.tls());
            served.own(listener.address(), TlsRules.own(listener));
        }
    }

    /** Sees to it that OpenSSL is there. */
    void load() {
        final OpenSsl openSsl = OpenSsl.load(library);
        if (!loaded) {
            loaded = true;
            log.info("TLS is that of " + openSsl.version() + ", loaded from " + openSsl.library());
        }
    }

    /** Forgets what a listener serves that is removed; its connections keep what they have. */
    void remove(final InetSocketAddress listener) {
        spoken.remove(listener);
        served.removeAll(listener);
    }

    void add(final int id, final CertificateConfig certificate) {
        tls.addCertificate(id, TlsRules.certificate(certificate));
        served.add(certificate);
    }

    void replace(final int id, final Order.ReplaceCertificate order) {
        tls.replaceCertificate(id, order.oldFingerprint(), TlsRules.certificate(order.certificate()));
        served.remove(order.certificate().address(), order.oldFingerprint());
        served.add(order.certificate());
    }

    void remove(final int id, final Order.RemoveCertificate order) {
        tls.removeCertificate(id, order.fingerprint());
        served.remove(order.address(), order.fingerprint());
    }

    /** Takes the keys of tickets; those of the order are erased. */
    void ticketKeys(final Order.SetTicketKeys order) {
        try {
            OpenSsl.load(library);
            tls.ticketKeys(order.keys().stream().map(TicketKey::bytes).toList());
        } finally {
            order.keys().forEach(TicketKey::erase);
        }
    }
}
