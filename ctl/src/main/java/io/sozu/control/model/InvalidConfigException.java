package io.sozu.control.model;

/**
 * A value that the configuration cannot hold; the message is one line with the field, the value and the cure.
 */
public final class InvalidConfigException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private final String field;

    /**
     * @param field name of the field as it is written in orders and files
     * @param problem what is wrong with it, and what would be right
     */
    public InvalidConfigException(final String field, final String problem) {
        super(field + " " + problem);
        this.field = field;
    }

    /** Name of the field as it is written in orders and files. */
    public String field() {
        return field;
    }
}
