package io.sozu.protocols.tls;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;
import io.sozu.bindings.openssl.OpenSslException;
import io.sozu.bindings.openssl.TicketCalls;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The keys of session tickets: the first makes new ones, all are understood. Until others are given there is
 * one that nobody else has. Owns their memory, and zeroes it.
 *
 * <pre>
 *   a key: 0 name (16) | 16 key of HMAC-SHA-256 (32) | 48 key of AES-256-CBC (32)
 *   behind the keys: an array of OSSL_PARAM for each, of 3 times 40 bytes; and the texts in it
 * </pre>
 */
final class TicketKeys implements AutoCloseable {
    static final int KEY_BYTES = 80;
    static final int KEYS_MAX = 8;
    /** The ticket is good. */
    static final int CURRENT = 1;
    /** The ticket is good, and the client gets another in its place. */
    static final int RENEW = 2;
    private static final int NAME_BYTES = 16;
    private static final int MAC_KEY = 16;
    private static final int MAC_KEY_BYTES = 32;
    private static final int CIPHER_KEY = 48;
    private static final int IV_BYTES = 16;
    private static final int PARAM_BYTES = 40;
    private static final int PARAMS_BYTES = 3 * PARAM_BYTES;
    private static final int OCTET_STRING = 5;
    private static final int UTF8_STRING = 4;
    private static final byte[] TEXTS = "digest\0SHA256\0key\0".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGEST_BYTES = 6;
    private static final int SHA256 = 7;
    private static final int KEY = 14;
    private static final int PARAMS = KEYS_MAX * KEY_BYTES;
    private static final int TEXT = PARAMS + KEYS_MAX * PARAMS_BYTES;
    private static final int SIZE_BYTES = TEXT + 24;
    private static final int FAILED = -1;
    private static final int UNKNOWN = 0;

    private final TicketCalls calls;
    private final long block = NativeMemory.allocate(MemoryTag.TLS, SIZE_BYTES);
    private int count = 1;

    TicketKeys(final TicketCalls calls) {
        this.calls = calls;
        Memory.copy(TEXTS, 0, block + TEXT, TEXTS.length);
        for (int i = 0; i < KEYS_MAX; i++) {
            final long params = block + PARAMS + (long) i * PARAMS_BYTES;
            put(params, KEY, OCTET_STRING, block + (long) i * KEY_BYTES + MAC_KEY, MAC_KEY_BYTES);
            put(params + PARAM_BYTES, 0, UTF8_STRING, block + TEXT + SHA256, DIGEST_BYTES);
        }
        if (!calls.random(block, KEY_BYTES)) {
            throw new OpenSslException("OpenSSL has no random bytes for the keys of tickets");
        }
    }

    private void put(final long param, final int name, final int type, final long data, final int bytes) {
        Memory.putLong(param, block + TEXT + name);
        Memory.putInt(param + 8, type);
        Memory.putLong(param + 16, data);
        Memory.putLong(param + 24, bytes);
        Memory.putLong(param + 32, -1);
    }

    /** Takes other keys, of {@value #KEY_BYTES} bytes each, the present one first. */
    void replace(final List<byte[]> keys) {
        if (keys.isEmpty() || keys.size() > KEYS_MAX
                || keys.stream().anyMatch(key -> key.length != KEY_BYTES)) {
            throw new OpenSslException("ticket keys: give 1 to " + KEYS_MAX + " of " + KEY_BYTES + " bytes");
        }
        Memory.zero(block, (long) KEYS_MAX * KEY_BYTES);
        count = keys.size();
        for (int i = 0; i < count; i++) {
            Memory.copy(keys.get(i), 0, block + (long) i * KEY_BYTES, KEY_BYTES);
        }
    }

    /** As {@link io.sozu.bindings.openssl.SslChoices#ticketKey}. */
    int prepare(final long nameAddress, final long ivAddress, final long cipher, final long mac,
            final boolean isNew) {
        int index = 0;
        if (isNew) {
            Memory.copy(block, nameAddress, NAME_BYTES);
            if (!calls.random(ivAddress, IV_BYTES)) {
                return FAILED;
            }
        } else {
            while (index < count && !isNamed(index, nameAddress)) {
                index++;
            }
            if (index == count) {
                return UNKNOWN;
            }
        }
        final boolean ready =
                calls.cipher(cipher, block + (long) index * KEY_BYTES + CIPHER_KEY, ivAddress, isNew)
                && calls.mac(mac, block + PARAMS + (long) index * PARAMS_BYTES);
        return !ready ? FAILED : index == 0 ? CURRENT : RENEW;
    }

    private boolean isNamed(final int index, final long nameAddress) {
        final long name = block + (long) index * KEY_BYTES;
        return Memory.getLong(name) == Memory.getLong(nameAddress)
                && Memory.getLong(name + Long.BYTES) == Memory.getLong(nameAddress + Long.BYTES);
    }

    @Override
    public void close() {
        Memory.zero(block, (long) KEYS_MAX * KEY_BYTES);
        NativeMemory.free(MemoryTag.TLS, block, SIZE_BYTES);
    }
}
