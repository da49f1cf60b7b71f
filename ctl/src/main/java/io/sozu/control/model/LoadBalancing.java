package io.sozu.control.model;

import java.util.Locale;

/** How a cluster chooses the next backend. */
public enum LoadBalancing {
    ROUND_ROBIN,
    RANDOM,
    LEAST_LOADED,
    POWER_OF_TWO,
    HRW,
    MAGLEV;

    /** Returns whether it asks for the load of backends. */
    public boolean comparesLoads() {
        return this == LEAST_LOADED || this == POWER_OF_TWO;
    }

    /** Returns whether it asks for the key of a request. */
    public boolean hashes() {
        return this == HRW || this == MAGLEV;
    }

    /** The name in orders; files know it in either case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
