package io.sozu.bindings.linux;

import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.memory.MemoryTag;
import io.sozu.bindings.memory.NativeMemory;

/**
 * The kernel's own TLS for what a socket sends (linux/tls.h; the kernel's networking/tls.rst): from the
 * moment it has a key it makes records of what comes. It takes control messages whole or not at all. Owns its
 * native block; for one thread.
 */
public final class KernelTls implements AutoCloseable {
    /** Types of records (RFC 8446, 5.1). */
    public static final int ALERT = 21;
    public static final int HANDSHAKE = 22;
    public static final int APPLICATION_DATA = 23;

    static final int TLS_CIPHER_AES_GCM_128 = 51;
    static final int TLS_CIPHER_AES_GCM_256 = 52;
    static final int TLS_CIPHER_AES_CCM_128 = 53;
    static final int TLS_CIPHER_CHACHA20_POLY1305 = 54;
    static final int CIPHER = 2;
    static final int KEY_BYTES_128 = 40;
    static final int KEY_BYTES_256 = 56;

    /*
     *  0                56          72                       96      100
     *  +----------------+-----------+------------------------+-------+
     *  | struct msghdr  | one iovec | cmsghdr of one byte    | "tls" |
     *  +----------------+-----------+------------------------+-------+
     */
    private static final int VECTOR = MessageHeader.SIZE_BYTES;
    private static final int CONTROL = VECTOR + 2 * Long.BYTES;
    private static final int NAME = CONTROL + ControlMessage.DATA + Long.BYTES;
    private static final int NAME_BYTES = Integer.BYTES;
    private static final int SIZE_BYTES = NAME + NAME_BYTES;
    private static final byte[] TLS = {'t', 'l', 's', 0};

    private final Kernel kernel;
    private final long block = NativeMemory.allocate(MemoryTag.SCRATCH, SIZE_BYTES);

    public KernelTls(final Kernel kernel) {
        this.kernel = kernel;
        Memory.copy(TLS, 0, block + NAME, NAME_BYTES);
    }

    /**
     * Gives the kernel the key of what is sent from now on.
     *
     * @param keyAddress one of the structs {@code tls12_crypto_info_…} of linux/tls.h, as a whole
     * @return 0, or {@code -errno} and nothing has changed: {@code -ENOENT} from a kernel that has no TLS,
     *     {@code -EINVAL} for a cipher that it does not know
     */
    public int start(final int fd, final long keyAddress) {
        final int lengthBytes = keyBytes(Memory.getShort(keyAddress + CIPHER) & 0xffff);
        if (lengthBytes == 0) {
            return -Errno.EINVAL;
        }
        final int attached = kernel.setOption(fd, SocketOptions.IPPROTO_TCP, SocketOptions.TCP_ULP,
                block + NAME, NAME_BYTES);
        return attached != 0 ? attached : kernel.setOption(fd, SocketOptions.SOL_TLS, SocketOptions.TLS_TX,
                keyAddress, lengthBytes);
    }

    private static int keyBytes(final int cipher) {
        return switch (cipher) {
            case TLS_CIPHER_AES_GCM_128, TLS_CIPHER_AES_CCM_128 -> KEY_BYTES_128;
            case TLS_CIPHER_AES_GCM_256, TLS_CIPHER_CHACHA20_POLY1305 -> KEY_BYTES_256;
            default -> 0;
        };
    }

    /**
     * Sends a record that is no application data.
     *
     * @return its length, or {@code -errno} when nothing of it was taken
     */
    public int send(final int fd, final int recordType, final long address, final int lengthBytes) {
        Memory.putLong(block + VECTOR, address);
        Memory.putLong(block + VECTOR + Long.BYTES, lengthBytes);
        MessageHeader.vector(block, block + VECTOR, 1);
        MessageHeader.control(block, block + CONTROL,
                ControlMessage.recordType(block + CONTROL, recordType));
        return (int) kernel.sendMessage(fd, block, 0);
    }

    @Override
    public void close() {
        NativeMemory.free(MemoryTag.SCRATCH, block, SIZE_BYTES);
    }
}
