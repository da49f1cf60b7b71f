package io.sozu.perf.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A package may know those printed above it, of its own module or of one that its own depends on. */
final class PackageOrder {
    private static final String ROOT = "io.sozu.";

    /** In dependency order, bottom first, with their modules. A package that is not here does not exist. */
    private static final List<String> PACKAGES = List.of(
            "native-bindings bindings.foreign",
            "native-bindings bindings.memory",
            "native-bindings bindings.linux",
            "native-bindings bindings.openssl",
            "eventloop eventloop.time",
            "eventloop eventloop.metrics",
            "eventloop eventloop.log",
            "eventloop eventloop",
            "eventloop eventloop.sink",
            "sessions sessions.buffer",
            "sessions sessions",
            "sessions sessions.limit",
            "sessions sessions.cluster",
            "sessions sessions.cluster.balance",
            "sessions sessions.routing",
            "sessions sessions.accesslog",
            "protocols protocols",
            "protocols protocols.transport",
            "protocols protocols.tls",
            "protocols protocols.proxyheader",
            "protocols protocols.http",
            "protocols protocols.http1",
            "protocols protocols.http2.hpack",
            "protocols protocols.http2",
            "protocols protocols.pipe",
            "ctl control.model",
            "ctl control",
            "ctl ctl",
            "master channel",
            "master master.state",
            "master worker",
            "master master.fleet",
            "master master.upgrade",
            "master master.names",
            "master master.command",
            "master master",
            "master demo",
            "perf perf");

    /** Generated code, seen by its own module's packages only. */
    private static final String GENERATED = "io.sozu.bindings.generated";

    private static final Map<String, List<String>> SEES = Map.of(
            "native-bindings", List.of("native-bindings"),
            "eventloop", List.of("native-bindings", "eventloop"),
            "sessions", List.of("native-bindings", "eventloop", "sessions"),
            "protocols", List.of("native-bindings", "eventloop", "sessions", "protocols"),
            "ctl", List.of("ctl"),
            "master", List.of("native-bindings", "eventloop", "sessions", "protocols", "ctl", "master"),
            "perf", House.MODULES);

    private PackageOrder() {
    }

    /** One line for each use of a package that the user may not know, and for each unknown package. */
    static List<String> violations(final List<ClassFacts> classes) {
        final List<String> violations = new ArrayList<>();
        for (final ClassFacts facts : classes) {
            for (final String used : facts.uses()) {
                check(facts.name(), facts.packageName(), ClassFacts.packageOf(used), violations);
            }
        }
        return violations;
    }

    /** Adds a line when {@code user}, who lives in {@code from}, may not know {@code to}. */
    static void check(final String user, final String from, final String to, final List<String> violations) {
        if (!to.startsWith(ROOT) || to.equals(from)) {
            if (place(from) < 0) {
                violations.add(user + ": " + from + " is not in the table of packages");
            }
            return;
        }
        if (to.startsWith(GENERATED)) {
            if (!from.startsWith(ROOT + "bindings.")) {
                violations.add(user + ": generated code is for the bindings alone");
            }
            return;
        }
        final int fromPlace = place(from);
        final int toPlace = place(to);
        if (fromPlace < 0 || toPlace < 0) {
            violations.add(user + ": " + (toPlace < 0 ? to : from) + " is not in the table of packages");
        } else if (toPlace > fromPlace || !SEES.get(module(fromPlace)).contains(module(toPlace))) {
            violations.add(user + " knows " + to + ", which does not stand below " + from);
        }
    }

    private static int place(final String packageName) {
        for (int i = 0; i < PACKAGES.size(); i++) {
            final String line = PACKAGES.get(i);
            if (packageName.equals(ROOT + line.substring(line.indexOf(' ') + 1))) {
                return i;
            }
        }
        return -1;
    }

    private static String module(final int place) {
        final String line = PACKAGES.get(place);
        return line.substring(0, line.indexOf(' '));
    }
}
