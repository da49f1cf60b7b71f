package io.sozu.control.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where servers listen, as operators write it. */
final class BackendAddressTest {
    private static InvalidConfigException refused(final String text) {
        return assertThrows(InvalidConfigException.class, () -> BackendAddress.parse("address", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.5:3000", "[2001:db8::1]:80", "unix:/run/app.sock", "unix:/r\u00e9/a b",
        "unix:@app", "unix:@app/worker 1", "app:80", "app.internal.:3000", "a_b.c-d.e1:65535"})
    void shouldWriteWhatItRead(final String text) {
        final BackendAddress address = BackendAddress.parse("address", text);

        assertEquals(text, address.text());
        assertEquals(address, BackendAddress.parse("address", address.text()));
    }

    @Test
    void shouldTellAPathFromAnIpAddress() {
        assertInstanceOf(BackendAddress.Inet.class, BackendAddress.parse("address", "127.0.0.1:80"));
        assertEquals(new BackendAddress.Unix("/run/app.sock"),
            BackendAddress.parse("address", "unix:/run/app.sock"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "unix:|neither an absolute path nor an abstract name",
        "unix:app.sock|neither an absolute path nor an abstract name",
        "unix:./app.sock|neither an absolute path nor an abstract name",
        "unix:/|neither an absolute path nor an abstract name",
        "unix:@|neither an absolute path nor an abstract name",
        "unix://host/x|two slashes"})
    void shouldRefuseWhatNamesNoSocket(final String text, final String problem) {
        assertTrue(refused(text).getMessage().contains(problem), refused(text).getMessage());
    }

    @Test
    void shouldRefuseControlCharactersAndBrokenText() {
        for (final String text : new String[] {"unix:/a\0b", "unix:@\0", "unix:/a\nb", "unix:/a\ud800"}) {
            assertTrue(refused(text).getMessage().contains("control character"), text);
        }
    }

    @ParameterizedTest
    @CsvSource({"App.Internal:80, app.internal:80", "b\u00fccher.example:80, xn--bcher-kva.example:80",
        "localhost:3000, localhost:3000"})
    void shouldWriteANameInItsOneForm(final String text, final String expected) {
        assertInstanceOf(BackendAddress.Name.class, BackendAddress.parse("address", text));
        assertEquals(expected, BackendAddress.parse("address", text).text());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "app|has no port",
        "app:0|has a port outside",
        "app:65536|port",
        "app:99999|port",
        "app:http|has a port that is no number",
        "*.app:80|is no host name",
        "a..b:80|is no host name",
        "-a:80|is no host name",
        "a b:80|is no host name",
        "a/b:80|is no host name",
        "127.1:80|is no IPv4 address",
        "127.0.0.256:80|is no IPv4 address",
        "1.2.3.4.:80|is no IPv4 address",
        "0x7f.0x1:80|is a name",
        "http://app:80|is an IPv6 address without brackets"})
    void shouldRefuseWhatIsNoName(final String text, final String problem) {
        assertTrue(refused(text).getMessage().contains(problem), refused(text).getMessage());
    }

    @Test
    void shouldRefuseANameThatIsTooLong() {
        assertTrue(refused("a".repeat(64) + ":80").getMessage().contains("is no host name"));
        final String long254 = ("a".repeat(63) + ".").repeat(3) + "a".repeat(62);
        assertTrue(refused(long254 + ":80").getMessage().contains("is no host name"));
    }

    @Test
    void shouldNameABackendAfterEachAddressOfItsName() throws UnknownHostException {
        final BackendConfig backend = new BackendConfig("web", "b", BackendAddress.parse("address", "app:80"),
            "s", 7, true, 9);

        assertEquals(new BackendConfig("web", "b@10.0.0.1",
            BackendAddress.parse("address", "10.0.0.1:80"), "s-0a000001", 7, true, 9, "app"),
            backend.at(InetAddress.getByName("10.0.0.1")));
        assertEquals("b@2001:db8::1", backend.at(InetAddress.getByName("2001:db8::1")).backendId());
        assertThrows(InvalidConfigException.class,
            () -> BackendConfig.of("web", "b".repeat(201), backend.address()));
        assertThrows(InvalidConfigException.class,
            () -> new BackendConfig("web", "b", backend.address(), "s".repeat(32), 7, true));
    }

    @Test
    void shouldCountTheBytesOfAPath() {
        BackendAddress.parse("address", "unix:/" + "p".repeat(106));
        BackendAddress.parse("address", "unix:@" + "n".repeat(107));
        assertTrue(refused("unix:/" + "p".repeat(107)).getMessage().contains("has 108 bytes"));
        assertTrue(refused("unix:@" + "n".repeat(108)).getMessage().contains("has 108 bytes"));
        assertTrue(refused("unix:/" + "\u00e9".repeat(54)).getMessage().contains("has 109 bytes"));
    }
}
