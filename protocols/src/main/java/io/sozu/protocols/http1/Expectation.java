package io.sozu.protocols.http1;

import io.sozu.protocols.http.Ascii;
import io.sozu.protocols.http.BodyFraming;
import io.sozu.protocols.http.FieldName;
import io.sozu.protocols.http.HeadFault;
import io.sozu.protocols.http.HeadView;

/** What Expect asks for (RFC 9110, section 10.1.1). */
final class Expectation {
    private static final long[] CONTINUE = Ascii.words("100-continue");
    private static final int CONTINUE_BYTES = 12;

    private Expectation() {
    }

    /**
     * Flags {@code 100-continue} in the view. In HTTP/1.0, and where no body follows, the field is dropped:
     * an interim response could not be passed on, or would be waited for in vain. Returns 0 or a fault.
     */
    static int apply(final HeadView view) {
        final int field = view.find(FieldName.EXPECT);
        if (field < 0) {
            return 0;
        }
        if (view.minorVersion() == 0) {
            view.dropAll(FieldName.EXPECT.bit());
            return 0;
        }
        final long value = view.address() + view.valueOffset(field);
        if ((view.repeated() & FieldName.EXPECT.bit()) != 0 || view.valueBytes(field) != CONTINUE_BYTES
                || !Ascii.equalsIgnoreCase(value, CONTINUE_BYTES, CONTINUE)) {
            return HeadFault.EXPECTATION_UNKNOWN.result();
        }
        if (view.framing() == BodyFraming.CHUNKED || view.contentLength() > 0) {
            view.expectsContinue(true);
        } else {
            view.drop(field);
        }
        return 0;
    }
}
