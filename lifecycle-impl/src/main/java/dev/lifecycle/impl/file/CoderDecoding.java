package dev.lifecycle.impl.file;

import dev.lifecycle.file.Malformed;
import dev.lifecycle.file.TextDecoder;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;

/** Any other charset, with its own decoder. */
final class CoderDecoding extends Decoding {
    /*
     * The decoder is given bytes as if more were to come. What it leaves at the end of the input is kept, and given again with what comes next. At
     * the end of the text it is given what is kept, and told that this is the end; then it is flushed. So it hears of the end in the same way,
     * wherever the input was cut.
     */
    private static final int SCRATCH = 1024;

    private final CharsetDecoder decoder;
    private final char[] replacement;
    private final byte[] primer;
    private final byte[] kept = new byte[TextDecoder.MAX_KEPT + 8];
    private final ByteBuffer keptBuffer = ByteBuffer.wrap(kept);
    private int keeps;

    /** The first half of a pair, if it was the last character; 0 if it was not. */
    private char half;

    /** Whether the decoder knows that no more bytes come. */
    private boolean ending;

    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private CharBuffer chars = CharBuffer.allocate(0);
    private char[] scratch = {};

    /** How far a run has come. */
    private int next;

    /** How many bytes are malformed, once that was reported; else 0. */
    private int reported;

    /**
     * Begins a text.
     *
     * @param primer what to decode, for no one, before each
     */
    CoderDecoding(Charset charset, Malformed policy, byte[] primer) {
        super(charset, policy);
        try {
            decoder = charset.newDecoder();
        } catch (UnsupportedOperationException e) {
            throw new UnsupportedOperationException(charset + " cannot decode; it is for encoding only", e);
        }
        if (decoder.isAutoDetecting()) {
            throw new UnsupportedOperationException(
                    charset
                            + " guesses the charset from all bytes at once; these come in pieces. Name the charset they are in");
        }
        decoder.onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT);
        replacement = decoder.replacement().toCharArray();
        this.primer = primer;
        clear();
    }

    @Override
    void clear() {
        keeps = 0;
        half = 0;
        ending = false;
        reported = 0;
        decoder.reset();
        if (primer.length > 0) {
            decoder.decode(ByteBuffer.wrap(primer), CharBuffer.allocate(primer.length), false);
        }
    }

    @Override
    void forget() {
        bytes = ByteBuffer.allocate(0);
        chars = CharBuffer.allocate(0);
    }

    @Override
    int plain(byte[] in, int from, int to) {
        return 0;
    }

    @Override
    void check(byte[] in, int from, int to, boolean last) {
        if (scratch.length == 0) {
            scratch = new char[SCRATCH];
        }
        next = from;
        do {
            run(in, from, to, scratch, 0, SCRATCH, last, Malformed.SKIP);
        } while (next < to || last && !isDone());
    }

    @Override
    int run(byte[] in, int from, int to, char[] out, int at, int end, boolean last) throws CharacterCodingException {
        next = from;
        int written = run(in, from, to, out, at, end, last, policy);
        if (reported > 0) {
            throw new MalformedBytesException(charset, reported, firstMalformed());
        }
        return written;
    }

    /** Goes on at {@code next}. */
    private int run(byte[] in, int from, int to, char[] out, int at, int end, boolean last, Malformed mode) {
        CharBuffer target = target(out).limit(end).position(at);
        if (half != 0) {
            target.put(half);
            half = 0;
        }
        boolean flushed = false;
        boolean stops = false; // what comes next is no character
        while (true) {
            if (next == to) {
                if (!last) {
                    break;
                }
                ending = true;
            }
            int more = 0;
            ByteBuffer source;
            if (ending || keeps > 0) {
                more = Math.min(kept.length - keeps, to - next);
                System.arraycopy(in, next, kept, keeps, more);
                source = keptBuffer.limit(keeps + more).position(0);
            } else {
                source = source(in).limit(to).position(next);
            }
            boolean isAll = source != keptBuffer || next + more == to;
            int start = source.position();
            CoderResult result = decoder.decode(source, target, ending);
            boolean moves = source.position() > start;
            consume(source.position() - start);
            if (result.isError()) {
                stops = mode == Malformed.REPORT && target.position() > at;
                if (stops || mode == Malformed.REPLACE && target.remaining() < replacement.length) {
                    break;
                }
                count(next - keeps - from);
                if (mode == Malformed.REPORT) {
                    reported = result.length();
                    break;
                }
                if (mode == Malformed.REPLACE) {
                    target.put(replacement);
                }
                consume(result.length());
            } else if (result.isOverflow()) {
                check(target.position() > at);
                break;
            } else if (ending) {
                CoderResult flush = decoder.flush(target);
                flushed = flush.isUnderflow();
                check(flushed || target.position() > at);
                break;
            } else if (isAll) {
                keep(in, to);
            } else {
                check(moves);
            }
        }
        took(next - from, flushed);
        int written = target.position() - at;
        if (written > 0 && !flushed && !stops && Character.isHighSurrogate(out[at + written - 1])) {
            written--;
            half = out[at + written];
        }
        return written;
    }

    /** Goes behind so many bytes, of those that are kept first. */
    private void consume(int count) {
        if (count < keeps) {
            System.arraycopy(kept, count, kept, 0, keeps - count);
            keeps -= count;
        } else {
            next += count - keeps;
            keeps = 0;
        }
    }

    /** Keeps all that comes, behind what is kept. */
    private void keep(byte[] in, int to) {
        int count = to - next;
        check(keeps + count <= TextDecoder.MAX_KEPT);
        System.arraycopy(in, next, kept, keeps, count);
        keeps += count;
        next = to;
    }

    private void check(boolean moves) {
        if (!moves) {
            throw new IllegalStateException("the decoder of " + charset + " goes neither on nor back with " + MIN_ROOM
                    + " chars of room and " + TextDecoder.MAX_KEPT + " bytes: no character is so long");
        }
    }

    private ByteBuffer source(byte[] in) {
        if (bytes.array() != in) {
            bytes = ByteBuffer.wrap(in);
        }
        return bytes;
    }

    private CharBuffer target(char[] out) {
        if (chars.array() != out) {
            chars = CharBuffer.wrap(out);
        }
        return chars;
    }
}
