package dev.lifecycle.impl.file;

import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.spi.FileProcessorConfig;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Makes one string of the text, or of its beginning. */
final class ReadPass extends Pass {
    private static final int GUESS = 1 << 10; // characters, of a size that is not known

    private final int most; // characters
    private StringBuilder text = new StringBuilder(0);
    private boolean isCut;

    ReadPass(FileProcessorConfig config, @Nullable Pace pace, Source source) {
        super(config, pace, source, config.timeoutNanos());
        most = config.limits().maxContentChars();
    }

    @Override
    void handOut(Workspace space) throws Stop {
        Window window = new Window(feed, space, config, source.stream() != null);
        Decoding decoding = Decoding.within(TextStart.of(window, this), config.malformed());
        long begin = window.offset(window.from);
        text = new StringBuilder((int) Math.min(most, feed.size > 0 ? feed.size : GUESS) + Decoding.MIN_ROOM);
        char[] some = space.chars(config.chunkSize());
        boolean last = false;
        while (!isCut && !(last && decoding.isDone())) {
            if (window.from == window.to && !last) {
                last = !window.read();
                if (last && window.isCut()) {
                    return; // a character that the limit has cut is none
                }
            }
            int room = most - text.length() + 1; // one more tells that there is more
            int plain = decoding.takePlain(window.bytes, window.from, Math.min(window.to, window.from + room));
            if (plain > 0) {
                text.append(new String(window.bytes, window.from, plain, StandardCharsets.ISO_8859_1));
                window.from += plain;
                cut();
                continue;
            }
            try {
                int made = decoding.decode(window.bytes, window.from, window.to, some, 0, config.chunkSize(), last);
                text.append(some, 0, made);
            } catch (CharacterCodingException malformedText) {
                count(decoding, begin);
                throw new Stop(Outcome.FAILED, Reason.MALFORMED, malformedText);
            }
            window.from += decoding.taken();
            count(decoding, begin);
            cut();
        }
    }

    private void count(Decoding decoding, long begin) {
        malformed = decoding.malformed();
        firstMalformed = malformed > 0 ? begin + decoding.firstMalformed() : -1;
    }

    private void cut() {
        if (text.length() > most) {
            isCut = true;
            boolean isPair =
                    Character.isHighSurrogate(text.charAt(most - 1)) && Character.isLowSurrogate(text.charAt(most));
            text.setLength(isPair ? most - 1 : most);
        }
        chars = text.length();
    }

    String text() {
        return text.toString();
    }

    @Override
    void expire() {}

    @Override
    Reason cutShort() {
        return isCut ? Reason.CONTENT_LIMIT : Reason.NONE;
    }
}
