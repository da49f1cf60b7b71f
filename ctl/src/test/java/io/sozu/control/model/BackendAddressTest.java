package io.sozu.control.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
        "unix:@app", "unix:@app/worker 1"})
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

    @Test
    void shouldCountTheBytesOfAPath() {
        BackendAddress.parse("address", "unix:/" + "p".repeat(106));
        BackendAddress.parse("address", "unix:@" + "n".repeat(107));
        assertTrue(refused("unix:/" + "p".repeat(107)).getMessage().contains("has 108 bytes"));
        assertTrue(refused("unix:@" + "n".repeat(108)).getMessage().contains("has 108 bytes"));
        assertTrue(refused("unix:/" + "\u00e9".repeat(54)).getMessage().contains("has 109 bytes"));
    }
}
