package dev.lifecycle.impl.file;

import dev.lifecycle.file.FileHandler;
import dev.lifecycle.file.FileInfo;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Source;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.spi.FileProcessorConfig;
import org.jspecify.annotations.Nullable;

/** Has a handler make something of the chunks, or drop it. */
final class HandlerPass<R> extends ChunkPass {
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.file");

    private final FileHandler<R> handler;
    private boolean begun;
    volatile @Nullable R value;

    HandlerPass(FileProcessorConfig config, @Nullable Pace pace, Source source, FileHandler<R> handler) {
        super(config, pace, source, config.chunkSize(), false, handler::chunk);
        this.handler = handler;
    }

    @Override
    void opened() throws Stop {
        begun = true;
        try {
            handler.begin(new FileInfo(source.label(), feed.size));
        } catch (Throwable ofUser) {
            throw ofHandler(ofUser);
        }
    }

    @Override
    void end(FileResult result) throws Stop {
        try {
            value = handler.end(result);
        } catch (Throwable ofUser) {
            throw ofHandler(ofUser);
        }
    }

    @Override
    void abort(FileResult result) {
        if (!begun) {
            return;
        }
        try {
            handler.abort(result);
        } catch (Throwable ofUser) {
            LOG.warn("abort of " + result + " failed (" + ofHandler(ofUser).reason + ")", ofUser);
        }
    }
}
