package io.sozu.protocols;

import io.sozu.sessions.Connection;
import io.sozu.sessions.Exchange;
import io.sozu.sessions.cluster.Cluster;
import io.sozu.sessions.routing.RouteKey;

/**
 * A protocol as clients speak it: reads requests into exchanges and writes their responses. Stateless: all
 * facts stand in the slots. Methods run to completion on the loop's thread, do one receive or send at most,
 * and leave the exchange flyweight on the exchange their verdict concerns.
 */
public interface FrontMachine {
    /** Moves the connection on. */
    Verdict onReady(Connection front, Exchange exchange, long nowNanos);

    /** Says where the request of {@link Verdict#ROUTE} wants to go; valid until the next call. */
    RouteKey routeKey();

    /**
     * Notes in the exchange what ties the request of {@link Verdict#ROUTE} to a backend of its cluster;
     * before {@link #onRouted}, for clusters that want it.
     */
    void readAffinity(Connection front, Exchange exchange, Cluster cluster);

    /** The request of {@link Verdict#ROUTE} has a cluster: its head is put into canonical form. */
    void onRouted(Connection front, Exchange exchange, long nowNanos);

    /**
     * Answers the request of {@link Verdict#ROUTE}, in place of {@link #onRouted}: its client is sent to the
     * same host and target by HTTPS. What is wrong with the request is answered instead.
     *
     * @param port the port there
     * @return whether an answer will be written
     */
    boolean redirect(Connection front, Exchange exchange, int port, long nowNanos);

    /**
     * Puts a generated answer in place of a response of which nothing has left; without effect otherwise, and
     * then the connection has to be closed.
     *
     * @return whether the answer will be written
     */
    boolean answer(Connection front, Exchange exchange, int status, long nowNanos);

    /** The deadline of the connection has passed. */
    Verdict onDeadline(Connection front, Exchange exchange, long nowNanos);

    /** From now on each response says that the connection ends after it. */
    void drain();

    /** Returns whether nothing would be lost, as far as is known, if the connection were closed now. */
    boolean isIdle(Connection front);
}
