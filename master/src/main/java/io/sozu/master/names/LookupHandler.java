package io.sozu.master.names;

import java.net.InetAddress;
import java.util.List;

/** Hears how a look-up has ended. */
@FunctionalInterface
public interface LookupHandler {
    /**
     * Takes the end of a look-up.
     *
     * @param addresses what the name stands for, or null when it failed
     * @param problem why it failed, or null
     */
    void onEnd(List<InetAddress> addresses, String problem);
}
