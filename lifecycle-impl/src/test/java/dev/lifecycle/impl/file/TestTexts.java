package dev.lifecycle.impl.file;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Bytes that are text, or nearly; and a caller of {@link Decoding}, with little room. */
final class TestTexts {
    static final long SEED = System.nanoTime();

    private static final byte[] SPECIAL = HexFormat.of().parseHex("1b2428294240440e0f8e8fa1a2813000410afeff0d25");

    private TestTexts() {}

    static Stream<Charset> charsets() {
        return Charset.availableCharsets().values().stream()
                .filter(charset -> !charset.newDecoder().isAutoDetecting());
    }

    static byte[] garbage(SplittableRandom random, int maxLength) {
        byte[] bytes = new byte[random.nextInt(maxLength)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = random.nextInt(3) == 0 ? SPECIAL[random.nextInt(SPECIAL.length)] : (byte) random.nextInt(256);
        }
        return bytes;
    }

    /** Returns text of characters that {@code charset} has. */
    static String text(Charset charset, SplittableRandom random, int maxLength) {
        String text = new String(garbage(random, maxLength), charset).replace("\ufffd", "");
        return new String(text.getBytes(charset), charset); // a mark in front goes
    }

    static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes) + ", seed " + SEED;
    }

    /** Decodes a text in pieces, each of which is overwritten when it was taken. */
    static String decode(Decoding decoding, byte[] bytes, int room, int... cuts) throws CharacterCodingException {
        StringBuilder text = new StringBuilder();
        char[] out = new char[room + 10];
        decoding.reset();
        int begin = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int stop = i < cuts.length ? cuts[i] : bytes.length;
            boolean last = i == cuts.length;
            byte[] in = new byte[stop - begin + 7];
            Arrays.fill(in, (byte) 0x1b);
            System.arraycopy(bytes, begin, in, 3, stop - begin);
            int from = 3;
            int to = 3 + stop - begin;
            do {
                Arrays.fill(out, 'Z');
                int made = decoding.decode(in, from, to, out, 5, 5 + room, last);
                int taken = decoding.taken();
                if (made < 0 || made > room || made == 0 && taken == 0 && from < to) {
                    throw new AssertionError(made + " made, " + taken + " taken of " + (to - from));
                }
                if (out[4] != 'Z' || out[5 + room] != 'Z') {
                    throw new AssertionError("wrote beyond its room");
                }
                if (made > 0
                        && !decoding.isDone()
                        && Character.isHighSurrogate(out[4 + made])
                        && last
                        && from + taken == to) {
                    throw new AssertionError("ends in half a pair");
                }
                Arrays.fill(in, from, from + taken, (byte) 0x0e);
                text.append(out, 5, made);
                from += taken;
            } while (from < to || last && !decoding.isDone());
            begin = stop;
        }
        return text.toString();
    }
}
