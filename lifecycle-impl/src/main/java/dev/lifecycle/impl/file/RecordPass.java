package dev.lifecycle.impl.file;

import dev.lifecycle.file.BinaryPolicy;
import dev.lifecycle.file.ChunkHandler;
import dev.lifecycle.file.LineEnd;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.spi.FileProcessorConfig;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Hands out records that end with a delimiter. */
final class RecordPass extends Pass {
    private final ChunkView view = new ChunkView();
    private final ChunkHandler handler;
    private final LineEnd end;
    private boolean truncated;

    RecordPass(FileProcessorConfig config, @Nullable Pace pace, Source source, LineEnd end, ChunkHandler handler) {
        super(config, pace, source, config.timeoutNanos());
        this.end = end;
        this.handler = handler;
    }

    @Override
    void handOut(Workspace space) throws Stop {
        Window window = new Window(feed, space, config, source.stream() != null);
        window.fill(config.binary() == BinaryPolicy.PROCESS ? 1 : FileProcessorConfig.SNIFFED);
        sniff(window.bytes, 0, Math.min(window.to, FileProcessorConfig.SNIFFED));
        Newlines bytes = Objects.requireNonNull(Newlines.of(StandardCharsets.ISO_8859_1)); // no character is cut
        LineScan scan =
                new LineScan(window, space.flags(), end, bytes, config.limits().maxLineBytes(), config.longLine());
        ByteBuffer buffer = ByteBuffer.wrap(window.bytes);
        while (scan.next()) {
            lines = scan.number;
            boolean last = scan.isLast() && !feed.oversize;
            view.show(buffer, scan.start, scan.stop - scan.start, window.offset(scan.start), last);
            try {
                handler.chunk(view);
            } catch (Throwable ofUser) {
                throw ofHandler(ofUser);
            } finally {
                view.live(false);
            }
        }
        lines = scan.number;
        truncated = scan.truncated;
    }

    @Override
    void expire() {
        view.live(false);
    }

    @Override
    Reason cutShort() {
        return truncated ? Reason.LINE_LIMIT : Reason.NONE;
    }
}
