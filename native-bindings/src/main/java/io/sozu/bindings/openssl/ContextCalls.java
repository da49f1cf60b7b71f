package io.sozu.bindings.openssl;

import static io.sozu.bindings.openssl.OpenSsl.plain1;
import static io.sozu.bindings.openssl.OpenSsl.plain2;
import static io.sozu.bindings.openssl.OpenSsl.plain3;
import static io.sozu.bindings.openssl.OpenSsl.plain4;
import static io.sozu.bindings.openssl.OpenSsl.plain5;

import java.lang.foreign.MemorySegment;

/** The calls that prepare an {@code SSL_CTX}, which is its address. Control path. */
public final class ContextCalls {
    public static final int TLS_1_2 = 0x303;
    public static final int TLS_1_3 = 0x304;
    public static final long OP_ENABLE_KTLS = 1L << 3;
    public static final long OP_NO_TICKET = 1L << 14;
    public static final long OP_NO_COMPRESSION = 1L << 17;
    public static final long OP_NO_RENEGOTIATION = 1L << 30;
    public static final int MODE_ENABLE_PARTIAL_WRITE = 1;
    public static final int MODE_ACCEPT_MOVING_WRITE_BUFFER = 2;
    public static final int MODE_NO_AUTO_CHAIN = 8;
    public static final int MODE_RELEASE_BUFFERS = 16;
    public static final int SESS_CACHE_OFF = 0;
    public static final int VERIFY_NONE = 0;
    public static final int VERIFY_PEER = 1;
    public static final int VERIFY_FAIL_IF_NO_PEER_CERT = 2;
    /** What the callbacks of server name and ALPN return. */
    public static final int TLSEXT_ERR_OK = 0;
    public static final int TLSEXT_ERR_ALERT_FATAL = 2;
    public static final int TLSEXT_ERR_NOACK = 3;

    /** By what a server is known under a cipher of TLS 1.2. */
    public static final int AUTH_RSA = 1046;
    public static final int AUTH_ECDSA = 1047;

    private static final int CTRL_MODE = 33;
    private static final int CTRL_SET_READ_AHEAD = 41;
    private static final int CTRL_SET_SESS_CACHE_MODE = 44;
    private static final int CTRL_SET_TLSEXT_SERVERNAME_CB = 53;
    private static final int CTRL_SET_TLSEXT_STATUS_REQ_CB = 63;
    private static final int CTRL_SET_GROUPS_LIST = 92;
    private static final int CTRL_SET_SIGALGS_LIST = 98;
    private static final int CTRL_SET_DH_AUTO = 118;
    private static final int CTRL_SET_MIN_PROTO_VERSION = 123;
    private static final int CTRL_SET_MAX_PROTO_VERSION = 124;

    private final MemorySegment serverMethod;
    private final MemorySegment clientMethod;
    private final MemorySegment make;
    private final MemorySegment free;
    private final MemorySegment upRef;
    private final MemorySegment ctrl;
    private final MemorySegment callbackCtrl;
    private final MemorySegment setOptions;
    private final MemorySegment setCipherList;
    private final MemorySegment setCipherSuites;
    private final MemorySegment ciphers;
    private final MemorySegment cipherAuth;
    private final MemorySegment stackSize;
    private final MemorySegment stackValue;
    private final MemorySegment setNumTickets;
    private final MemorySegment setTimeout;
    private final MemorySegment setSessionIdContext;
    private final MemorySegment setAlpnSelect;
    private final MemorySegment setTicketKey;
    private final MemorySegment setKeyLog;
    private final MemorySegment useCertAndKey;
    private final MemorySegment setVerify;
    private final MemorySegment setVerifyDepth;
    private final MemorySegment certStore;
    private final MemorySegment addClientCa;
    private final MemorySegment setData;
    private final MemorySegment getData;

    ContextCalls(final OpenSsl library) {
        serverMethod = library.function("TLS_server_method");
        clientMethod = library.function("TLS_client_method");
        make = library.function("SSL_CTX_new");
        free = library.function("SSL_CTX_free");
        upRef = library.function("SSL_CTX_up_ref");
        ctrl = library.function("SSL_CTX_ctrl");
        callbackCtrl = library.function("SSL_CTX_callback_ctrl");
        setOptions = library.function("SSL_CTX_set_options");
        setCipherList = library.function("SSL_CTX_set_cipher_list");
        setCipherSuites = library.function("SSL_CTX_set_ciphersuites");
        ciphers = library.function("SSL_CTX_get_ciphers");
        cipherAuth = library.function("SSL_CIPHER_get_auth_nid");
        stackSize = library.function("OPENSSL_sk_num");
        stackValue = library.function("OPENSSL_sk_value");
        setNumTickets = library.function("SSL_CTX_set_num_tickets");
        setTimeout = library.function("SSL_CTX_set_timeout");
        setSessionIdContext = library.function("SSL_CTX_set_session_id_context");
        setAlpnSelect = library.function("SSL_CTX_set_alpn_select_cb");
        setTicketKey = library.function("SSL_CTX_set_tlsext_ticket_key_evp_cb");
        setKeyLog = library.function("SSL_CTX_set_keylog_callback");
        useCertAndKey = library.function("SSL_CTX_use_cert_and_key");
        setVerify = library.function("SSL_CTX_set_verify");
        setVerifyDepth = library.function("SSL_CTX_set_verify_depth");
        certStore = library.function("SSL_CTX_get_cert_store");
        addClientCa = library.function("SSL_CTX_add_client_CA");
        setData = library.function("SSL_CTX_set_ex_data");
        getData = library.function("SSL_CTX_get_ex_data");
    }

    /** Makes a context of servers; 0 when there is no memory. */
    public long makeServer() {
        return plain1(make, plain1(serverMethod, 0));
    }

    /** Makes a context of clients; 0 when there is no memory. */
    public long makeClient() {
        return plain1(make, plain1(clientMethod, 0));
    }

    /** Gives a reference back; connections have references of their own. */
    public void free(final long context) {
        plain1(free, context);
    }

    public void upRef(final long context) {
        plain1(upRef, context);
    }

    /** Puts a number on a context that tells it from all others, those freed before it included. */
    public void mark(final long context, final long mark) {
        plain3(setData, context, 0, mark);
    }

    /** Returns the number of a context, 0 for none. */
    public long mark(final long context) {
        return plain2(getData, context, 0);
    }

    public boolean versions(final long context, final int oldest, final int newest) {
        return plain4(ctrl, context, CTRL_SET_MIN_PROTO_VERSION, oldest, 0) != 0
                && plain4(ctrl, context, CTRL_SET_MAX_PROTO_VERSION, newest, 0) != 0;
    }

    /** Adds options. */
    public void options(final long context, final long options) {
        plain2(setOptions, context, options);
    }

    /** Adds modes. */
    public void mode(final long context, final int mode) {
        plain4(ctrl, context, CTRL_MODE, mode, 0);
    }

    /** Sets the ciphers of TLS 1.2; returns false when none of them is known. */
    public boolean cipherList(final long context, final NativeText list) {
        return (int) plain2(setCipherList, context, list.address()) == 1;
    }

    /** Returns whether a cipher of TLS 1.2 is there by which a server is known in this way. */
    public boolean hasCipher(final long context, final int auth) {
        final long stack = plain1(ciphers, context);
        for (int i = (int) plain1(stackSize, stack) - 1; i >= 0; i--) {
            if ((int) plain1(cipherAuth, plain2(stackValue, stack, i)) == auth) {
                return true;
            }
        }
        return false;
    }

    /** Sets the suites of TLS 1.3; returns false when one of them is not known. */
    public boolean cipherSuites(final long context, final NativeText list) {
        return (int) plain2(setCipherSuites, context, list.address()) == 1;
    }

    public boolean groups(final long context, final NativeText list) {
        return plain4(ctrl, context, CTRL_SET_GROUPS_LIST, 0, list.address()) == 1;
    }

    public boolean signatureAlgorithms(final long context, final NativeText list) {
        return plain4(ctrl, context, CTRL_SET_SIGALGS_LIST, 0, list.address()) == 1;
    }

    /** Lets ephemeral Diffie-Hellman take parameters that fit the certificate's key. */
    public void dhAuto(final long context) {
        plain4(ctrl, context, CTRL_SET_DH_AUTO, 1, 0);
    }

    /** Receives as much as the record buffer takes. */
    public void readAhead(final long context) {
        plain4(ctrl, context, CTRL_SET_READ_AHEAD, 1, 0);
    }

    public void sessionCacheMode(final long context, final int mode) {
        plain4(ctrl, context, CTRL_SET_SESS_CACHE_MODE, mode, 0);
    }

    /** Says how many tickets a client of TLS 1.3 gets. */
    public void tickets(final long context, final int count) {
        plain2(setNumTickets, context, count);
    }

    /** Says for how long a session can be resumed. */
    public void timeout(final long context, final int seconds) {
        plain2(setTimeout, context, seconds);
    }

    /** Names whose sessions these are; at most 32 bytes. */
    public void sessionIdContext(final long context, final NativeText id) {
        plain3(setSessionIdContext, context, id.address(), id.lengthBytes());
    }

    public void onServerName(final long context, final long callback) {
        plain3(callbackCtrl, context, CTRL_SET_TLSEXT_SERVERNAME_CB, callback);
    }

    public void onAlpn(final long context, final long callback) {
        plain3(setAlpnSelect, context, callback, 0);
    }

    public void onTicketKey(final long context, final long callback) {
        plain2(setTicketKey, context, callback);
    }

    public void onStatusRequest(final long context, final long callback) {
        plain3(callbackCtrl, context, CTRL_SET_TLSEXT_STATUS_REQ_CB, callback);
    }

    public void onKeyLog(final long context, final long callback) {
        plain2(setKeyLog, context, callback);
    }

    /**
     * Gives a context a certificate, its key and the certificates between it and an authority; all of them
     * stay the caller's. Returns false when the key does not fit.
     */
    public boolean certificate(final long context, final long x509, final long key, final long chain) {
        return (int) plain5(useCertAndKey, context, x509, key, chain, 1) == 1;
    }

    /** Says what is asked of the peer. */
    public void verify(final long context, final int mode, final int depth) {
        plain3(setVerify, context, mode, 0);
        plain2(setVerifyDepth, context, depth);
    }

    /** Returns the store of authorities, which stays the context's. */
    public long store(final long context) {
        return plain1(certStore, context);
    }

    /** Adds the name of an authority to those that clients are told. */
    public boolean clientAuthority(final long context, final long x509) {
        return (int) plain2(addClientCa, context, x509) == 1;
    }
}
