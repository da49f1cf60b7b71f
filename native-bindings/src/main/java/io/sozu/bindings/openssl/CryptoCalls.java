package io.sozu.bindings.openssl;

import static io.sozu.bindings.openssl.OpenSsl.plain1;
import static io.sozu.bindings.openssl.OpenSsl.plain2;
import static io.sozu.bindings.openssl.OpenSsl.plain3;
import static io.sozu.bindings.openssl.OpenSsl.plain4;
import static io.sozu.bindings.openssl.OpenSsl.quick1;

import java.lang.foreign.MemorySegment;

/** The calls on certificates, keys, BIOs, ciphers and digests. */
public final class CryptoCalls {
    /** What {@link #keyType} returns. */
    public static final int KEY_RSA = 6;
    public static final int KEY_RSA_PSS = 912;
    public static final int KEY_EC = 408;

    /** What the control function of a BIO is asked for. */
    public static final int BIO_CTRL_FLUSH = 11;
    public static final int BIO_CTRL_SET_KTLS = 72;
    public static final int BIO_CTRL_GET_KTLS_SEND = 73;
    public static final int BIO_CTRL_SET_KTLS_TX_SEND_CTRL_MSG = 74;
    public static final int BIO_CTRL_CLEAR_KTLS_TX_CTRL_MSG = 75;

    private static final int BIO_TYPE_SOURCE_SINK = 0x400;
    private static final int BIO_RETRY = 0x1 | 0x2 | 0x8;
    private static final int STORE_CRL_CHECK = 0x4 | 0x8;
    private static final int REASON_MASK = 0x7f_ffff;
    private static final int ERROR_TEXT_BYTES = 256;
    private static final int PEM_NO_START_LINE = 108;
    private static final int LIB_PEM = 9;

    private final MemorySegment memoryBio;
    private final MemorySegment bioFree;
    private final MemorySegment readCertificate;
    private final MemorySegment readKey;
    private final MemorySegment readList;
    private final MemorySegment certificateFree;
    private final MemorySegment keyFree;
    private final MemorySegment listFree;
    private final MemorySegment keyBaseId;
    private final MemorySegment stackNew;
    private final MemorySegment stackPush;
    private final MemorySegment stackFree;
    private final MemorySegment storeAddCertificate;
    private final MemorySegment storeAddList;
    private final MemorySegment storeSetFlags;
    private final MemorySegment peekLastError;
    private final MemorySegment clearError;
    private final MemorySegment errorString;
    private final MemorySegment methodNew;
    private final MemorySegment methodFree;
    private final MemorySegment methodRead;
    private final MemorySegment methodWrite;
    private final MemorySegment methodControl;
    private final MemorySegment nullControl;
    private final MemorySegment nullMethod;
    private final MemorySegment bioNew;
    private final MemorySegment bioFlags;

    CryptoCalls(final OpenSsl library) {
        memoryBio = library.function("BIO_new_mem_buf");
        bioFree = library.function("BIO_free");
        readCertificate = library.function("PEM_read_bio_X509");
        readKey = library.function("PEM_read_bio_PrivateKey");
        readList = library.function("PEM_read_bio_X509_CRL");
        certificateFree = library.function("X509_free");
        keyFree = library.function("EVP_PKEY_free");
        listFree = library.function("X509_CRL_free");
        keyBaseId = library.function("EVP_PKEY_get_base_id");
        stackNew = library.function("OPENSSL_sk_new_null");
        stackPush = library.function("OPENSSL_sk_push");
        stackFree = library.function("OPENSSL_sk_free");
        storeAddCertificate = library.function("X509_STORE_add_cert");
        storeAddList = library.function("X509_STORE_add_crl");
        storeSetFlags = library.function("X509_STORE_set_flags");
        peekLastError = library.function("ERR_peek_last_error");
        clearError = library.function("ERR_clear_error");
        errorString = library.function("ERR_error_string_n");
        methodNew = library.function("BIO_meth_new");
        methodFree = library.function("BIO_meth_free");
        methodRead = library.function("BIO_meth_set_read");
        methodWrite = library.function("BIO_meth_set_write");
        methodControl = library.function("BIO_meth_set_ctrl");
        nullControl = library.function("BIO_meth_get_ctrl");
        nullMethod = library.function("BIO_s_null");
        bioNew = library.function("BIO_new");
        bioFlags = library.function("BIO_set_flags");
    }

    /**
     * Makes the method of a BIO by two functions that move bytes. Its control function is that of the null
     * BIO, which says to every flush that it is done, and to every question no.
     */
    public long makeMethod(final NativeText name, final long readFunction, final long writeFunction) {
        return makeMethod(name, readFunction, writeFunction, plain1(nullControl, plain1(nullMethod, 0)));
    }

    /** Makes the method of a BIO by three functions. */
    public long makeMethod(final NativeText name, final long readFunction, final long writeFunction,
            final long controlFunction) {
        final long method = plain2(methodNew, BIO_TYPE_SOURCE_SINK, name.address());
        plain2(methodRead, method, readFunction);
        plain2(methodWrite, method, writeFunction);
        plain2(methodControl, method, controlFunction);
        return method;
    }

    public void freeMethod(final long method) {
        plain1(methodFree, method);
    }

    /**
     * Makes a BIO whose every failure counts as one to be tried again: whoever moves the bytes knows better.
     */
    public long makeBio(final long method) {
        final long bio = plain1(bioNew, method);
        plain2(bioFlags, bio, BIO_RETRY);
        return bio;
    }

    /** Makes a BIO that reads a text, which has to live as long. */
    public long memoryBio(final NativeText text) {
        return plain2(memoryBio, text.address(), text.lengthBytes());
    }

    public void freeBio(final long bio) {
        plain1(bioFree, bio);
    }

    /** Reads the next certificate of a PEM text; 0 when there is none, or it is none. */
    public long readCertificate(final long bio) {
        return plain4(readCertificate, bio, 0, 0, 0);
    }

    /** Reads a private key; 0 when there is none, or one that wants a password. */
    public long readKey(final long bio) {
        // A password that is given, and empty: else OpenSSL would ask for one at the terminal.
        try (NativeText none = NativeText.of("")) {
            return plain4(readKey, bio, 0, 0, none.address());
        }
    }

    /** Reads the next list of revoked certificates; 0 when there is none, or it is none. */
    public long readRevocationList(final long bio) {
        return plain4(readList, bio, 0, 0, 0);
    }

    public void freeCertificate(final long x509) {
        plain1(certificateFree, x509);
    }

    /** Frees a key, whose bytes are zeroed. */
    public void freeKey(final long key) {
        plain1(keyFree, key);
    }

    public void freeRevocationList(final long list) {
        plain1(listFree, list);
    }

    /** Returns what kind of key it is, as {@link #KEY_RSA}. */
    public int keyType(final long key) {
        return (int) plain1(keyBaseId, key);
    }

    /** Makes an empty stack. */
    public long makeStack() {
        return plain1(stackNew, 0);
    }

    public void push(final long stack, final long element) {
        plain2(stackPush, stack, element);
    }

    /** Frees a stack, and nothing that stands in it. */
    public void freeStack(final long stack) {
        plain1(stackFree, stack);
    }

    /** Adds an authority to a store. */
    public boolean addAuthority(final long store, final long x509) {
        return (int) plain2(storeAddCertificate, store, x509) == 1;
    }

    /** Adds a list of revoked certificates to a store, which from then on wants one of every authority. */
    public boolean addRevocationList(final long store, final long list) {
        plain2(storeSetFlags, store, STORE_CRL_CHECK);
        return (int) plain2(storeAddList, store, list) == 1;
    }

    /** Returns whether the newest error is only that a PEM text has come to its end; forgets all errors. */
    public boolean wasEnd() {
        final long error = quick1(peekLastError, 0) & 0xffff_ffffL;
        plain1(clearError, 0);
        return error == 0 || (error >>> 23 & 0xff) == LIB_PEM && (error & REASON_MASK) == PEM_NO_START_LINE;
    }

    /** Renders the newest error of this thread's queue and forgets all of them. */
    public String takeError() {
        final long error = quick1(peekLastError, 0) & 0xffff_ffffL;
        plain1(clearError, 0);
        if (error == 0) {
            return "no reason given";
        }
        try (NativeText text = NativeText.of(new byte[ERROR_TEXT_BYTES])) {
            plain3(errorString, error, text.address(), ERROR_TEXT_BYTES);
            final String full = NativeText.read(text.address());
            final int last = full.lastIndexOf(':');
            return last > 0 && last + 1 < full.length() ? full.substring(last + 1) : full;
        }
    }
}
