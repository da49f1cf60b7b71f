package io.sozu.perf.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Sets two files of results side by side: {@code CompareMain OLD NEW}. */
final class CompareMain {
    private static final String PACKAGE = "io.sozu.perf.bench.";

    private CompareMain() {
    }

    /** Takes the names of two files. */
    public static void main(final String[] args) throws IOException {
        final ObjectMapper json = new ObjectMapper();
        System.out.println("benchmark, ns before, ns now, ratio");
        compare(json.readTree(Path.of(args[0]).toFile()), json.readTree(Path.of(args[1]).toFile()),
                System.out::println);
    }

    static void compare(final JsonNode before, final JsonNode now, final Consumer<String> out) {
        final Map<String, Double> old = scores(before);
        scores(now).forEach((name, score) -> {
            final Double earlier = old.get(name);
            out.accept(earlier == null ? String.format(Locale.ROOT, "%s - %.1f", name, score)
                    : String.format(Locale.ROOT, "%s %.1f %.1f %.2f", name, earlier, score, score / earlier));
        });
    }

    private static Map<String, Double> scores(final JsonNode results) {
        final Map<String, Double> scores = new TreeMap<>();
        for (final JsonNode result : results) {
            scores.put(result.path("benchmark").asText().replace(PACKAGE, "")
                    + result.path("params").toString().replace("\"", ""),
                    result.path("primaryMetric").path("score").asDouble());
        }
        return scores;
    }
}
