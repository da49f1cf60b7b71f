package io.sozu.perf.tidy;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.ClassReader;

/** The lengths of the methods' bytecodes, which a visitor is not told. */
final class CodeSizes {
    private static final int U2 = 2;
    private static final int U4 = 4;
    private static final int MEMBER_HEAD = 3 * U2;
    private static final int CODE_LENGTH_OFFSET = U2 + U4 + U2 + U2;

    private final ClassReader reader;
    private final char[] text;
    private int at;

    private CodeSizes(final ClassReader reader) {
        this.reader = reader;
        this.text = new char[reader.getMaxStringLength()];
        final int interfaces = reader.readUnsignedShort(reader.header + MEMBER_HEAD);
        this.at = reader.header + MEMBER_HEAD + U2 + interfaces * U2;
    }

    /** The bytes of code of each method, in the order of the class file; 0 for one without code. */
    static List<Integer> of(final ClassReader reader) {
        final CodeSizes sizes = new CodeSizes(reader);
        sizes.members();
        return sizes.members();
    }

    private List<Integer> members() {
        final int count = reader.readUnsignedShort(at);
        at += U2;
        final List<Integer> sizes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            sizes.add(member());
        }
        return sizes;
    }

    private int member() {
        final int attributes = reader.readUnsignedShort(at + MEMBER_HEAD);
        at += MEMBER_HEAD + U2;
        int codeBytes = 0;
        for (int i = 0; i < attributes; i++) {
            if (reader.readUTF8(at, text).equals("Code")) {
                codeBytes = reader.readInt(at + CODE_LENGTH_OFFSET);
            }
            at += U2 + U4 + reader.readInt(at + U2);
        }
        return codeBytes;
    }
}
