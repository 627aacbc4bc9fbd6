package dev.lifecycle.impl.file;

import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.spi.FileProcessorConfig;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Makes one string of the text, or of its beginning. */
final class ReadPass extends Pass {
    private static final int GUESS = 1 << 10; // characters, of a size that is not known

    private final int most; // characters
    /** One byte for each character, as long as that is enough: a builder would make a string of each piece besides. */
    private byte[] narrow = new byte[0];

    private int length; // of narrow
    private @Nullable StringBuilder wide;
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
        narrow = new byte[atMost(Math.min(most, feed.size > 0 ? feed.size : GUESS) + Decoding.MIN_ROOM)];
        char[] some = space.chars(config.chunkSize());
        boolean last = false;
        while (!isCut && !(last && decoding.isDone())) {
            if (window.from == window.to && !last) {
                last = !window.read();
                if (last && window.isCut()) {
                    return; // a character that the limit has cut is none
                }
            }
            long room = most - length() + 1L; // one more tells that there is more
            int plain = decoding.takePlain(window.bytes, window.from, (int) Math.min(window.to, window.from + room));
            if (plain > 0) {
                append(window.bytes, window.from, plain);
                window.from += plain;
                cut();
                continue;
            }
            try {
                int made = decoding.decode(window.bytes, window.from, window.to, some, 0, config.chunkSize(), last);
                if (made > 0) {
                    widened().append(some, 0, made);
                }
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

    private int length() {
        return wide == null ? length : wide.length();
    }

    private void append(byte[] latin1, int from, int count) {
        if (wide != null) {
            wide.append(new String(latin1, from, count, StandardCharsets.ISO_8859_1));
            return;
        }
        if (count > narrow.length - length) {
            long twice = Math.min(2L * narrow.length, (long) most + Decoding.MIN_ROOM);
            narrow = Arrays.copyOf(narrow, atMost(Math.max(twice, (long) length + count)));
        }
        System.arraycopy(latin1, from, narrow, length, count);
        length += count;
    }

    private static int atMost(long bytes) {
        return (int) Math.min(Integer.MAX_VALUE, bytes); // which no array can have: an OutOfMemoryError tells so
    }

    private StringBuilder widened() {
        if (wide == null) {
            wide = new StringBuilder(narrow.length).append(new String(narrow, 0, length, StandardCharsets.ISO_8859_1));
            narrow = new byte[0];
        }
        return wide;
    }

    private void cut() {
        if (length() > most) {
            isCut = true;
            length = most;
            if (wide != null) {
                boolean isPair =
                        Character.isHighSurrogate(wide.charAt(most - 1)) && Character.isLowSurrogate(wide.charAt(most));
                wide.setLength(isPair ? most - 1 : most);
            }
        }
        chars = length();
    }

    String text() {
        return wide == null ? new String(narrow, 0, length, StandardCharsets.ISO_8859_1) : wide.toString();
    }

    @Override
    void expire() {}

    @Override
    Reason cutShort() {
        return isCut ? Reason.CONTENT_LIMIT : Reason.NONE;
    }
}
