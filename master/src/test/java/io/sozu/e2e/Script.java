package io.sozu.e2e;

import java.io.IOException;

/** What a scripted backend does with one request. Runs on the connection's own thread; may block. */
interface Script {
    void play(Served served) throws IOException;
}
