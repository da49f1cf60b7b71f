package io.sozu.perf.fuzz;

import io.sozu.e2e.CorpusCase;
import io.sozu.e2e.CorpusFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Inputs for the targets out of what other tests have: the hostile corpora, and the files that are wrong. */
final class Seeds {
    private static final int MAX_BYTES = 4_000;
    private static final int FORWARDED_CHOICES = 24;

    private Seeds() {
    }

    /** Returns a target's corpus, and what other tests have for it. */
    static List<byte[]> of(final Target target) throws IOException {
        final List<byte[]> seeds = new ArrayList<>(Corpus.read(target));
        switch (target) {
            case REQUEST_HEAD -> seeds.addAll(hostile("requests"));
            case RESPONSE_HEAD -> hostile("responses").forEach(one -> {
                seeds.add(after((byte) 0, one));
                seeds.add(after((byte) 1, one));
            });
            case CHUNKS -> bodies(seeds);
            case FORWARDED -> {
                int choice = 0;
                for (final byte[] one : hostile("requests")) {
                    seeds.add(after((byte) (choice++ % FORWARDED_CHOICES), one));
                }
            }
            case REQUEST_WIRE -> {
                int choice = 0;
                for (final byte[] one : hostile("requests")) {
                    seeds.add(after((byte) choice++, one));
                }
            }
            case RESPONSE_WIRE -> hostile("responses").forEach(one -> {
                seeds.add(after((byte) 0, one));
                seeds.add(after((byte) 1, one));
                seeds.add(after((byte) 2, one));
                seeds.add(after((byte) 16, one));
                seeds.add(after((byte) 27, one));
            });
            case TOML -> seeds.addAll(wrongFiles());
            default -> { }
        }
        return seeds;
    }

    static List<byte[]> hostile(final String kind) throws IOException {
        return CorpusFile.read("hostile-" + kind + ".txt").stream().map(CorpusCase::bytes)
                .filter(bytes -> bytes.length <= MAX_BYTES).toList();
    }

    private static void bodies(final List<byte[]> seeds) throws IOException {
        for (final String kind : List.of("requests", "responses")) {
            for (final byte[] one : hostile(kind)) {
                final String text = Oracle.text(one);
                final int body = text.indexOf("\r\n\r\n") + 4;
                if (body >= 4 && body < text.length()) {
                    seeds.add(Oracle.bytes(text.substring(body)));
                }
            }
        }
    }

    private static List<byte[]> wrongFiles() throws IOException {
        try (InputStream in = Seeds.class.getResourceAsStream("/io/sozu/master/state/wrong-files.txt")) {
            final List<byte[]> files = new ArrayList<>();
            for (final String block : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .split("======\n")) {
                files.add(block.substring(0, block.indexOf("\n---\n")).getBytes(StandardCharsets.UTF_8));
            }
            return files;
        }
    }

    private static byte[] after(final byte first, final byte[] rest) {
        final byte[] joined = new byte[rest.length + 1];
        joined[0] = first;
        System.arraycopy(rest, 0, joined, 1, rest.length);
        return joined;
    }
}
