package dev.lifecycle.impl.file;

import dev.lifecycle.file.Malformed;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** US-ASCII, where bytes above 127 are malformed, and ISO-8859-1, where they are characters. Keeps nothing. */
final class AsciiDecoding extends Decoding {
    private final Ascii ascii = new Ascii();
    private final boolean eightBits;

    AsciiDecoding(Charset charset, Malformed policy) {
        super(charset, policy);
        eightBits = charset.equals(StandardCharsets.ISO_8859_1);
    }

    @Override
    int run(byte[] in, int from, int to, char[] out, int at, int end, boolean last) throws CharacterCodingException {
        int p = from;
        int o = at;
        while (p < to && o < end) {
            int plain = plain(in, p, p + Math.min(to - p, end - o));
            ascii.inflate(in, p, out, o, plain);
            p += plain;
            o += plain;
            if (p < to && o < end) { // at a byte that is malformed
                if (policy == Malformed.REPORT && o > at) {
                    break;
                }
                o = malformed(p - from, 1, out, o);
                p++;
            }
        }
        took(p - from, last && p == to);
        return o - at;
    }

    @Override
    void check(byte[] in, int from, int to, boolean last) {
        for (int p = from + plain(in, from, to); p < to; p += plain(in, p, to)) {
            count(p - from);
            p++;
        }
    }

    @Override
    int plain(byte[] in, int from, int to) {
        return eightBits ? to - from : Ascii.end(in, from, to) - from;
    }

    @Override
    void clear() {}

    @Override
    void forget() {
        ascii.forget();
    }
}
