package dev.lifecycle.file;

import dev.lifecycle.Lifecycle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.Objects;

/**
 * Decodes bytes that come in pieces, cut anywhere: the text is the same as if they came at once, {@code new String(bytes, charset)} with
 * {@link Malformed#REPLACE}. It keeps the bytes of a character that has begun, at most {@value #MAX_KEPT}.
 *
 * <p>A byte order mark is a character as any other, except where the charset itself takes it, as UTF-16 and UTF-32 do. No surrogate pair is cut: each
 * piece that is appended has both halves. UTF-8, US-ASCII and ISO-8859-1 are decoded at the speed of copying as long as they are ASCII; other
 * charsets by the decoders of the JDK.
 *
 * <p>All charsets of the JDK can be decoded so, but those that detect another one, as x-JISAutoDetect does: they guess from all bytes at once, and
 * would guess otherwise for another cut. They are refused. Not thread-safe. Holds a few KiB from the first call on, and no buffer of the caller's.
 */
public interface TextDecoder {
    /** The most bytes it keeps between two calls. */
    int MAX_KEPT = 16;

    /**
     * Makes a decoder.
     *
     * @param charset of the bytes
     * @param malformed what becomes of bytes that are no text
     * @return a decoder at the beginning of a text
     * @throws UnsupportedOperationException if {@code charset} cannot decode, or {@linkplain java.nio.charset.CharsetDecoder#isAutoDetecting detects}
     *     another one
     */
    static TextDecoder of(Charset charset, Malformed malformed) {
        return Lifecycle.provider()
                .textDecoder(
                        Objects.requireNonNull(charset, "charset"), Objects.requireNonNull(malformed, "malformed"));
    }

    /**
     * Decodes all bytes of {@code in}; its position goes up to its limit.
     *
     * @param in the next bytes
     * @param out is appended to
     * @param last whether the text ends here: then a character that has begun is malformed, and the next call begins another text, with counts of its
     *     own
     * @return how many {@code char}s were appended
     * @throws java.nio.charset.CharacterCodingException if bytes are no text and this decoder is to {@linkplain Malformed#REPORT report} that; what
     *     comes before them was appended, and only {@link #reset} can follow
     * @throws IOException what {@code out} throws; then {@link #reset} is to follow
     * @throws IllegalStateException if a call before this one threw, or has not returned
     */
    int decode(ByteBuffer in, Appendable out, boolean last) throws IOException;

    /**
     * Counts what was no text since the beginning of the text.
     *
     * @return how many sequences of bytes
     */
    long malformed();

    /**
     * Tells where the first of them is.
     *
     * @return how many bytes of the text come before it; -1 without one
     */
    long firstMalformedOffset();

    /** Begins another text. What was kept is dropped, the counts with it. */
    void reset();
}
