package dev.lifecycle.impl.file;

import dev.lifecycle.file.ChunkHandler;
import dev.lifecycle.file.Source;
import dev.lifecycle.file.Splitter;
import dev.lifecycle.spi.FileProcessorConfig;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Hands out records that end where their content says so. */
final class ContentPass extends RecordPass {
    private final Gear gear;

    ContentPass(
            FileProcessorConfig config, @Nullable Pace pace, Source source, Splitter splitter, ChunkHandler handler) {
        super(config, pace, source, handler);
        gear = new Gear(splitter);
    }

    @Override
    void handOut(Window window, ByteBuffer buffer, Workspace space) throws Stop {
        for (int length = next(window); length > 0; length = next(window)) {
            if (window.from + length == window.to && !window.isAtEnd()) {
                window.read(); // to know whether something follows
            }
            boolean last = window.from + length == window.to && !window.isCut();
            lines++;
            give(buffer, window.from, length, window.offset(window.from), last);
            window.from += length;
        }
    }

    /** Returns the length of the record that begins at window.from, all of which is there then; 0 at the end. */
    private int next(Window window) throws Stop {
        gear.begin();
        while (true) {
            int length = gear.next(window.bytes, window.from, window.to);
            if (length > 0) {
                return length;
            }
            if (!window.read()) {
                return window.to - window.from;
            }
        }
    }
}
