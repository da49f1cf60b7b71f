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

    private static final int[] BITS = {IN, OUT, ERR, HUP, RDHUP, EXCLUSIVE, EDGE_TRIGGERED};
    private static final String[] NAMES = {"IN", "OUT", "ERR", "HUP", "RDHUP", "EXCLUSIVE", "ET"};

    private EpollFlags() {
    }

    /** Returns event bits as text, {@code IN|OUT|RDHUP}; bits without a name follow in hexadecimal. */
    public static String describe(final int bits) {
        final StringBuilder text = new StringBuilder();
        int rest = bits;
        for (int i = 0; i < BITS.length; i++) {
            if ((bits & BITS[i]) != 0) {
                text.append(text.isEmpty() ? "" : "|").append(NAMES[i]);
                rest &= ~BITS[i];
            }
        }
        if (rest != 0 || text.isEmpty()) {
            text.append(text.isEmpty() ? "" : "|").append("0x").append(Integer.toHexString(rest));
        }
        return text.toString();
    }
}
