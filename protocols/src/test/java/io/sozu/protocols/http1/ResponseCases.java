package io.sozu.protocols.http1;

import static io.sozu.protocols.http1.HeadCase.MORE;
import static io.sozu.protocols.http1.HeadCase.OK;

import java.util.List;
import java.util.stream.Stream;

/** Response heads by the ids of the project's list of hostile input; a letter marks a variant. */
final class ResponseCases {
    private static final String LINE = "HTTP/1.1 200 OK\r\n";

    private ResponseCases() {
    }

    static Stream<HeadCase> all() {
        return Stream.of(statusLines(), fields()).flatMap(List::stream);
    }

    private static HeadCase line(final String id, final String statusLine, final String verdict) {
        return new HeadCase(id, statusLine + "X: y\r\n\r\n", verdict);
    }

    private static HeadCase field(final String id, final String lines, final String verdict) {
        return new HeadCase(id, LINE + lines + "\r\n", verdict);
    }

    private static List<HeadCase> statusLines() {
        return List.of(
                line("rs01", LINE, OK),
                line("rs01b", "HTTP/1.1 200 \r\n", OK),
                line("rs01c", "HTTP/1.1 200\r\n", OK),
                line("rs01d", "HTTP/1.1 200 caf\u00e9 \t x\r\n", OK),
                line("rs01e", "HTTP/1.1 999 Odd\r\n", OK),
                line("rs03", "HTTP/1.1 2000 OK\r\n", "STATUS_CODE"),
                line("rs04", "HTTP/1.1 20 OK\r\n", "STATUS_CODE"),
                line("rs05", "HTTP/1.1 abc OK\r\n", "STATUS_CODE"),
                line("rs05b", "HTTP/1.1 099 OK\r\n", "STATUS_CODE"),
                line("rs05c", "HTTP/1.1 -20 OK\r\n", "STATUS_CODE"),
                line("rs05d", "HTTP/1.1  200 OK\r\n", "STATUS_CODE"),
                line("rs05e", "HTTP/1.1 200OK\r\n", "STATUS_LINE"),
                line("rs06", "HTTP/2.0 200 OK\r\n", "VERSION_UNSUPPORTED"),
                line("rs06b", "HTTP/1.2 200 OK\r\n", "VERSION_UNSUPPORTED"),
                line("rs06c", "HTTP/0.9 200 OK\r\n", "VERSION_UNSUPPORTED"),
                line("rs06d", "http/1.1 200 OK\r\n", "VERSION_SYNTAX"),
                line("rs06e", "HTTP/1.1\t200 OK\r\n", "STATUS_LINE"),
                line("rs07", "garbage\r\n", "VERSION_SYNTAX"),
                line("rs07b", "HTTP/1.1 200 a\0b\r\n", "STATUS_LINE"),
                line("rs07c", "HTTP/1.1 200 a\rb\r\n", "BARE_CR"),
                new HeadCase("rs08", "", MORE),
                new HeadCase("rs09", "HTTP/1.1 200 O", MORE),
                new HeadCase("rs09b", LINE + "Content-Le", MORE),
                line("rs32", "HTTP/1.1 101 Switching Protocols\r\n", "UNSOLICITED_UPGRADE"),
                line("rs34", "HTTP/1.0 200 OK\r\n", OK),
                line("rs37", "\r\n" + LINE, "VERSION_SYNTAX"),
                line("rs38", "HTTP/1.1 200 OK\n", "BARE_LF"));
    }

    private static List<HeadCase> fields() {
        return List.of(
                field("rs13", "Content-Length: 5\r\nContent-Length: 6\r\n", "LENGTH_REPEATED"),
                field("rs14", "Content-Length: 5\r\nContent-Length: 5\r\n", "LENGTH_REPEATED"),
                field("rs15", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", OK),
                field("rs16", "Content-Length: -1\r\n", "LENGTH_SYNTAX"),
                field("rs17", "Content-Length: 2, 3\r\n", "LENGTH_SYNTAX"),
                field("rs19", "X: a\0b\r\n", "VALUE_CHARACTER"),
                field("rs20", "X: a\rb\r\n", "BARE_CR"),
                field("rs21", "X : y\r\n", "SPACE_BEFORE_COLON"),
                field("rs22", "X: y\r\n z\r\n", "LINE_FOLDING"),
                field("rs23", "X\r\n", "NAME_WITHOUT_COLON"),
                field("rs35", "Transfer-Encoding: gzip\r\n", "CODING_UNKNOWN"),
                field("rs35b", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                        "CODING_REPEATED"),
                new HeadCase("rs35c", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                        "CODING_IN_VERSION_1_0"),
                field("rs38b", "X: y\n", "BARE_LF"),
                field("rs38c", "X: y\r\n\n", "BARE_LF"),
                field("rs39", "Connection: X-A, Keep-Alive\r\nX-A: 1\r\nKeep-Alive: timeout=5\r\n", OK),
                field("rs39b", "Connection: Content-Length\r\nContent-Length: 1\r\n",
                        "CONNECTION_NAMES_FRAMING"),
                field("fi14", "X: y\r\n".repeat(2_000), "TOO_MANY_FIELDS"));
    }
}
