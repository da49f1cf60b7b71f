package io.sozu.perf.tidy;

import io.sozu.perf.tidy.ClassFacts.Kind;
import io.sozu.perf.tidy.ClassFacts.Method;
import io.sozu.perf.tidy.ClassFacts.Step;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.objectweb.asm.Opcodes;

/** Nothing that allocates or locks by design where requests pass. */
final class DataPath {
    /** Every class of these packages carries requests, unless it is named in {@link #CONTROL_PATH}. */
    private static final Set<String> PACKAGES = Set.of(
            "io.sozu.eventloop", "io.sozu.eventloop.time", "io.sozu.eventloop.metrics",
            "io.sozu.eventloop.log",
            "io.sozu.sessions", "io.sozu.sessions.buffer", "io.sozu.sessions.routing",
            "io.sozu.sessions.cluster", "io.sozu.sessions.cluster.balance", "io.sozu.sessions.accesslog",
            "io.sozu.protocols", "io.sozu.protocols.transport", "io.sozu.protocols.proxyheader",
            "io.sozu.protocols.http", "io.sozu.protocols.http1", "io.sozu.protocols.http2.hpack",
            "io.sozu.protocols.http2", "io.sozu.protocols.pipe");

    /** The classes of other packages that carry requests. */
    private static final Set<String> CLASSES = Set.of(
            "io.sozu.bindings.linux.LinuxKernel", "io.sozu.bindings.linux.EpollEvents",
            "io.sozu.bindings.memory.Memory", "io.sozu.bindings.openssl.SslCalls",
            "io.sozu.protocols.tls.TlsFront", "io.sozu.protocols.tls.TlsListeners",
            "io.sozu.worker.Acceptor", "io.sozu.worker.BackendConnector", "io.sozu.worker.Closer",
            "io.sozu.worker.Drain", "io.sozu.worker.IdleBackends", "io.sozu.worker.ListenerTable",
            "io.sozu.worker.Machines", "io.sozu.worker.Matchmaker", "io.sozu.worker.SessionDriver",
            "io.sozu.worker.Traffic");

    /** What is in the packages above and never runs for a request: class or class.method. */
    private static final Set<String> CONTROL_PATH = names("/control-path.txt");

    /** For people and for assertions; never in production's way of a request. */
    private static final Set<String> DESCRIBING = Set.of("toString", "describe", "checkInvariants");

    private static final Set<String> BOXES = Set.of("java.lang.Boolean", "java.lang.Byte",
            "java.lang.Character", "java.lang.Short", "java.lang.Integer", "java.lang.Long",
            "java.lang.Float", "java.lang.Double");

    /** Collections hold objects, and are walked by iterators. */
    private static final List<String> FORBIDDEN_OWNERS = List.of("java.util.", "java.lang.Iterable",
            "java.lang.StringBuilder", "java.lang.StringBuffer");
    private static final List<String> ALLOWED_OWNERS = List.of("java.util.Arrays", "java.util.Objects",
            "java.util.function.");

    private DataPath() {
    }

    /** One line for each step that allocates or locks in a class of the data path. */
    static List<String> violations(final List<ClassFacts> classes) {
        final List<String> violations = new ArrayList<>();
        for (final ClassFacts facts : classes) {
            if (carriesRequests(facts)) {
                check(facts, violations);
            }
        }
        return violations;
    }

    /** Names of classes and of the control path that name nothing. */
    static List<String> unknownNames(final List<ClassFacts> classes) {
        final List<String> names = new ArrayList<>(CONTROL_PATH);
        names.addAll(CLASSES);
        for (final ClassFacts facts : classes) {
            names.remove(facts.name());
            facts.methods().forEach(method -> names.remove(facts.name() + "." + method.name()));
        }
        return names;
    }

    private static Set<String> names(final String resource) {
        try (InputStream file = DataPath.class.getResourceAsStream(resource)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#")).collect(Collectors.toSet());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean carriesRequests(final ClassFacts facts) {
        final String outermost = facts.name().replaceFirst("\\$.*", "");
        return (PACKAGES.contains(facts.packageName()) || CLASSES.contains(outermost))
                && !CONTROL_PATH.contains(outermost) && !CONTROL_PATH.contains(facts.name())
                && !facts.has(Opcodes.ACC_ANNOTATION);
    }

    private static void check(final ClassFacts facts, final List<String> violations) {
        for (final Method method : facts.methods()) {
            if (CONTROL_PATH.contains(facts.name() + "." + sourceName(method.name()))) {
                continue;
            }
            final boolean boot = method.name().startsWith("<");
            for (final Step step : method.steps()) {
                final String fault = fault(step, boot || isDescribing(facts, method));
                if (!fault.isEmpty()) {
                    violations.add(facts.name() + "." + method.name() + ":" + step.line() + " " + fault);
                }
            }
        }
    }

    /** The method a lambda's body was written in: {@code lambda$apply$0} in {@code apply}. */
    private static String sourceName(final String methodName) {
        return methodName.startsWith("lambda$") ? methodName.split("\\$")[1] : methodName;
    }

    /** What a record and an enum are given by the compiler counts as describing. */
    private static boolean isDescribing(final ClassFacts facts, final Method method) {
        final String name = sourceName(method.name());
        return DESCRIBING.contains(name)
                || facts.has(Opcodes.ACC_ENUM) && Set.of("values", "$values").contains(name)
                || facts.isRecord() && Set.of("equals", "hashCode").contains(name);
    }

    private static String fault(final Step step, final boolean mayAllocate) {
        if (step.kind() == Kind.LOCK) {
            return "locks";
        }
        if (step.kind() == Kind.CALL && step.owner().startsWith("java.util.concurrent.")) {
            return "uses " + step.owner();
        }
        if (mayAllocate || step.thrown()) {
            return "";
        }
        return switch (step.kind()) {
            case NEW -> "makes a new " + step.owner();
            case NEW_ARRAY -> "makes a new array";
            case CONCAT -> "joins strings";
            case LAMBDA -> step.signature().startsWith("()") ? "" : "makes a lambda that captures";
            case CALL -> forbiddenCall(step);
            case LOCK -> "locks";
        };
    }

    private static String forbiddenCall(final Step step) {
        final boolean boxes = BOXES.contains(step.owner()) && step.name().equals("valueOf");
        final boolean formats = step.owner().equals("java.lang.String")
                && (step.name().equals("format") || step.name().equals("formatted"));
        final boolean copies = step.name().equals("values") && step.signature().startsWith("()[")
                || step.name().equals("clone") || step.name().equals("iterator")
                || step.owner().equals("java.util.Arrays") && step.name().startsWith("copyOf");
        final boolean forbidden = FORBIDDEN_OWNERS.stream().anyMatch(step.owner()::startsWith)
                && ALLOWED_OWNERS.stream().noneMatch(step.owner()::startsWith);
        return boxes || formats || copies || forbidden ? "calls " + step.owner() + "." + step.name() : "";
    }
}
