package io.sozu.bindings.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.generated.linux.linux_h;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Calls as they are compiled against what jextract found in the C library's headers.
 *
 * <p>A function is looked up by name and stands in a static field as a rule; a call loads the field, then the
 * arguments, and calls a shape. So the last field loaded, or name looked up, before a shape is what is
 * called, and what comes after it tells what the result is taken for: a conversion, or a method named after
 * it. One that is dropped counts as an int.
 */
final class DescriptorsTest {
    private static final String SEGMENT = "Ljava/lang/foreign/MemorySegment;";
    private static final String SHAPES = "io/sozu/bindings/linux/Downcalls";
    private static final String HANDLE = "java/lang/invoke/MethodHandle";
    /** Variadic: the headers tell of the first argument only. */
    private static final Set<String> VARIADIC = Set.of("syscall");

    /**
     * A call: what stands for the function, with how many arguments, and the type its result is taken for.
     */
    private record Call(String field, int arguments, String result) {
    }

    private final Map<String, String> functions = new HashMap<>();
    private final List<Call> calls = new ArrayList<>();

    @Test
    void shouldCallEveryFunctionWithTheArgumentsAndForTheResultOfItsDeclaration() throws Exception {
        readClasses();
        assertTrue(calls.size() > 40, () -> calls.toString());
        final Set<String> called = new TreeSet<>();
        for (final Call call : calls) {
            final String function = functions.get(call.field);
            assertNotNull(function, () -> "what is called by " + call);
            called.add(function);
            if (VARIADIC.contains(function)) {
                assertTrue(declares(function), function);
            } else {
                final FunctionDescriptor declared =
                        (FunctionDescriptor) linux_h.class.getMethod(function + "$descriptor").invoke(null);
                assertEquals(declared.argumentLayouts().size(), call.arguments, "arguments of " + function);
                assertEquals(type(declared), call.result, "result of " + function);
            }
        }
        assertEquals(new TreeSet<>(functions.values()), called, "functions looked up, and functions called");
    }

    private static boolean declares(final String function) {
        return Stream.of(linux_h.class.getClasses()).anyMatch(type -> type.getSimpleName().equals(function));
    }

    private static String type(final FunctionDescriptor declared) {
        return declared.returnLayout().map(layout -> layout instanceof ValueLayout.OfInt ? "int" : "long")
                .orElse("void");
    }

    private void readClasses() throws IOException, URISyntaxException {
        final Path root = Path.of(Kernel.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        for (final String folder : List.of("io/sozu/bindings/linux", "io/sozu/bindings/memory")) {
            try (Stream<Path> files = Files.list(root.resolve(folder))) {
                for (final Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
                    read(file);
                }
            }
        }
    }

    private void read(final Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            final ClassReader reader = new ClassReader(stream);
            if (!reader.getClassName().equals(SHAPES)) {
                reader.accept(new Calls(), 0);
            }
        }
    }

    private final class Calls extends ClassVisitor {
        private Calls() {
            super(Opcodes.ASM9);
        }

        @Override
        public MethodVisitor visitMethod(final int access, final String name, final String descriptor,
                final String signature, final String[] exceptions) {
            return new Instructions();
        }
    }

    private final class Instructions extends MethodVisitor {
        private String text;
        private String function;
        private String called;
        private int arguments = -1;

        private Instructions() {
            super(Opcodes.ASM9);
        }

        @Override
        public void visitLdcInsn(final Object value) {
            text = value instanceof final String constant ? constant : text;
        }

        @Override
        public void visitFieldInsn(final int opcode, final String owner, final String name,
                final String type) {
            if (type.equals(SEGMENT) && opcode == Opcodes.PUTSTATIC && text != null) {
                functions.put(owner + "." + name, text);
            } else if (type.equals(SEGMENT) && opcode == Opcodes.GETSTATIC) {
                called = owner + "." + name;
            }
        }

        @Override
        public void visitMethodInsn(final int opcode, final String owner, final String name,
                final String type, final boolean ofInterface) {
            if (owner.equals(SHAPES) && name.equals("function")) {
                called = text;
                functions.put(text, text);
            }
            final boolean shape = owner.equals(SHAPES) && name.matches("(quick|plain)\\d");
            if (shape || owner.equals(HANDLE) && name.equals("invokeExact")) {
                function = called;
                arguments = (int) type.substring(0, type.indexOf(')')).chars()
                        .filter(argument -> argument == 'J').count();
                if (type.endsWith("V")) {
                    done("void");
                }
            } else if (owner.equals(SHAPES) && arguments >= 0) {
                done(name.replace("Result", ""));
            }
        }

        @Override
        public void visitInsn(final int opcode) {
            if ((opcode == Opcodes.L2I || opcode == Opcodes.POP2) && arguments >= 0) {
                done("int");
            }
        }

        @Override
        public void visitVarInsn(final int opcode, final int index) {
            if (opcode == Opcodes.LSTORE && arguments >= 0) {
                done("long");
            }
        }

        private void done(final String result) {
            calls.add(new Call(function, arguments, result));
            arguments = -1;
        }
    }
}
