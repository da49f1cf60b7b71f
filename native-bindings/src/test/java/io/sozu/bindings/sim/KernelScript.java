package io.sozu.bindings.sim;

import io.sozu.bindings.linux.EpollFlags;
import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A sequence of calls with the answers Linux gave, run on any kernel; descriptors and ports have names. */
record KernelScript(String name, List<String> lines) {
    private static final String RESOURCE = "kernel-scripts.txt";
    private static final int PATIENCE_MILLIS = 2000;
    private static final int MSG_MORE = 0x8000;

    /** What a script needs besides the kernel's calls. */
    interface Surroundings {
        /** Lets everything under way between these descriptors arrive; some may be closed. */
        void settle(Collection<Integer> fds);

        /** Opens a connected AF_UNIX stream pair. */
        int[] pair();
    }

    /** Reads every script. */
    static List<KernelScript> all() {
        final List<KernelScript> scripts = new ArrayList<>();
        for (final String line : resource().split("\n")) {
            if (line.startsWith("== ")) {
                scripts.add(new KernelScript(line.substring(3), new ArrayList<>()));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                scripts.getLast().lines.add(line);
            }
        }
        return scripts;
    }

    private static String resource() {
        try (InputStream stream = KernelScript.class.getResourceAsStream(RESOURCE)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (final IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Runs all calls; returns the script with the answers they got here. */
    KernelScript on(final Kernel kernel, final Surroundings surroundings, final boolean settlesAlways) {
        final Run run = new Run(kernel, surroundings);
        try {
            final List<String> trace = new ArrayList<>();
            for (final String line : lines) {
                final String[] parts = line.split(" => ", 2);
                if (settlesAlways) {
                    surroundings.settle(run.fds.values());
                }
                trace.add(parts[0] + " => " + run.call(parts[0].split(" "), parts[1]));
            }
            return new KernelScript(name, trace);
        } finally {
            run.close();
        }
    }

    /** Returns the lines as one text. */
    String text() {
        return String.join("\n", lines);
    }

    boolean calls(final String call) {
        return lines.stream().anyMatch(line -> line.startsWith(call + " "));
    }

    @Override
    public String toString() {
        return name;
    }

    private static final class Run implements AutoCloseable {
        private final Kernel kernel;
        private final Surroundings surroundings;
        private final KernelUser user;
        private final Map<String, Integer> fds = new HashMap<>();
        private final Map<Long, String> names = new HashMap<>();
        private final Map<String, Integer> ports = new HashMap<>();
        private final long word = NativeMemory.allocate(MemoryTag.SCRATCH, 8);

        private Run(final Kernel kernel, final Surroundings surroundings) {
            this.kernel = kernel;
            this.surroundings = surroundings;
            user = new KernelUser(kernel);
        }

        private String call(final String[] words, final String expected) {
            final int fd = words.length > 1 ? fds.getOrDefault(words[1], -1) : -1;
            final int other = words.length > 2 ? fds.getOrDefault(words[2], -1) : -1;
            return switch (words[0]) {
                case "listen" -> opened(words[1], () -> user.listen(Integer.parseInt(words[2])));
                case "socket" -> opened(words[1], user::socket);
                case "accept" -> opened(words[1], () -> user.accept(other));
                case "eventfd" -> opened(words[1], kernel::eventFd);
                case "epoll" -> opened(words[1], kernel::epollCreate);
                case "pair" -> pair(words[1], words[2]);
                case "bound" -> result(user.bind(fd, 0));
                case "buffers" -> buffers(fd, Integer.parseInt(words[2]));
                case "connect" -> result(user.connect(fd, port(words[2])));
                case "add" -> result(user.control(fd, EpollFlags.ADD, other, bits(words[3]), other));
                case "mod" -> result(user.control(fd, EpollFlags.MODIFY, other, bits(words[3]), other));
                case "del" -> result(user.control(fd, EpollFlags.DELETE, other, 0, 0));
                case "wait" -> events(fd, words, expected);
                case "settle" -> settle();
                case "shut" -> result(kernel.shutdown(fd, List.of("rd", "wr", "rdwr").indexOf(words[2])));
                case "close" -> closed(words[1], fd);
                case "error" -> error(kernel.getOption(fd, 1, 4));
                case "peer" -> result(Math.min(0, user.peerPortOf(fd)));
                case "joined" -> Boolean.toString(user.peerPortOf(fd) == user.portOf(other)
                        && user.portOf(fd) == user.peerPortOf(other));
                default -> move(words, fd);
            };
        }

        private String move(final String[] words, final int fd) {
            return switch (words[0]) {
                case "send" -> count(user.send(fd, words[2]));
                case "send-more" -> count(user.send(fd, words[2], MSG_MORE));
                case "sendv" -> count(user.sendVector(fd, words[2], words[3]));
                case "pass" -> count(user.sendDescriptor(fd, words[2], fds.get(words[3])));
                case "get" -> opened(words[2], () -> user.receiveDescriptor(fd, Integer.parseInt(words[3])));
                case "fill" -> user.fill(fd) > 0 ? "some" : "none";
                case "stuff" -> stuff(fd);
                case "drain" -> user.drain(fd) > 0 ? "some" : "none";
                case "recv" -> text(user.receive(fd, Integer.parseInt(words[2])));
                case "peek" -> text(user.receive(fd, Integer.parseInt(words[2]), 2));
                case "count" -> {
                    Memory.putLong(word, Long.parseLong(words[2]));
                    yield result((int) Math.min(0, kernel.write(fd, word, 8)));
                }
                case "take" -> {
                    final long count = kernel.read(fd, word, 8);
                    yield count < 0 ? result((int) count) : Long.toString(Memory.getLong(word));
                }
                default -> throw new AssertionError("unknown call " + Arrays.toString(words));
            };
        }

        /** A single filling leaves room when the peer acknowledges late. */
        private String stuff(final int fd) {
            for (int i = 0; i < 3; i++) {
                user.fill(fd);
                surroundings.settle(fds.values());
            }
            return user.fill(fd) == 0 ? "full" : "some";
        }

        private String opened(final String name, final Supplier<Integer> call) {
            final int fd = call.get();
            if (fd > 0) {
                fds.put(name, fd);
                names.put((long) fd, name);
            }
            return result(Math.min(0, fd));
        }

        /** The number may be given out again: the name must not follow it. */
        private String closed(final String name, final int fd) {
            fds.put(name, Integer.MAX_VALUE);
            return result(kernel.close(fd));
        }

        private String pair(final String left, final String right) {
            final int[] pair = surroundings.pair();
            opened(left, () -> pair[0]);
            return opened(right, () -> pair[1]);
        }

        private int port(final String name) {
            return ports.computeIfAbsent(name, key -> user.portOf(fds.get(key)));
        }

        private String buffers(final int fd, final int bytes) {
            final int sent = kernel.setOption(fd, 1, 7, bytes);
            return result(sent != 0 ? sent : kernel.setOption(fd, 1, 8, bytes));
        }

        private String settle() {
            surroundings.settle(fds.values());
            return "ok";
        }

        /** A real kernel may need a moment for an event; one that should not come is not waited for. */
        private String events(final int fd, final String[] words, final String expected) {
            final int max = words.length > 2 ? Integer.parseInt(words[2]) : 64;
            final StringBuilder text = new StringBuilder();
            final int patience = expected.equals("none") ? 0 : PATIENCE_MILLIS;
            for (final KernelUser.Event event : user.events(fd, max, patience)) {
                text.append(text.isEmpty() ? "" : " ").append(names.get(event.data())).append(':')
                        .append(SimTrace.bits(event.bits()));
            }
            return text.isEmpty() ? "none" : text.toString();
        }

        private static int bits(final String text) {
            int bits = 0;
            for (final String bit : text.split("\\|")) {
                bits |= switch (bit) {
                    case "IN" -> EpollFlags.IN;
                    case "OUT" -> EpollFlags.OUT;
                    case "RDHUP" -> EpollFlags.RDHUP;
                    case "ET" -> EpollFlags.EDGE_TRIGGERED;
                    default -> throw new AssertionError("unknown bit " + bit);
                };
            }
            return bits;
        }

        private static String result(final int result) {
            return result == 0 ? "ok" : "-" + errnoName(-result);
        }

        private static String count(final long result) {
            return result < 0 ? result((int) result) : Long.toString(result);
        }

        private static String text(final String received) {
            if (!received.startsWith("[")) {
                return "\"" + received + "\"";
            }
            final int result = Integer.parseInt(received.substring(1, received.length() - 1));
            return result == 0 ? "0" : result(result);
        }

        private static String error(final int option) {
            return option == 0 ? "none" : option < 0 ? result(option) : errnoName(option);
        }

        private static String errnoName(final int errno) {
            for (final Class<?> holder : List.of(Errno.class, Errno.class)) {
                for (final Field field : holder.getDeclaredFields()) {
                    try {
                        if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class
                                && field.getInt(null) == errno) {
                            return field.getName();
                        }
                    } catch (final IllegalAccessException closed) {
                        continue;
                    }
                }
            }
            return Integer.toString(errno);
        }

        @Override
        public void close() {
            names.keySet().forEach(fd -> kernel.close((int) (long) fd));
            user.close();
            NativeMemory.free(MemoryTag.SCRATCH, word, 8);
        }
    }
}
