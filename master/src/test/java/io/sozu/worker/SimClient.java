package io.sozu.worker;

import io.sozu.bindings.sim.SimPeer;
import java.util.Arrays;
import java.util.List;

/** A simulated client that sends its scripts over one connection and checks every byte of what comes back. */
final class SimClient {
    private final List<Script> scripts;
    private final boolean pipelines;
    private final SimPeer peer;
    private final MessageReader reader;
    private int sent;
    private int answered;
    private int refused;
    private boolean ended;
    private String wrong;
    private String refusal = "";

    SimClient(final SimProxy proxy, final List<Script> scripts, final boolean pipelines) {
        this.scripts = scripts;
        this.pipelines = pipelines;
        this.reader = new MessageReader(true, this::onResponse);
        this.peer = proxy.connect();
        peer.onBytes((p, bytes) -> reader.take(bytes));
        peer.onEnd(p -> {
            ended = true;
            reader.end();
        });
        peer.onError(p -> ended = true);
        sendNext();
        while (pipelines && sent < scripts.size()) {
            sendNext();
        }
    }

    private void sendNext() {
        peer.send(scripts.get(sent++).request());
    }

    private void onResponse(final MessageReader.Message message) {
        if (message.line().startsWith("HTTP/1.1 1")) {
            return;
        }
        if (!message.line().startsWith("HTTP/1.1 200")) {
            refused++;
            refusal = message.line();
            answered++;
            return;
        }
        final Script script = scripts.get(answered);
        if (!("" + script.number()).equals(message.field("X-Number"))
                || !Arrays.equals(script.responseBody(), message.body())) {
            wrong = "answer " + answered + " of " + script + " is " + message.head() + " with "
                    + message.body().length
                    + " bytes";
        }
        answered++;
        if (!pipelines && sent < scripts.size() && message.field("Connection") == null) {
            sendNext();
        }
    }

    SimPeer peer() {
        return peer;
    }

    /** Returns what was wrong with an answer, or null. */
    String wrong() {
        return wrong;
    }

    boolean isDone() {
        return answered == scripts.size() || ended || peer.isClosed();
    }

    /** Returns how many requests were answered as scripted. */
    int served() {
        return answered - refused;
    }

    int sent() {
        return sent;
    }

    int refused() {
        return refused;
    }

    @Override
    public String toString() {
        return "client answered " + answered + " of " + scripts.size() + " sent " + sent + " rest "
                + reader.restBytes() + " " + refusal
                + (ended ? " ended" : "") + " " + peer;
    }
}
