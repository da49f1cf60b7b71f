package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.Map;

/**
 * One case of a hostile corpus.
 *
 * @param id row of the corpus
 * @param wanted every course of events that is right
 * @param bytes what the hostile side sends
 * @param options further lines by keyword, in order
 */
public record CorpusCase(String id, List<Course> wanted, byte[] bytes, Map<String, List<String>> options) {

    boolean has(final String option) {
        return options.containsKey(option);
    }

    List<String> all(final String option) {
        return options.getOrDefault(option, List.of());
    }

    String one(final String option, final String otherwise) {
        return has(option) ? all(option).getFirst() : otherwise;
    }

    /** The first bytes as readable text. */
    String excerpt() {
        final String text = new String(bytes, 0, Math.min(bytes.length, 300), ISO_8859_1);
        return text.replace("\r", "\\r").replace("\n", "\\n\n").replace("\0", "\\0");
    }

    @Override
    public String toString() {
        return id;
    }
}
