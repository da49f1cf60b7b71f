package io.sozu.protocols.transport;

import io.sozu.bindings.linux.Errno;
import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.linux.KernelTls;
import io.sozu.bindings.memory.Memory;
import io.sozu.bindings.openssl.CryptoCalls;
import io.sozu.sessions.Connection;

/**
 * The part of OpenSSL's BIO that kernel TLS needs. In the handshake OpenSSL hands the key of what we send to
 * the kernel; from then on only its own messages, alerts and tickets, go by it. What is received stays
 * OpenSSL's to decrypt.
 */
final class KernelRecords implements AutoCloseable {
    private static final int KEY_UPDATE = 24;

    private final PlainTransport plain;
    private final KernelTls kernelTls;
    private int refusal;

    KernelRecords(final PlainTransport plain, final Kernel kernel) {
        this.plain = plain;
        this.kernelTls = new KernelTls(kernel);
    }

    /** Returns the {@code -errno} of the last key that the kernel did not take, or 0. */
    int refusal() {
        return refusal;
    }

    /** Does what a socket's own BIO does; returns what it returns. */
    long control(final Connection connection, final int command, final long number, final long address) {
        switch (command) {
            case CryptoCalls.BIO_CTRL_FLUSH -> {
                return 1;
            }
            case CryptoCalls.BIO_CTRL_SET_KTLS -> {
                return number != 0 && start(connection, address) ? 1 : 0;
            }
            case CryptoCalls.BIO_CTRL_GET_KTLS_SEND -> {
                return connection.recordType() != 0 ? 1 : 0;
            }
            case CryptoCalls.BIO_CTRL_SET_KTLS_TX_SEND_CTRL_MSG -> connection.recordType((int) number);
            case CryptoCalls.BIO_CTRL_CLEAR_KTLS_TX_CTRL_MSG ->
                connection.recordType(KernelTls.APPLICATION_DATA);
            default -> {
            }
        }
        return 0;
    }

    private boolean start(final Connection connection, final long keyAddress) {
        if (connection.recordType() != 0) {
            return false;
        }
        refusal = kernelTls.start(connection.fd(), keyAddress);
        if (refusal == 0) {
            connection.recordType(KernelTls.APPLICATION_DATA);
        }
        return refusal == 0;
    }

    /**
     * Sends a message of OpenSSL's. A new key of ours, which the peer has asked for, would have to be the
     * kernel's as well, and most do not take a second one: {@code -EPROTO}.
     */
    int send(final Connection connection, final long address, final int lengthBytes,
            final boolean handshaking) {
        final int type = connection.recordType();
        if (type == KernelTls.APPLICATION_DATA) {
            return plain.send(connection, address, lengthBytes);
        }
        if (type == KernelTls.HANDSHAKE && !handshaking && Memory.getByte(address) == KEY_UPDATE) {
            return -Errno.EPROTO;
        }
        final int count = plain.sendRecord(connection, kernelTls, address, lengthBytes);
        if (count >= 0) {
            connection.recordType(KernelTls.APPLICATION_DATA);
        }
        return count;
    }

    @Override
    public void close() {
        kernelTls.close();
    }
}
