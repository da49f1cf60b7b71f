package io.sozu.master.state;

import io.sozu.control.model.LoadBalancing;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which values of Sōzu's configuration are obeyed; the others are known and refused, or warned of in a file.
 */
final class Served {
    static final Set<LoadBalancing> LOAD_BALANCING = EnumSet.of(LoadBalancing.ROUND_ROBIN,
        LoadBalancing.RANDOM, LoadBalancing.LEAST_LOADED, LoadBalancing.POWER_OF_TWO);
    static final boolean STICKY_SESSION = false;
    static final boolean HTTPS_REDIRECT = false;
    static final boolean EXPECT_PROXY = false;

    private Served() {
    }
}
