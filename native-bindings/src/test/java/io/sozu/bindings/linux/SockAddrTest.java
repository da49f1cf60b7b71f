package io.sozu.bindings.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.bindings.sim.LeakCheck;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakCheck.class)
final class SockAddrTest {
    private static final int TEXT = SockAddr.MAX_BYTES;
    private static final int SIZE_BYTES = TEXT + 64;
    private final long address = NativeMemory.allocate(MemoryTag.SCRATCH, SIZE_BYTES);

    @AfterEach
    void free() {
        NativeMemory.free(MemoryTag.SCRATCH, address, SIZE_BYTES);
    }

    private String hex(final int lengthBytes) {
        return HexFormat.of().formatHex(Memory.toArray(address, lengthBytes));
    }

    private String rendered() {
        final int lengthBytes = SockAddr.renderIp(address, address + TEXT);
        assertTrue(lengthBytes <= SockAddr.MAX_IP_TEXT_BYTES);
        return new String(Memory.toArray(address + TEXT, lengthBytes), StandardCharsets.US_ASCII);
    }

    @Test
    void shouldWriteIpv4AsTheKernelWantsIt() throws UnknownHostException {
        final InetSocketAddress target = new InetSocketAddress(InetAddress.getByName("192.0.2.254"), 8080);
        Memory.putLong(address + 8, -1);
        final int lengthBytes = SockAddr.write(address, target);
        assertEquals("02001f90c00002fe0000000000000000", hex(lengthBytes));
        assertEquals(lengthBytes, SockAddr.lengthBytes(address));
        assertEquals(SocketOptions.AF_INET, SockAddr.family(address));
        assertFalse(SockAddr.isInet6(address));
        assertEquals(8080, SockAddr.port(address));
        assertEquals(target, SockAddr.read(address, lengthBytes));
        assertEquals("192.0.2.254", rendered());
    }

    @Test
    void shouldWriteIpv6AsTheKernelWantsIt() throws UnknownHostException {
        final InetSocketAddress target = new InetSocketAddress(InetAddress.getByName("2001:db8::1"), 65535);
        final int lengthBytes = SockAddr.write(address, target);
        assertEquals("0a00ffff0000000020010db800000000000000000000000100000000", hex(lengthBytes));
        assertEquals(lengthBytes, SockAddr.lengthBytes(address));
        assertTrue(SockAddr.isInet6(address));
        assertEquals(target, SockAddr.read(address, lengthBytes));
        SockAddr.port(address, 443);
        assertEquals(443, SockAddr.port(address));
    }

    @ParameterizedTest
    @CsvSource({"::,::", "::1,::1", "1::,1::", "2001:db8::1:0:0:1,2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1,2001:db8:0:1:1:1:1:1", "2001:0:0:1:0:0:0:1,2001:0:0:1::1",
        "ABCD:EF01:2345:6789:ABCD:EF01:2345:6789,abcd:ef01:2345:6789:abcd:ef01:2345:6789",
        "fe80::200:ff,fe80::200:ff", "1:2:3:4:5:6:0:0,1:2:3:4:5:6::", "0:0:3:4:5:6:7:8,::3:4:5:6:7:8",
        "0:1:0:1:0:1:0:1,0:1:0:1:0:1:0:1", "::1.2.3.4,::102:304"})
    void shouldRenderIpv6AsTheStandardWantsIt(final String literal, final String text)
            throws UnknownHostException {
        SockAddr.write(address, new InetSocketAddress(InetAddress.getByName(literal), 1));
        assertEquals(text, rendered());
    }

    @Test
    void shouldReadAndRenderAMappedIpv4AddressAsIpv4() throws UnknownHostException {
        SockAddr.write(address, new InetSocketAddress(InetAddress.getByName("::"), 80));
        Memory.putShort(address + SockAddr.INET6_ADDRESS + 10, (short) 0xffff);
        Memory.copy(new byte[] {127, 0, 0, 1}, 0, address + SockAddr.INET6_ADDRESS + 12, 4);
        assertEquals("127.0.0.1", rendered());
        assertTrue(SockAddr.isInet6(address));
        assertEquals(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 80),
                SockAddr.read(address, SockAddr.INET6_BYTES));
    }

    private long network(final String literal) throws UnknownHostException {
        SockAddr.write(address, new InetSocketAddress(InetAddress.getByName(literal), 80));
        return SockAddr.network(address);
    }

    @Test
    void shouldCountIpv4ByAddressAndIpv6ByNetwork() throws UnknownHostException {
        assertNotEquals(network("10.0.0.1"), network("10.0.0.2"));
        assertNotEquals(network("10.0.0.1"), network("1.0.0.10"));
        assertEquals(network("2001:db8:0:1::1"), network("2001:db8:0:1:ffff:ffff:ffff:ffff"));
        assertNotEquals(network("2001:db8:0:1::1"), network("2001:db8:0:2::1"));
        assertEquals(network("::1"), network("::2"));
        assertNotEquals(network("0.0.0.0"), network("::1"));
        final long plain = network("127.0.0.1");
        SockAddr.write(address, new InetSocketAddress(InetAddress.getByName("::"), 80));
        Memory.putShort(address + SockAddr.INET6_ADDRESS + 10, (short) 0xffff);
        Memory.copy(new byte[] {127, 0, 0, 1}, 0, address + SockAddr.INET6_ADDRESS + 12, 4);
        assertEquals(plain, SockAddr.network(address));
    }

    @Test
    void shouldWritePathsUpToTheLimitAndRefuseOthers() {
        assertEquals(2 + 6 + 1, SockAddr.writeUnix(address, "/run/x"));
        assertEquals("01002f72756e2f7800", hex(9));
        assertEquals("", rendered());
        final int whole = SockAddr.writeUnix(address, "/".repeat(SockAddr.MAX_PATH_BYTES));
        assertEquals(110, whole);
        assertThrows(IllegalArgumentException.class,
                () -> SockAddr.writeUnix(address, "/".repeat(SockAddr.MAX_PATH_BYTES + 1)));
        assertThrows(IllegalArgumentException.class, () -> SockAddr.writeUnix(address, ""));
        assertThrows(IllegalArgumentException.class, () -> SockAddr.writeUnix(address, "/a\0b"));
    }

    @Test
    void shouldWriteAbstractNamesUpToTheLimitAndRefuseOthers() {
        assertEquals(2 + 1 + 3, SockAddr.writeAbstract(address, "app"));
        assertEquals("010000617070", hex(6));
        assertEquals(110, SockAddr.writeAbstract(address, "n".repeat(SockAddr.MAX_PATH_BYTES)));
        assertThrows(IllegalArgumentException.class,
                () -> SockAddr.writeAbstract(address, "n".repeat(SockAddr.MAX_PATH_BYTES + 1)));
        assertThrows(IllegalArgumentException.class, () -> SockAddr.writeAbstract(address, ""));
        assertThrows(IllegalArgumentException.class, () -> SockAddr.writeAbstract(address, "a\0"));
    }

    @Test
    void shouldRefuseWhatIsNoIpAddress() {
        SockAddr.write(address, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
        assertThrows(IllegalArgumentException.class, () -> SockAddr.read(address, 15));
        assertThrows(IllegalArgumentException.class, () -> SockAddr.read(address, 0));
        final int unixBytes = SockAddr.writeUnix(address, "/run/x");
        assertThrows(IllegalArgumentException.class, () -> SockAddr.read(address, unixBytes));
        assertThrows(IllegalArgumentException.class,
                () -> SockAddr.write(address, InetSocketAddress.createUnresolved("example.org", 80)));
    }
}
