package io.sozu.protocols.http1;

import static io.sozu.protocols.http1.HeadCase.MORE;
import static io.sozu.protocols.http1.HeadCase.OK;

import java.util.List;
import java.util.stream.Stream;

/** Request heads by the ids of the project's list of hostile input; a letter marks a variant. */
final class RequestCases {
    private static final String HOST = "Host: a.test\r\n";
    private static final String GET = "GET / HTTP/1.1\r\n";
    private static final String POST = "POST / HTTP/1.1\r\n" + HOST;

    private RequestCases() {
    }

    static Stream<HeadCase> all() {
        return Stream.of(startLines(), targets(), hosts(), fields(), lengths(), codings(), options())
                .flatMap(List::stream);
    }

    private static HeadCase line(final String id, final String startLine, final String verdict) {
        return new HeadCase(id, startLine + HOST + "\r\n", verdict);
    }

    private static HeadCase target(final String id, final String target, final String verdict) {
        return line(id, "GET " + target + " HTTP/1.1\r\n", verdict);
    }

    private static HeadCase host(final String id, final String value, final String verdict) {
        return new HeadCase(id, GET + "Host: " + value + "\r\n\r\n", verdict);
    }

    private static HeadCase field(final String id, final String lines, final String verdict) {
        return new HeadCase(id, GET + HOST + lines + "\r\n", verdict);
    }

    private static HeadCase body(final String id, final String lines, final String verdict) {
        return new HeadCase(id, POST + lines + "\r\n", verdict);
    }

    private static List<HeadCase> startLines() {
        return List.of(
                line("sl01", GET, OK),
                line("sl02", "\r\n" + GET, OK),
                line("sl02b", "\r\n\r\n" + GET, "METHOD_CHARACTER"),
                line("sl02c", "\n" + GET, "METHOD_CHARACTER"),
                line("sl02d", "\r" + GET, "METHOD_CHARACTER"),
                line("sl03", "GET /\r\n", "REQUEST_LINE"),
                line("sl03b", "GET\r\n", "METHOD_CHARACTER"),
                line("sl04", "GET / HTTP/1.1 \r\n", "VERSION_SYNTAX"),
                line("sl04b", "GET / HTTP/1.1 x\r\n", "VERSION_SYNTAX"),
                line("sl05", "GET  / HTTP/1.1\r\n", "REQUEST_LINE"),
                line("sl05b", "GET /  HTTP/1.1\r\n", "VERSION_SYNTAX"),
                line("sl06", "GET\t/ HTTP/1.1\r\n", "METHOD_CHARACTER"),
                line("sl06b", "GET /\tHTTP/1.1\r\n", "REQUEST_LINE"),
                line("sl07", "GET / HTTP/1.1\n", "BARE_LF"),
                line("sl08", "GET / HTTP/1.1\rX", "BARE_CR"),
                line("sl08b", "GET / HTTP/1.1\r\r\n", "BARE_CR"),
                line("sl09", "GET / HTTP/2.0\r\n", "VERSION_UNSUPPORTED"),
                line("sl09b", "GET / HTTP/0.9\r\n", "VERSION_UNSUPPORTED"),
                line("sl10", "GET / HTTP/1.2\r\n", OK),
                line("sl11", "GET / HTTP/1.10\r\n", "VERSION_SYNTAX"),
                line("sl12", "GET / http/1.1\r\n", "VERSION_SYNTAX"),
                line("sl13", "GET / HTTP/01.1\r\n", "VERSION_SYNTAX"),
                line("sl13b", "GET / HTTP/1,1\r\n", "VERSION_SYNTAX"),
                line("sl13c", "GET / HTTP/1.\r\n", "VERSION_SYNTAX"),
                line("sl14", "GE(T / HTTP/1.1\r\n", "METHOD_CHARACTER"),
                line("sl14b", "GET\0 / HTTP/1.1\r\n", "METHOD_CHARACTER"),
                line("sl14c", "G\u00c9T / HTTP/1.1\r\n", "METHOD_CHARACTER"),
                line("sl15", "get / HTTP/1.1\r\n", OK),
                line("sl16", "BREW / HTTP/1.1\r\n", OK),
                line("sl17", "GET /" + "a".repeat(70_000) + " HTTP/1.1\r\n", "TARGET_TOO_LONG"),
                line("sl18", "G".repeat(40_000) + " / HTTP/1.1\r\n", "METHOD_TOO_LONG"),
                line("sl18b", "G".repeat(33) + " / HTTP/1.1\r\n", "METHOD_TOO_LONG"),
                line("sl18c", "G".repeat(32) + " / HTTP/1.1\r\n", OK),
                line("sl29", "CONNECT a.test:443 HTTP/1.1\r\n", "METHOD_CONNECT"),
                line("sl29b", "CONNECT / HTTP/1.1\r\n", "METHOD_CONNECT"),
                line("sl30", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
                        "METHOD_CHARACTER"),
                line("sl31", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "VERSION_UNSUPPORTED"),
                line("sl32", GET + " \r\n", "LINE_FOLDING"),
                line("sl32b", GET + "\tx: y\r\n", "LINE_FOLDING"),
                line("sl33", " " + GET, "METHOD_CHARACTER"),
                new HeadCase("empty", "", MORE),
                new HeadCase("cr", "\r", MORE),
                new HeadCase("crlf", "\r\n", MORE),
                new HeadCase("half line", "GET / HTT", MORE),
                new HeadCase("no blank line", GET + HOST, MORE),
                new HeadCase("half blank line", GET + HOST + "\r", MORE));
    }

    private static List<HeadCase> targets() {
        return List.of(
                target("sl19", "/a\0b", "TARGET_CHARACTER"),
                target("sl19b", "/a\u007fb", "TARGET_CHARACTER"),
                target("sl20", "/caf\u00e9", "TARGET_CHARACTER"),
                target("sl21", "/a b", "VERSION_SYNTAX"),
                target("sl22", "/a#frag", "TARGET_FRAGMENT"),
                target("sl23", "a/b", "TARGET_FORM"),
                target("sl23b", "a.test:80", "TARGET_FORM"),
                target("sl24", "*", "TARGET_FORM"),
                target("sl24b", "*/", "TARGET_FORM"),
                line("sl25", "OPTIONS * HTTP/1.1\r\n", OK),
                line("sl25b", "OPTIONS ** HTTP/1.1\r\n", "TARGET_FORM"),
                target("sl26", "http://a.test/x?y", OK),
                target("sl26b", "HTTPS://a.test", OK),
                target("sl26c", "http://a.test?y", OK),
                line("sl26d", "OPTIONS http://a.test HTTP/1.1\r\n", OK),
                target("sl27", "http://other.test:81/x", OK),
                target("sl28", "http://user@a.test/", "HOST_SYNTAX"),
                target("sl28b", "http://user:pw@a.test/", "HOST_SYNTAX"),
                target("sl28c", "http:///x", "HOST_SYNTAX"),
                target("sl28d", "http://", "TARGET_FORM"),
                target("sl28e", "ftp://a.test/", "TARGET_FORM"),
                target("sl28f", "http:/a.test/", "TARGET_FORM"),
                target("sl28g", "http://a.test:0/", "HOST_SYNTAX"),
                target("sl28h", "http://a.test\\@b.test/", "HOST_SYNTAX"),
                target("sl34", "/a%00b", "TARGET_ENCODING"),
                target("sl34b", "/a%0", "TARGET_ENCODING"),
                target("sl34c", "/a%zz", "TARGET_ENCODING"),
                target("sl34d", "/a?b=%zz&c=%", OK),
                target("sl34e", "/a%", "TARGET_ENCODING"),
                target("sl34f", "/a%41?", OK),
                target("sl35", "/a/../b", "TARGET_DOT_SEGMENT"),
                target("sl35b", "/./b", "TARGET_DOT_SEGMENT"),
                target("sl35c", "/..", "TARGET_DOT_SEGMENT"),
                target("sl35d", "/a/.", "TARGET_DOT_SEGMENT"),
                target("sl35e", "/a/%2e%2E/b", "TARGET_DOT_SEGMENT"),
                target("sl35f", "/a/.%2e?x", "TARGET_DOT_SEGMENT"),
                target("sl35g", "/a/..%2fb", "TARGET_DOT_SEGMENT"),
                target("sl35h", "/a%2f..", "TARGET_DOT_SEGMENT"),
                target("sl35i", "/a/..%5Cb", "TARGET_DOT_SEGMENT"),
                target("sl35j", "/a/..;x=y/b", "TARGET_DOT_SEGMENT"),
                target("sl35k", "/a/..\\b", "TARGET_CHARACTER"),
                target("sl35l", "/a/.../..b/.c/d..", OK),
                target("sl35m", "/a?x=/../y", OK),
                target("sl35n", "http://a.test/../b", "TARGET_DOT_SEGMENT"),
                target("sl35o", "/a%2fb", OK),
                target("sl35p", "/a/..%3bx/b", "TARGET_DOT_SEGMENT"),
                target("legal", "/a-._~!$&'()*+,;=:@/b|c?d{}|^`\"<>\\[]", OK),
                target("slashes", "//a//b", OK));
    }

    private static List<HeadCase> hosts() {
        return List.of(
                new HeadCase("ho01", GET + "\r\n", "HOST_MISSING"),
                new HeadCase("ho01b", "GET http://a.test/ HTTP/1.1\r\n\r\n", "HOST_MISSING"),
                field("ho02", HOST, "HOST_REPEATED"),
                field("ho03", "host: b.test\r\n", "HOST_REPEATED"),
                new HeadCase("ho03b", "GET / HTTP/1.0\r\n" + HOST + HOST + "\r\n", "HOST_REPEATED"),
                host("ho04", "a b", "HOST_SYNTAX"),
                host("ho05", "a.test, b.test", "HOST_SYNTAX"),
                host("ho06", "user@a.test", "HOST_SYNTAX"),
                host("ho07", "a.test:99999", "HOST_SYNTAX"),
                host("ho07b", "a.test:65536", "HOST_SYNTAX"),
                host("ho07c", "a.test:65535", OK),
                host("ho07d", "a.test:0", "HOST_SYNTAX"),
                host("ho07e", "a.test:", "HOST_SYNTAX"),
                host("ho07f", "a.test:000080", "HOST_SYNTAX"),
                host("ho08", "a.test:80x", "HOST_SYNTAX"),
                host("ho08b", "a.test:+80", "HOST_SYNTAX"),
                host("ho09", "a.test/x", "HOST_SYNTAX"),
                host("ho10", "", "HOST_SYNTAX"),
                host("ho10b", ":80", "HOST_SYNTAX"),
                new HeadCase("ho11", GET + "Host : a.test\r\n\r\n", "SPACE_BEFORE_COLON"),
                host("ho12", "a\0b", "VALUE_CHARACTER"),
                host("ho13", "[::1", "HOST_SYNTAX"),
                host("ho13b", "::1", "HOST_SYNTAX"),
                host("ho13c", "[::1]", OK),
                host("ho13d", "[::1]:8080", OK),
                host("ho13e", "[::1]x", "HOST_SYNTAX"),
                new HeadCase("ho14", "GET / HTTP/1.0\r\n\r\n", OK),
                host("ho15", "a..b", "HOST_SYNTAX"),
                host("ho15b", ".a", "HOST_SYNTAX"),
                host("ho15c", "A_b-c.test.", OK),
                host("ho15d", "a%41", "HOST_SYNTAX"),
                host("ho15e", "caf\u00e9", "HOST_SYNTAX"),
                host("ho15f", "a".repeat(255), OK),
                host("ho15g", "a".repeat(256), "HOST_SYNTAX"));
    }

    private static List<HeadCase> fields() {
        return List.of(
                field("fi01", "X : y\r\n", "SPACE_BEFORE_COLON"),
                field("fi02", "X\t: y\r\n", "SPACE_BEFORE_COLON"),
                field("fi03", ": y\r\n", "NAME_EMPTY"),
                field("fi04", "X\r\n", "NAME_WITHOUT_COLON"),
                field("fi04b", "X\n", "NAME_WITHOUT_COLON"),
                field("fi05", "X: y\r\n z\r\n", "LINE_FOLDING"),
                field("fi05b", "X: y\r\n\tz\r\n", "LINE_FOLDING"),
                new HeadCase("fi06", GET + " " + HOST + "\r\n", "LINE_FOLDING"),
                field("fi07", "X: a\0b\r\n", "VALUE_CHARACTER"),
                field("fi08", "X: a\rb\r\n", "BARE_CR"),
                field("fi08b", "X: a\r\r\n", "BARE_CR"),
                field("fi09", "X: y\n", "BARE_LF"),
                field("fi09b", "\n", "BARE_LF"),
                field("fi10", "X: a\u0001b\r\n", "VALUE_CHARACTER"),
                field("fi10b", "X: a\u007fb\r\n", "VALUE_CHARACTER"),
                field("fi10c", "X: \u001f\r\n", "VALUE_CHARACTER"),
                field("fi11", "X\u00e9: y\r\n", "NAME_CHARACTER"),
                field("fi12", "X[: y\r\n", "NAME_CHARACTER"),
                field("fi12b", "X\0: y\r\n", "NAME_CHARACTER"),
                field("fi13", "X: " + "a".repeat(100_000) + "\r\n", OK),
                field("fi14", "X: y\r\n".repeat(2_000), "TOO_MANY_FIELDS"),
                field("fi14b", "X: y\r\n".repeat(127), OK),
                field("fi14c", "X: y\r\n".repeat(128), "TOO_MANY_FIELDS"),
                field("fi14d", "X: y\r\n".repeat(200) + "bad\r\n", "NAME_WITHOUT_COLON"),
                field("fi15", "X:\r\nY: \r\n", OK),
                field("fi16", "X:y\r\n", OK),
                field("fi17", "X: \t y \t \r\n", OK),
                field("fi18", "Content_Length: 5\r\nTransfer_Encoding: chunked\r\n", OK),
                field("fi19", "X: caf\u00e9\u00ff\u0080\r\n", OK),
                field("fi20", "X: y\r\n\rz", "BARE_CR"),
                field("fi21", "Connection: close, X-Secret\r\nX-Secret: 1\r\n", OK),
                field("fi22", "Connection: Content-Length\r\nContent-Length: 5\r\n",
                        "CONNECTION_NAMES_FRAMING"),
                field("fi22b", "Connection: close,transfer-encoding\r\n", "CONNECTION_NAMES_FRAMING"),
                field("fi22c", "Connection: HOST\r\n", "CONNECTION_NAMES_FRAMING"),
                field("fi22d", "Connection: " + "a,".repeat(33) + "\r\n", "CONNECTION_TOO_LONG"),
                field("fi23", "Keep-Alive: 5\r\nProxy-Connection: x\r\nTE: gzip\r\nUpgrade: h2c\r\n", OK));
    }

    private static List<HeadCase> lengths() {
        return List.of(
                body("cl01", "Content-Length: 5\r\n", OK),
                body("cl02", "Content-Length: -1\r\n", "LENGTH_SYNTAX"),
                body("cl03", "Content-Length: +5\r\n", "LENGTH_SYNTAX"),
                body("cl04", "Content-Length: 5,5\r\n", "LENGTH_SYNTAX"),
                body("cl05", "Content-Length: 5, 6\r\n", "LENGTH_SYNTAX"),
                body("cl06", "Content-Length: 0x5\r\n", "LENGTH_SYNTAX"),
                body("cl07", "Content-Length: 5 5\r\n", "LENGTH_SYNTAX"),
                body("cl08", "Content-Length:\r\n", "LENGTH_SYNTAX"),
                body("cl09", "Content-Length: 5_\r\n", "LENGTH_SYNTAX"),
                body("cl10", "Content-Length: 123456789012345678901\r\n", "LENGTH_SYNTAX"),
                body("cl11", "Content-Length: 1e1\r\n", "LENGTH_SYNTAX"),
                body("cl12", "Content-Length: \u000b5\r\n", "VALUE_CHARACTER"),
                body("cl13", "Content-Length: 5;a\r\n", "LENGTH_SYNTAX"),
                body("cl14", "Content-Length: \"5\"\r\n", "LENGTH_SYNTAX"),
                body("cl15", "Content-Length: 18446744073709551621\r\n", "LENGTH_SYNTAX"),
                body("cl15b", "Content-Length: 9223372036854775808\r\n", "LENGTH_SYNTAX"),
                body("cl15c", "Content-Length: 9223372036854775807\r\n", OK),
                body("cl16", "Content-Length: 5\r\nContent-Length: 5\r\n", "LENGTH_REPEATED"),
                body("cl17", "Content-Length: 5\r\nContent-Length: 6\r\n", "LENGTH_REPEATED"),
                body("cl18", "Content-Length: \r\nContent-Length: 5\r\n", "LENGTH_SYNTAX"),
                body("cl19", "Content-Length: 005\r\n", OK),
                body("cl20", "Content-Length : 5\r\n", "SPACE_BEFORE_COLON"),
                body("cl20b", "Content-Length\u00a0: 5\r\n", "NAME_CHARACTER"),
                field("cl21", "Content-Length: 5\r\n", OK));
    }

    private static List<HeadCase> codings() {
        return List.of(
                body("te01", "Transfer-Encoding: chunked\r\n", OK),
                body("te02", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "LENGTH_AND_CODING"),
                body("te03", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "LENGTH_AND_CODING"),
                body("te04", "Transfer-Encoding: chunked, chunked\r\n", "CODING_UNKNOWN"),
                body("te05", "Transfer-Encoding: identity\r\n", "CODING_UNKNOWN"),
                body("te06", "Transfer-Encoding: chunked, identity\r\n", "CODING_UNKNOWN"),
                body("te07", "Transfer-Encoding: gzip\r\n", "CODING_UNKNOWN"),
                body("te08", "Transfer-Encoding: xchunked\r\n", "CODING_UNKNOWN"),
                body("te09", "Transfer-Encoding: \"chunked\"\r\n", "CODING_UNKNOWN"),
                body("te10", "Transfer-Encoding: ,chunked\r\n", "CODING_UNKNOWN"),
                body("te11", "Transfer-Encoding: chunked;q=1\r\n", "CODING_UNKNOWN"),
                body("te12", "Transfer-Encoding: \u000bchunked\r\n", "VALUE_CHARACTER"),
                body("te13", "Transfer-Encoding: chunked\0\r\n", "VALUE_CHARACTER"),
                body("te14", "Transfer-Encoding: chu nked\r\n", "CODING_UNKNOWN"),
                body("te14b", "Transfer-Encoding:\r\n", "CODING_UNKNOWN"),
                body("te15", "Transfer-Encoding: gzip, chunked\r\n", "CODING_UNKNOWN"),
                body("te16", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                        "CODING_REPEATED"),
                body("te17", "Transfer-Encoding : chunked\r\n", "SPACE_BEFORE_COLON"),
                body("te18", "Transfer-Encoding:\r\n chunked\r\n", "CODING_UNKNOWN"),
                body("te18b", "X: y\r\n Transfer-Encoding: chunked\r\n", "LINE_FOLDING"),
                new HeadCase("te19", "POST / HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n",
                        "CODING_IN_VERSION_1_0"),
                body("te20", "TRANSFER-ENCODING: CHUNKED\r\n", OK),
                body("te21", "Transfer_Encoding: chunked\r\nContent-Length: 5\r\n", OK),
                body("te22", "Content-Length: 5\r\nX: y\nTransfer-Encoding: chunked\r\n", "BARE_LF"),
                body("te23", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                        "CODING_UNKNOWN"));
    }

    private static List<HeadCase> options() {
        return List.of(
                field("pi03", "Connection: close\r\n", OK),
                field("pi06", "Expect: 100-continue\r\n", OK),
                body("pi06b", "Expect: 100-Continue\r\nContent-Length: 5\r\n", OK),
                body("pi07", "Expect: 200-ok\r\nContent-Length: 5\r\n", "EXPECTATION_UNKNOWN"),
                body("pi07b", "Expect: 100-continue\r\nExpect: 100-continue\r\n", "EXPECTATION_UNKNOWN"),
                new HeadCase("pi07c", "POST / HTTP/1.0\r\n" + HOST + "Expect: x\r\n\r\n", OK),
                field("pi14", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                        + "HTTP2-Settings: AA\r\n", OK));
    }
}
