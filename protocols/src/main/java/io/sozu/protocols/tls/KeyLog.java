package io.sozu.protocols.tls;

import io.sozu.bindings.openssl.OpenSslException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file for the secrets of all connections of a listener, in the form that Wireshark reads; for people who
 * search for a fault, and slow. Only its owner can read it. Lines of all workers are whole, as each is
 * appended by one call.
 */
final class KeyLog implements AutoCloseable {
    private final FileChannel file;

    private KeyLog(final FileChannel file) {
        this.file = file;
    }

    /** @throws OpenSslException when it cannot be written */
    static KeyLog open(final String name) {
        try {
            return new KeyLog(FileChannel.open(Path.of(name), Set.of(StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))));
        } catch (final IOException e) {
            throw new OpenSslException("key_log_file \"" + name + "\" cannot be written: " + e.getMessage());
        }
    }

    /** @throws OpenSslException when such a file cannot be there */
    static void check(final String name) {
        final Path path = Path.of(name);
        if (!Files.isWritable(Files.exists(path) ? path : path.toAbsolutePath().getParent())) {
            throw new OpenSslException("key_log_file \"" + name + "\" cannot be written");
        }
    }

    /** Appends a line, which is given without its end. */
    void write(final String line) {
        try {
            file.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.US_ASCII)));
        } catch (final IOException e) {
            // What clients get does not hang on a file that is for looking on.
            return;
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (final IOException e) {
            return;
        }
    }
}
