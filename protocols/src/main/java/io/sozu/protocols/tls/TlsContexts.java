package io.sozu.protocols.tls;

import io.sozu.bindings.openssl.ContextCalls;
import io.sozu.bindings.openssl.CryptoCalls;
import io.sozu.bindings.openssl.NativeText;
import io.sozu.bindings.openssl.OpenSsl;
import io.sozu.bindings.openssl.OpenSslException;
import io.sozu.bindings.openssl.SslCallbacks;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongToIntFunction;
import java.util.function.Predicate;

/**
 * Makes contexts of settings and certificates; the master checks both with the same code. Control path.
 *
 * <p>What is wrong is said as the operator wrote it: the key of the configuration, the word, the cure.
 */
public final class TlsContexts {
    private static final String CIPHERS = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
            + "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"
            + "ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:"
            + "DHE-RSA-CHACHA20-POLY1305";
    private static final String SUITES =
            "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
    private static final String GROUPS = "X25519:P-256:P-384";
    private static final Set<String> NEWER_GROUPS = Set.of("X25519MLKEM768", "SECP256R1MLKEM768",
            "SECP384R1MLKEM1024", "MLKEM512", "MLKEM768", "MLKEM1024");
    private static final String NEWER =
            "; OpenSSL 3.5 or newer has it: name the file of such a library by ssl_library, or leave it out";
    private static final int TICKET_SECONDS = 7200;

    private final OpenSsl library;
    private final ContextCalls contexts;
    private final CryptoCalls crypto;
    private final Consumer<String> trouble;
    private final ContextHosts hosts = new ContextHosts();
    /** Settings whose every word was tried alone: that takes longer than all the rest. */
    private TlsSettings tried;

    public TlsContexts(final OpenSsl library) {
        this(library, text -> { });
    }

    /** @param trouble hears of files that are no good any more */
    TlsContexts(final OpenSsl library, final Consumer<String> trouble) {
        this.trouble = trouble;
        this.library = library;
        this.contexts = library.contexts();
        this.crypto = library.crypto();
    }

    /**
     * Returns whether settings and certificates are such as can be served.
     *
     * @throws OpenSslException saying what is wrong
     */
    public void check(final TlsSettings settings, final List<TlsCertificate> certificates) {
        contexts.free(make(settings, certificates, null));
        certificates.forEach(each -> OcspStaple.check(library, this, each));
        if (settings.keyLogFile() != null) {
            KeyLog.check(settings.keyLogFile());
        }
    }

    /** Returns the certificates that no cipher of TLS 1.2 fits, where that is spoken; with what they need. */
    Map<TlsCertificate, Boolean> unfit(final TlsSettings settings, final List<TlsCertificate> certificates) {
        final Map<TlsCertificate, Boolean> unfit = new LinkedHashMap<>();
        final long context = make(settings, List.of(), null);
        for (final TlsCertificate each : certificates) {
            final int type = keyType(each);
            final boolean rsa = type == CryptoCalls.KEY_RSA || type == CryptoCalls.KEY_RSA_PSS;
            if (!contexts.hasCipher(context, rsa ? ContextCalls.AUTH_RSA : ContextCalls.AUTH_ECDSA)) {
                unfit.put(each, rsa);
            }
        }
        contexts.free(context);
        return unfit;
    }

    /**
     * Makes a context, which is the caller's to free.
     *
     * @param callbacks what it calls back; null for one that is only a check
     * @throws OpenSslException saying what is wrong
     */
    long make(final TlsSettings settings, final List<TlsCertificate> certificates,
            final SslCallbacks callbacks) {
        final long context = contexts.makeServer();
        if (context == 0) {
            throw new OpenSslException("no memory for a TLS context: " + crypto.takeError());
        }
        try {
            configure(context, settings);
            authenticate(context, settings.clients());
            for (final TlsCertificate certificate : certificates) {
                add(context, certificate);
            }
            if (callbacks != null) {
                contexts.mark(context, hosts.add(certificates));
                contexts.onServerName(context, callbacks.serverName());
                contexts.onAlpn(context, callbacks.protocol());
                contexts.onTicketKey(context, callbacks.ticketKey());
                contexts.onStatusRequest(context, callbacks.status());
                if (settings.keyLogFile() != null) {
                    contexts.onKeyLog(context, callbacks.keyLog());
                }
            }
            return context;
        } catch (final OpenSslException e) {
            contexts.free(context);
            throw e;
        }
    }

    private void configure(final long context, final TlsSettings settings) {
        contexts.versions(context, settings.tls12() ? ContextCalls.TLS_1_2 : ContextCalls.TLS_1_3,
                settings.tls13() ? ContextCalls.TLS_1_3 : ContextCalls.TLS_1_2);
        contexts.options(context, ContextCalls.OP_NO_COMPRESSION | ContextCalls.OP_NO_RENEGOTIATION
                | (settings.tickets() == 0 ? ContextCalls.OP_NO_TICKET : 0)
                | (settings.ktls() ? ContextCalls.OP_ENABLE_KTLS : 0));
        // A chain that was not given is not looked for in each handshake: among the certificates that clients
        // are believed by there is none.
        contexts.mode(context, ContextCalls.MODE_ENABLE_PARTIAL_WRITE
                | ContextCalls.MODE_ACCEPT_MOVING_WRITE_BUFFER | ContextCalls.MODE_RELEASE_BUFFERS
                | ContextCalls.MODE_NO_AUTO_CHAIN);
        contexts.readAhead(context);
        contexts.dhAuto(context);
        contexts.sessionCacheMode(context, ContextCalls.SESS_CACHE_OFF);
        contexts.tickets(context, settings.tickets());
        contexts.timeout(context, TICKET_SECONDS);
        // Whoever asks clients for certificates must not resume a session of one that does not, or that
        // believes others.
        try (NativeText id = NativeText.of(digest(settings.clients()))) {
            contexts.sessionIdContext(context, id);
        }
        if (!settings.equals(tried)) {
            tried = null;
        }
        apply("cipher_list", settings.cipherList(), CIPHERS, text -> contexts.cipherList(context, text));
        apply("cipher_suites", settings.cipherSuites(), SUITES,
                text -> contexts.cipherSuites(context, text));
        apply("groups_list", settings.groups(), GROUPS, text -> contexts.groups(context, text));
        apply("signature_algorithms", settings.signatureAlgorithms(), "",
                text -> contexts.signatureAlgorithms(context, text));
        tried = settings;
    }

    private static byte[] digest(final TlsSettings.ClientCheck clients) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(clients.toString().getBytes(StandardCharsets.UTF_8));
        } catch (final NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Sets a list, of which each word is tried alone first, to name one that OpenSSL refuses. */
    private void apply(final String key, final String list, final String standard,
            final Predicate<NativeText> setter) {
        final String value = list.isEmpty() ? standard : list;
        if (value.isEmpty()) {
            return;
        }
        for (final String word : tried == null ? value.split(":") : new String[0]) {
            try (NativeText text = NativeText.of(word)) {
                if (!setter.test(text)) {
                    throw new OpenSslException(key + " has \"" + word + "\", which " + library.version()
                            + " does not take: " + crypto.takeError()
                            + (NEWER_GROUPS.contains(word.toUpperCase(Locale.ROOT)) ? NEWER : ""));
                }
            }
        }
        try (NativeText text = NativeText.of(value)) {
            if (!setter.test(text)) {
                throw new OpenSslException(key + " is refused by " + library.version() + ": "
                        + crypto.takeError());
            }
        }
    }

    private void authenticate(final long context, final TlsSettings.ClientCheck clients) {
        if (!clients.wanted()) {
            return;
        }
        contexts.verify(context, ContextCalls.VERIFY_PEER
                | (clients.required() ? ContextCalls.VERIFY_FAIL_IF_NO_PEER_CERT : 0), clients.depth());
        final long store = contexts.store(context);
        for (final long authority : certificates("client_ca", clients.authorities())) {
            crypto.addAuthority(store, authority);
            contexts.clientAuthority(context, authority);
            crypto.freeCertificate(authority);
        }
        if (!clients.revoked().isEmpty()) {
            revoke(store, clients.revoked());
        }
    }

    private void revoke(final long store, final String pem) {
        try (NativeText text = NativeText.of(pem)) {
            final long bio = crypto.memoryBio(text);
            int lists = 0;
            for (long list = crypto.readRevocationList(bio); list != 0;
                    list = crypto.readRevocationList(bio)) {
                crypto.addRevocationList(store, list);
                crypto.freeRevocationList(list);
                lists++;
            }
            crypto.freeBio(bio);
            if (!crypto.wasEnd() || lists == 0) {
                throw new OpenSslException("client_crl cannot be read as a list of revoked certificates");
            }
        }
    }

    /** Gives a context a certificate with its chain and key. */
    void add(final long context, final TlsCertificate certificate) {
        final List<Long> chain = certificates("certificate", certificate.chain());
        final long stack = crypto.makeStack();
        chain.stream().skip(1).forEach(x509 -> crypto.push(stack, x509));
        final long key = key(certificate.key());
        final boolean fits = key != 0 && contexts.certificate(context, chain.getFirst(), key, stack);
        final String why = fits ? "" : crypto.takeError();
        crypto.freeStack(stack);
        chain.forEach(crypto::freeCertificate);
        if (key != 0) {
            crypto.freeKey(key);
        }
        if (key == 0) {
            throw new OpenSslException("the private key of " + certificate
                    + " cannot be read; give a PEM text without a password (openssl pkey -in FILE): " + why);
        }
        if (!fits) {
            throw new OpenSslException("OpenSSL does not take " + certificate + " with its key: " + why);
        }
    }

    private long key(final String pem) {
        try (NativeText text = NativeText.of(pem)) {
            final long bio = crypto.memoryBio(text);
            final long key = crypto.readKey(bio);
            crypto.freeBio(bio);
            return key;
        }
    }

    /** Reads certificates, which are the caller's to free. */
    List<Long> certificates(final String key, final String pem) {
        final List<Long> certificates = new ArrayList<>();
        try (NativeText text = NativeText.of(pem)) {
            final long bio = crypto.memoryBio(text);
            for (long x509 = crypto.readCertificate(bio); x509 != 0; x509 = crypto.readCertificate(bio)) {
                certificates.add(x509);
            }
            crypto.freeBio(bio);
        }
        if (!crypto.wasEnd() || certificates.isEmpty()) {
            certificates.forEach(crypto::freeCertificate);
            throw new OpenSslException(key + " cannot be read as PEM: number " + (certificates.size() + 1)
                    + " of its certificates is none");
        }
        return certificates;
    }

    /** Reads what an authority says of a certificate; what is wrong with it is told, and does no harm. */
    OcspStaple staple(final TlsCertificate certificate) {
        return new OcspStaple(library, this, certificate, trouble);
    }

    /** Opens a file for secrets; null where that cannot be, which is told: clients are served without. */
    KeyLog keyLog(final String file) {
        try {
            final KeyLog opened = KeyLog.open(file);
            trouble.accept("the secrets of all connections are written to " + file
                    + " (key_log_file): whoever reads it reads what they say");
            return opened;
        } catch (final OpenSslException e) {
            trouble.accept(e.getMessage());
            return null;
        }
    }

    /** Returns what is asked of a certificate itself, without its chain. */
    int withLeaf(final TlsCertificate certificate, final LongToIntFunction asked) {
        final List<Long> chain = certificates("certificate", certificate.chain());
        try {
            return asked.applyAsInt(chain.getFirst());
        } finally {
            chain.forEach(crypto::freeCertificate);
        }
    }

    /** Returns what kind of key the certificate has that a connection is being served, 0 for none. */
    int servedKeyType(final long ssl) {
        final long key = library.ocsp().servedKey(ssl);
        return key == 0 ? 0 : crypto.keyType(key);
    }

    /** Returns what kind of key a certificate has, as {@link CryptoCalls#keyType}; 0 when it has none. */
    int keyType(final TlsCertificate certificate) {
        final long key = key(certificate.key());
        if (key == 0) {
            crypto.wasEnd();
            return 0;
        }
        final int type = crypto.keyType(key);
        crypto.freeKey(key);
        return type;
    }

    /** Frees a context that no handshake begins with any more. */
    void retire(final long context, final TlsSettings settings) {
        hosts.retire(contexts.mark(context), settings.handshakeNanos());
        contexts.free(context);
    }

    /** Returns the hosts of the certificates that a connection was served, or null. */
    List<String> hosts(final long ssl) {
        return hosts.of(library.tickets().mark(ssl));
    }

    void free(final long context) {
        contexts.free(context);
    }
}
