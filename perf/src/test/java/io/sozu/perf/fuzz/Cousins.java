package io.sozu.perf.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes inputs that are much like others: bytes changed, dropped, doubled, two inputs spliced. */
final class Cousins {
    private static final String[] PIECES = {"\r\n", "\n", "\r", " ", "\t", ":", "\0", "\u00ff", ",", ";",
        "\"", "0", "\r\n\r\n", "Host: b\r\n", "Content-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\n", "0\r\n\r\n",
        "GET /x HTTP/1.1\r\nHost: c\r\n\r\n", "chunked", "Connection: close\r\n", "[", "]", "{", "}",
        "=", "#",
        "..", "%2e", "http://", "HTTP/1.0", "Expect: 100-continue\r\n", "-1", "18446744073709551621"};
    private static final int MAX_BYTES = 8_000;

    private final List<byte[]> origins;
    private final SplittableRandom random;

    Cousins(final List<byte[]> origins, final long seed) {
        this.origins = origins;
        this.random = new SplittableRandom(seed);
    }

    byte[] next() {
        byte[] input = origin();
        for (int i = random.nextInt(4); i >= 0; i--) {
            input = changed(input);
        }
        return input.length <= MAX_BYTES ? input : Arrays.copyOf(input, MAX_BYTES);
    }

    private byte[] origin() {
        return origins.get(random.nextInt(origins.size())).clone();
    }

    private byte[] changed(final byte[] input) {
        if (input.length == 0) {
            return origin();
        }
        final int at = random.nextInt(input.length);
        final int length = Math.min(input.length - at, 1 + random.nextInt(random.nextBoolean() ? 2 : 40));
        return switch (random.nextInt(7)) {
            case 0 -> spliced(input, at, 1, new byte[] {(byte) random.nextInt(256)});
            case 1 -> spliced(input, at, length, new byte[0]);
            case 2, 3 -> spliced(input, at, 0, Oracle.bytes(PIECES[random.nextInt(PIECES.length)]));
            case 4 -> spliced(input, random.nextInt(input.length), 0,
                    Arrays.copyOfRange(input, at, at + length));
            case 5 -> spliced(input, at, input.length - at, tail(origin()));
            default -> spliced(input, at, 1, new byte[] {(byte) (input[at] ^ 1 << random.nextInt(8))});
        };
    }

    private byte[] tail(final byte[] input) {
        return input.length == 0 ? input
                : Arrays.copyOfRange(input, random.nextInt(input.length), input.length);
    }

    private static byte[] spliced(final byte[] input, final int at, final int dropped, final byte[] added) {
        final byte[] result = new byte[input.length - dropped + added.length];
        System.arraycopy(input, 0, result, 0, at);
        System.arraycopy(added, 0, result, at, added.length);
        System.arraycopy(input, at + dropped, result, at + added.length, input.length - at - dropped);
        return result;
    }
}
