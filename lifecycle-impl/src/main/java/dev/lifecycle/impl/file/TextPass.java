package dev.lifecycle.impl.file;

import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.file.TextHandler;
import dev.lifecycle.spi.FileProcessorConfig;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/** Hands out text, in pieces as large as a chunk at most. */
final class TextPass extends Pass {
    private final TextView view = new TextView();
    private final TextHandler handler;

    TextPass(FileProcessorConfig config, @Nullable Pace pace, Source source, TextHandler handler) {
        super(config, pace, source, config.timeoutNanos());
        this.handler = handler;
    }

    @Override
    void handOut(Workspace space) throws Stop {
        Window window = new Window(feed, space, config, source.stream() != null);
        Decoding decoding = Decoding.within(TextStart.of(window, this), config.malformed());
        long begin = window.offset(window.from); // of the text
        char[] into = space.chars(config.chunkSize());
        boolean last = false;
        while (!(last && decoding.isDone())) {
            if (window.from == window.to && !last) {
                last = !window.read();
                if (last && window.isCut()) {
                    return; // a character that the limit has cut is none
                }
            }
            int made;
            try {
                made = decoding.decode(window.bytes, window.from, window.to, into, 0, config.chunkSize(), last);
            } catch (CharacterCodingException malformedText) {
                count(decoding, begin);
                throw new Stop(Outcome.FAILED, Reason.MALFORMED, malformedText);
            }
            window.from += decoding.taken();
            count(decoding, begin);
            if (made > 0) {
                give(into, made);
            }
        }
    }

    private void count(Decoding decoding, long begin) {
        malformed = decoding.malformed();
        firstMalformed = malformed > 0 ? begin + decoding.firstMalformed() : -1;
    }

    private void give(char[] text, int length) throws Stop {
        view.show(text, length, chars);
        chars += length;
        try {
            handler.text(view);
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
