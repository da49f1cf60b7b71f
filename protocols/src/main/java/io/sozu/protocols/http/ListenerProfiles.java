package io.sozu.protocols.http;

import java.util.Arrays;

/** The profiles of a worker's listeners by their ids. Control path writes, data path reads; one thread. */
public final class ListenerProfiles {
    private ListenerProfile[] profiles = new ListenerProfile[8];

    /** Makes an empty table. */
    public ListenerProfiles() {
    }

    /** Sets, replaces or (null) forgets the profile of a listener. */
    public void put(final int listener, final ListenerProfile profile) {
        if (listener >= profiles.length) {
            profiles = Arrays.copyOf(profiles, Math.max(listener + 1, profiles.length * 2));
        }
        profiles[listener] = profile;
    }

    /** Returns the profile of a listener that has connections. */
    public ListenerProfile get(final int listener) {
        return profiles[listener];
    }
}
