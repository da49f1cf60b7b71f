package io.sozu.bindings.openssl;

import static io.sozu.bindings.openssl.OpenSsl.plain1;
import static io.sozu.bindings.openssl.OpenSsl.plain2;
import static io.sozu.bindings.openssl.OpenSsl.plain3;
import static io.sozu.bindings.openssl.OpenSsl.plain4;

import java.lang.foreign.MemorySegment;

/** The calls of the side that connects: whom it asks for, whom it believes, what it resumes. */
public final class ClientCalls {
    /** What {@link #verifyResult} returns when nothing is wrong. */
    public static final int VERIFIED = 0;

    private static final int CTRL_SET_SESS_CACHE_MODE = 44;
    private static final int CTRL_SET_TLSEXT_HOSTNAME = 55;
    /** As a client, and in no table of OpenSSL's own. */
    private static final int SESS_CACHE_BY_CALLBACK = 0x1 | 0x300;
    private static final int HOST_FLAG_NO_PARTIAL_WILDCARDS = 0x4;

    private final MemorySegment onSession;
    private final MemorySegment ctrl;
    private final MemorySegment setAlpn;
    private final MemorySegment systemPaths;
    private final MemorySegment connectionCtrl;
    private final MemorySegment setHost;
    private final MemorySegment setHostFlags;
    private final MemorySegment setSession;
    private final MemorySegment freeSession;
    private final MemorySegment setData;
    private final MemorySegment getData;
    private final MemorySegment verifyResult;
    private final MemorySegment verifyText;
    private final MemorySegment reasonText;

    ClientCalls(final OpenSsl library) {
        onSession = library.function("SSL_CTX_sess_set_new_cb");
        ctrl = library.function("SSL_CTX_ctrl");
        setAlpn = library.function("SSL_CTX_set_alpn_protos");
        systemPaths = library.function("SSL_CTX_set_default_verify_paths");
        connectionCtrl = library.function("SSL_ctrl");
        setHost = library.function("SSL_set1_host");
        setHostFlags = library.function("SSL_set_hostflags");
        setSession = library.function("SSL_set_session");
        freeSession = library.function("SSL_SESSION_free");
        setData = library.function("SSL_set_ex_data");
        getData = library.function("SSL_get_ex_data");
        verifyResult = library.function("SSL_get_verify_result");
        verifyText = library.function("X509_verify_cert_error_string");
        reasonText = library.function("ERR_reason_error_string");
    }

    /** Hands sessions that can be resumed to a callback, {@link SslCallbacks#session}; control path. */
    public void onSession(final long context, final long callback) {
        plain4(ctrl, context, CTRL_SET_SESS_CACHE_MODE, SESS_CACHE_BY_CALLBACK, 0);
        plain2(onSession, context, callback);
    }

    /** Says what is offered to be spoken inside: names with a byte of length before each; control path. */
    public boolean offer(final long context, final NativeText names) {
        return (int) plain3(setAlpn, context, names.address(), names.lengthBytes()) == 0;
    }

    /** Lets those vouch whom this system believes; control path. */
    public boolean believeSystem(final long context) {
        return (int) plain1(systemPaths, context) == 1;
    }

    /** Names the host that is asked for (SNI), a C string. */
    public void serverName(final long ssl, final long host) {
        plain4(connectionCtrl, ssl, CTRL_SET_TLSEXT_HOSTNAME, 0, host);
    }

    /** Says whose certificate it has to be: a C string, a host or the text of an IP address. */
    public void expect(final long ssl, final long name) {
        plain2(setHostFlags, ssl, HOST_FLAG_NO_PARTIAL_WILDCARDS);
        plain2(setHost, ssl, name);
    }

    /** Resumes a session where the peer lets us; it stays the caller's. */
    public void resume(final long ssl, final long session) {
        plain2(setSession, ssl, session);
    }

    /** Gives a session back. */
    public void freeSession(final long session) {
        plain1(freeSession, session);
    }

    /** Notes a number with a connection. */
    public void mark(final long ssl, final long mark) {
        plain3(setData, ssl, 0, mark);
    }

    /** Returns the number noted with a connection, 0 for none. */
    public long mark(final long ssl) {
        return plain2(getData, ssl, 0);
    }

    /** Returns what is wrong with the peer's certificate, {@link #VERIFIED} for nothing. */
    public int verifyResult(final long ssl) {
        return (int) plain1(verifyResult, ssl);
    }

    /** Says what a result of {@link #verifyResult} means. */
    public String verifyText(final int result) {
        return NativeText.read(plain1(verifyText, result));
    }

    /** Says what an error of {@link SslCalls#firstError} means, null where OpenSSL has no words for it. */
    public String reasonText(final long error) {
        final long text = plain1(reasonText, error);
        return text == 0 ? null : NativeText.read(text);
    }
}
