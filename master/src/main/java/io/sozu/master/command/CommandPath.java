package io.sozu.master.command;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.linux.Processes;
import io.sozu.bindings.linux.SockAddr;
import io.sozu.bindings.linux.SocketOptions;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.channel.UnixProbe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The place of the command socket in the file system: free, left behind by a dead master, or in use. */
public final class CommandPath {
    private static final int UMASK = 0177;
    private static final int BACKLOG = 128;
    private static final int OTHERS_WRITE = 02;
    private static final int GROUP_WRITE = 020;
    private static final int STICKY = 01000;
    private static final int SOCKET_TYPE = 0140000;
    private static final int TYPE_MASK = 0170000;

    private final Kernel kernel;
    private final Processes processes;
    private final Path path;
    private Object inode;

    public CommandPath(final Kernel kernel, final Processes processes, final Path path) {
        this.kernel = kernel;
        this.processes = processes;
        this.path = path;
    }

    public Path path() {
        return path;
    }

    /** Returns why no socket can be made here, in one line with the cure, or null. */
    public String problem() {
        final Path directory = path.toAbsolutePath().getParent();
        if (!Files.isDirectory(directory)) {
            return "command_socket " + path + ": there is no directory " + directory + ": make it";
        }
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return Files.isWritable(directory) ? null : "command_socket " + path
                    + ": this user may not write to "
                    + directory + ": choose another path or change its owner";
        }
        if ((mode(path) & TYPE_MASK) != SOCKET_TYPE) {
            return "command_socket " + path
                    + " is there and is no socket: move it away or choose another path";
        }
        final int result = UnixProbe.connect(kernel, path.toString());
        if (result == 0) {
            return "a master already runs at " + path + ": stop it (sozuctl --socket " + path
                    + " shutdown) or choose another command_socket";
        }
        return result == -Errno.ECONNREFUSED || result == -Errno.ENOENT ? null : "command_socket " + path
                + " cannot be probed: " + Errno.describe(-result);
    }

    /** Returns a warning when others can replace the socket by one of their own, or null. */
    public String warning() {
        final Path directory = path.toAbsolutePath().getParent();
        final int mode = mode(directory);
        final boolean open = (mode & (OTHERS_WRITE | GROUP_WRITE)) != 0 && (mode & STICKY) == 0;
        return open ? "the directory of the command socket, " + directory
                + ", can be written to by other users, "
                + "who could replace the socket: chmod go-w " + directory : null;
    }

    /**
     * Makes the socket, for its owner alone, and puts it in place at once: nobody ever finds a half-made one.
     *
     * @return a listening descriptor
     * @throws IOException when it cannot be made; the message names the path
     */
    public int listen() throws IOException {
        final Path temporary = temporary();
        final int fd = kernel.socket(SocketOptions.AF_UNIX, SocketOptions.SOCK_STREAM, 0);
        int result = fd;
        if (fd >= 0) {
            Files.deleteIfExists(temporary);
            final int formerMask = processes.umask(UMASK);
            result = bind(fd, temporary);
            processes.umask(formerMask);
        }
        if (result >= 0) {
            result = kernel.listen(fd, BACKLOG);
        }
        if (result < 0) {
            kernel.close(fd);
            throw new IOException("command_socket " + path + " cannot be opened: " + Errno.describe(-result));
        }
        if (!temporary.equals(path)) {
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        inode = inode();
        return fd;
    }

    private Path temporary() {
        final Path other = path.resolveSibling("." + ProcessHandle.current().pid());
        return other.toString().getBytes(StandardCharsets.UTF_8).length <= SockAddr.MAX_PATH_BYTES ? other
                : path;
    }

    /** Removes the socket, unless another master's stands there by now. */
    public void remove() {
        if (inode != null && inode.equals(inode())) {
            try {
                Files.deleteIfExists(path);
            } catch (final IOException e) {
                inode = null;
            }
        }
    }

    private int bind(final int fd, final Path at) {
        final long address = NativeMemory.allocate(MemoryTag.SCRATCH, SockAddr.MAX_BYTES);
        try {
            return kernel.bind(fd, address, SockAddr.writeUnix(address, at.toString()));
        } finally {
            NativeMemory.free(MemoryTag.SCRATCH, address, SockAddr.MAX_BYTES);
        }
    }

    private static int mode(final Path file) {
        try {
            return (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        } catch (final IOException e) {
            return 0;
        }
    }

    private Object inode() {
        try {
            return Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
        } catch (final IOException e) {
            return null;
        }
    }
}
