package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** One connection of Java's own TLS client to a loopback port. One thread. */
final class TlsClient implements AutoCloseable {
    private static final char[] NO_PASSWORD = new char[0];

    private final SSLSocket socket;
    private final MessageReader reader;

    /**
     * Connects and shakes hands.
     *
     * @param host the name the client asks for, null for none
     * @throws javax.net.ssl.SSLException when the proxy refuses, or shows what the context does not trust
     */
    TlsClient(final SSLContext context, final int port, final String host,
            final Consumer<SSLParameters> choice) throws IOException {
        socket = (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        try {
            final SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(host == null ? List.of() : List.of(new SNIHostName(host)));
            choice.accept(parameters);
            socket.setSSLParameters(parameters);
            socket.setSoTimeout((int) Await.PATIENCE.toMillis());
            socket.startHandshake();
            reader = new MessageReader(socket.getInputStream());
        } catch (final IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Returns a context that trusts an authority and shows a certificate of a file, null for none. */
    static SSLContext context(final TestAuthority trusted, final TestAuthority own,
            final String certificate) {
        try {
            final TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            final KeyStore authorities = empty();
            authorities.setCertificateEntry("ca", certificate(trusted, "ca.pem"));
            trust.init(authorities);
            final KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            final KeyStore mine = empty();
            if (certificate != null) {
                mine.setKeyEntry("own", key(own, certificate + ".key"), NO_PASSWORD,
                        new X509Certificate[] {certificate(own, certificate + ".pem")});
            }
            keys.init(mine, NO_PASSWORD);
            final SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (final GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        final KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** Reads a certificate of an authority's directory. */
    static X509Certificate certificate(final TestAuthority authority, final String file) throws IOException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(
                    new ByteArrayInputStream(authority.text(file).getBytes(ISO_8859_1)));
        } catch (final GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static PrivateKey key(final TestAuthority authority, final String file)
            throws GeneralSecurityException, IOException {
        final byte[] bytes = Base64.getMimeDecoder().decode(authority.text(file).replaceAll("-----.*", ""));
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(bytes));
    }

    /** Returns the certificate that the proxy has shown. */
    X509Certificate shown() throws IOException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    /** Returns the protocol inside that was agreed on, empty for none. */
    String protocol() {
        return socket.getApplicationProtocol();
    }

    Answer get(final String host, final String target) throws IOException {
        socket.getOutputStream().write(("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                .getBytes(ISO_8859_1));
        final Head head = reader.responseHead();
        if (head == null) {
            throw new WireCut("before a response", false, false);
        }
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        final List<Field> trailers = reader.body(Framing.ofResponse(head, "GET"), body::write);
        return new Answer(head, body.toByteArray(), trailers, List.of());
    }

    /** Waits for the end of the connection; false when something else comes, or nothing in time. */
    boolean isEnded() throws IOException {
        return reader.atEnd();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
