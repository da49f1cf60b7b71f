package io.sozu.eventloop.sink;

import io.sozu.bindings.linux.Kernel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Opens what the configuration calls a log target. Control path. */
public final class LogTarget {
    private static final String KNOWN = "use stdout, stderr, file://PATH or udp://IP:PORT";

    private LogTarget() {
    }

    /**
     * Opens {@code stdout}, {@code stderr}, {@code file://PATH} or {@code udp://IP:PORT}.
     *
     * @param writerKernel an instance for the writer's thread alone
     * @return the sink; the caller, a {@link LogWriter} as a rule, closes it
     * @throws IllegalArgumentException when the target is none of those
     * @throws IOException when it cannot be opened; the message names it
     */
    public static LogSink open(final String target, final Kernel writerKernel) throws IOException {
        final int scheme = target.indexOf("://");
        final String rest = target.substring(scheme < 0 ? 0 : scheme + 3);
        try {
            return switch (scheme < 0 ? target : target.substring(0, scheme)) {
                case "stdout" -> new DescriptorSink(writerKernel, 1);
                case "stderr" -> new DescriptorSink(writerKernel, 2);
                case "file" -> new FileSink(path(target, rest));
                case "udp" -> new DatagramSink(address(target));
                default -> throw new IllegalArgumentException("log target \"" + target + "\": " + KNOWN);
            };
        } catch (final IOException e) {
            throw new IOException("log target \"" + target + "\" cannot be opened: " + e, e);
        }
    }

    private static Path path(final String target, final String path) {
        try {
            if (!path.isEmpty()) {
                return Path.of(path);
            }
        } catch (final InvalidPathException e) {
            throw new IllegalArgumentException("log target \"" + target + "\": " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("log target \"" + target + "\" names no file");
    }

    private static InetSocketAddress address(final String target) {
        try {
            final URI uri = URI.create(target);
            if (uri.getHost() != null && uri.getPort() > 0 && uri.getPort() < 65_536) {
                final InetSocketAddress address = new InetSocketAddress(uri.getHost(), uri.getPort());
                if (!address.isUnresolved()) {
                    return address;
                }
            }
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException("log target \"" + target + "\": " + KNOWN, e);
        }
        throw new IllegalArgumentException("log target \"" + target + "\": " + KNOWN);
    }
}
