package io.sozu.perf.fuzz;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.protocols.http.BodyFraming;
import io.sozu.protocols.http.FieldName;
import io.sozu.protocols.http.HeadFault;
import io.sozu.protocols.http.HeadView;
import io.sozu.protocols.http.Method;
import io.sozu.protocols.http.Status;
import io.sozu.protocols.http.TargetForm;
import io.sozu.protocols.http1.ChunkScanner;
import io.sozu.protocols.http1.RequestHeadParser;
import io.sozu.protocols.http1.ResponseHeadParser;
import java.util.ArrayList;
import java.util.List;

/** Messages as the proxy reads them, in the form in which it passes them on. */
final class OwnReader {
    private static final int MAX_BYTES = 1 << 20;
    private static final long INPUT = NativeMemory.allocate(MemoryTag.SCRATCH, MAX_BYTES);
    private static final long STATE = NativeMemory.allocate(MemoryTag.SCRATCH, ChunkScanner.STATE_BYTES);
    private static final RequestHeadParser REQUESTS = new RequestHeadParser();
    private static final ResponseHeadParser RESPONSES = new ResponseHeadParser();
    private static final ChunkScanner CHUNKS = new ChunkScanner();
    private static final HeadView VIEW = new HeadView();

    private final List<Message> messages = new ArrayList<>();
    private final int lengthBytes;
    private int at;
    private Reading end;

    private OwnReader(final byte[] stream) {
        lengthBytes = stream.length;
        Memory.copy(stream, 0, INPUT, lengthBytes);
    }

    /** Reads requests up to the last one that the client says is its last. */
    static Reading requests(final byte[] stream) {
        return new OwnReader(stream).requests();
    }

    /** Reads one response and the interim ones before it; what follows is nobody's. */
    static Reading response(final byte[] stream, final Method method, final boolean closed) {
        return new OwnReader(stream).response(method, closed);
    }

    private Reading requests() {
        while (at < lengthBytes && end == null) {
            final int head = REQUESTS.parse(INPUT + at, lengthBytes - at, 0, VIEW);
            if (head <= 0) {
                return end(head);
            }
            final String start = Heads.span(VIEW, VIEW.methodOffset(), VIEW.methodBytes()) + " " + target();
            final List<String> fields = fields();
            if (VIEW.hasAuthority()) {
                fields.add(0, Message.field("host",
                        Heads.span(VIEW, VIEW.authorityOffset(), VIEW.authorityBytes())));
            }
            final boolean last = !VIEW.keepAlive();
            at += head;
            body(start, fields, false);
            if (last && end == null) {
                end = new Reading(messages, Reading.End.CLEAN, "close");
            }
        }
        return end != null ? end : new Reading(messages, Reading.End.CLEAN, "");
    }

    private Reading response(final Method method, final boolean closed) {
        while (end == null) {
            final int head = RESPONSES.parse(INPUT + at, lengthBytes - at, 0, method.id(), VIEW);
            if (head <= 0) {
                return end(head);
            }
            final String start = String.valueOf(VIEW.status());
            final boolean interim = Status.isInterim(VIEW.status());
            at += head;
            body(start, fields(), closed);
            if (!interim && end == null) {
                end = new Reading(messages, Reading.End.CLEAN, "");
            }
        }
        return end;
    }

    private Reading end(final int result) {
        end = result == 0 ? new Reading(messages, Reading.End.CUT, "")
                : new Reading(messages, Reading.End.FAULT, HeadFault.of(result).name());
        return end;
    }

    private static String target() {
        if (VIEW.targetForm() != TargetForm.ABSOLUTE) {
            return Heads.span(VIEW, VIEW.targetOffset(), VIEW.targetBytes());
        }
        final String query = VIEW.queryBytes() < 0 ? ""
                : "?" + Heads.span(VIEW, VIEW.queryOffset(), VIEW.queryBytes());
        final boolean noPath = VIEW.pathOffset() < VIEW.authorityOffset();
        return noPath && query.isEmpty() && VIEW.method() == Method.OPTIONS ? "*"
                : Heads.span(VIEW, VIEW.pathOffset(), VIEW.pathBytes()) + query;
    }

    private static List<String> fields() {
        final List<String> fields = new ArrayList<>();
        for (int i = 0; i < VIEW.fieldCount(); i++) {
            if (!VIEW.dropped(i) && (FieldName.HOP_BY_HOP >>> VIEW.fieldId(i) & 1) == 0) {
                fields.add(Message.field(Heads.span(VIEW, VIEW.nameOffset(i), VIEW.nameBytes(i)),
                        Heads.span(VIEW, VIEW.valueOffset(i), VIEW.valueBytes(i))));
            }
        }
        return fields;
    }

    /** Reads the body of the head in the view and adds the message, or says how the stream ends in it. */
    private void body(final String start, final List<String> fields, final boolean closed) {
        final BodyFraming framing = VIEW.framing();
        final int held = lengthBytes - at;
        if (framing == BodyFraming.CHUNKED) {
            Memory.zero(STATE, ChunkScanner.STATE_BYTES);
            final int result = CHUNKS.scan(STATE, INPUT + at, held, true);
            final String data = Heads.text(INPUT + at, CHUNKS.outputBytes());
            at += CHUNKS.outputBytes();
            if (result != ChunkScanner.ENDED) {
                end(result);
                return;
            }
            final byte[] rest = Memory.toArray(INPUT + at, CHUNKS.restBytes());
            at = lengthBytes - rest.length;
            Memory.copy(rest, 0, INPUT + at, rest.length);
            messages.add(new Message(start, fields, data));
            return;
        }
        final long length = framing == BodyFraming.LENGTH ? VIEW.contentLength()
                : framing == BodyFraming.UNTIL_CLOSE ? held : 0;
        if (held < length || framing == BodyFraming.UNTIL_CLOSE && !closed) {
            end(0);
            return;
        }
        messages.add(new Message(start, fields, Heads.text(INPUT + at, (int) length)));
        at += (int) length;
    }
}
