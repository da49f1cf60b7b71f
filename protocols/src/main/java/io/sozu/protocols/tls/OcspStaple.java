package io.sozu.protocols.tls;

import io.sozu.bindings.openssl.NativeText;
import io.sozu.bindings.openssl.OcspCalls;
import io.sozu.bindings.openssl.OpenSsl;
import io.sozu.bindings.openssl.OpenSslException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What an authority says of a certificate, from a file that the operator refreshes and that is looked at once
 * a minute at most. What is no good there is told, and what was good stays as long as it is. Control path: a
 * file is read, but seldom.
 */
final class OcspStaple implements AutoCloseable {
    private static final long LOOK_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int MAX_BYTES = 1 << 16;

    private final OcspCalls calls;
    private final TlsContexts contexts;
    private final TlsCertificate certificate;
    private final Consumer<String> trouble;
    private FileTime read;
    private long lookedNanos;
    private long goodUntilNanos;
    private NativeText response;

    OcspStaple(final OpenSsl library, final TlsContexts contexts, final TlsCertificate certificate,
            final Consumer<String> trouble) {
        this.calls = library.ocsp();
        this.contexts = contexts;
        this.certificate = certificate;
        this.trouble = trouble;
        look(System.nanoTime());
    }

    /**
     * Checks that a certificate's file says something good of it.
     *
     * @throws OpenSslException saying what is wrong; what is only out of date is not
     */
    static void check(final OpenSsl library, final TlsContexts contexts, final TlsCertificate certificate) {
        if (certificate.ocspFile() != null) {
            try (NativeText der = NativeText.of(bytes(certificate.ocspFile()))) {
                secondsLeft(library.ocsp(), contexts, certificate, der);
            }
        }
    }

    private static byte[] bytes(final String file) {
        try {
            final byte[] bytes = Files.readAllBytes(Path.of(file));
            if (bytes.length > MAX_BYTES) {
                throw wrong(file, "is larger than " + MAX_BYTES + " bytes");
            }
            return bytes;
        } catch (final IOException e) {
            throw unreadable(file, e);
        }
    }

    private static OpenSslException unreadable(final String file, final IOException why) {
        return switch (why) {
            case NoSuchFileException e -> wrong(file, "is not there: no such file; a relative name starts at"
                    + " the directory of the configuration file");
            case AccessDeniedException e -> wrong(file,
                    "cannot be read: permission denied; make it readable for the user that runs the proxy");
            default -> wrong(file, "cannot be read: " + why.getMessage());
        };
    }

    private static OpenSslException wrong(final String file, final String what) {
        return new OpenSslException("ocsp_file \"" + file + "\" " + what);
    }

    private static int secondsLeft(final OcspCalls calls, final TlsContexts contexts,
            final TlsCertificate certificate, final NativeText der) {
        final int left = contexts.withLeaf(certificate, x509 -> calls.secondsLeft(der, x509));
        final String file = certificate.ocspFile();
        switch (left) {
            case OcspCalls.NO_RESPONSE -> throw wrong(file, "is no OCSP response in DER; make one by"
                    + " openssl ocsp -issuer CHAIN -cert CERTIFICATE -url URL -respout FILE");
            case OcspCalls.NO_ANSWER -> throw wrong(file, "says that the authority could not answer");
            case OcspCalls.OTHER_CERTIFICATE -> throw wrong(file, "does not speak of " + certificate);
            case OcspCalls.NOT_GOOD -> throw wrong(file,
                    "says that " + certificate + " is revoked or unknown");
            default -> {
                return left;
            }
        }
    }

    private void look(final long nowNanos) {
        lookedNanos = nowNanos;
        try {
            final FileTime changed = Files.getLastModifiedTime(Path.of(certificate.ocspFile()));
            if (!changed.equals(read)) {
                read = changed;
                take(NativeText.of(bytes(certificate.ocspFile())), nowNanos);
            }
        } catch (final IOException e) {
            trouble.accept(unreadable(certificate.ocspFile(), e).getMessage());
        } catch (final OpenSslException e) {
            trouble.accept(e.getMessage());
        }
    }

    private void take(final NativeText der, final long nowNanos) {
        int left = 0;
        try {
            left = secondsLeft(calls, contexts, certificate, der);
        } finally {
            if (left == 0) {
                der.close();
            }
        }
        if (left == 0) {
            throw wrong(certificate.ocspFile(), "is out of date");
        }
        close();
        response = der;
        goodUntilNanos = nowNanos + TimeUnit.SECONDS.toNanos(left);
    }

    /** Shows it to a client that has asked; returns whether there was something good to show. */
    boolean show(final long ssl) {
        final long nowNanos = System.nanoTime();
        if (nowNanos - lookedNanos >= LOOK_NANOS) {
            look(nowNanos);
        }
        return response != null && goodUntilNanos - nowNanos > 0
                && calls.show(ssl, response.address(), response.lengthBytes());
    }

    @Override
    public void close() {
        if (response != null) {
            response.close();
            response = null;
        }
    }
}
