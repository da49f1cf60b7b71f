/*
 * The TLS of load.c's clients, by libssl: TLS 1.3 only, X25519, TLS_AES_128_GCM_SHA256, SNI "localhost", ALPN
 * "http/1.1". One suite and one group, so that every proxy does the same work whatever it prefers.
 *
 * The client is not to be what is waited for, so it checks neither the certificate nor the signature of the handshake,
 * and receives straight into the record buffer (read-ahead): as many system calls as without TLS.
 * Without -DTLS (no headers of OpenSSL on this machine) there is no TLS, and tls_start says so.
 */
#include <errno.h>
#include <stdio.h>

struct tls {
    void *ssl;     /* of the present connection */
    void *session; /* the newest ticket that came, with -r */
};

#ifdef TLS

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

static SSL_CTX *tls_context;
static int tls_resumes;

static int tls_take_ticket(SSL *ssl, SSL_SESSION *session)
{
    struct tls *t = SSL_get_app_data(ssl);
    SSL_SESSION_free(t->session);
    t->session = session;
    return 1;
}

static int tls_accept_chain(X509_STORE_CTX *chain, void *nothing)
{
    (void) chain, (void) nothing;
    return 1;
}

#if OPENSSL_VERSION_NUMBER < 0x40000000L
static int tls_accept_signature(int type, const unsigned char *digest, int digest_bytes, const unsigned char *signature,
    int signature_bytes, EC_KEY *key)
{
    (void) type, (void) digest, (void) digest_bytes, (void) signature, (void) signature_bytes, (void) key;
    return 1;
}

static int tls_accept_pair(const unsigned char *digest, int bytes, const ECDSA_SIG *pair, EC_KEY *key)
{
    (void) digest, (void) bytes, (void) pair, (void) key;
    return 1;
}

static void tls_skip_signatures(void)
{
    EC_KEY_METHOD *method = EC_KEY_METHOD_new(EC_KEY_OpenSSL());
    EC_KEY_METHOD_set_verify(method, tls_accept_signature, tls_accept_pair);
    EC_KEY_set_default_method(method);
}
#else
static void tls_skip_signatures(void)
{
}
#endif

static int tls_start(int resumes, int large)
{
    tls_resumes = resumes;
    tls_skip_signatures();
    tls_context = SSL_CTX_new(TLS_client_method());
    if (!tls_context
            || !SSL_CTX_set_min_proto_version(tls_context, TLS1_3_VERSION)
            || !SSL_CTX_set_ciphersuites(tls_context, "TLS_AES_128_GCM_SHA256")
            || !SSL_CTX_set1_groups_list(tls_context, "X25519")
            || SSL_CTX_set_alpn_protos(tls_context, (const unsigned char *) "\x08http/1.1", 9)) {
        ERR_print_errors_fp(stderr);
        return 0;
    }
    SSL_CTX_set_verify(tls_context, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_cert_verify_callback(tls_context, tls_accept_chain, NULL);
    SSL_CTX_set_mode(tls_context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(tls_context, 1);
    if (large)
        SSL_CTX_set_default_read_buffer_len(tls_context, 131072);
    SSL_CTX_set_session_cache_mode(tls_context,
        resumes ? SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL : SSL_SESS_CACHE_OFF);
    if (resumes)
        SSL_CTX_sess_set_new_cb(tls_context, tls_take_ticket);
    return 1;
}

static void tls_open(struct tls *t, int fd)
{
    SSL *ssl = SSL_new(tls_context);
    if (!ssl || !SSL_set_fd(ssl, fd) || !SSL_set_tlsext_host_name(ssl, "localhost")) {
        ERR_print_errors_fp(stderr);
        exit(2);
    }
    SSL_set_app_data(ssl, t);
    if (t->session && !SSL_set_session(ssl, t->session)) {
        ERR_print_errors_fp(stderr);
        exit(2);
    }
    SSL_set_connect_state(ssl);
    t->ssl = ssl;
}

/* 1 done, 0 goes on when more has come, -1 failed. */
static int tls_handshake(struct tls *t)
{
    ERR_clear_error();
    int result = SSL_do_handshake(t->ssl);
    if (result == 1)
        return 1;
    if (SSL_get_error(t->ssl, result) == SSL_ERROR_WANT_READ)
        return 0;
    ERR_print_errors_fp(stderr);
    return -1;
}

static int tls_resumed(struct tls *t)
{
    return SSL_session_reused(t->ssl);
}

static long tls_send(struct tls *t, const char *from, int bytes)
{
    ERR_clear_error();
    return SSL_write(t->ssl, from, bytes);
}

/* As recv; 0 is a close_notify, an end without one is an error. */
static long tls_receive(struct tls *t, char *to, int most)
{
    ERR_clear_error();
    int count = SSL_read(t->ssl, to, most);
    if (count > 0)
        return count;
    int error = SSL_get_error(t->ssl, count);
    errno = error == SSL_ERROR_WANT_READ ? EAGAIN : ECONNRESET;
    return error == SSL_ERROR_ZERO_RETURN ? 0 : -1;
}

/* Whether bytes were received that no event will tell of. */
static int tls_holds(struct tls *t)
{
    return SSL_has_pending(t->ssl);
}

static void tls_close(struct tls *t)
{
    if (!t->ssl)
        return;
    /* A session that was not shut down would not be resumed. */
    SSL_set_shutdown(t->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(t->ssl);
    t->ssl = NULL;
}

static void tls_forget(struct tls *t)
{
    SSL_SESSION_free(t->session);
    t->session = NULL;
}

#else

static int tls_start(int resumes, int large)
{
    (void) resumes, (void) large;
    fputs("built without the headers of OpenSSL: no TLS\n", stderr);
    return 0;
}

static void tls_open(struct tls *t, int fd) { (void) t, (void) fd; }
static int tls_handshake(struct tls *t) { (void) t; return -1; }
static int tls_resumed(struct tls *t) { (void) t; return 0; }
static long tls_send(struct tls *t, const char *from, int bytes) { (void) t, (void) from, (void) bytes; return -1; }
static long tls_receive(struct tls *t, char *to, int most) { (void) t, (void) to, (void) most; return -1; }
static int tls_holds(struct tls *t) { (void) t; return 0; }
static void tls_close(struct tls *t) { (void) t; }
static void tls_forget(struct tls *t) { (void) t; }

#endif
