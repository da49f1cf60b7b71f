package io.sozu.protocols.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.bindings.sim.LeakCheck;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakCheck.class)
final class HostBindingsTest {
    private static final List<String> NAMES = List.of("a.test", "*.b.test", "Deep.C.test.", "*.test2",
            "localhost", "127.0.0.1", "2001:db8:0:0:0:0:0:1", "::ffff:10.0.0.1");
    private final HostBindings bindings = new HostBindings();

    private boolean covers(final int binding, final String host) {
        final byte[] bytes = host.getBytes(StandardCharsets.ISO_8859_1);
        final long block = NativeMemory.allocate(MemoryTag.SCRATCH, bytes.length + 1);
        try {
            Memory.copy(bytes, 0, block, bytes.length);
            return bindings.covers(binding, block, bytes.length);
        } finally {
            NativeMemory.free(MemoryTag.SCRATCH, block, bytes.length + 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"a.test, true", "A.TEST, true", "a.test., true", "b.test, false", "x.b.test, true",
        "X.B.Test., true", "x.y.b.test, false", ".b.test, false", "deep.c.test, true", "x.deep.c.test, false",
        "c.test, false", "a.test2, true", "test2, false", "test, false", "localhost, true", "localhos, false",
        "127.0.0.1, true", "127.0.0.2, false", "[2001:db8::1], true", "[2001:DB8:0::0:1], true",
        "[2001:db8::2], false", "[2001:db8::1:0:0:0:1], false", "[::ffff:10.0.0.1], true",
        "[::ffff:a00:1], true", "[::], false", "[1::], false", "*.b.test, true", "'', true"})
    void shouldCoverNamesWildcardsOfOneLabelAndAddresses(final String host, final boolean covered) {
        assertEquals(covered, covers(bindings.add(NAMES), host));
    }

    @Test
    void shouldCoverNothingWhereThereIsNoName() {
        final int binding = bindings.add(List.of());
        assertFalse(covers(binding, "a"));
        assertFalse(covers(binding, "[::1]"));
    }

    @Test
    void shouldFindEachOfManyNamesAndNoOther() {
        final List<String> names = new ArrayList<>(IntStream.range(0, 3000)
                .mapToObj(i -> (i % 3 == 0 ? "*.w" : "n") + i + ".test").toList());
        final int binding = bindings.add(names);
        for (int i = 0; i < 3000; i++) {
            assertTrue(covers(binding, (i % 3 == 0 ? "x.w" : "n") + i + ".test"), "name " + i);
            assertFalse(covers(binding, (i % 3 == 0 ? "n" : "w") + i + ".test"), "name " + i);
        }
    }

    @Test
    void shouldReadAddressesAsJavaDoes() throws UnknownHostException {
        final Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            final byte[] bytes = new byte[16];
            for (int at = 0; at < 16; at += 2) {
                bytes[at + 1] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : 0);
                bytes[at] = (byte) (random.nextInt(4) == 0 ? random.nextInt() : 0);
            }
            bytes[0] = 0x20;
            final String text = InetAddress.getByAddress(bytes).getHostAddress();
            final int from = random.nextInt(8);
            final String shorter = shortened(text, from);
            final int binding = bindings.add(List.of(text));
            assertTrue(covers(binding, "[" + text + "]"), text);
            assertTrue(covers(binding, "[" + shorter + "]"), text + " as " + shorter);
            bindings.release(binding);
        }
    }

    /** Writes the run of zeros from a group on as two colons, where there is one. */
    private static String shortened(final String text, final int from) {
        final String[] groups = text.split(":");
        int to = from;
        while (to < groups.length && groups[to].equals("0")) {
            to++;
        }
        return to == from ? text : String.join(":", List.of(groups).subList(0, from)) + "::"
                + String.join(":", List.of(groups).subList(to, groups.length));
    }

    @Test
    void shouldKeepHostsAsLongAsSomebodyHoldsThem() {
        final int first = bindings.add(List.of("a"));
        bindings.hold(first);
        bindings.release(first);
        assertTrue(covers(first, "a"));
        final int second = bindings.add(List.of("b"));
        assertNotEquals(first, second);
        bindings.release(first);
        assertEquals(1, bindings.live());
        final int third = bindings.add(List.of("c"));
        assertEquals(first, third);
        assertTrue(covers(third, "c") && !covers(third, "a") && covers(second, "b"));
    }

    @Test
    void shouldGrow() {
        for (int i = 0; i < 100; i++) {
            bindings.add(List.of("n" + i));
        }
        assertEquals(100, bindings.live());
        assertTrue(covers(1, "n0") && covers(100, "n99") && !covers(100, "n0"));
    }
}
