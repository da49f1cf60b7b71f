package io.sozu.bindings.linux;

/** Operations and event bits of epoll_ctl(2). */
public final class EpollFlags {
    public static final int IN = 0x001;
    public static final int OUT = 0x004;
    public static final int ERR = 0x008;
    public static final int HUP = 0x010;
    public static final int RDHUP = 0x2000;
    public static final int EXCLUSIVE = 1 << 28;
    public static final int EDGE_TRIGGERED = 1 << 31;

    public static final int ADD = 1;
    public static final int DELETE = 2;
    public static final int MODIFY = 3;

    private EpollFlags() {
    }
}
