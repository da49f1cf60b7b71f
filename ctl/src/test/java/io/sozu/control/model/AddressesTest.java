package io.sozu.control.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Addresses as operators write them. */
final class AddressesTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:80, 127.0.0.1:80",
        "0.0.0.0:65535, 0.0.0.0:65535",
        "[::]:1, [::]:1",
        "[::1]:8080, [::1]:8080",
        "[2001:DB8:0:0:1:0:0:1]:443, [2001:db8::1:0:0:1]:443",
        "[2001:db8:0:1:1:1:1:1]:443, [2001:db8:0:1:1:1:1:1]:443",
        "[fe80:0:0:0:0:0:0:0]:1, [fe80::]:1",
        "[::ffff:10.0.0.1]:1, 10.0.0.1:1",
        "[::ffff:a00:1]:1, 10.0.0.1:1"})
    void shouldWriteAnAddressInItsOneForm(final String text, final String expected) {
        final InetSocketAddress address = Addresses.parse("address", text);

        assertEquals(expected, Addresses.format(address));
        assertEquals(address, Addresses.parse("address", expected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, value = {
        "''|is no address",
        "80|has no port",
        "127.0.0.1|has no port",
        "127.0.0.1:|has a port outside 1 to 65535",
        "127.0.0.1:0|has a port outside 1 to 65535",
        "127.0.0.1:00080|has a port outside 1 to 65535",
        "127.0.0.1:65536|has a port outside 1 to 65535",
        "127.0.0.1:99999999999999999999|has a port outside 1 to 65535",
        "127.0.0.1:http|has a port that is no number",
        "127.0.0.1:-1|has a port that is no number",
        "127.0.0.1:+1|has a port that is no number",
        "127.0.0.1: 1|has a port that is no number",
        ":80|is no IPv4 address",
        "127.1:80|is no IPv4 address",
        "127.0.0.256:80|is no IPv4 address",
        "127.0.0.01:80|is no IPv4 address",
        "1.2.3.4.:80|is no IPv4 address",
        " 1.2.3.4:80|is no IPv4 address",
        "0x7f.0.0.1:80|is a name, names are not looked up",
        "localhost:80|is a name, names are not looked up",
        "::1:80|is an IPv6 address without brackets",
        "[]:80|is no IPv6 address",
        "[::1:80|is an IPv6 address without brackets",
        "[1.2.3.4]:80|is no IPv6 address",
        "[:::1]:80|is no IPv6 address",
        "[12345::]:80|is no IPv6 address",
        "[fe80::1%eth0]:80|has a zone, which is not served"})
    void shouldSayWhatIsWrongWithAnAddress(final String text, final String problem) {
        final String message = assertThrows(InvalidConfigException.class, () -> Addresses.parse("address",
            text))
            .getMessage();

        assertEquals("address '" + text + "' " + problem + "; write IP:PORT, as 127.0.0.1:8080 or [::1]:8080",
            message);
    }

    @Test
    void shouldReadBackEveryAddressItWrites() throws UnknownHostException {
        for (long seed = 0; seed < 5000; seed++) {
            final Random random = new Random(seed);
            final byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(bytes);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] &= (byte) (random.nextInt(3) == 0 ? -1 : 0);
            }
            final InetSocketAddress address = new InetSocketAddress(InetAddress.getByAddress(bytes),
                1 + random.nextInt(65_535));
            assertEquals(address, Addresses.parse("address", Addresses.format(address)), "seed " + seed);
        }
    }

    @Test
    void shouldEscapeAndCutWhatOthersWrote() {
        assertEquals("'a\\u001b\\u000a\\u00e9'", Quote.of("a\u001b\n\u00e9"));
        assertTrue(Quote.of("x".repeat(10_000)).length() < 100);
    }

    @Test
    void shouldFoldHostNamesToOneForm() {
        final InetSocketAddress address = Addresses.parse("address", "127.0.0.1:80");

        assertEquals("*.xn--bcher-kva.example",
            new FrontendKey(address, "*.B\u00fccher.Example", PathRule.ANY, null).hostname());
        assertEquals("*./[A-Z]\\.\\D/.xn--bcher-kva.example",
            new FrontendKey(address, "*./[A-Z]\\.\\D/.B\u00fccher.Example", PathRule.ANY, null).hostname());
        assertEquals(new FrontendKey(address, "A.b", PathRule.ANY, null),
            new FrontendKey(address, "a.B", PathRule.ANY, null));
    }

    @ParameterizedTest
    @CsvSource({"a b", "a*.b", "*a", "*.*.a", "a.*", "-a", "a-", "a..b", ".a", "a.", "[::1]", "a:80", "/a.b",
            "//.b", "/a/b",
        "a/b/.c", "/\u00e9/.b", "/a b/.c", "fa\u00df.de", "*."})
    void shouldRefuseWhatIsNoHostName(final String host) {
        final InetSocketAddress address = Addresses.parse("address", "127.0.0.1:80");

        final InvalidConfigException refused = assertThrows(InvalidConfigException.class,
            () -> new FrontendKey(address, host, PathRule.ANY, null));
        assertEquals("hostname", refused.field());
    }
}
