package io.sozu.master.names;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** Looks a name up and waits for the answer, which may never come. */
@FunctionalInterface
public interface Resolver {
    /**
     * Returns the addresses of a name; any thread.
     *
     * @throws IOException when there is no answer, or it says that the name is unknown
     */
    List<InetAddress> resolve(String host) throws IOException;
}
