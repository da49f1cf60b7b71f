package io.sozu.bindings.openssl;

import static io.sozu.bindings.openssl.OpenSsl.plain1;
import static io.sozu.bindings.openssl.OpenSsl.plain2;
import static io.sozu.bindings.openssl.OpenSsl.plain3;
import static io.sozu.bindings.openssl.OpenSsl.plain4;
import static io.sozu.bindings.openssl.OpenSsl.plain5;

import io.sozu.bindings.memory.Memory;
import java.lang.foreign.MemorySegment;

/** The calls that read what an authority says of a certificate (RFC 6960), and show it to clients. */
public final class OcspCalls {
    /** What {@link #secondsLeft} returns for bytes that are no answer of an authority. */
    public static final int NO_RESPONSE = -1;
    /** The authority did not answer the question. */
    public static final int NO_ANSWER = -2;
    /** The answer is for another certificate. */
    public static final int OTHER_CERTIFICATE = -3;
    /** The certificate is revoked, or the authority does not know it. */
    public static final int NOT_GOOD = -4;

    private static final int CTRL_SET_RESPONSE = 71;
    private static final int SECONDS_PER_DAY = 86_400;
    private static final int SUCCESSFUL = 0;
    private static final int GOOD = 0;
    private static final int DAYS = 0;
    private static final int SECONDS = 4;
    private static final int NEXT_UPDATE = 8;

    private final MemorySegment decode;
    private final MemorySegment status;
    private final MemorySegment basic;
    private final MemorySegment count;
    private final MemorySegment get;
    private final MemorySegment idOf;
    private final MemorySegment idInfo;
    private final MemorySegment statusOf;
    private final MemorySegment serialOf;
    private final MemorySegment compare;
    private final MemorySegment difference;
    private final MemorySegment freeBasic;
    private final MemorySegment free;
    private final MemorySegment duplicate;
    private final MemorySegment control;
    private final MemorySegment certificateOf;
    private final MemorySegment publicKey;

    OcspCalls(final OpenSsl library) {
        decode = library.function("d2i_OCSP_RESPONSE");
        status = library.function("OCSP_response_status");
        basic = library.function("OCSP_response_get1_basic");
        count = library.function("OCSP_resp_count");
        get = library.function("OCSP_resp_get0");
        idOf = library.function("OCSP_SINGLERESP_get0_id");
        idInfo = library.function("OCSP_id_get0_info");
        statusOf = library.function("OCSP_single_get0_status");
        serialOf = library.function("X509_get0_serialNumber");
        compare = library.function("ASN1_INTEGER_cmp");
        difference = library.function("ASN1_TIME_diff");
        freeBasic = library.function("OCSP_BASICRESP_free");
        free = library.function("OCSP_RESPONSE_free");
        duplicate = library.function("CRYPTO_memdup");
        control = library.function("SSL_ctrl");
        certificateOf = library.function("SSL_get_certificate");
        publicKey = library.function("X509_get0_pubkey");
    }

    /**
     * Tells for how long an authority's answer is good; who has signed it is not looked at, as its clients
     * do.
     *
     * @param x509 the certificate it has to be for
     * @return how many seconds are left, 0 when it is out of date, {@link Integer#MAX_VALUE} when that is
     *     never; or as {@link #NO_RESPONSE}
     */
    public int secondsLeft(final NativeText der, final long x509) {
        try (NativeText place = NativeText.of(new byte[Long.BYTES])) {
            Memory.putLong(place.address(), der.address());
            final long response = plain3(decode, 0, place.address(), der.lengthBytes());
            if (response == 0) {
                return NO_RESPONSE;
            }
            final long answers = (int) plain1(status, response) == SUCCESSFUL ? plain1(basic, response) : 0;
            plain1(free, response);
            if (answers == 0) {
                return NO_ANSWER;
            }
            final int left = secondsLeft(answers, plain1(serialOf, x509));
            plain1(freeBasic, answers);
            return left;
        }
    }

    private int secondsLeft(final long answers, final long serial) {
        try (NativeText place = NativeText.of(new byte[2 * Long.BYTES])) {
            final int all = (int) plain1(count, answers);
            for (int i = 0; i < all; i++) {
                final long single = plain2(get, answers, i);
                plain5(idInfo, 0, 0, 0, place.address(), plain1(idOf, single));
                if ((int) plain2(compare, Memory.getLong(place.address()), serial) != 0) {
                    continue;
                }
                final long next = place.address() + NEXT_UPDATE;
                Memory.putLong(next, 0);
                if ((int) plain5(statusOf, single, 0, 0, 0, next) != GOOD) {
                    return NOT_GOOD;
                }
                return Memory.getLong(next) == 0 ? Integer.MAX_VALUE
                        : until(Memory.getLong(next), place.address());
            }
        }
        return OTHER_CERTIFICATE;
    }

    private int until(final long time, final long place) {
        if ((int) plain4(difference, place + DAYS, place + SECONDS, 0, time) != 1) {
            return 0;
        }
        final long seconds = (long) Memory.getInt(place + DAYS) * SECONDS_PER_DAY
                + Memory.getInt(place + SECONDS);
        return Math.clamp(seconds, 0, Integer.MAX_VALUE);
    }

    /** Shows a client an authority's answer, of which OpenSSL takes a copy; false when there is no memory. */
    public boolean show(final long ssl, final long address, final int lengthBytes) {
        final long copy = plain4(duplicate, address, lengthBytes, 0, 0);
        return copy != 0 && plain4(control, ssl, CTRL_SET_RESPONSE, lengthBytes, copy) == 1;
    }

    /** Returns the key of the certificate that a client is being served, which stays the connection's. */
    public long servedKey(final long ssl) {
        final long x509 = plain1(certificateOf, ssl);
        return x509 == 0 ? 0 : plain1(publicKey, x509);
    }
}
