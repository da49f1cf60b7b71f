package io.sozu.demo;

import io.sozu.bindings.openssl.OpenSsl;
import io.sozu.bindings.openssl.SelfSigned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A certificate for this machine alone, made anew each time, in files that go with their directory.
 *
 * @param certificate what clients are to believe
 * @param key its private key, which only its owner can read
 */
record DemoCertificate(Path certificate, Path key) {
    private static final List<String> NAMES = List.of("localhost", "*.localhost", "127.0.0.1", "::1");
    private static final int DAYS = 7;

    /**
     * Makes a certificate.
     *
     * @throws IOException when a file cannot be written
     */
    static DemoCertificate make(final OpenSsl library, final Path directory) throws IOException {
        final SelfSigned made = SelfSigned.make(library, NAMES, DAYS);
        final Path key = Files.createFile(directory.resolve("key.pem"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, made.key());
        return new DemoCertificate(Files.writeString(directory.resolve("certificate.pem"),
                made.certificate()), key);
    }
}
