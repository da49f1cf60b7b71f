package io.sozu.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** What is read can be written so that it is read again. */
final class JsonTextTest {
    @Test
    void shouldRefuseANumberThatNoDoubleHolds() {
        final OrderException fault = assertThrows(OrderException.class,
            () -> JsonText.read("{\"a\": -1e400}"));

        assertEquals("message has a number out of range at line 1, column 7", fault.getMessage());
    }

    @Test
    void shouldReadWhatItWrites() throws OrderException {
        final String text = "[1.7976931348623157E308,4.9E-324,-0.0,9223372036854775808,\"\\u0000\"]";

        assertEquals(text, JsonText.write(JsonText.read(text)));
    }
}
