package io.sozu.control;

import io.sozu.control.model.CertificateMaterial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Certificates of the tests, good until 2126 but for the one that has expired. */
public final class TestTls {
    private static final Path DIRECTORY = Path.of("src/test/resources/io/sozu/control/tls");

    private TestTls() {
    }

    /** Returns a file's text. */
    public static String text(final String name) {
        try {
            return Files.readString(DIRECTORY.resolve(name));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a certificate of {@code a.example.com} and {@code *.b.example.com}. */
    public static CertificateMaterial ec() {
        return CertificateMaterial.of(text("ec.pem"), List.of(), text("ec.key"), null);
    }

    /** Returns a certificate of {@code rsa.example.com}, a common name, with its chain. */
    public static CertificateMaterial rsa() {
        return CertificateMaterial.of(text("rsa.pem"), List.of(text("inter.pem")), text("rsa1.key"),
            "/run/ocsp");
    }
}
