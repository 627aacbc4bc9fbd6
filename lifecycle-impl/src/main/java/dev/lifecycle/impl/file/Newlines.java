package dev.lifecycle.impl.file;

import dev.lifecycle.file.Malformed;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How the lines of a charset are found by their bytes. A unit of bytes that is a line feed is one wherever it begins at a multiple of the unit,
 * counted from the beginning of the text, and each line can be decoded by itself.
 *
 * <p>That holds for text that is well-formed. A decoder that comes upon half a character before the end of a line may take that end for the other
 * half (UTF-16 does, and some of East Asia): so the bytes that end a line do so in any case, and what is malformed is so within its line.
 *
 * @param charset one that takes no mark, see {@link Bom}
 * @param unit 1, 2 or 4 bytes
 * @param lf the bytes of a line feed, as a number whose lowest byte is the first one
 * @param otherLf another line feed; equal to {@code lf} except in EBCDIC, where the JDK has two bytes for it
 * @param cr the bytes of a carriage return; -1 if there is none
 */
record Newlines(Charset charset, int unit, int lf, int otherLf, int cr) {
    /** What was found by trying, of charsets that are never unloaded. No more than the JDK has. */
    private static final Map<String, Newlines> TRIED = new ConcurrentHashMap<>();

    private static final Newlines NONE = new Newlines(StandardCharsets.US_ASCII, 0, 0, 0, 0);

    /**
     * Finds out.
     *
     * @param charset one that is not auto-detecting
     * @return null if lines of {@code charset} cannot be found by their bytes: it has states, or no line feeds, or a mark that tells the order of its
     *     bytes (then ask for the one that {@link Bom} knows)
     */
    static @Nullable Newlines of(Charset charset) {
        return switch (charset.name()) {
            case "UTF-8", "US-ASCII", "ISO-8859-1", "CESU-8" -> new Newlines(charset, 1, '\n', '\n', '\r');
            case "UTF-16BE" -> new Newlines(charset, 2, '\n' << 8, '\n' << 8, '\r' << 8);
            case "UTF-16LE" -> new Newlines(charset, 2, '\n', '\n', '\r');
            case "UTF-32BE" -> new Newlines(charset, 4, '\n' << 24, '\n' << 24, '\r' << 24);
            case "UTF-32LE" -> new Newlines(charset, 4, '\n', '\n', '\r');
            default -> tried(charset);
        };
    }

    private static @Nullable Newlines tried(Charset charset) {
        Module module = charset.getClass().getModule();
        boolean isOfJdk = module == Charset.class.getModule() || "jdk.charsets".equals(module.getName());
        Newlines found = isOfJdk
                ? TRIED.computeIfAbsent(charset.name(), name -> new Trial(charset).result())
                : new Trial(charset).result();
        return found == NONE ? null : found;
    }

    /** Begins to decode lines: each between two resets. */
    Decoding decoding(Malformed policy) {
        return Decoding.within(charset, policy);
    }

    /**
     * Returns where a line may be cut.
     *
     * @param from where a character begins
     * @return the largest index, not beyond {@code to}, with no character on both sides of it. May be {@code from}: then not one character is
     *     complete. Where bytes are malformed, they may be cut
     */
    int boundary(byte[] a, int from, int to) {
        return switch (charset.name()) {
            case "UTF-8" -> Utf8.boundary(a, from, to);
            case "US-ASCII", "ISO-8859-1" -> to;
            case "UTF-16BE", "UTF-16LE" -> {
                int units = to - (to - from & 1);
                int high = charset.equals(StandardCharsets.UTF_16BE) ? units - 2 : units - 1;
                yield high >= from && (a[high] & 0xfc) == 0xd8 ? units - 2 : units;
            }
            case "UTF-32BE", "UTF-32LE" -> to - (to - from & 3);
            default -> decoded(a, from, to);
        };
    }

    private int decoded(byte[] a, int from, int to) {
        CharsetDecoder decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        ByteBuffer in = ByteBuffer.wrap(a, from, to - from);
        CharBuffer out = CharBuffer.allocate(1024);
        while (decoder.decode(in, out, false).isOverflow()) {
            out.clear();
        }
        return in.position();
    }

    /** Tries a charset whose units are bytes. */
    private static final class Trial {
        /*
         * Looks at all bytes, behind each beginning of a character that is found so; of beginnings of more than one byte, at some of them. There is
         * no state if no bytes vanish: an escape, a shift or a mark is taken, and gives no character. A line feed is none if it can be part of a
         * character.
         */
        private static final int SOME = 64;
        private static final int LONGEST = 6;

        private final Charset charset;
        private final CharsetDecoder decoder;
        private final CharBuffer out = CharBuffer.allocate(Decoding.MIN_ROOM);
        private int lf = -1;
        private int otherLf = -1;
        private int cr = -1;

        Trial(Charset charset) {
            this.charset = charset;
            decoder = charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT);
        }

        Newlines result() {
            List<byte[]> begun = List.of(new byte[0]);
            for (int length = 1; length <= LONGEST && !begun.isEmpty(); length++) {
                List<byte[]> longer = new ArrayList<>();
                for (byte[] beginning : begun) {
                    byte[] all = new byte[length];
                    System.arraycopy(beginning, 0, all, 0, length - 1);
                    for (int last = 0; last < 256; last++) {
                        all[length - 1] = (byte) last;
                        if (!isPlain(all, longer)) {
                            return NONE;
                        }
                    }
                }
                if (length == 1 && lf < 0) {
                    return NONE;
                }
                begun = length == 1 ? longer : some(longer);
            }
            return new Newlines(charset, 1, lf, otherLf < 0 ? lf : otherLf, cr);
        }

        /**
         * Looks at bytes; those that are the beginning of a character are added to {@code begun}. Returns false if lines cannot be found in this
         * charset.
         */
        private boolean isPlain(byte[] all, List<byte[]> begun) {
            ByteBuffer in = ByteBuffer.wrap(all);
            CoderResult result = decoder.reset().decode(in, out.clear(), false);
            if (result.isError()) {
                return true;
            }
            if (in.position() == 0) {
                begun.add(all.clone());
                return true;
            }
            String chars = out.flip().toString();
            if (all.length == 1) {
                return isPlain(all[0] & 0xff, chars);
            }
            return !chars.isEmpty() && (!hasLf(all) || chars.indexOf('\n') >= 0);
        }

        private boolean isPlain(int b, String chars) {
            if (chars.equals("\r")) {
                cr = b;
            } else if (chars.equals("\n") && lf < 0) {
                lf = b;
            } else if (chars.equals("\n")) {
                if (otherLf >= 0) {
                    return false;
                }
                otherLf = b;
            }
            return !chars.isEmpty();
        }

        private boolean hasLf(byte[] all) {
            for (byte b : all) {
                if ((b & 0xff) == lf || (b & 0xff) == otherLf) {
                    return true;
                }
            }
            return false;
        }

        private static List<byte[]> some(List<byte[]> all) {
            List<byte[]> some = new ArrayList<>();
            int step = Math.max(1, all.size() / SOME);
            for (int i = 0; i < all.size(); i += step) {
                some.add(all.get(i));
            }
            return some;
        }
    }
}
