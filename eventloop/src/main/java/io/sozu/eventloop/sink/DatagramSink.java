package io.sozu.eventloop.sink;

import io.sozu.bindings.memory.Memory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** A UDP collector that gets one datagram per line, without its line feed. Nobody there: the line is lost. */
final class DatagramSink implements LogSink {
    private final DatagramChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(LogWriter.BATCH_BYTES);

    /**
     * Opens a socket towards the collector.
     *
     * @throws IOException when there is no route or no descriptor
     */
    DatagramSink(final InetSocketAddress collector) throws IOException {
        this.channel = DatagramChannel.open();
        try {
            channel.configureBlocking(false);
            channel.connect(collector);
        } catch (final IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public int write(final long address, final int lengthBytes) {
        Memory.copy(address, buffer.array(), 0, lengthBytes);
        int lost = 0;
        int start = 0;
        for (int at = 0; at < lengthBytes; at++) {
            if (buffer.array()[at] == '\n') {
                lost += send(start, at) ? 0 : 1;
                start = at + 1;
            }
        }
        return lost;
    }

    private boolean send(final int from, final int to) {
        try {
            return channel.write(buffer.clear().limit(to).position(from)) > 0;
        } catch (final IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (final IOException e) {
            buffer.clear();
        }
    }
}
