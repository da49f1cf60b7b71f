package io.sozu.protocols;

/**
 * What a machine asks of the driver when it returns. A verdict concerns the exchange the machine has left the
 * flyweight on, or the connection itself.
 */
public enum Verdict {
    /** Nothing can move until an event, a deadline or the other side wakes the connection. */
    WAIT,
    /** Something moved and more may: call again while the budget lasts. */
    AGAIN,
    /** The connection speaks another protocol from now on, whose machine has to be called. */
    UPGRADE,
    /** Front: the request half holds the head of a new request; a backend is wanted for the exchange. */
    ROUTE,
    /** Front: the exchange is over, both halves are done; the connection goes on. */
    FINISH,
    /** Front: the exchange is over and the connection has to end after it. */
    FINISH_AND_CLOSE,
    /** Back: the response is read whole; the exchange needs the connection no longer. */
    RELEASE,
    /** Back: the exchange has a fault; the connection is of no more use. */
    FAIL,
    /** The connection ends now, with whatever it serves. */
    CLOSE
}
