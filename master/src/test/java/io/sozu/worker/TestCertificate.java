package io.sozu.worker;

import io.sozu.protocols.tls.TlsCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate that signs itself, made when it is needed. */
record TestCertificate(KeyStore store, TlsCertificate served) {
    private static final String PASSWORD = "changeit";

    /** @param algorithm EC or RSA */
    static TestCertificate make(final String algorithm, final String name) {
        return make(algorithm, name, List.of());
    }

    /**
     * Makes one with more options of keytool.
     *
     * @param algorithm EC, RSA or Ed25519
     */
    static TestCertificate make(final String algorithm, final String name, final List<String> options) {
        try {
            final Path folder = Files.createTempDirectory("sozu-certificate");
            final Path file = folder.resolve("store.p12");
            final List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
                    "-alias", "a", "-keyalg", algorithm, "-dname", "CN=" + name, "-ext",
                    "SAN=dns:" + name, "-validity", "2", "-storetype", "PKCS12", "-keystore",
                    file.toString(), "-storepass", PASSWORD));
            command.addAll(options);
            final Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
            final String said = new String(keytool.getInputStream().readAllBytes());
            if (keytool.waitFor() != 0) {
                throw new AssertionError(said);
            }
            final KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream stream = Files.newInputStream(file)) {
                store.load(stream, PASSWORD.toCharArray());
            }
            Files.delete(file);
            Files.delete(folder);
            final X509Certificate x509 = (X509Certificate) store.getCertificate("a");
            return new TestCertificate(store, new TlsCertificate(algorithm + " " + name, List.of(name),
                    pem("CERTIFICATE", x509.getEncoded()),
                    pem("PRIVATE KEY", store.getKey("a", PASSWORD.toCharArray()).getEncoded()),
                    x509.getNotAfter().getTime()));
        } catch (final IOException | GeneralSecurityException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** For a client that shows it. */
    KeyManager[] keyManagers() throws GeneralSecurityException {
        final KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, PASSWORD.toCharArray());
        return factory.getKeyManagers();
    }

    /** For a server that shows it, and believes every client. */
    SSLContext context() {
        try {
            final SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers(), TlsServingTest.TRUST, null);
            return context;
        } catch (final GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String pem(final String label, final byte[] bytes) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(bytes) + "\n-----END " + label + "-----\n";
    }
}
