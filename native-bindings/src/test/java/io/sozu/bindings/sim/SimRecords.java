package io.sozu.bindings.sim;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.memory.Memory;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Kernel TLS: records made of what a socket sends (RFC 8446, 5.2; RFC 5288, 3; RFC 7905, 2). The key is one
 * of the structs of linux/tls.h, whose order is version, cipher, then explicit nonce, key, salt and number.
 */
final class SimRecords {
    static final int APPLICATION_DATA = 23;
    private static final int TLS_1_3 = 0x0304;
    private static final int TLS_1_2 = 0x0303;
    private static final int AES_GCM_128 = 51;
    private static final int AES_GCM_256 = 52;
    private static final int CHACHA20_POLY1305 = 54;
    private static final int MAX_PLAIN_BYTES = 1 << 14;
    /** Header, explicit nonce, type and tag. */
    private static final int MAX_OVERHEAD_BYTES = 5 + 8 + 1 + 16;
    private static final int TAG_BITS = 128;
    private static final int NONCE_BYTES = 12;
    private static final int EXPLICIT_BYTES = 8;
    private static final int SHORT_BYTES = 40;
    private static final int LONG_BYTES = 56;

    private final boolean isTls13;
    private final boolean isChaCha;
    private final SecretKeySpec key;
    private final byte[] nonce = new byte[NONCE_BYTES];
    private long explicit;
    private long number;

    private SimRecords(final boolean isTls13, final boolean isChaCha, final byte[] struct) {
        this.isTls13 = isTls13;
        this.isChaCha = isChaCha;
        final ByteBuffer rest = ByteBuffer.wrap(struct, 4, struct.length - 4);
        final byte[] iv = new byte[isChaCha ? NONCE_BYTES : EXPLICIT_BYTES];
        final byte[] secret = new byte[struct.length == SHORT_BYTES ? 16 : 32];
        final byte[] salt = new byte[NONCE_BYTES - iv.length];
        rest.get(iv).get(secret).get(salt);
        System.arraycopy(salt, 0, nonce, 0, salt.length);
        System.arraycopy(iv, 0, nonce, salt.length, iv.length);
        explicit = ByteBuffer.wrap(nonce).getLong(NONCE_BYTES - EXPLICIT_BYTES);
        key = new SecretKeySpec(secret, isChaCha ? "ChaCha20" : "AES");
        number = rest.getLong();
    }

    /** setsockopt(2) of TLS_TX: 0, or an error as Linux has it. */
    static int start(final SimSocket socket, final long address, final int lengthBytes) {
        if (socket.records != null) {
            return -Errno.EBUSY;
        }
        final byte[] struct = new byte[lengthBytes];
        Memory.copy(address, struct, 0, lengthBytes);
        final int version = Memory.getShort(address) & 0xffff;
        final int cipher = Memory.getShort(address + 2) & 0xffff;
        final boolean fits = cipher == AES_GCM_128 ? lengthBytes == SHORT_BYTES
                : (cipher == AES_GCM_256 || cipher == CHACHA20_POLY1305) && lengthBytes == LONG_BYTES;
        if (!fits || version != TLS_1_3 && version != TLS_1_2) {
            return -Errno.EINVAL;
        }
        socket.records = new SimRecords(version == TLS_1_3, cipher == CHACHA20_POLY1305, struct);
        return 0;
    }

    /** Sends bytes as records: application data as far as there is room, other things whole or not at all. */
    long send(final SimSocket socket, final byte[] source, final long wantedBytes) {
        if (socket.moreFollows) {
            throw new AssertionError("MSG_MORE leaves a record open, which a close loses");
        }
        final boolean isData = socket.recordType == APPLICATION_DATA;
        int taken = 0;
        while (taken < wantedBytes) {
            final int room = Math.min(MAX_PLAIN_BYTES, socket.spaceBytes() - MAX_OVERHEAD_BYTES);
            final int part = (int) Math.min(wantedBytes - taken, isData ? room : wantedBytes);
            if (part <= 0 || part > room) {
                break;
            }
            final byte[] record = seal(source, taken, part, socket.recordType);
            if (socket.send(record, 0, record.length) != record.length) {
                throw new AssertionError("a record was cut");
            }
            taken += part;
        }
        if (taken < wantedBytes && (taken > 0 || socket.canSend())) {
            socket.wantSpace();
        }
        return taken > 0 || wantedBytes == 0 ? taken : socket.canSend() ? -Errno.EAGAIN
                : socket.send(source, 0, wantedBytes);
    }

    private byte[] seal(final byte[] source, final int from, final int lengthBytes, final int type) {
        final int plainBytes = isTls13 ? lengthBytes + 1 : lengthBytes;
        final int explicitBytes = isTls13 || isChaCha ? 0 : EXPLICIT_BYTES;
        final int bodyBytes = explicitBytes + plainBytes + TAG_BITS / Byte.SIZE;
        final ByteBuffer record = ByteBuffer.allocate(5 + bodyBytes);
        record.put((byte) (isTls13 ? APPLICATION_DATA : type)).putShort((short) TLS_1_2)
                .putShort((short) bodyBytes);
        final ByteBuffer plain = ByteBuffer.allocate(plainBytes).put(source, from, lengthBytes);
        if (isTls13) {
            plain.put((byte) type);
        }
        final ByteBuffer own = ByteBuffer.wrap(nonce.clone());
        if (explicitBytes > 0) {
            record.putLong(explicit);
            own.putLong(NONCE_BYTES - EXPLICIT_BYTES, explicit++);
        } else {
            own.putLong(NONCE_BYTES - EXPLICIT_BYTES, own.getLong(NONCE_BYTES - EXPLICIT_BYTES) ^ number);
        }
        final byte[] known = isTls13 ? Arrays.copyOf(record.array(), 5)
                : ByteBuffer.allocate(13).putLong(number).put((byte) type).putShort((short) TLS_1_2)
                        .putShort((short) lengthBytes).array();
        number++;
        try {
            final Cipher cipher = Cipher.getInstance(isChaCha ? "ChaCha20-Poly1305" : "AES/GCM/NoPadding");
            final AlgorithmParameterSpec parameters = isChaCha ? new IvParameterSpec(own.array())
                    : new GCMParameterSpec(TAG_BITS, own.array());
            cipher.init(Cipher.ENCRYPT_MODE, key, parameters);
            cipher.updateAAD(known);
            return record.put(cipher.doFinal(plain.array())).array();
        } catch (final GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
