package io.sozu.e2e;

/** How a connection ended: after how many surplus bytes, and by a close, a reset, or not at all in time. */
record Ending(Kind kind, String surplus) {

    enum Kind { CLOSED, RESET, STILL_OPEN }
}
