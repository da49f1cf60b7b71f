package io.sozu.bindings.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.generated.linux.linux_h;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Constants written by hand against those that jextract found in the C library's headers. */
final class GeneratedConstantsTest {
    private static final Map<String, String> EPOLL_NAMES = Map.of("EDGE_TRIGGERED", "EPOLLET", "ADD",
            "EPOLL_CTL_ADD", "DELETE", "EPOLL_CTL_DEL", "MODIFY", "EPOLL_CTL_MOD");

    /** Returns the value of an expression like {@code MAP_PRIVATE|MAP_ANONYMOUS}. */
    private static int generated(final String expression) throws ReflectiveOperationException {
        int value = 0;
        for (final String name : expression.split("\\|")) {
            value |= (int) linux_h.class.getMethod(name).invoke(null);
        }
        return value;
    }

    static List<Field> constants(final Class<?> type) {
        final List<Field> constants = new ArrayList<>();
        for (final Field field : type.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
                constants.add(field);
            }
        }
        return constants;
    }

    @ParameterizedTest
    @ValueSource(classes = {Errno.class, SocketOptions.class, Signals.class})
    void shouldHaveTheValuesOfTheHeaders(final Class<?> type) throws ReflectiveOperationException {
        final List<Field> constants = constants(type);
        assertTrue(constants.size() > 10);
        for (final Field constant : constants) {
            assertEquals(generated(constant.getName()), constant.getInt(null), constant.getName());
        }
    }

    @Test
    void shouldHaveTheEventBitsAndOperationsOfTheHeaders() throws ReflectiveOperationException {
        for (final Field constant : constants(EpollFlags.class)) {
            final String name = EPOLL_NAMES.getOrDefault(constant.getName(), "EPOLL" + constant.getName());
            assertEquals(generated(name), constant.getInt(null), name);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "linux.LinuxKernel,NONBLOCK_CLOEXEC,EFD_CLOEXEC|EFD_NONBLOCK",
        "linux.LinuxKernel,NONBLOCK_CLOEXEC,SOCK_CLOEXEC|SOCK_NONBLOCK",
        "linux.LinuxKernel,EPOLL_CLOEXEC,EPOLL_CLOEXEC",
        "linux.LinuxKernel,CLOCK_REALTIME,CLOCK_REALTIME",
        "linux.KernelTls,TLS_CIPHER_AES_GCM_128,TLS_CIPHER_AES_GCM_128",
        "linux.KernelTls,TLS_CIPHER_AES_GCM_256,TLS_CIPHER_AES_GCM_256",
        "linux.KernelTls,TLS_CIPHER_AES_CCM_128,TLS_CIPHER_AES_CCM_128",
        "linux.KernelTls,TLS_CIPHER_CHACHA20_POLY1305,TLS_CIPHER_CHACHA20_POLY1305",
        "linux.Processes,SYS_PIDFD_OPEN,SYS_pidfd_open",
        "linux.Processes,WNOHANG,WNOHANG",
        "linux.Processes,RLIMIT_NOFILE,RLIMIT_NOFILE",
        "linux.Processes,MAX_CPUS,CPU_SETSIZE",
        "linux.SpawnCall,SETPGROUP,POSIX_SPAWN_SETPGROUP",
        "linux.SpawnCall,SETSIGDEF,POSIX_SPAWN_SETSIGDEF",
        "linux.SpawnCall,SETSIGMASK,POSIX_SPAWN_SETSIGMASK",
        "memory.MappedBlocks,PROT_READ_WRITE,PROT_READ|PROT_WRITE",
        "memory.MappedBlocks,MAP_PRIVATE_ANONYMOUS,MAP_PRIVATE|MAP_ANONYMOUS",
        "memory.MappedBlocks,MADV_NOHUGEPAGE,MADV_NOHUGEPAGE"})
    void shouldPassTheValuesOfTheHeaders(final String type, final String field, final String expression)
            throws ReflectiveOperationException {
        final Field constant = Class.forName("io.sozu.bindings." + type).getDeclaredField(field);
        constant.setAccessible(true);
        assertEquals(generated(expression), constant.getInt(null), expression);
    }
}
