package io.sozu.e2e;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/**
 * Watches one client connection until it ends or a probe request on it is answered, and tells the course it
 * took.
 */
final class Observer {
    private final RawClient client;
    private final String probe;
    private final List<Answer> answers = new ArrayList<>();
    private Course course;

    /**
     * @param probe target of the request that was sent after the bytes under test
     */
    Observer(final RawClient client, final String probe) {
        this.client = client;
        this.probe = probe;
    }

    /** Reads to the end; a malformed answer or one that never comes is thrown. */
    Observer watch(final String firstMethod) throws IOException {
        final List<String> seen = new ArrayList<>();
        try {
            while (course == null) {
                final Answer answer = client.answer(seen.isEmpty() ? firstMethod : "GET");
                if (answer.fromBackend() && answer.text().startsWith("GET " + probe + " ")) {
                    course = new Course(seen, Course.OPEN);
                } else {
                    answers.add(answer);
                    seen.add(word(answer));
                }
            }
        } catch (WireCut e) {
            if (e.inside()) {
                seen.add(Course.CUT);
            }
            course = new Course(seen, Course.CLOSE);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("neither answer nor close in time, after " + seen);
        }
        return this;
    }

    Course course() {
        return course;
    }

    /** The answers before the probe's. */
    List<Answer> answers() {
        return answers;
    }

    /** How many of them a backend made. */
    long fromBackend() {
        return answers.stream().filter(Answer::fromBackend).count();
    }

    private static String word(final Answer answer) {
        return answer.status() + (answer.fromBackend() ? "=" + answer.head().only(ScriptedBackend.TARGET)
                : "");
    }
}
