package io.sozu.control;

/** A message that is no order or answer; the text is one line and says what is wrong with it. */
public final class OrderException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String id;

    OrderException(final String message) {
        this("", message);
    }

    OrderException(final String id, final String message) {
        super(message);
        this.id = id;
    }

    /** Id of the message when it could be read, else the empty string. */
    public String id() {
        return id;
    }

    /** Returns the ERROR answer that the sender gets. */
    public Answer answer() {
        return Answer.error(id, getMessage());
    }
}
