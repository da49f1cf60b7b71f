package io.sozu.bindings.openssl;

import static io.sozu.bindings.openssl.OpenSsl.plain1;
import static io.sozu.bindings.openssl.OpenSsl.plain2;
import static io.sozu.bindings.openssl.OpenSsl.plain3;
import static io.sozu.bindings.openssl.OpenSsl.plain5;

import io.sozu.bindings.memory.Memory;
import java.lang.foreign.MemorySegment;

/** The calls that encrypt tickets by AES-256-CBC, and read the certificate of a peer. */
public final class TicketCalls {
    /** Found once: to be given it by EVP_aes_256_cbc is to have it looked up anew for each ticket. */
    private final long aes;
    private final MemorySegment encrypt;
    private final MemorySegment decrypt;
    private final MemorySegment macParameters;
    private final MemorySegment random;
    private final MemorySegment peerCertificate;
    private final MemorySegment encode;
    private final MemorySegment certificateFree;
    private final MemorySegment context;
    private final MemorySegment data;

    TicketCalls(final OpenSsl library) {
        try (NativeText name = NativeText.of("AES-256-CBC")) {
            aes = plain3(library.function("EVP_CIPHER_fetch"), 0, name.address(), 0);
        }
        encrypt = library.function("EVP_EncryptInit_ex");
        decrypt = library.function("EVP_DecryptInit_ex");
        macParameters = library.function("EVP_MAC_CTX_set_params");
        random = library.function("RAND_bytes");
        peerCertificate = library.function("SSL_get1_peer_certificate");
        encode = library.function("i2d_X509");
        certificateFree = library.function("X509_free");
        context = library.function("SSL_get_SSL_CTX");
        data = library.function("SSL_CTX_get_ex_data");
    }

    /** Fills bytes that nobody can guess. */
    public boolean random(final long address, final int lengthBytes) {
        return (int) plain2(random, address, lengthBytes) == 1;
    }

    /** Prepares a cipher by a key of 32 bytes and an IV of 16. */
    public boolean cipher(final long cipher, final long key, final long iv, final boolean encrypting) {
        return (int) plain5(encrypting ? encrypt : decrypt, cipher, aes, 0, key, iv) == 1;
    }

    /** Prepares a MAC by an array of OSSL_PARAM. */
    public boolean mac(final long mac, final long parameters) {
        return (int) plain2(macParameters, mac, parameters) == 1;
    }

    /** Returns the context whose certificates a connection was served. */
    public long context(final long ssl) {
        return plain1(context, ssl);
    }

    /** Returns what {@link ContextCalls#mark} has put on the context whose certificates were served. */
    public long mark(final long ssl) {
        return plain2(data, plain1(context, ssl), 0);
    }

    /** Returns the certificate that the peer has shown, as DER, or null; control path. */
    public byte[] peerCertificate(final long ssl) {
        final long x509 = plain1(peerCertificate, ssl);
        if (x509 == 0) {
            return null;
        }
        final int lengthBytes = (int) plain2(encode, x509, 0);
        try (NativeText der = NativeText.of(new byte[Math.max(lengthBytes, 0)]);
                NativeText end = NativeText.of(new byte[Long.BYTES])) {
            Memory.putLong(end.address(), der.address());
            plain2(encode, x509, end.address());
            return Memory.toArray(der.address(), der.lengthBytes());
        } finally {
            plain1(certificateFree, x509);
        }
    }
}
