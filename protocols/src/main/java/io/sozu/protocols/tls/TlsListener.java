package io.sozu.protocols.tls;

import io.sozu.bindings.openssl.OpenSslException;
import io.sozu.bindings.openssl.SslCallbacks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The TLS of one listener: the context its connections begin with, which has the default certificate, and one
 * for each set of certificates that some host has. OpenSSL keeps a context for as long as a connection uses
 * it. Control path, but for {@link #find}.
 */
final class TlsListener {
    private final TlsContexts contexts;
    private final SslCallbacks callbacks;
    private final TlsSettings settings;
    private final TlsCertificate standard;
    private final long base;
    private final Map<String, TlsCertificate> certificates = new LinkedHashMap<>();
    private final Map<String, Integer> keyTypes = new HashMap<>();
    private final Map<Long, List<TlsCertificate>> sets = new HashMap<>();
    private Map<List<TlsCertificate>, Long> bySet = new HashMap<>();
    private final Map<String, OcspStaple> staples = new HashMap<>();
    private final KeyLog keyLog;
    private NameTable table = new NameTable(Map.of());

    TlsListener(final TlsContexts contexts, final SslCallbacks callbacks, final TlsSettings settings,
            final TlsCertificate standard) {
        this.contexts = contexts;
        this.callbacks = callbacks;
        this.settings = settings;
        this.standard = standard;
        this.base = contexts.make(settings, standard == null ? List.of() : List.of(standard), callbacks);
        this.keyLog = settings.keyLogFile() == null ? null : contexts.keyLog(settings.keyLogFile());
        if (standard != null) {
            // Its own names are served by the context that connections have from the start.
            bySet.put(List.of(standard), base);
            put(standard);
        }
    }

    /** Serves the certificates of another listener, whose settings were replaced, too. */
    void takeFrom(final TlsListener other) {
        for (final TlsCertificate certificate : other.certificates.values()) {
            if (!certificate.equals(other.standard)) {
                admit(certificate);
            }
        }
        rebuild();
    }

    TlsSettings settings() {
        return settings;
    }

    long base() {
        return base;
    }

    boolean hasDefault() {
        return standard != null;
    }

    /** Returns the context for a host, by the address of its C string, or 0. */
    long find(final long hostAddress) {
        return table.find(hostAddress);
    }

    /** Serves a certificate, in place of one with the same id. */
    void put(final TlsCertificate certificate) {
        admit(certificate);
        rebuild();
    }

    /** Serves one certificate in place of another, in one step. */
    void replace(final String oldId, final TlsCertificate certificate) {
        admit(certificate);
        if (!oldId.equals(certificate.id())) {
            forget(oldId);
        }
        rebuild();
    }

    void remove(final String id) {
        if (!certificates.containsKey(id)) {
            throw new OpenSslException("there is no certificate " + id);
        }
        forget(id);
        rebuild();
    }

    /** Takes a certificate, whose own context is made first: that fails for one that cannot be served. */
    private void admit(final TlsCertificate certificate) {
        final List<TlsCertificate> alone = List.of(certificate);
        if (!bySet.containsKey(alone)) {
            bySet.put(alone, contexts.make(settings, alone, callbacks));
        }
        keyTypes.put(certificate.id(), contexts.keyType(certificate));
        certificates.put(certificate.id(), certificate);
        forgetStaple(certificate.id());
        if (certificate.ocspFile() != null) {
            staples.put(certificate.id(), contexts.staple(certificate));
        }
    }

    private void forget(final String id) {
        certificates.remove(id);
        keyTypes.remove(id);
        forgetStaple(id);
    }

    private void forgetStaple(final String id) {
        final OcspStaple staple = staples.remove(id);
        if (staple != null) {
            staple.close();
        }
    }

    /** Returns what an authority says of the certificate that a connection is being served, or null. */
    OcspStaple staple(final long context, final int keyType) {
        final List<TlsCertificate> set = context == base && standard != null ? List.of(standard)
                : sets.getOrDefault(context, List.of());
        for (final TlsCertificate each : set) {
            if (keyTypes.getOrDefault(each.id(), 0) == keyType) {
                return staples.get(each.id());
            }
        }
        return null;
    }

    /** Returns the file for secrets, or null. */
    KeyLog keyLog() {
        return keyLog;
    }

    /** Every host gets of each kind of key the certificate that is preferred; contexts are kept. */
    private void rebuild() {
        final Map<String, Map<Integer, TlsCertificate>> byName = new HashMap<>();
        for (final TlsCertificate each : certificates.values()) {
            for (final String name : each.names()) {
                byName.computeIfAbsent(name, any -> new HashMap<>()).merge(keyTypes.get(each.id()), each,
                        (one, other) -> one.preferredUntil() > other.preferredUntil() ? one : other);
            }
        }
        final Map<List<TlsCertificate>, Long> kept = new HashMap<>();
        final Map<String, Long> names = new HashMap<>();
        byName.forEach((name, byType) -> {
            final List<TlsCertificate> set = new ArrayList<>(byType.values());
            set.sort((one, other) -> one.id().compareTo(other.id()));
            names.put(name, kept.computeIfAbsent(set, this::context));
        });
        bySet.forEach((set, context) -> {
            if (context != base && !kept.containsKey(set)) {
                contexts.retire(context, settings);
            }
        });
        bySet = kept;
        sets.clear();
        kept.forEach((set, context) -> sets.put(context, set));
        table = new NameTable(names);
    }

    private long context(final List<TlsCertificate> set) {
        final Long known = bySet.get(set);
        return known != null ? known : contexts.make(settings, set, callbacks);
    }

    void close() {
        staples.values().forEach(OcspStaple::close);
        if (keyLog != null) {
            keyLog.close();
        }
        bySet.values().stream().filter(context -> context != base)
                .forEach(context -> contexts.retire(context, settings));
        contexts.retire(base, settings);
    }
}
