package dev.lifecycle.impl.file;

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
final class DelimitedPass extends RecordPass {
    private final LineEnd end;
    private boolean truncated;

    DelimitedPass(FileProcessorConfig config, @Nullable Pace pace, Source source, LineEnd end, ChunkHandler handler) {
        super(config, pace, source, handler);
        this.end = end;
    }

    @Override
    void handOut(Window window, ByteBuffer buffer, Workspace space) throws Stop {
        Newlines bytes = Objects.requireNonNull(Newlines.of(StandardCharsets.ISO_8859_1)); // no character is cut
        LineScan scan =
                new LineScan(window, space.flags(), end, bytes, config.limits().maxLineBytes(), config.longLine());
        while (scan.next()) {
            lines = scan.number;
            boolean last = scan.isLast() && !window.isCut();
            give(buffer, scan.start, scan.stop - scan.start, window.offset(scan.start), last);
        }
        lines = scan.number;
        truncated = scan.truncated;
    }

    @Override
    Reason cutShort() {
        return truncated ? Reason.LINE_LIMIT : Reason.NONE;
    }
}
