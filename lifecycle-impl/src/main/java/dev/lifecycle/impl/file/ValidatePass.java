package dev.lifecycle.impl.file;

import dev.lifecycle.file.Malformed;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.spi.FileProcessorConfig;
import org.jspecify.annotations.Nullable;

/** Sees whether everything is text, and makes nothing of it. */
final class ValidatePass extends Pass {
    ValidatePass(FileProcessorConfig config, @Nullable Pace pace, Source source) {
        super(config, pace, source, config.timeoutNanos());
    }

    @Override
    void handOut(Workspace space) throws Stop {
        Window window = new Window(feed, space, config, source.stream() != null);
        Decoding decoding = Decoding.within(TextStart.of(window, this), Malformed.REPLACE);
        long begin = window.offset(window.from);
        boolean last;
        do {
            last = window.from == window.to && !window.read();
            if (last && window.isCut()) {
                return; // a character that the limit has cut is none
            }
            decoding.validate(window.bytes, window.from, window.to, last);
            window.from = window.to;
            malformed = decoding.malformed();
            if (malformed > 0) {
                firstMalformed = begin + decoding.firstMalformed();
                if (config.malformed() == Malformed.REPORT) {
                    throw new Stop(Outcome.FAILED, Reason.MALFORMED);
                }
            }
        } while (!last);
    }

    @Override
    void expire() {}
}
