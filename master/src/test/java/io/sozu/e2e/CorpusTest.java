package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The corpora themselves: complete, and read as they are meant. */
final class CorpusTest {

    @Test
    void shouldHoldEveryRowOnce() throws IOException {
        final List<String> missing = new ArrayList<>();
        final Set<String> requests = ids("hostile-requests.txt");
        require(requests, missing, "sl", 1, 35);
        require(requests, missing, "ho", 1, 14);
        require(requests, missing, "fi", 1, 23);
        require(requests, missing, "cl", 2, 21);
        require(requests, missing, "te", 2, 23);
        require(requests, missing, "ch", 1, 30);
        require(requests, missing, "pi", 1, 15);
        require(ids("hostile-responses.txt"), missing, "rs", 1, 39);
        assertEquals(List.of(), missing);
    }

    @Test
    void shouldUnderstandEscapesAndRepetition() {
        assertArrayEquals("a\r\n\0\u00e9xyxyxy{}\\".getBytes(ISO_8859_1),
                CorpusFile.unescape("a\\r\\n\\0\\xe9{3*xy}\\{\\}\\\\"));
    }

    @Test
    void shouldTellCoursesApart() {
        final Course wanted = Course.parse("200=/a 400/431 close");
        assertTrue(wanted.allows(Course.parse("200=/a 431 close")));
        assertFalse(wanted.allows(Course.parse("200=/b 431 close")));
        assertFalse(wanted.allows(Course.parse("200=/a 502 close")));
        assertFalse(wanted.allows(Course.parse("200=/a 400 open")));
        assertFalse(wanted.allows(Course.parse("200=/a close")));
        assertTrue(Course.parse("404 any").allows(Course.parse("404 open")));
    }

    private static Set<String> ids(final String resource) throws IOException {
        final Set<String> ids = new HashSet<>();
        for (final CorpusCase one : CorpusFile.read(resource)) {
            assertTrue(ids.add(one.id()), () -> one.id() + " stands twice");
        }
        return ids;
    }

    private static void require(final Set<String> ids, final List<String> missing, final String group,
            final int first, final int last) {
        for (int i = first; i <= last; i++) {
            final String id = String.format("%s%02d", group, i);
            if (!ids.contains(id)) {
                missing.add(id);
            }
        }
    }
}
