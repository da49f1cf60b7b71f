package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;

/** Listening sockets on loopback that speak TLS, by Java's own. */
final class TlsSockets {
    private static final char[] PASSWORD = {};
    private static final int BACKLOG = 256;

    private TlsSockets() {
    }

    /** Returns a socket that shows a certificate of an authority, whose key is one of ECDSA. */
    static SSLServerSocket listen(final TestAuthority authority, final String file) throws IOException {
        return listen(authority, file, null);
    }

    /** Returns one that takes only clients with a certificate of another authority. */
    static SSLServerSocket listen(final TestAuthority authority, final String file,
            final TestAuthority clients) throws IOException {
        try {
            final KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(store(authority, file), PASSWORD);
            final SSLContext context = SSLContext.getInstance("TLS");
            if (clients == null) {
                context.init(keys.getKeyManagers(), null, null);
            } else {
                final TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
                final KeyStore believed = empty();
                believed.setCertificateEntry("ca", certificate(clients.text("ca.pem")));
                trust.init(believed);
                context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            }
            final SSLServerSocket socket = (SSLServerSocket) context.getServerSocketFactory()
                    .createServerSocket(0, BACKLOG, InetAddress.getByName("127.0.0.1"));
            socket.setNeedClientAuth(clients != null);
            return socket;
        } catch (final GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyStore store(final TestAuthority authority, final String file)
            throws GeneralSecurityException, IOException {
        final KeyStore store = empty();
        final String key = authority.text(file + ".key").replaceAll("-----[A-Z ]+-----|\\s", "");
        store.setKeyEntry("own", KeyFactory.getInstance("EC").generatePrivate(
                new PKCS8EncodedKeySpec(Base64.getDecoder().decode(key))), PASSWORD,
                new Certificate[] {certificate(authority.text(file + ".pem"))});
        return store;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        final KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, PASSWORD);
        return store;
    }

    private static Certificate certificate(final String pem) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(UTF_8)));
    }
}
