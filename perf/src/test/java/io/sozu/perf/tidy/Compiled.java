package io.sozu.perf.tidy;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles sources given as text, in memory. */
final class Compiled {
    private Compiled() {
    }

    /** The facts of all classes of the sources; each source is one unnamed-module compilation unit. */
    static List<ClassFacts> facts(final String... sources) {
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        final List<ByteArrayOutputStream> outputs = new ArrayList<>();
        final List<JavaFileObject> units = new ArrayList<>();
        for (final String source : sources) {
            units.add(new SourceText(source));
        }
        final JavaFileManager onDisk = compiler.getStandardFileManager(null, null, null);
        final JavaFileManager files = new ToMemory(onDisk, outputs);
        final List<String> options = List.of("--release", "22", "-proc:none");
        assertTrue(compiler.getTask(null, files, null, options, null, units).call(), "the sources compile");
        return outputs.stream().map(ByteArrayOutputStream::toByteArray).map(ClassFactsReader::read).toList();
    }

    /** A source that was never a file; its name is that of its first type. */
    private static final class SourceText extends SimpleJavaFileObject {
        private static final Pattern TYPE = Pattern.compile("(class|interface) (\\w+)");

        private final String text;

        SourceText(final String text) {
            super(URI.create("text:///" + nameOf(text) + ".java"), Kind.SOURCE);
            this.text = text;
        }

        private static String nameOf(final String text) {
            return TYPE.matcher(text).results().findFirst().orElseThrow().group(2);
        }

        @Override
        public CharSequence getCharContent(final boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /** Keeps what the compiler writes. */
    private static final class ToMemory extends ForwardingJavaFileManager<JavaFileManager> {
        private final List<ByteArrayOutputStream> outputs;

        ToMemory(final JavaFileManager below, final List<ByteArrayOutputStream> outputs) {
            super(below);
            this.outputs = outputs;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(final Location location, final String className,
                final JavaFileObject.Kind kind, final FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("memory:///" + className), kind) {
                @Override
                public OutputStream openOutputStream() throws IOException {
                    outputs.add(new ByteArrayOutputStream());
                    return outputs.getLast();
                }
            };
        }
    }
}
