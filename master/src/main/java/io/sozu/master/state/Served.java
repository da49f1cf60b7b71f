package io.sozu.master.state;

/**
 * Which values of Sōzu's configuration are obeyed; the others are known and refused, or warned of in a file.
 */
final class Served {
    static final boolean EXPECT_PROXY = false;
    static final boolean HTTPS = true;
    static final boolean HTTP_2 = false;

    private Served() {
    }
}
