package io.sozu.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import io.sozu.control.Order;
import io.sozu.control.model.ListenerProtocol;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that is one order. */
abstract class OrderCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    CommandSpec spec() {
        return spec;
    }

    /** Returns what listeners the command is about, by the name of the group that it stands in. */
    final ListenerProtocol protocol() {
        return ListenerProtocol.valueOf(spec.parent().name().toUpperCase(Locale.ROOT));
    }

    /** Makes the order; throws {@link IllegalArgumentException} with a line for people when it cannot. */
    abstract Order order();

    /** Shows the answer's content to people; the data of one that has none is null. */
    void show(final JsonNode data, final PrintWriter out) {
    }

    /** Says in one line what an OK means, where the master says nothing. */
    String done() {
        return "";
    }

    /** Whether the order may take as long as what is being served takes. */
    boolean patient() {
        return false;
    }

    /** How many answers of events to wait for, each to be printed; 0 where none are asked for. */
    long events() {
        return 0;
    }

    @Override
    public final Integer call() throws CtlException {
        return ((CtlMain) spec.root().userObject()).ask(this);
    }
}
