package dev.lifecycle.impl.file;

import dev.lifecycle.file.BinaryPolicy;
import dev.lifecycle.file.ChunkHandler;
import dev.lifecycle.file.Source;
import dev.lifecycle.spi.FileProcessorConfig;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Hands out records whose end is looked for in a window. */
abstract class RecordPass extends Pass {
    private final ChunkView view = new ChunkView();
    private final ChunkHandler handler;

    RecordPass(FileProcessorConfig config, @Nullable Pace pace, Source source, ChunkHandler handler) {
        super(config, pace, source, config.timeoutNanos());
        this.handler = handler;
    }

    @Override
    final void handOut(Workspace space) throws Stop {
        Window window = new Window(feed, space, config, source.stream() != null);
        window.fill(config.binary() == BinaryPolicy.PROCESS ? 1 : FileProcessorConfig.SNIFFED);
        sniff(window.bytes, 0, Math.min(window.to, FileProcessorConfig.SNIFFED));
        handOut(window, ByteBuffer.wrap(window.bytes), space);
    }

    /** Gives one record after the other; {@code buffer} has the bytes of the window. */
    abstract void handOut(Window window, ByteBuffer buffer, Workspace space) throws Stop;

    final void give(ByteBuffer buffer, int from, int length, long offset, boolean last) throws Stop {
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
    final void expire() {
        view.live(false);
    }
}
