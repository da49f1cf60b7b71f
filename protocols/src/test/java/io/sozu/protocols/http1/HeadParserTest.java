package io.sozu.protocols.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.bindings.sim.LeakCheck;
import io.sozu.protocols.http.HeadFault;
import io.sozu.protocols.http.Method;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(LeakCheck.class)
final class HeadParserTest {
    private static final int PAGE_BYTES = 16 * 1024;

    static Stream<HeadCase> requests() {
        return RequestCases.all();
    }

    static Stream<HeadCase> responses() {
        return ResponseCases.all();
    }

    static HeadVerdicts requestVerdicts() {
        return new HeadVerdicts(new RequestHeadParser()::parse);
    }

    static HeadVerdicts responseVerdicts(final Method method) {
        final ResponseHeadParser parser = new ResponseHeadParser();
        return new HeadVerdicts((address, lengthBytes, scannedBytes, view) ->
                parser.parse(address, lengthBytes, scannedBytes, method.id(), view));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void shouldJudgeARequestTheSameHoweverItIsCut(final HeadCase head) {
        try (HeadVerdicts verdicts = requestVerdicts()) {
            assertEquals(head.verdict(), HeadVerdicts.name(verdicts.checked(head.bytes())));
        }
    }

    @ParameterizedTest
    @MethodSource("responses")
    void shouldJudgeAResponseTheSameHoweverItIsCut(final HeadCase head) {
        try (HeadVerdicts verdicts = responseVerdicts(Method.GET)) {
            assertEquals(head.verdict(), HeadVerdicts.name(verdicts.checked(head.bytes())));
        }
    }

    @Test
    void shouldEndTheHeadAtItsBlankLine() {
        final byte[] message = Wire.bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /next");
        try (HeadVerdicts verdicts = requestVerdicts()) {
            assertEquals(message.length - "GET /next".length(), verdicts.checked(message));
        }
    }

    @Test
    void shouldNameWhatDoesNotFitAPage() {
        try (NativeText line = new NativeText("GET /" + "a".repeat(PAGE_BYTES));
                NativeText field = new NativeText("\r\nGET / HTTP/1.1\r\nX: " + "a".repeat(PAGE_BYTES))) {
            assertEquals(HeadFault.START_LINE_TOO_LARGE,
                    RequestHeadParser.tooLarge(line.address(), line.lengthBytes()));
            assertEquals(HeadFault.HEAD_TOO_LARGE,
                    RequestHeadParser.tooLarge(field.address(), field.lengthBytes()));
            assertEquals(414, HeadFault.START_LINE_TOO_LARGE.status());
            assertEquals(431, HeadFault.HEAD_TOO_LARGE.status());
        }
    }

    @Test
    void shouldCoverEveryFaultOfHeads() {
        final String verdicts =
                Stream.concat(requests(), responses()).map(HeadCase::verdict).toList().toString();
        for (final HeadFault fault : HeadFault.values()) {
            final boolean elsewhere = fault.name().startsWith("CHUNK") || fault.name().endsWith("TOO_LARGE");
            assertTrue(elsewhere || verdicts.contains(fault.name()), fault.name());
            assertEquals(fault, HeadFault.of(fault.result()));
        }
    }
}
