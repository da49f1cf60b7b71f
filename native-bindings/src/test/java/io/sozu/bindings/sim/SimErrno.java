package io.sozu.bindings.sim;

/** Error numbers only the simulation answers with. */
final class SimErrno {
    static final int EFAULT = 14;
    static final int ENOTSOCK = 88;
    static final int EPROTONOSUPPORT = 93;
    static final int EOPNOTSUPP = 95;
    static final int EAFNOSUPPORT = 97;
    static final int EISCONN = 106;

    private SimErrno() {
    }
}
