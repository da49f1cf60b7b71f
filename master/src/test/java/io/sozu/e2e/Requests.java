package io.sozu.e2e;

/** The plain requests tests start from. */
final class Requests {
    /** The host every test configuration routes. */
    static final String HOST = "a.test";

    private Requests() {
    }

    static String get(final String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n";
    }

    static String head(final String target) {
        return "HEAD " + target + " HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n";
    }

    static String post(final String target, final String body) {
        return "POST " + target + " HTTP/1.1\r\nHost: " + HOST + "\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    /** A GET with more field lines, each ended by CRLF. */
    static String getWith(final String target, final String fieldLines) {
        return "GET " + target + " HTTP/1.1\r\nHost: " + HOST + "\r\n" + fieldLines + "\r\n";
    }
}
