package io.sozu.perf.fuzz;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.bindings.sim.GuardedBlock;
import io.sozu.protocols.http.ForwardedFields;
import io.sozu.protocols.http.ForwardedMode;
import io.sozu.protocols.http.ForwardedSettings;
import io.sozu.protocols.http.HeadView;
import io.sozu.protocols.http.Ulid;
import io.sozu.protocols.http1.HeadRewriter;
import io.sozu.protocols.http1.RequestHeadParser;
import java.util.Arrays;
import java.util.List;

/**
 * The fields that tell about the client: whatever the client sent of them, the backend gets one list of each,
 * which ends in what the proxy saw. The first byte chooses the listener's settings and the client's address.
 */
public final class ForwardedFuzz {
    private static final int MAX_BYTES = 16 << 10;
    private static final int PORT = 65_535;
    private static final String LISTENER = "2001:db8::ff00:42:8329";
    private static final String[] CLIENTS = {"203.0.113.7", "2001:db8:ffff:ffff:ffff:ffff:255.255.255.255"};
    private static final String ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    private static final HeadRoom ROOM = new HeadRoom();
    private static final RequestHeadParser PARSER = new RequestHeadParser();
    private static final HeadRewriter REWRITER = new HeadRewriter(MAX_BYTES);
    private static final HeadView VIEW = new HeadView();
    /** Rendered into the last bytes there are, so that a byte too many fails. */
    private static final GuardedBlock TARGET =
            new GuardedBlock(MAX_BYTES + ForwardedFields.MAX_GROWTH_BYTES);
    private static final long TEXTS = NativeMemory.allocate(MemoryTag.SCRATCH, 128);
    private static final ForwardedFields[] FIELDS = new ForwardedFields[12];

    static {
        for (int i = 0; i < FIELDS.length; i++) {
            FIELDS[i] = new ForwardedFields(new ForwardedSettings(ForwardedMode.values()[i % 3], "https",
                    LISTENER, PORT, "Z".repeat(ForwardedSettings.LONGEST_NAME), i / 3 % 2 == 1,
                    i / 6 == 1));
        }
    }

    private ForwardedFuzz() {
    }

    /** Takes one input. */
    public static void fuzzerTestOneInput(final byte[] input) {
        if (input.length == 0 || input.length > MAX_BYTES) {
            return;
        }
        final int choice = input[0] & 0xff;
        final String client = CLIENTS[choice / FIELDS.length % CLIENTS.length];
        final byte[] head = Arrays.copyOfRange(input, 1, input.length);
        final long address = ROOM.place(head, head.length);
        final int end = PARSER.parse(address, head.length, 0, VIEW);
        if (end <= 0) {
            return;
        }
        Memory.copy(Oracle.bytes(client + ID), 0, TEXTS, client.length() + Ulid.TEXT_BYTES);
        final long target = TARGET.end() - end - ForwardedFields.MAX_GROWTH_BYTES;
        final int insertBytes = FIELDS[choice % FIELDS.length].render(VIEW, TEXTS, client.length(), PORT,
                TEXTS + client.length(), target);
        final long start = REWRITER.rewriteRequest(VIEW, target, insertBytes);
        ROOM.checkUntouched(address);
        final int bytes = (int) (address + end - start);
        final String forwarded = Heads.text(start, bytes);
        Oracle.same(bytes, PARSER.parse(start, bytes, 0, VIEW), () -> "forwarded " + forwarded);
        Heads.checkFields(VIEW);
        check(choice % FIELDS.length, client);
    }

    private static void check(final int settings, final String client) {
        final ForwardedMode mode = ForwardedMode.values()[settings % 3];
        Oracle.same(List.of(ID), Heads.values(VIEW, "z".repeat(ForwardedSettings.LONGEST_NAME)), () -> "id");
        Oracle.check(!Heads.values(VIEW, "x-request-id").isEmpty(), () -> "no request id");
        if (settings / 6 == 1) {
            Oracle.same(List.of(client), Heads.values(VIEW, "x-real-ip"), () -> "X-Real-IP");
        } else if (settings / 3 % 2 == 1) {
            Oracle.same(List.of(), Heads.values(VIEW, "x-real-ip"), () -> "X-Real-IP");
        }
        if (mode == ForwardedMode.OFF) {
            return;
        }
        final String node = client.indexOf(':') < 0 ? client : "[" + client + "]";
        last("x-forwarded-for", client, mode);
        last("forwarded", "proto=https;for=\"" + node + ":" + PORT + "\";by=\"[" + LISTENER + "]\"", mode);
        for (final String fact : List.of("x-forwarded-proto", "x-forwarded-port", "x-forwarded-host")) {
            final List<String> values = Heads.values(VIEW, fact);
            Oracle.check(mode == ForwardedMode.APPEND || values.size() <= 1, () -> fact + " " + values);
        }
    }

    /** One field, which ends in what the proxy saw; in place of what the client said, that is all of it. */
    private static void last(final String name, final String seen, final ForwardedMode mode) {
        final List<String> values = Heads.values(VIEW, name);
        Oracle.check(values.size() == 1 && (mode == ForwardedMode.REPLACE ? values.getFirst().equals(seen)
                : values.getFirst().equals(seen) || values.getFirst().endsWith(", " + seen)),
                () -> name + " is " + values);
    }
}
