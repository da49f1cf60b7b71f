package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a corpus from a resource. A case starts in the first column with its id and the courses allowed;
 * indented lines belong to it: {@code > text} is input, joined without line ends, with the escapes {@code \r
 * \n \t \0 \\ \{ \xHH} and the repetition {@code {70000*text}}; other lines are a keyword and its value.
 */
public final class CorpusFile {
    private final String text;
    private int at;

    private CorpusFile(final String text) {
        this.text = text;
    }

    /** Returns the cases of a resource beside this class. */
    public static List<CorpusCase> read(final String resource) throws IOException {
        try (InputStream in = CorpusFile.class.getResourceAsStream(resource)) {
            return parse(new String(in.readAllBytes(), ISO_8859_1));
        }
    }

    static List<CorpusCase> parse(final String text) {
        final List<CorpusCase> cases = new ArrayList<>();
        final List<String> block = new ArrayList<>();
        for (final String line : text.split("\n")) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (!line.startsWith(" ") && !block.isEmpty()) {
                cases.add(parseCase(block));
                block.clear();
            }
            block.add(line);
        }
        cases.add(parseCase(block));
        return cases;
    }

    private static CorpusCase parseCase(final List<String> block) {
        final String[] header = block.getFirst().split(" +", 2);
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final Map<String, List<String>> options = new LinkedHashMap<>();
        for (final String indented : block.subList(1, block.size())) {
            final String line = indented.stripLeading();
            if (line.startsWith("> ")) {
                bytes.writeBytes(unescape(line.substring(2)));
            } else {
                final String[] words = line.stripTrailing().split(" +", 2);
                options.computeIfAbsent(words[0], key -> new ArrayList<>())
                        .add(words.length > 1 ? words[1] : "");
            }
        }
        return new CorpusCase(header[0], Course.parseAll(header[1]), bytes.toByteArray(), options);
    }

    static byte[] unescape(final String text) {
        return new CorpusFile(text).until(false);
    }

    private byte[] until(final boolean brace) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (at < text.length()) {
            final char c = text.charAt(at++);
            if (c == '}' && brace) {
                return out.toByteArray();
            }
            switch (c) {
                case '\\' -> out.write(escape());
                case '{' -> repeat(out);
                default -> out.write(c);
            }
        }
        if (brace) {
            throw new IllegalArgumentException("unclosed { in " + text);
        }
        return out.toByteArray();
    }

    private int escape() {
        final char c = text.charAt(at++);
        return switch (c) {
            case 'r' -> '\r';
            case 'n' -> '\n';
            case 't' -> '\t';
            case '0' -> 0;
            case '\\', '{', '}' -> c;
            case 'x' -> {
                at += 2;
                yield Integer.parseInt(text.substring(at - 2, at), 16);
            }
            default -> throw new IllegalArgumentException("escape \\" + c + " in " + text);
        };
    }

    private void repeat(final ByteArrayOutputStream out) {
        final int star = text.indexOf('*', at);
        final int times = Integer.parseInt(text.substring(at, star));
        at = star + 1;
        final byte[] once = until(true);
        for (int i = 0; i < times; i++) {
            out.writeBytes(once);
        }
    }
}
