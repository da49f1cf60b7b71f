package io.sozu.master.command;

import io.sozu.control.Answer;
import io.sozu.control.Order;
import io.sozu.eventloop.log.Log;
import io.sozu.master.fleet.Alarms;
import io.sozu.master.fleet.AnswerHandler;
import io.sozu.master.fleet.Errand;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Sends one order to many workers and makes one answer of theirs.
 *
 * <p>A worker that refuses what the state has accepted has diverged from it: the client is told, and the log.
 * A worker that dies meanwhile has no say: its successor starts with the new state.
 */
final class FanOut {
    private static final String DONE = "OK";

    private final Alarms alarms;
    private final Log log;
    private final long timeoutNanos;
    private long count;

    FanOut(final Alarms alarms, final Log log, final long timeoutNanos) {
        this.alarms = alarms;
        this.log = log;
        this.timeoutNanos = timeoutNanos;
    }

    /** Sends the errands of an order; the answer comes when all that are awaited have been heard of. */
    void send(final String id, final Order order, final List<Errand> errands, final Consumer<Answer> done) {
        final Gathering gathering = new Gathering(id, order, done);
        for (final Errand errand : errands) {
            if (errand.awaited()) {
                gathering.texts.put(label(errand), null);
                gathering.waiting++;
            }
        }
        for (final Errand errand : errands) {
            errand.worker().send(unique(id, errand), errand.order(), errand.fd(), gathering.from(errand));
        }
        gathering.start();
    }

    private static String label(final Errand errand) {
        return errand.suffix().substring(errand.suffix().indexOf('-') + 1);
    }

    /** Clients choose their ids by themselves, so two orders under way may have the same. */
    private String unique(final String id, final Errand errand) {
        final String usual = id + "-" + errand.suffix();
        return errand.worker().isPending(usual) ? id + "-" + count++ + "-again-" + errand.suffix() : usual;
    }

    /** The answers to one order. */
    private final class Gathering {
        private final String id;
        private final Order order;
        private final Consumer<Answer> done;
        private final Map<String, String> texts = new LinkedHashMap<>();
        private int waiting;
        private boolean failed;
        private boolean over;
        private Alarms.Alarm timeout;

        private Gathering(final String id, final Order order, final Consumer<Answer> done) {
            this.id = id;
            this.order = order;
            this.done = done;
        }

        private AnswerHandler from(final Errand errand) {
            return new AnswerHandler() {
                @Override
                public void onAnswer(final Answer answer) {
                    if (answer.status() == Answer.Status.ERROR) {
                        log.error(errand.worker() + " refused " + order.type()
                                + ", which the state has accepted: "
                                + answer.message());
                    }
                    if (answer.last()) {
                        heard(errand, answer.status() == Answer.Status.OK ? DONE : answer.message());
                    }
                }

                @Override
                public void onLost() {
                    heard(errand, DONE);
                }
            };
        }

        private void start() {
            timeout = alarms.after(timeoutNanos, this::finish);
            finishWhenAllHeard();
        }

        private void heard(final Errand errand, final String text) {
            if (over || !errand.awaited()) {
                return;
            }
            texts.merge(label(errand), text, (before, now) -> now.equals(DONE) ? before : now);
            failed |= !text.equals(DONE);
            waiting--;
            if (timeout != null) {
                finishWhenAllHeard();
            }
        }

        private void finishWhenAllHeard() {
            if (waiting == 0 && !over) {
                timeout.cancel();
                finish();
            }
        }

        private void finish() {
            over = true;
            if (waiting > 0) {
                failed = true;
                texts.replaceAll((worker, text) -> text != null ? text : "no answer within "
                        + timeoutNanos / 1_000_000_000 + " s");
                log.error("not every worker has answered " + order.type() + " in time: " + joined());
            }
            done.accept(failed ? Answer.error(id, joined()) : Answer.ok(id, ""));
        }

        private String joined() {
            final StringBuilder all = new StringBuilder();
            texts.forEach((worker, text) -> all.append(all.isEmpty() ? "" : ", ").append(worker).append(": ")
                    .append(text));
            return all.toString();
        }
    }
}
