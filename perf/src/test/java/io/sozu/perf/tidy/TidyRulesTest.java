package io.sozu.perf.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule refuses something, and not everything. */
final class TidyRulesTest {
    @TempDir
    private Path directory;

    @Test
    void shouldRefuseAPackageThatKnowsOneAboveIt() {
        final List<String> violations = PackageOrder.violations(Compiled.facts(
                "package io.sozu.eventloop; final class Loop { io.sozu.sessions.Slab slab; }",
                "package io.sozu.sessions; public final class Slab { }"));
        assertEquals(1, violations.size(), violations::toString);
        assertTrue(violations.getFirst().startsWith("io.sozu.eventloop.Loop knows io.sozu.sessions"));
    }

    @Test
    void shouldRefuseAPackageOfAModuleThatIsNotBelow() {
        final List<String> violations = PackageOrder.violations(Compiled.facts(
                "package io.sozu.ctl; final class Tool { void f() { io.sozu.protocols.Machine.g(); } }",
                "package io.sozu.protocols; public final class Machine { public static void g() { } }"));
        assertEquals(1, violations.size(), violations::toString);
    }

    @Test
    void shouldRefuseAPackageThatIsNotInTheTable() {
        final String unknown = "package io.sozu.helpers; public final class Strings { }";
        assertEquals(1, PackageOrder.violations(Compiled.facts(unknown)).stream().distinct().count());
    }

    @Test
    void shouldRefuseAnImportThatOnlyNamesAConstant() throws IOException {
        final Path source = source("package io.sozu.eventloop; import io.sozu.sessions.Slab; class Loop { }");
        assertEquals(1, SourceRules.importViolations(List.of(source)).size());
        final Path lawful = source("package io.sozu.sessions; import io.sozu.eventloop.Loop; class Slab { }");
        assertEquals(List.of(), SourceRules.importViolations(List.of(lawful)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "String f(int i) { return \"number \" + i; }|joins strings",
        "Object f(int i) { return i; }|calls java.lang.Integer.valueOf",
        "Object f() { return new Object(); }|makes a new java.lang.Object",
        "Object f(int i) { return new long[i]; }|makes a new array",
        "Object f(int i) { return new String[i]; }|makes a new array",
        "Object f(int i) { return new int[i][i]; }|makes a new array",
        "Runnable f(int i) { return () -> g(i); } static void g(int i) { }|makes a lambda that captures",
        "String f(String s) { return String.format(s); }|calls java.lang.String.format",
        "String f(String s) { return s.formatted(); }|calls java.lang.String.formatted",
        "int f(java.util.List<String> l) { int n = 0; for (String s : l) n++; return n; }"
                + "|calls java.util.List.iterator",
        "long f(java.util.stream.Stream<String> s) { return s.count(); }|calls java.util.stream.Stream.count",
        "void f(java.util.concurrent.locks.Lock l) { l.lock(); }|uses java.util.concurrent.locks.Lock",
        "final Object o = new java.util.concurrent.atomic.AtomicInteger();"
                + "|uses java.util.concurrent.atomic.AtomicInteger",
        "void f() { synchronized (this) { f(); } }|locks",
        "synchronized void f() { }|locks",
        "Object f(Thread.State s) { return Thread.State.values(); }|calls java.lang.Thread$State.values",
    })
    void shouldRefuseWhatAllocatesOrLocksInTheDataPath(final String member, final String fault) {
        final List<String> violations = DataPath.violations(Compiled.facts(
                "package io.sozu.sessions; final class Slab { " + member + " }"));
        assertTrue(violations.stream().anyMatch(line -> line.endsWith(" " + fault)), violations::toString);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "final long[] slots = new long[4]",
        "void f(int i) { if (i < 0) throw new IllegalStateException(\"slot \" + i); }",
        "void f(int i) { assert i > 0 : \"slot \" + i; }",
        "public String toString() { return \"slab of \" + hashCode(); }",
        "String describe(int i) { return \"slot \" + i; }",
        "record Facts(int slot, String name) { }",
        "enum Phase { FREE, TAKEN }",
        "Runnable f() { return () -> { }; }",
    })
    void shouldAllowWhatRunsAtBootOrForPeople(final String member) {
        assertEquals(List.of(), DataPath.violations(Compiled.facts(
                "package io.sozu.sessions; final class Slab { " + member + "; }")));
    }

    @Test
    void shouldAllowTheControlPathToAllocate() {
        assertEquals(List.of(), DataPath.violations(Compiled.facts(
                "package io.sozu.ctl; final class Tool { String f(int i) { return \"number \" + i; } }")));
    }

    @Test
    void shouldRefuseLinkingOutsideTheBindings() {
        final String body = "import java.lang.foreign.Linker; final class C { Linker linker; }";
        assertEquals(1, ShapeRules.nativeAccess(Compiled.facts("package io.sozu.worker; " + body)).size());
        final String inBindings = "package io.sozu.bindings.linux; " + body;
        assertEquals(List.of(), ShapeRules.nativeAccess(Compiled.facts(inBindings)));
    }

    @Test
    void shouldRefuseReinterpretingOutsideTheBindings() {
        assertEquals(1, ShapeRules.nativeAccess(Compiled.facts("package io.sozu.worker; final class C { "
                + "Object f() { return java.lang.foreign.MemorySegment.NULL.reinterpret(1); } }")).size());
    }

    @Test
    void shouldRefuseAMethodThatHotSpotNeverCompiles() {
        final String statements = "n = n * 31 + n / 7;".repeat(1_000);
        final List<ClassFacts> facts = Compiled.facts("package io.sozu.worker; final class Long { "
                + "int small(int n) { return n; } int large(int n) { " + statements + " return n; } }");
        assertEquals(1, ShapeRules.oversized(facts).size());
        assertTrue(ShapeRules.oversized(facts).getFirst().contains("Long.large"));
    }

    @Test
    void shouldRefuseAClassOpenForExtension() {
        assertEquals(1, ShapeRules.open(Compiled.facts("package io.sozu.worker; class Open { static "
                + "final class Shut { } interface Role { } record Fact() { } enum Phase { } }")).size());
    }

    @Test
    void shouldRefuseAnUndescribedPackage() throws IOException {
        assertEquals(1, SourceRules.undescribedPackages(List.of(source("package p; class C { }"))).size());
    }

    @Test
    void shouldRefuseLongFilesMethodsLinesAndParameterLists() throws IOException {
        final String longFile = "class C { }\n" + "\n".repeat(400);
        final String longMethod = "class C { void f() {\n" + "f();\n".repeat(69) + "} }";
        final String wide = "class C { /*" + "-".repeat(110) + "*/ }";
        final String many = "class C { void f(int a, int b, int c, int d, int e, int g, int h) { } }";
        final String unfinished = "class C { // TO" + "DO later\n }";
        assertEquals(1, SourceRules.wideLines(List.of(source(wide))).size());
        for (final String text : List.of(longFile, longMethod, many, unfinished)) {
            assertEquals(1, SourceRules.textViolations(List.of(source(text))).size(), text);
        }
        final String lawful = "class C { void f(int a, int b) {\n" + "f(1, 2);\n".repeat(68) + "} }\n";
        assertEquals(List.of(), SourceRules.textViolations(List.of(source(lawful))));
        assertEquals(List.of(), SourceRules.wideLines(List.of(source(lawful))));
    }

    private Path source(final String text) throws IOException {
        return Files.writeString(directory.resolve("C.java"), text);
    }
}
