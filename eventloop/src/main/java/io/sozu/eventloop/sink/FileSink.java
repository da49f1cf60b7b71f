package io.sozu.eventloop.sink;

import io.sozu.bindings.memory.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that lines are appended to; several processes may share one.
 *
 * <p>What a full disk refuses is lost; a line that was cut is ended before the next one.
 */
final class FileSink implements LogSink {
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(LogWriter.BATCH_BYTES + 1);
    private boolean inLine;

    /**
     * Opens a file, which is made when it is not there.
     *
     * @throws IOException when it can be neither opened nor made
     */
    FileSink(final Path path) throws IOException {
        this.channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public int write(final long address, final int lengthBytes) {
        buffer.clear();
        if (inLine) {
            buffer.put((byte) '\n');
        }
        final int ahead = buffer.position();
        Memory.copy(address, buffer.array(), ahead, lengthBytes);
        buffer.position(0).limit(ahead + lengthBytes);
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (final IOException e) {
            return lose(address, lengthBytes, Math.max(0, buffer.position() - ahead));
        }
        inLine = false;
        return 0;
    }

    private int lose(final long address, final int lengthBytes, final int written) {
        if (buffer.position() > 0) {
            inLine = buffer.get(buffer.position() - 1) != '\n';
        }
        return LogSink.lines(address + written, lengthBytes - written);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (final IOException e) {
            inLine = true;
        }
    }
}
