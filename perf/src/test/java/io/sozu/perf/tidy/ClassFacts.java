package io.sozu.perf.tidy;

import java.util.List;
import java.util.Set;
import org.objectweb.asm.Opcodes;

/**
 * What the rules ask of one compiled class.
 *
 * @param name       the binary name, with dots
 * @param access     the flags of the class file
 * @param sealed     whether it permits named subclasses only
 * @param sourceFile the simple name of its source
 * @param uses       the binary names of all classes it names, itself included
 */
record ClassFacts(String name, int access, boolean sealed, String sourceFile, Set<String> uses,
        List<Method> methods) {

    /**
     * One method with code or without.
     *
     * @param codeBytes the length of its bytecode, 0 when it has none
     */
    record Method(String name, int codeBytes, List<Step> steps) {
    }

    /** What a step does that a rule may forbid. */
    enum Kind { CALL, LAMBDA, CONCAT, NEW, NEW_ARRAY, LOCK }

    /**
     * One instruction.
     *
     * @param owner     the class called or made, with dots, or empty
     * @param name      the method called, or empty
     * @param signature the method's descriptor, or empty
     * @param line      the line of the source
     * @param thrown    whether it makes a throwable, or an argument of one
     */
    record Step(Kind kind, String owner, String name, String signature, int line, boolean thrown) {
    }

    String packageName() {
        return packageOf(name);
    }

    /** The simple name, with outer classes: {@code Outer$Inner}. */
    String simpleName() {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    boolean has(final int flag) {
        return (access & flag) != 0;
    }

    boolean closed() {
        return sealed || has(Opcodes.ACC_FINAL | Opcodes.ACC_ABSTRACT | Opcodes.ACC_ENUM);
    }

    boolean isRecord() {
        return has(Opcodes.ACC_RECORD);
    }

    boolean anonymous() {
        return name.matches(".*\\$\\d+");
    }

    static String packageOf(final String className) {
        return className.substring(0, Math.max(0, className.lastIndexOf('.')));
    }
}
