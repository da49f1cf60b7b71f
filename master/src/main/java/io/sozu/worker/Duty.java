package io.sozu.worker;

import io.sozu.control.Answer;
import io.sozu.control.Event;
import io.sozu.control.Order;

/** What a worker does with orders; called on the loop's thread, between events. */
public interface Duty {
    /**
     * Obeys a change of the configuration.
     *
     * @param fd the listening socket that came along, from now on the worker's, or -1
     * @return OK or ERROR; the id is of no meaning
     */
    Answer apply(Order order, int fd);

    /** Says how it is, in an OK with content. */
    Answer status();

    /** Takes the oldest of what has happened and is to be told; null when there is nothing now. */
    default Event nextEvent() {
        return null;
    }

    /**
     * Says of each backend that is in use, or not as it should be, how it is, in an OK with content.
     *
     * @param clusterId of this cluster only, null for all
     */
    Answer backends(String clusterId);

    /** Says which certificates it serves, in an OK with content. */
    Answer certificates(Order.ListCertificates order);

    /**
     * Takes no new connections but those that are queued, serves what it has, and is done. A second call
     * shortens the first.
     *
     * @param forGood whether nobody will listen on the sockets afterwards: then they become deaf first
     */
    void drain(long patienceNanos, boolean forGood, Runnable whenDone);
}
