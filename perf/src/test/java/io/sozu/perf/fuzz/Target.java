package io.sozu.perf.fuzz;

import java.util.Arrays;
import java.util.Locale;

/** Everything that is fuzzed, by the name the command knows it by. */
enum Target {
    REQUEST_HEAD(RequestHeadFuzz::fuzzerTestOneInput, RequestHeadFuzz.class),
    RESPONSE_HEAD(ResponseHeadFuzz::fuzzerTestOneInput, ResponseHeadFuzz.class),
    CHUNKS(ChunksFuzz::fuzzerTestOneInput, ChunksFuzz.class),
    FORWARDED(ForwardedFuzz::fuzzerTestOneInput, ForwardedFuzz.class),
    TOML(TomlFuzz::fuzzerTestOneInput, TomlFuzz.class),
    CONTROL(ControlFuzz::fuzzerTestOneInput, ControlFuzz.class),
    REGEX(RegexFuzz::fuzzerTestOneInput, RegexFuzz.class),
    COOKIES(CookieFuzz::fuzzerTestOneInput, CookieFuzz.class),
    REQUEST_WIRE(RequestWireFuzz::fuzzerTestOneInput, RequestWireFuzz.class),
    RESPONSE_WIRE(ResponseWireFuzz::fuzzerTestOneInput, ResponseWireFuzz.class);

    private final Fuzzed fuzzed;
    private final Class<?> home;

    Target(final Fuzzed fuzzed, final Class<?> home) {
        this.fuzzed = fuzzed;
        this.home = home;
    }

    /** Takes one input, and throws when something is wrong. */
    private interface Fuzzed {
        void take(byte[] input) throws Exception;
    }

    /** Returns the target with the name that {@link #toString} gives. */
    static Target of(final String name) {
        return Arrays.stream(values()).filter(target -> target.toString().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no target " + name + ", but "
                        + Arrays.toString(values())));
    }

    /** Returns the class with the method that the fuzzer calls. */
    String className() {
        return home.getName();
    }

    /** Whether the inputs go through a whole worker, and what comes out is read by others. */
    boolean isWire() {
        return this == REQUEST_WIRE || this == RESPONSE_WIRE;
    }

    /** Takes one input; what it throws says which. */
    void take(final byte[] input) {
        try {
            fuzzed.take(input);
        } catch (final Throwable e) {
            throw new AssertionError(this + " fails on this input; add it as a line to its corpus:\n"
                    + Corpus.line(input), e);
        }
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
