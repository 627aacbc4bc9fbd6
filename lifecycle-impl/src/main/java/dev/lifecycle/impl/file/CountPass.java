package dev.lifecycle.impl.file;

import dev.lifecycle.file.LineEnd;
import dev.lifecycle.file.LongLine;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.spi.FileProcessorConfig;
import org.jspecify.annotations.Nullable;

/** Counts lines. Where an end is one byte nobody looks where it is. */
final class CountPass extends Pass {
    CountPass(FileProcessorConfig config, @Nullable Pace pace, Source source) {
        super(config, pace, source, config.timeoutNanos());
    }

    @Override
    void handOut(Workspace space) throws Stop {
        Window window = new Window(feed, space, config, source.stream() != null);
        Newlines newlines = Newlines.of(TextStart.of(window, this));
        if (newlines == null) {
            throw new Stop(Outcome.FAILED, Reason.MALFORMED);
        }
        byte[] end = config.lineEnd().delimiter();
        boolean isByte = end.length == 0
                ? newlines.unit() == 1
                        && newlines.lf() == newlines.otherLf()
                        && !config.lineEnd().equals(LineEnd.ANY)
                : end.length == 1;
        if (isByte) {
            count(window, end.length == 0 ? (byte) newlines.lf() : end[0]);
            return;
        }
        LineScan scan = new LineScan(
                window,
                space.flags(),
                config.lineEnd(),
                newlines,
                config.limits().maxLineBytes(),
                LongLine.SKIP);
        boolean more = true;
        while (more) {
            more = scan.next();
        }
        lines = scan.number;
    }

    private void count(Window window, byte end) throws Stop {
        byte last = end;
        do {
            lines += LineIndex.count(window.bytes, window.from, window.to, end);
            if (window.to > window.from) {
                last = window.bytes[window.to - 1];
            }
            window.from = window.to;
        } while (window.read());
        lines += last == end ? 0 : 1;
    }

    @Override
    void expire() {}
}
