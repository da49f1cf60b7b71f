package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What Linux tells about processes and sockets. */
final class ProcFs {

    private ProcFs() {
    }

    /** Resident memory in bytes. */
    static long residentBytes(final long pid) throws IOException {
        return statusKiloBytes(pid, "VmRSS:") * 1024;
    }

    /** Highest resident memory so far, in bytes. */
    static long peakResidentBytes(final long pid) throws IOException {
        return statusKiloBytes(pid, "VmHWM:") * 1024;
    }

    static int openFds(final long pid) throws IOException {
        try (Stream<Path> fds = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return (int) fds.count();
        }
    }

    /** CPU time used so far, in clock ticks of 10 ms. */
    static long cpuTicks(final long pid) throws IOException {
        final String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), ISO_8859_1);
        final String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(words[11]) + Long.parseLong(words[12]);
    }

    /** True when every thread of the process is stopped: the signal reaches them one after the other. */
    static boolean stopped(final long pid) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (final Path thread : (Iterable<Path>) threads::iterator) {
                final String stat = Files.readString(thread.resolve("stat"), ISO_8859_1);
                if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
                    return false;
                }
            }
        }
        return true;
    }

    /** Pids of live processes whose command line holds {@code text}. */
    static List<Long> withArgument(final String text) throws IOException {
        final List<Long> pids = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (final Path directory : (Iterable<Path>) all::iterator) {
                final String name = directory.getFileName().toString();
                if (name.chars().allMatch(Character::isDigit) && commandLine(name).contains(text)) {
                    pids.add(Long.parseLong(name));
                }
            }
        }
        return pids;
    }

    /**
     * Bytes that wait unread in the socket bound to {@code localPort} and connected to {@code remotePort}, or
     * -1 when no IPv4 loopback socket of that kind is established any more.
     */
    static long unreadBytes(final int localPort, final int remotePort) throws IOException {
        final String local = String.format("0100007F:%04X ", localPort);
        final String remote = String.format("0100007F:%04X 0", remotePort);
        final String table = new String(Files.readAllBytes(Path.of("/proc/net/tcp")), ISO_8859_1);
        final int at = table.indexOf(local + remote);
        if (at < 0) {
            return -1;
        }
        final String[] words = table.substring(at, table.indexOf('\n', at)).split(" +");
        return words[2].equals("01") || words[2].equals("08")
                ? Long.parseLong(words[3].substring(words[3].indexOf(':') + 1), 16) : -1;
    }

    private static String commandLine(final String pid) {
        try {
            return new String(Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline")), ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    private static long statusKiloBytes(final long pid, final String key) throws IOException {
        for (final String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"), ISO_8859_1)) {
            if (line.startsWith(key)) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("no " + key + " for process " + pid);
    }
}
