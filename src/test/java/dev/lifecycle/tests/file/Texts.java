package dev.lifecycle.tests.file;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** Bytes that are text, or nearly, and what the decoders of the JDK make of them. */
final class Texts {
    /** Bytes that begin something in one charset or another: escapes, shifts, leads, newlines. */
    private static final byte[] SPECIAL = HexFormat.of().parseHex("1b2428294240440e0f8e8fa1a2813000410afeff0d25");

    private Texts() {}

    /** Returns bytes that mostly are no text. */
    static byte[] garbage(SplittableRandom random, int maxLength) {
        byte[] bytes = new byte[random.nextInt(maxLength)];
        for (int i = 0; i < bytes.length; i++) {
            int kind = random.nextInt(4);
            bytes[i] = (byte)
                    (kind == 0
                            ? random.nextInt(256)
                            : kind == 1 ? 0x80 + random.nextInt(128) : SPECIAL[random.nextInt(SPECIAL.length)]);
        }
        return bytes;
    }

    /** Returns text, well-formed unless {@code charset} cannot encode. */
    static byte[] text(Charset charset, SplittableRandom random, int maxLength) {
        byte[] bytes = garbage(random, maxLength);
        if (!charset.canEncode()) {
            return bytes;
        }
        return new String(bytes, charset).replace("\ufffd", "").getBytes(charset);
    }

    /** Returns text, with some bytes changed. */
    static byte[] damaged(Charset charset, SplittableRandom random, int maxLength) {
        byte[] bytes = text(charset, random, maxLength);
        for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return Arrays.copyOf(bytes, random.nextInt(4) == 0 ? random.nextInt(bytes.length + 1) : bytes.length);
    }

    /** Returns where to cut so many bytes, a few times. */
    static int[] cuts(SplittableRandom random, int length) {
        int[] cuts = new int[random.nextInt(5)];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = random.nextInt(length + 1);
        }
        Arrays.sort(cuts);
        return cuts;
    }

    /**
     * What a decoder of the JDK makes of bytes.
     *
     * @param replaced the text
     * @param skipped the text without what is malformed
     * @param before the text before the first that is malformed
     * @param malformed how many are
     * @param first where the first one is, or -1
     */
    record Stepped(String replaced, String skipped, String before, long malformed, long first) {
        static Stepped through(CharsetDecoder decoder, byte[] bytes) {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            CharBuffer out = CharBuffer.allocate(bytes.length * 2 + 16);
            StringBuilder replaced = new StringBuilder();
            StringBuilder skipped = new StringBuilder();
            String before = "";
            long malformed = 0;
            long first = -1;
            decoder.reset().onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT);
            while (true) {
                CoderResult result = decoder.decode(in, out, true);
                if (result.isUnderflow()) {
                    decoder.flush(out);
                }
                replaced.append(out.flip());
                skipped.append(out);
                out.clear();
                if (result.isUnderflow()) {
                    return new Stepped(
                            replaced.toString(),
                            skipped.toString(),
                            malformed == 0 ? skipped.toString() : before,
                            malformed,
                            first);
                }
                if (malformed == 0) {
                    before = skipped.toString();
                    first = in.position();
                }
                malformed++;
                replaced.append(decoder.replacement());
                in.position(in.position() + result.length());
            }
        }
    }
}
