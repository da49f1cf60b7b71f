package io.sozu.perf.tidy;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds every module to the house rules. */
final class TidyTest {
    private static final House HOUSE = House.here();
    private static final List<ClassFacts> CLASSES = HOUSE.classes();

    @Test
    void shouldFindTheClassesOfTheHouse() {
        assertFalse(CLASSES.isEmpty(), "no compiled classes: compile all modules first");
    }

    @Test
    void shouldKnowOnlyPackagesThatStandBelow() {
        refuse(PackageOrder.violations(CLASSES));
        refuse(SourceRules.importViolations(HOUSE.mainSources()));
    }

    @Test
    void shouldLinkToTheKernelInTheBindingsAlone() {
        refuse(ShapeRules.nativeAccess(CLASSES));
    }

    @Test
    void shouldNeitherAllocateNorLockWhereRequestsPass() {
        refuse(DataPath.violations(CLASSES));
        refuse(DataPath.unknownNames(CLASSES));
    }

    @Test
    void shouldHaveNoMethodTooLongForTheCompiler() {
        refuse(ShapeRules.oversized(CLASSES));
    }

    @Test
    void shouldHaveNoClassOpenForExtension() {
        refuse(ShapeRules.open(CLASSES));
    }

    @Test
    void shouldDescribeEveryPackage() {
        refuse(SourceRules.undescribedPackages(HOUSE.mainSources()));
    }

    @Test
    void shouldKeepFilesMethodsAndLinesShort() {
        final List<Path> sources = new ArrayList<>(HOUSE.mainSources());
        sources.addAll(HOUSE.testSources());
        refuse(SourceRules.textViolations(sources));
        refuse(SourceRules.wideLines(sources));
    }

    private static void refuse(final List<String> violations) {
        if (!violations.isEmpty()) {
            fail(violations.size() + " against the house rules:\n" + String.join("\n", violations));
        }
    }
}
