package io.sozu.bindings.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.generated.linux.linux_h;
import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Sizes and offsets written by hand against those of the generated layouts and of the machine's C compiler.
 */
final class LayoutTest {
    /** The generated one is that of x86-64, the only struct listed that differs elsewhere. */
    private static final String MACHINE_DEPENDENT = "epoll_event";
    private static final int LONG = Long.BYTES;

    /** A struct's member, or its whole size when there is none, and where our code has it. */
    private record Place(String struct, String member, long ours) {
        /** Returns what the C compiler is asked. */
        private String expression() {
            final String type = struct.endsWith("_t") ? struct : "struct " + struct;
            return member == null ? "sizeof(" + type + ")" : "offsetof(" + type + ", " + member + ")";
        }
    }

    static final List<Place> PLACES = List.of(
            size("epoll_event", EpollEvents.SIZE_BYTES),
            at("epoll_event", "events", 0),
            at("epoll_event", "data", EpollEvents.DATA_OFFSET),
            size("sockaddr_in", SockAddr.INET_BYTES),
            at("sockaddr_in", "sin_family", 0),
            at("sockaddr_in", "sin_port", SockAddr.PORT),
            at("sockaddr_in", "sin_addr", SockAddr.INET_ADDRESS),
            size("sockaddr_in6", SockAddr.INET6_BYTES),
            at("sockaddr_in6", "sin6_family", 0),
            at("sockaddr_in6", "sin6_port", SockAddr.PORT),
            at("sockaddr_in6", "sin6_addr", SockAddr.INET6_ADDRESS),
            at("sockaddr_in6", "sin6_scope_id", SockAddr.INET6_SCOPE),
            size("sockaddr_un", SockAddr.PATH + SockAddr.MAX_PATH_BYTES + 1),
            at("sockaddr_un", "sun_family", 0),
            at("sockaddr_un", "sun_path", SockAddr.PATH),
            size("msghdr", MessageHeader.SIZE_BYTES),
            at("msghdr", "msg_name", MessageHeader.NAME),
            at("msghdr", "msg_namelen", MessageHeader.NAME_LENGTH),
            at("msghdr", "msg_iov", MessageHeader.VECTOR),
            at("msghdr", "msg_iovlen", MessageHeader.VECTOR_COUNT),
            at("msghdr", "msg_control", MessageHeader.CONTROL),
            at("msghdr", "msg_controllen", MessageHeader.CONTROL_LENGTH),
            at("msghdr", "msg_flags", MessageHeader.FLAGS),
            size("cmsghdr", ControlMessage.DATA),
            at("cmsghdr", "cmsg_len", ControlMessage.LENGTH),
            at("cmsghdr", "cmsg_level", ControlMessage.LEVEL),
            at("cmsghdr", "cmsg_type", ControlMessage.TYPE),
            size("iovec", 2 * LONG),
            at("iovec", "iov_base", 0),
            at("iovec", "iov_len", LONG),
            size("ucred", PeerCredentials.SIZE_BYTES),
            at("ucred", "pid", PeerCredentials.PID),
            at("ucred", "uid", PeerCredentials.UID),
            at("ucred", "gid", PeerCredentials.GID),
            at("tls_crypto_info", "cipher_type", KernelTls.CIPHER),
            size("tls12_crypto_info_aes_gcm_128", KernelTls.KEY_BYTES_128),
            size("tls12_crypto_info_aes_ccm_128", KernelTls.KEY_BYTES_128),
            size("tls12_crypto_info_aes_gcm_256", KernelTls.KEY_BYTES_256),
            size("tls12_crypto_info_chacha20_poly1305", KernelTls.KEY_BYTES_256),
            size("timespec", 2 * LONG),
            at("timespec", "tv_sec", 0),
            at("timespec", "tv_nsec", LONG),
            size("rlimit", 2 * LONG),
            at("rlimit", "rlim_cur", 0),
            at("rlimit", "rlim_max", LONG),
            size("sigset_t", SpawnCall.SIGNAL_SET_BYTES),
            size("cpu_set_t", 1024 / Byte.SIZE));

    /** Structs we only make room for. */
    private static final Map<String, Integer> ROOM = Map.of("posix_spawnattr_t", SpawnCall.ATTRIBUTES_BYTES,
            "posix_spawn_file_actions_t", SpawnCall.FILE_ACTIONS_BYTES,
            "struct sockaddr_un", SockAddr.MAX_BYTES);

    private static Place size(final String struct, final long ours) {
        return new Place(struct, null, ours);
    }

    private static Place at(final String struct, final String member, final long ours) {
        return new Place(struct, member, ours);
    }

    @ParameterizedTest
    @FieldSource("PLACES")
    void shouldLayStructsOutAsTheGeneratedCodeDoes(final Place place) throws ReflectiveOperationException {
        final boolean alike = System.getProperty("os.arch").equals("amd64");
        Assumptions.assumeTrue(alike || !place.struct.equals(MACHINE_DEPENDENT), "generated for x86-64");
        final Class<?> type = Class.forName(linux_h.class.getPackageName() + "." + place.struct);
        final MemoryLayout layout = (MemoryLayout) type.getMethod("layout").invoke(null);
        assertEquals(place.member == null ? layout.byteSize()
                : layout.byteOffset(PathElement.groupElement(place.member)), place.ours, place.expression());
    }

    @Test
    void shouldLayStructsOutAsTheCompilerOfThisMachineDoes(@TempDir final Path directory) throws Exception {
        final List<String> expressions = new ArrayList<>(PLACES.stream().map(Place::expression).toList());
        ROOM.keySet().stream().sorted().forEach(type -> expressions.add("sizeof(" + type + ")"));
        expressions.add("CMSG_SPACE(4)");
        expressions.add("CMSG_SPACE(253 * 4)");
        final Map<String, Long> sizes = evaluate(directory, expressions);
        for (final Place place : PLACES) {
            assertEquals(sizes.get(place.expression()), place.ours, place.expression());
        }
        ROOM.forEach((type, room) -> assertTrue(sizes.get("sizeof(" + type + ")") <= room, type));
        assertEquals(sizes.get("CMSG_SPACE(4)"), ControlMessage.spaceBytes(1));
        assertEquals(sizes.get("CMSG_SPACE(253 * 4)"), ControlMessage.spaceBytes(FdMessage.MAX_FDS));
    }

    @Test
    void shouldHaveTheConstantsOfTheCompilerOfThisMachine(@TempDir final Path directory) throws Exception {
        final Map<String, Long> ours = new TreeMap<>();
        for (final Class<?> type : List.of(Errno.class, SocketOptions.class, Signals.class)) {
            for (final Field constant : GeneratedConstantsTest.constants(type)) {
                ours.put(constant.getName(), (long) constant.getInt(null));
            }
        }
        ours.put("SYS_pidfd_open", (long) linux_h.SYS_pidfd_open());
        assertEquals(evaluate(directory, List.copyOf(ours.keySet())), ours);
    }

    /** Compiles and runs a program that prints the expressions' values. */
    private static Map<String, Long> evaluate(final Path directory, final List<String> expressions)
            throws IOException, InterruptedException {
        final Path source = directory.resolve("layout.c");
        final Path header = Path.of("jextract", "linux.h").toAbsolutePath();
        final StringBuilder program = new StringBuilder("#include \"" + header + "\"\n#include <stddef.h>\n"
                + "#include <stdio.h>\nint main(void) {\n");
        expressions.forEach(expression ->
                program.append("  printf(\"%lld\\n\", (long long) (").append(expression).append("));\n"));
        Files.writeString(source, program.append("  return 0;\n}\n"));
        final Path compiled = directory.resolve("layout");
        try {
            run("cc", "-o", compiled.toString(), source.toString());
        } catch (final IOException missing) {
            final String reason = "layouts not compared with C: " + missing.getMessage();
            System.out.println(reason);
            Assumptions.abort(reason);
        }
        final String[] values = run(compiled.toString()).split("\n");
        final Map<String, Long> result = new TreeMap<>();
        for (int i = 0; i < expressions.size(); i++) {
            result.put(expressions.get(i), Long.parseLong(values[i]));
        }
        return result;
    }

    private static String run(final String... command) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> String.join(" ", command) + ": " + output);
        return output;
    }
}
