package io.sozu.e2e;

/** One field line: the name as it was sent, the value without the optional white space around it. */
record Field(String name, String value) {

    boolean is(final String other) {
        return name.equalsIgnoreCase(other);
    }

    @Override
    public String toString() {
        return name + ": " + value;
    }
}
