package dev.lifecycle.impl.file;

import dev.lifecycle.file.Malformed;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Makes characters of bytes that come in pieces, cut anywhere, in arrays of the caller. Not thread-safe.
 *
 * <p>A text is a series of calls of {@link #decode}, {@link #validate} and {@link #takePlain}, the last ones with {@code last}, until
 * {@link #isDone}; {@link #reset} begins another one. A caller hands in what comes, and goes on behind what was {@link #taken}:
 *
 * <pre>{@code
 * do {
 *     int chars = decoding.decode(in, from, to, out, 0, out.length, last);
 *     from += decoding.taken();
 *     ... // chars characters are at out[0]
 * } while (from < to || last && !decoding.isDone());
 * }</pre>
 */
abstract class Decoding {
    /** The least room for characters that a call needs. */
    static final int MIN_ROOM = 64;

    static final char REPLACEMENT = '\ufffd';

    final Charset charset;
    final Malformed policy;

    /** How many bytes of the text the calls before this one took. */
    private long before;

    private long malformed;
    private long firstMalformed = -1;
    private int taken;
    private boolean done;

    Decoding(Charset charset, Malformed policy) {
        this.charset = charset;
        this.policy = policy;
    }

    /**
     * Begins a text.
     *
     * @throws UnsupportedOperationException if {@code charset} cannot decode, or detects another one
     */
    static Decoding of(Charset charset, Malformed policy) {
        if (charset.equals(StandardCharsets.UTF_8)) {
            return new Utf8Decoding(policy);
        }
        if (charset.equals(StandardCharsets.ISO_8859_1) || charset.equals(StandardCharsets.US_ASCII)) {
            return new AsciiDecoding(charset, policy);
        }
        return new CoderDecoding(charset, policy, new byte[0]);
    }

    /**
     * Begins in the middle of a text: what looks like a mark of the byte order is a character. The charset is one that needs no mark, see
     * {@link Bom#of(Charset, byte[], int, int)}.
     */
    static Decoding within(Charset charset, Malformed policy) {
        // the decoders of UTF-32BE and UTF-32LE take a mark of their order: not after another character
        return charset.name().startsWith("UTF-32")
                ? new CoderDecoding(charset, policy, "A".getBytes(charset))
                : of(charset, policy);
    }

    /**
     * Makes characters of bytes from {@code from} to {@code to}, as many as there is room for from {@code at} to {@code end}; what is there behind
     * the result may change.
     *
     * <p>It takes all bytes, unless the room is used up, or one that is malformed is to be reported. Those of a character that has begun are taken,
     * and kept here. The last one of the characters is never the first half of a surrogate pair whose other half comes next.
     *
     * @param end at least {@link #MIN_ROOM} behind {@code at}
     * @param last whether no bytes come after {@code to}
     * @return how many characters; 0 with bytes left that were not taken does not happen
     * @throws CharacterCodingException with {@link Malformed#REPORT}, if the next bytes are malformed; nothing was written by this call: what comes
     *     before them was returned by the call before. After that only {@link #reset} can follow
     */
    final int decode(byte[] in, int from, int to, char[] out, int at, int end, boolean last)
            throws CharacterCodingException {
        if (end - at < MIN_ROOM) {
            throw new IllegalArgumentException("room for " + (end - at) + " chars; it must be at least " + MIN_ROOM);
        }
        checkGoesOn();
        int written = run(in, from, to, out, at, end, last);
        before += taken;
        return written;
    }

    /** Does the same and keeps no characters: counts what is malformed, and reports nothing. Takes all bytes; with {@code last}, the text is done. */
    final void validate(byte[] in, int from, int to, boolean last) {
        checkGoesOn();
        check(in, from, to, last);
        before += to - from;
        taken = to - from;
        done = last;
    }

    /**
     * Takes bytes whose values are those of their characters, 0 to 255: all that come first, of UTF-8 as long as they are ASCII. For callers that
     * copy them faster than a decoder could.
     *
     * @return how many; they count as decoded
     */
    final int takePlain(byte[] in, int from, int to) {
        checkGoesOn();
        taken = plain(in, from, to);
        before += taken;
        return taken;
    }

    private void checkGoesOn() {
        if (done) {
            throw new IllegalStateException("the text has ended; reset() begins another one");
        }
    }

    /** As {@link #decode}; ends with a call of {@link #took}. */
    abstract int run(byte[] in, int from, int to, char[] out, int at, int end, boolean last)
            throws CharacterCodingException;

    /** As {@link #validate}. */
    abstract void check(byte[] in, int from, int to, boolean last);

    abstract int plain(byte[] in, int from, int to);

    /** Drops what is kept. */
    abstract void clear();

    /** Lets go of the arrays of callers; those of the last call may be held otherwise. */
    abstract void forget();

    /** Ends a run. */
    final void took(int bytes, boolean all) {
        taken = bytes;
        done = all;
    }

    /** Returns how many bytes the last call took. */
    final int taken() {
        return taken;
    }

    /** Whether the text has ended and all of it was written. */
    final boolean isDone() {
        return done;
    }

    /** Returns how many sequences of bytes were malformed, or no character in this charset. */
    final long malformed() {
        return malformed;
    }

    /** Returns how many bytes of the text come before the first of them; -1 without one. */
    final long firstMalformed() {
        return firstMalformed;
    }

    /** Begins another text, whatever came before. */
    final void reset() {
        before = 0;
        malformed = 0;
        firstMalformed = -1;
        took(0, false);
        clear();
    }

    /**
     * Counts what is malformed.
     *
     * @param index where it begins, behind the first byte of this call; negative if it was kept
     */
    final void count(int index) {
        malformed++;
        if (firstMalformed < 0) {
            firstMalformed = before + index;
        }
    }

    /**
     * Counts what is malformed, and does with it what is to be done; only at the beginning of what a call writes, if that is to report it. Returns
     * where the next character goes.
     */
    final int malformed(int index, int length, char[] out, int at) throws MalformedBytesException {
        count(index);
        if (policy == Malformed.REPORT) {
            throw new MalformedBytesException(charset, length, before + index);
        }
        if (policy == Malformed.SKIP) {
            return at;
        }
        out[at] = REPLACEMENT;
        return at + 1;
    }
}
