package io.sozu.perf.tidy;

import io.sozu.perf.tidy.ClassFacts.Method;
import io.sozu.perf.tidy.ClassFacts.Step;
import java.util.ArrayList;
import java.util.List;

/** Rules that hold for every compiled class. */
final class ShapeRules {
    /** HotSpot never compiles a method that is longer. */
    private static final int MAX_CODE_BYTES = 8_000;

    private ShapeRules() {
    }

    /** Classes that anybody could extend. */
    static List<String> open(final List<ClassFacts> classes) {
        return classes.stream().filter(facts -> !facts.closed() && !facts.anonymous())
                .map(facts -> facts.name() + " is neither final, sealed nor abstract").toList();
    }

    /** Methods that would always be interpreted. */
    static List<String> oversized(final List<ClassFacts> classes) {
        final List<String> violations = new ArrayList<>();
        for (final ClassFacts facts : classes) {
            for (final Method method : facts.methods()) {
                if (method.codeBytes() > MAX_CODE_BYTES) {
                    violations.add(facts.name() + "." + method.name() + " has " + method.codeBytes()
                            + " bytes of code, HotSpot compiles up to " + MAX_CODE_BYTES);
                }
            }
        }
        return violations;
    }

    /** Links to C, and pointers made from nothing, outside the bindings. */
    static List<String> nativeAccess(final List<ClassFacts> classes) {
        final List<String> violations = new ArrayList<>();
        for (final ClassFacts facts : classes) {
            if (facts.name().startsWith("io.sozu.bindings.")) {
                continue;
            }
            if (facts.uses().stream().anyMatch(used -> used.startsWith("java.lang.foreign.Linker"))) {
                violations.add(facts.name() + " uses java.lang.foreign.Linker");
            }
            for (final Method method : facts.methods()) {
                if (method.steps().stream().anyMatch(ShapeRules::reinterprets)) {
                    violations.add(facts.name() + "." + method.name() + " reinterprets a segment");
                }
            }
        }
        return violations;
    }

    private static boolean reinterprets(final Step step) {
        return step.owner().startsWith("java.lang.foreign.") && step.name().equals("reinterpret");
    }
}
