package dev.lifecycle.impl.file;

import dev.lifecycle.file.BinaryPolicy;
import dev.lifecycle.file.ChunkHandler;
import dev.lifecycle.file.Source;
import dev.lifecycle.spi.FileProcessorConfig;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Hands out pieces of one size. */
class ChunkPass extends Pass {
    /*
     * There are two buffers. Whether a chunk is the last one is known when a byte after it was read, or the end was: so the last one of a full buffer
     * is held back until something is in the other buffer. A buffer has room for a whole number of chunks.
     */
    private final ChunkView view = new ChunkView();
    private final ChunkHandler handler;
    private final int size;
    private final boolean counts;

    /** @param counts whether chunks are records, which are counted */
    ChunkPass(
            FileProcessorConfig config,
            @Nullable Pace pace,
            Source source,
            int size,
            boolean counts,
            ChunkHandler handler) {
        super(config, pace, source, config.timeoutNanos());
        this.size = size;
        this.counts = counts;
        this.handler = handler;
    }

    @Override
    void handOut(Workspace space) throws Stop {
        int room = config.bufferSize() / size * size;
        ByteBuffer[] halves =
                source.stream() == null ? space.halves(room) : Workspace.halves(ByteBuffer.wrap(space.heap()), room);
        ByteBuffer buffer = halves[0].clear();
        ByteBuffer spare = halves[1];
        begin(buffer);
        int from = 0;
        long offset = 0;
        while (true) {
            while (buffer.position() - from > size) {
                give(buffer, from, size, offset, false);
                from += size;
                offset += size;
            }
            if (buffer.hasRemaining()) {
                if (feed.read(buffer) == 0) {
                    break;
                }
            } else {
                if (feed.read(spare.clear()) == 0) {
                    break;
                }
                give(buffer, from, size, offset, false);
                offset += size;
                from = 0;
                ByteBuffer full = buffer;
                buffer = spare;
                spare = full;
            }
        }
        int rest = buffer.position() - from;
        if (rest > 0) {
            give(buffer, from, rest, offset, !feed.oversize);
        }
    }

    private void begin(ByteBuffer buffer) throws Stop {
        if (config.binary() != BinaryPolicy.PROCESS) {
            int least = FileProcessorConfig.SNIFFED;
            while (buffer.position() < least && feed.read(buffer) > 0) {}
            byte[] first = new byte[Math.min(least, buffer.position())];
            buffer.get(0, first);
            sniff(first, 0, first.length);
        }
        opened();
    }

    /** Called before the first chunk. */
    void opened() throws Stop {}

    private void give(ByteBuffer buffer, int from, int length, long offset, boolean last) throws Stop {
        lines += counts ? 1 : 0;
        view.show(buffer, from, length, offset, last);
        try {
            handler.chunk(view);
        } catch (Throwable ofUser) {
            throw ofHandler(ofUser);
        } finally {
            view.live(false);
        }
    }

    @Override
    void expire() {
        view.live(false);
    }
}
