package io.sozu.perf.tidy;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Rules about the text of the sources, read with the compiler's own parser. */
final class SourceRules {
    private static final int MAX_FILE_LINES = 400;
    private static final int MAX_METHOD_LINES = 70;
    private static final int MAX_LINE_COLUMNS = 110;
    private static final int MAX_PARAMETERS = 6;
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

    private SourceRules() {
    }

    /** Files and methods that are too long, and notes of things not done. */
    static List<String> textViolations(final List<Path> sources) {
        final List<String> violations = new ArrayList<>();
        for (final Path source : sources) {
            final List<String> lines = lines(source);
            if (lines.size() > MAX_FILE_LINES) {
                violations.add(source + " has " + lines.size() + " lines, more than " + MAX_FILE_LINES);
            }
            for (int i = 0; i < lines.size(); i++) {
                if (UNFINISHED.matcher(lines.get(i)).find()) {
                    violations.add(source + ":" + (i + 1) + " is unfinished");
                }
            }
        }
        scan(sources, (unit, trees, positions) -> new MethodScanner(unit, positions, violations));
        return violations;
    }

    /** Lines that do not fit a screen. */
    static List<String> wideLines(final List<Path> sources) {
        final List<String> violations = new ArrayList<>();
        for (final Path source : sources) {
            final List<String> lines = lines(source);
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).codePointCount(0, lines.get(i).length()) > MAX_LINE_COLUMNS) {
                    violations.add(source + ":" + (i + 1) + " is wider than " + MAX_LINE_COLUMNS);
                }
            }
        }
        return violations;
    }

    /** Imports of packages that do not stand below; constants are compiled in, so the classes do not show. */
    static List<String> importViolations(final List<Path> sources) {
        final List<String> violations = new ArrayList<>();
        scan(sources, (unit, trees, positions) -> new ImportScanner(unit, violations));
        return violations;
    }

    /** Directories with sources and no package-info. */
    static List<String> undescribedPackages(final List<Path> sources) {
        return sources.stream().filter(source -> !source.endsWith("module-info.java"))
                .map(Path::getParent).distinct()
                .filter(directory -> !Files.exists(directory.resolve("package-info.java")))
                .map(directory -> directory + " has no package-info.java").toList();
    }

    private static void scan(final List<Path> sources, final ScannerMaker maker) {
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            final var units = files.getJavaFileObjectsFromPaths(sources);
            final JavacTask task = (JavacTask) compiler.getTask(null, files, null, null, null, units);
            final Trees trees = Trees.instance(task);
            for (final CompilationUnitTree unit : task.parse()) {
                maker.make(unit, trees, trees.getSourcePositions()).scan(unit, null);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(final Path source) {
        try {
            return Files.readAllLines(source);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes the reader of one source. */
    private interface ScannerMaker {
        TreeScanner<Void, Void> make(CompilationUnitTree unit, Trees trees, SourcePositions positions);
    }

    /** Measures methods. */
    private static final class MethodScanner extends TreeScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<String> violations;

        MethodScanner(final CompilationUnitTree unit, final SourcePositions positions,
                final List<String> violations) {
            this.unit = unit;
            this.positions = positions;
            this.violations = violations;
        }

        @Override
        public Void visitMethod(final MethodTree method, final Void unused) {
            final LineMap map = unit.getLineMap();
            final long end = positions.getEndPosition(unit, method);
            if (end >= 0) {
                final long first = map.getLineNumber(positions.getStartPosition(unit, method));
                final long lines = map.getLineNumber(end) - first + 1;
                if (lines > MAX_METHOD_LINES && !isTable(method)) {
                    violations.add(place(method, first) + " has more than " + MAX_METHOD_LINES + " lines");
                }
                if (method.getParameters().size() > MAX_PARAMETERS && !mayHaveMany(method)) {
                    violations.add(place(method, first) + " has more than " + MAX_PARAMETERS + " parameters");
                }
            }
            return super.visitMethod(method, unused);
        }

        /** A record's own constructor has its fields, and a call into C has what C wants. */
        private boolean mayHaveMany(final MethodTree method) {
            return method.getReturnType() == null
                || "io.sozu.bindings.linux".equals(String.valueOf(unit.getPackageName()));
        }

        /** The cases of a parametrised test: data, in the clothes of a method. */
        private static boolean isTable(final MethodTree method) {
            return "Stream<Arguments>".equals(String.valueOf(method.getReturnType()));
        }

        private String place(final MethodTree method, final long line) {
            return Path.of(unit.getSourceFile().toUri()) + ":" + line + " " + method.getName();
        }
    }

    /** Checks imports against the order of packages. */
    private static final class ImportScanner extends TreeScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private final List<String> violations;

        ImportScanner(final CompilationUnitTree unit, final List<String> violations) {
            this.unit = unit;
            this.violations = violations;
        }

        @Override
        public Void visitImport(final ImportTree tree, final Void unused) {
            String name = tree.getQualifiedIdentifier().toString();
            while (name.contains(".") && !name.matches("([a-z0-9_]+\\.)*[a-z0-9_]+")) {
                name = ClassFacts.packageOf(name);
            }
            final String source = Path.of(unit.getSourceFile().toUri()).toString();
            PackageOrder.check(source, unit.getPackageName().toString(), name, violations);
            return null;
        }

        @Override
        public Void visitClass(final ClassTree tree, final Void unused) {
            return null;
        }
    }
}
