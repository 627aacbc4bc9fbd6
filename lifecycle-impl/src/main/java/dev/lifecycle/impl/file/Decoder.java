package dev.lifecycle.impl.file;

import dev.lifecycle.file.Malformed;
import dev.lifecycle.file.TextDecoder;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Hands the characters of a {@link Decoding} on. */
public final class Decoder implements TextDecoder {
    private static final int ROOM = 4 << 10;
    private static final int PIECE = 8 << 10;

    private final Decoding decoding;
    private char[] chars = {};
    private byte[] bytes = {};

    /** While a call is in progress, and if it failed: what was taken may not have been handed on. */
    private boolean unfinished;

    private Decoder(Decoding decoding) {
        this.decoding = decoding;
    }

    /**
     * Makes a decoder; see {@link TextDecoder#of}.
     *
     * @param charset of the bytes
     * @param malformed what becomes of bytes that are no text
     * @return a decoder at the beginning of a text
     */
    public static TextDecoder of(Charset charset, Malformed malformed) {
        return new Decoder(Decoding.of(charset, malformed));
    }

    @Override
    public int decode(ByteBuffer in, Appendable out, boolean last) throws IOException {
        Objects.requireNonNull(in, "in");
        Objects.requireNonNull(out, "out");
        if (unfinished) {
            throw new IllegalStateException(
                    "a call of decode failed, or has not returned; reset() begins another text");
        }
        if (decoding.isDone()) {
            decoding.reset();
        }
        if (chars.length == 0) {
            chars = new char[ROOM];
        }
        unfinished = true;
        long count = 0;
        int start = in.position();
        if (in.hasArray()) {
            count = piece(in, in.array(), in.arrayOffset() + start, in.remaining(), out, last);
            decoding.forget();
        } else {
            if (bytes.length == 0) {
                bytes = new byte[PIECE];
            }
            do {
                int length = Math.min(in.remaining(), PIECE);
                in.get(in.position(), bytes, 0, length);
                count += piece(in, bytes, 0, length, out, last && length == in.remaining());
            } while (in.hasRemaining());
        }
        unfinished = false;
        return (int) Math.min(count, Integer.MAX_VALUE);
    }

    /** Decodes bytes of {@code in} that are in an array; its position goes with them, before what they became is handed on. */
    private long piece(ByteBuffer in, byte[] a, int start, int length, Appendable out, boolean last)
            throws IOException {
        int from = start;
        int to = start + length;
        long count = 0;
        do {
            int plain = out instanceof StringBuilder ? decoding.takePlain(a, from, Math.min(to, from + PIECE)) : 0;
            if (plain > 0) {
                in.position(in.position() + plain);
                out.append(new String(a, from, plain, StandardCharsets.ISO_8859_1));
                count += plain;
                from += plain;
                if (from < to) {
                    continue;
                }
            }
            int made = decoding.decode(a, from, to, chars, 0, ROOM, last);
            from += decoding.taken();
            in.position(in.position() + decoding.taken());
            append(made, out);
            count += made;
        } while (from < to || last && !decoding.isDone());
        return count;
    }

    private void append(int count, Appendable out) throws IOException {
        if (count == 0) {
            return;
        }
        if (out instanceof Writer writer) {
            writer.write(chars, 0, count);
        } else {
            out.append(new String(
                    chars, 0, count)); // it may keep what it is given; a StringBuilder copies it faster than an array
        }
    }

    @Override
    public long malformed() {
        return decoding.malformed();
    }

    @Override
    public long firstMalformedOffset() {
        return decoding.firstMalformed();
    }

    @Override
    public void reset() {
        decoding.reset();
        decoding.forget();
        unfinished = false;
    }
}
