package io.sozu.perf.tidy;

import io.sozu.perf.tidy.ClassFacts.Kind;
import io.sozu.perf.tidy.ClassFacts.Method;
import io.sozu.perf.tidy.ClassFacts.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Reads {@link ClassFacts} from a class file. */
final class ClassFactsReader extends ClassVisitor {
    private static final int API = Opcodes.ASM9;
    private static final int CONSTANT_CLASS = 7;
    private static final int CONSTANT_NAME_AND_TYPE = 12;
    private static final int CONSTANT_METHOD_TYPE = 16;
    private static final Pattern TYPE_IN_DESCRIPTOR = Pattern.compile("L([\\w/$]+)[;<]");

    private final ClassReader reader;
    private final List<Integer> codeBytes;
    private final Set<String> uses = new HashSet<>();
    private final List<Method> methods = new ArrayList<>();
    private int access;
    private boolean sealed;
    private String sourceFile = "";

    private ClassFactsReader(final byte[] classFile) {
        super(API);
        reader = new ClassReader(classFile);
        codeBytes = CodeSizes.of(reader);
    }

    static ClassFacts read(final byte[] classFile) {
        final ClassFactsReader facts = new ClassFactsReader(classFile);
        facts.readConstants();
        facts.reader.accept(facts, ClassReader.SKIP_FRAMES);
        return new ClassFacts(dotted(facts.reader.getClassName()), facts.access, facts.sealed,
                facts.sourceFile, facts.uses, facts.methods);
    }

    @Override
    public void visit(final int version, final int flags, final String name, final String signature,
            final String superName, final String[] interfaces) {
        access = flags; // unlike the file's own flags, these tell a record
        useAll(signature);
    }

    @Override
    public void visitSource(final String source, final String debug) {
        sourceFile = source;
    }

    @Override
    public void visitPermittedSubclass(final String permittedSubclass) {
        sealed = true;
    }

    @Override
    public FieldVisitor visitField(final int flags, final String name,
            final String descriptor, final String signature, final Object value) {
        useAll(descriptor);
        useAll(signature);
        return null;
    }

    @Override
    public MethodVisitor visitMethod(final int flags, final String name, final String descriptor,
            final String signature, final String[] exceptions) {
        useAll(descriptor);
        useAll(signature);
        final List<Step> steps = new ArrayList<>();
        if ((flags & Opcodes.ACC_SYNCHRONIZED) != 0) {
            steps.add(new Step(Kind.LOCK, "", "", "", 0, false));
        }
        methods.add(new Method(name, codeBytes.get(methods.size()), steps));
        return new StepReader(steps);
    }

    private void readConstants() {
        final char[] buffer = new char[reader.getMaxStringLength()];
        for (int i = 1; i < reader.getItemCount(); i++) {
            final int item = reader.getItem(i);
            if (item == 0) {
                continue; // the second half of a long or double
            }
            switch (reader.readByte(item - 1)) {
                case CONSTANT_CLASS -> useClass(reader.readUTF8(item, buffer));
                case CONSTANT_METHOD_TYPE -> useAll(reader.readUTF8(item, buffer));
                case CONSTANT_NAME_AND_TYPE -> useAll(reader.readUTF8(item + 2, buffer));
                default -> { }
            }
        }
    }

    private void useClass(final String internalName) {
        if (internalName.startsWith("[")) {
            useAll(internalName);
        } else {
            uses.add(dotted(internalName));
        }
    }

    private void useAll(final String descriptor) {
        if (descriptor != null) {
            final Matcher types = TYPE_IN_DESCRIPTOR.matcher(descriptor);
            while (types.find()) {
                uses.add(dotted(types.group(1)));
            }
        }
    }

    private static String dotted(final String internalName) {
        return internalName.replace('/', '.');
    }

    /** Collects the steps of one method. */
    private static final class StepReader extends MethodVisitor {
        private final List<Step> steps;
        private final Deque<String> throwables = new ArrayDeque<>();
        private int line;

        StepReader(final List<Step> steps) {
            super(API);
            this.steps = steps;
        }

        @Override
        public void visitLineNumber(final int newLine, final Label start) {
            line = newLine;
        }

        @Override
        public void visitTypeInsn(final int opcode, final String type) {
            if (opcode == Opcodes.NEW && (type.endsWith("Exception") || type.endsWith("Error"))) {
                throwables.push(type);
            }
            if (opcode == Opcodes.NEW) {
                add(Kind.NEW, dotted(type), "", "");
            } else if (opcode == Opcodes.ANEWARRAY) {
                add(Kind.NEW_ARRAY, dotted(type), "", "");
            }
        }

        @Override
        public void visitIntInsn(final int opcode, final int operand) {
            if (opcode == Opcodes.NEWARRAY) {
                add(Kind.NEW_ARRAY, "", "", "");
            }
        }

        @Override
        public void visitMultiANewArrayInsn(final String descriptor, final int dimensions) {
            add(Kind.NEW_ARRAY, "", "", "");
        }

        @Override
        public void visitInsn(final int opcode) {
            if (opcode == Opcodes.MONITORENTER) {
                add(Kind.LOCK, "", "", "");
            }
        }

        @Override
        public void visitMethodInsn(final int opcode, final String owner, final String name,
                final String descriptor, final boolean isInterface) {
            add(Kind.CALL, dotted(owner), name, descriptor);
            if (name.equals("<init>") && owner.equals(throwables.peek())) {
                throwables.pop();
            }
        }

        @Override
        public void visitInvokeDynamicInsn(final String name, final String descriptor, final Handle bootstrap,
                final Object... arguments) {
            final boolean concat = bootstrap.getOwner().equals("java/lang/invoke/StringConcatFactory");
            add(concat ? Kind.CONCAT : Kind.LAMBDA, dotted(bootstrap.getOwner()), name, descriptor);
        }

        private void add(final Kind kind, final String owner, final String name, final String descriptor) {
            steps.add(new Step(kind, owner, name, descriptor, line, !throwables.isEmpty()));
        }
    }
}
