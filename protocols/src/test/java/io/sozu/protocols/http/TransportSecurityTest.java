package io.sozu.protocols.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.bindings.sim.LeakCheck;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakCheck.class)
final class TransportSecurityTest {
    private static String render(final long security) {
        final long block = NativeMemory.allocate(MemoryTag.SCRATCH, TransportSecurity.MAX_BYTES);
        try {
            final int bytes = (int) (TransportSecurity.render(security, block) - block);
            assertTrue(bytes <= TransportSecurity.MAX_BYTES, "bytes: " + bytes);
            return new String(Memory.toArray(block, bytes), StandardCharsets.US_ASCII);
        } finally {
            NativeMemory.free(MemoryTag.SCRATCH, block, TransportSecurity.MAX_BYTES);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, false, false, max-age=0", "31536000, true, false, max-age=31536000; includeSubDomains",
        "1, false, true, max-age=1; preload",
        "2147483647, true, true, max-age=2147483647; includeSubDomains; preload"})
    void shouldSayWhatItWasMadeOf(final int seconds, final boolean subdomains, final boolean preload,
            final String value) {
        for (final boolean replaces : new boolean[] {false, true}) {
            final long security = TransportSecurity.of(seconds, subdomains, preload, replaces);
            assertEquals("Strict-Transport-Security: " + value + "\r\n", render(security));
            assertEquals(replaces, TransportSecurity.replaces(security));
            assertTrue(security > TransportSecurity.NONE);
        }
    }

    @Test
    void shouldRefuseATimeBeforeNow() {
        assertThrows(IllegalArgumentException.class, () -> TransportSecurity.of(-1, false, false, false));
    }
}
