package dev.lifecycle.impl.file;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How a text is encoded, from its mark of the byte order.
 *
 * @param charset of what comes after the mark: one that knows its order, to be decoded by {@link Decoding#within}
 * @param length of the mark, in bytes
 */
record Bom(Charset charset, int length) {
    /** The longest mark. */
    static final int MAX_LENGTH = 4;

    /**
     * Looks for a mark of UTF-8, UTF-16 or UTF-32.
     *
     * @param to {@link #MAX_LENGTH} behind {@code from} at least, unless the text ends before: FF FE begins the mark of UTF-32LE, and is that of
     *     UTF-16LE
     * @return null if there is none
     */
    static @Nullable Bom of(byte[] a, int from, int to) {
        if (begins(a, from, to, 0xef, 0xbb, 0xbf)) {
            return new Bom(StandardCharsets.UTF_8, 3);
        }
        if (begins(a, from, to, 0xff, 0xfe, 0, 0)) {
            return new Bom(Charset.forName("UTF-32LE"), 4);
        }
        if (begins(a, from, to, 0, 0, 0xfe, 0xff)) {
            return new Bom(Charset.forName("UTF-32BE"), 4);
        }
        if (begins(a, from, to, 0xff, 0xfe)) {
            return new Bom(StandardCharsets.UTF_16LE, 2);
        }
        return begins(a, from, to, 0xfe, 0xff) ? new Bom(StandardCharsets.UTF_16BE, 2) : null;
    }

    /**
     * Looks for a mark that {@code charset} itself takes, as the decoders of the JDK do.
     *
     * @param to as above
     * @return {@code charset}, or the one it stands for; of length 0 if there is no mark
     */
    static Bom of(Charset charset, byte[] a, int from, int to) {
        Charset order = unmarked(charset);
        Bom none = new Bom(order, 0);
        return switch (charset.name()) {
            case "UTF-16", "x-UTF-16LE-BOM" ->
                of(a, from, Math.min(to, from + 2), none, true, true); // FF FE 00 00 is a mark and a character
            case "UTF-32" -> of(a, from, to, none, true, true);
            case "UTF-32BE", "X-UTF-32BE-BOM" -> of(a, from, to, none, true, false);
            case "UTF-32LE", "X-UTF-32LE-BOM" -> of(a, from, to, none, false, true);
            default -> none;
        };
    }

    private static Bom of(byte[] a, int from, int to, Bom none, boolean big, boolean little) {
        Bom found = of(a, from, to);
        if (found == null || found.length != (none.charset.name().startsWith("UTF-16") ? 2 : 4)) {
            return none;
        }
        return (found.charset.name().endsWith("BE") ? big : little) ? found : none;
    }

    /** Returns what a text is encoded with that should have a mark of its own and has none: UTF-16BE for UTF-16, mostly {@code charset} itself. */
    static Charset unmarked(Charset charset) {
        return switch (charset.name()) {
            case "UTF-16" -> StandardCharsets.UTF_16BE;
            case "x-UTF-16LE-BOM" -> StandardCharsets.UTF_16LE;
            case "UTF-32", "X-UTF-32BE-BOM" -> Charset.forName("UTF-32BE");
            case "X-UTF-32LE-BOM" -> Charset.forName("UTF-32LE");
            default -> charset;
        };
    }

    private static boolean begins(byte[] a, int from, int to, int... mark) {
        if (to - from < mark.length) {
            return false;
        }
        for (int i = 0; i < mark.length; i++) {
            if ((a[from + i] & 0xff) != mark[i]) {
                return false;
            }
        }
        return true;
    }
}
