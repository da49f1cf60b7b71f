package io.sozu.protocols.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.sim.GuardedBlock;
import io.sozu.bindings.sim.LeakCheck;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
final class NamesTest {
    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static FieldName field(final GuardedBlock block, final String text) {
        return FieldName.of(FieldName.find(block.place(bytes(text)), text.length()));
    }

    @Test
    void shouldFindEveryFieldNameInAnyCase() {
        try (GuardedBlock block = new GuardedBlock(256)) {
            for (final FieldName name : FieldName.values()) {
                assertEquals(name, field(block, name.text()));
                assertEquals(name, field(block, name.text().toUpperCase(Locale.ROOT)));
                for (int i = 0; i < name.text().length(); i++) {
                    final char[] other = name.text().toCharArray();
                    other[i] ^= 0x40;
                    assertEquals(FieldName.OTHER, field(block, new String(other)), name::text);
                }
                assertEquals(FieldName.OTHER, field(block, name.text() + "x"));
                assertEquals(FieldName.OTHER, field(block, name.text().substring(1)));
            }
            assertEquals(FieldName.OTHER, field(block, ""));
        }
    }

    @Test
    void shouldFindMethodsOnlyInUpperCase() {
        try (GuardedBlock block = new GuardedBlock(256)) {
            for (final Method method : Method.values()) {
                final String text = method.name();
                assertEquals(method, Method.find(block.place(bytes(text)), text.length()));
                assertEquals(method, Method.of(method.id()));
                final String lower = text.toLowerCase(Locale.ROOT);
                assertEquals(Method.OTHER, Method.find(block.place(bytes(lower)), lower.length()));
            }
        }
    }

    @Test
    void shouldClassifyCharacters() {
        for (int c = 0; c < 256; c++) {
            final String text = String.valueOf((char) c);
            assertEquals(text.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]"), Ascii.isToken((byte) c), "token " + c);
            assertEquals(c > 0x20 && c < 0x7f && c != '#', Ascii.isTarget((byte) c), "target " + c);
            assertEquals(text.matches("[0-9A-Za-z._-]"), Ascii.isHost((byte) c), "host " + c);
            assertEquals(text.matches("[0-9A-Fa-f]"), Ascii.isHex((byte) c), "hex " + c);
            if (Ascii.isHex((byte) c)) {
                assertEquals(Character.digit(c, 16), Ascii.hexValue((byte) c));
            }
            assertEquals(c >= 'A' && c <= 'Z' ? c + 32 : c, Ascii.lower((byte) c) & 0xff);
            assertEquals(c >= 'A' && c <= 'Z' ? c + 32 : c, (int) (Ascii.lower((long) c << 40) >>> 40));
        }
    }

    @Test
    void shouldFindBytesWhereverTheyStand() {
        try (GuardedBlock block = new GuardedBlock(256)) {
            for (int length = 0; length < 40; length++) {
                for (int at = 0; at < length; at++) {
                    for (final char special : new char[] {'\0', '\n', '\r', '\u001f', '\u007f'}) {
                        final char[] text = "\u00ff\t ~!\u0080a".repeat(6).substring(0, length).toCharArray();
                        text[at] = special;
                        final long address = block.place(bytes(new String(text)));
                        assertEquals(at, Ascii.findControl(address, 0, length));
                        assertEquals(at, Ascii.find(address, 0, length, (byte) special));
                        final int line = special == '\n' ? at + 1 : 0;
                        assertEquals(line, Ascii.lineStart(address, 0, length));
                    }
                }
            }
        }
    }

    @Test
    void shouldRenderNumbersAndIdentifiers() {
        try (GuardedBlock block = new GuardedBlock(64)) {
            for (final long number : new long[] {0, 9, 10, 65_535, Long.MAX_VALUE}) {
                final long end = Ascii.putDecimal(block.address(), number);
                assertEquals(String.valueOf(number), text(block.address(), (int) (end - block.address())));
            }
            final long target = block.end() - Ulid.TEXT_BYTES;
            Ulid.render(-1, -1, target);
            assertEquals("7ZZZZZZZZZZZZZZZZZZZZZZZZZ", text(target, Ulid.TEXT_BYTES));
            Ulid.render(1_469_918_176_385L << 16, 1, target);
            assertEquals("01ARYZ6S410000000000000001", text(target, Ulid.TEXT_BYTES));
        }
    }

    @Test
    void shouldMakeTheSameIdentifiersFromTheSameSeed() {
        final Ulid first = new Ulid(42);
        final Ulid second = new Ulid(42);
        first.next(1_000);
        second.next(1_000);
        assertEquals(first.high(), second.high());
        assertEquals(first.low(), second.low());
        assertEquals(1_000, first.high() >>> 16);
        second.next(1_000);
        assertNotEquals(first.low(), second.low());
    }

    private static String text(final long address, final int lengthBytes) {
        return new String(Memory.toArray(address, lengthBytes),
                StandardCharsets.ISO_8859_1);
    }

    private static long authority(final GuardedBlock block, final String text) {
        return Authority.parse(block.place(bytes(text)), text.length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8",
            "1::8", "2001:DB8::a", "::ffff:1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "64:ff9b::192.0.2.33",
            "1:2::7:8"})
    void shouldAcceptIpv6Literals(final String address) {
        try (GuardedBlock block = new GuardedBlock(256)) {
            final long parsed = authority(block, "[" + address + "]:443");
            assertEquals(address.length() + 2, Authority.hostBytes(parsed));
            assertEquals(443, Authority.port(parsed));
            assertEquals(0, Authority.port(authority(block, "[" + address + "]")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", ":::", "1", "1:2", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3",
            "12345::", "g::", ":1::2", "1::2:", "1:2:3:4:5:6:7:8::", "::1.2.3", "::1.2.3.256", "::1.2.3.4.5",
            "1.2.3.4",
            "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3.4:5", "fe80::1%eth0", "::1 ", ":1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:", "::01.2.3.0004", "1:::2", "::.1.2.3"})
    void shouldRefuseWhatIsNoIpv6Literal(final String address) {
        try (GuardedBlock block = new GuardedBlock(256)) {
            assertEquals(Authority.INVALID, authority(block, "[" + address + "]"));
        }
    }

    @Test
    void shouldAgreeWithAPatternOnNames() {
        final Pattern pattern = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*\\.?(:0{0,4}[1-9][0-9]{0,4})?");
        final char[] alphabet = "a.:1-/[".toCharArray();
        try (GuardedBlock block = new GuardedBlock(256)) {
            for (int number = 0; number < 7 * 7 * 7 * 7 * 7; number++) {
                final StringBuilder text = new StringBuilder();
                for (int rest = number; rest > 0; rest /= 7) {
                    text.append(alphabet[rest % 7]);
                }
                assertEquals(pattern.matcher(text).matches(),
                        authority(block, text.toString()) != Authority.INVALID, text::toString);
            }
        }
    }
}
