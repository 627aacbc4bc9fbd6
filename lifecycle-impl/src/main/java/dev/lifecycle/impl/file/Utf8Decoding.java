package dev.lifecycle.impl.file;

import dev.lifecycle.file.Malformed;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * UTF-8. Keeps up to three bytes of a character, which could be the beginning of one: what is malformed is so as soon as its last byte is there, or
 * the one behind it.
 */
final class Utf8Decoding extends Decoding {
    private final Ascii ascii = new Ascii();
    private final byte[] kept = new byte[4];
    private int keeps;

    /** What the kept bytes became: see {@link Utf8#at}. */
    private int completed;

    /** Where the next character goes. */
    private int room;

    Utf8Decoding(Malformed policy) {
        super(StandardCharsets.UTF_8, policy);
    }

    @Override
    int run(byte[] in, int from, int to, char[] out, int at, int end, boolean last) throws CharacterCodingException {
        int p = from;
        int o = at;
        if (keeps > 0) {
            int begun = -keeps;
            p = complete(in, from, to, last);
            if (keeps > 0) {
                took(to - from, false);
                return 0;
            }
            o = write(completed, begun, out, o);
        }
        while (p < to && end - o >= 2) {
            p = many(in, p, to, out, o, end);
            o = room;
            if (p == to || end - o < 2) {
                break;
            }
            int found = Utf8.at(in, p, to);
            if (found == Utf8.INCOMPLETE) {
                if (!last) {
                    keep(in, p, to);
                    p = to;
                    break;
                }
                found = p - to;
            }
            if (found < 0 && policy == Malformed.REPORT && o > at) {
                break;
            }
            o = write(found, p - from, out, o);
            p += Utf8.length(found);
        }
        took(p - from, last && p == to);
        return o - at;
    }

    private int write(int found, int index, char[] out, int at) throws CharacterCodingException {
        return found < 0 ? malformed(index, -found, out, at) : at + Character.toChars(found, out, at);
    }

    private void keep(byte[] in, int from, int to) {
        System.arraycopy(in, from, kept, 0, to - from);
        keeps = to - from;
    }

    /** Adds bytes to those that are kept until they are a character, or malformed; then nothing is kept. Returns where the next one is. */
    private int complete(byte[] in, int from, int to, boolean last) {
        int length = keeps;
        int p = from;
        int found = Utf8.INCOMPLETE;
        while (found == Utf8.INCOMPLETE && p < to) {
            kept[length++] = in[p++];
            found = Utf8.at(kept, 0, length);
        }
        if (found == Utf8.INCOMPLETE) {
            if (!last) {
                keeps = length;
                return p;
            }
            found = -length;
        }
        completed = found;
        keeps = 0;
        return p
                - (length
                        - Utf8.length(
                                found)); // the byte that shows what is before it to be malformed is not part of that
    }

    /**
     * Decodes what is well-formed, up to about eight bytes before the end, or eight characters before there is no more room. Returns where the next
     * byte is.
     */
    private int many(byte[] in, int from, int to, char[] out, int at, int end) {
        int p = from;
        int o = at;
        int lastLong = to - 8;
        int lastRoom = end - 8;
        while (p <= lastLong && o <= lastRoom) {
            long eight = (long) Ascii.LONG.get(in, p);
            long marks = eight & Ascii.HIGH;
            if (marks == 0) {
                int stop = Ascii.end(in, p + 8, p + Math.min(to - p, end - o));
                ascii.inflate(in, p, out, o, stop - p);
                o += stop - p;
                p = stop;
                continue;
            }
            int plain = Long.numberOfTrailingZeros(marks) >>> 3; // up to 7 before the first other one
            if (plain > 0) {
                out[o] = (char) (eight
                        & 0xff); // all seven, which is faster than to ask how many; what is too much is written over
                out[o + 1] = (char) (eight >>> 8 & 0xff);
                out[o + 2] = (char) (eight >>> 16 & 0xff);
                out[o + 3] = (char) (eight >>> 24 & 0xff);
                out[o + 4] = (char) (eight >>> 32 & 0xff);
                out[o + 5] = (char) (eight >>> 40 & 0xff);
                out[o + 6] = (char) (eight >>> 48 & 0xff);
                p += plain;
                o += plain;
            }
            int next = others(in, p, to, out, o, end);
            if (next == p) {
                break; // malformed, or near the end
            }
            p = next;
            o = room;
        }
        room = o;
        return p;
    }

    /** Decodes characters that are well-formed and not ASCII, but for one between two of them. Stops at any other, and short of the ends. */
    private int others(byte[] in, int from, int to, char[] out, int at, int end) {
        int p = from;
        int o = at;
        int lastFour = to - 4;
        int lastTwo = end - 2;
        while (p <= lastFour && o <= lastTwo) {
            int first = in[p];
            int second = in[p + 1];
            if (second >= (byte) 0xc0) {
                if (first >= 0 && second < 0) { // one between two words
                    out[o++] = (char) first;
                    p++;
                    continue;
                }
                break;
            }
            if (first < (byte) 0xe0) {
                if (first < (byte) 0xc2) {
                    break;
                }
                out[o++] = (char) ((first & 0x1f) << 6 | second & 0x3f);
                p += 2;
                continue;
            }
            int third = in[p + 2];
            if (first >= 0 || third >= (byte) 0xc0) {
                break;
            }
            int high = (first & 0x0f) << 6 | second & 0x3f;
            if (first < (byte) 0xf0) {
                if (high < 0x20 || high >> 5 == 0x1b) { // too long, or a surrogate
                    break;
                }
                out[o++] = (char) (high << 6 | third & 0x3f);
                p += 3;
                continue;
            }
            int fourth = in[p + 3];
            if (high < 0x10 || high > 0x10f || fourth >= (byte) 0xc0) {
                break;
            }
            int found = high << 12 | (third & 0x3f) << 6 | fourth & 0x3f;
            out[o++] = Character.highSurrogate(found);
            out[o++] = Character.lowSurrogate(found);
            p += 4;
        }
        room = o;
        return p;
    }

    @Override
    void check(byte[] in, int from, int to, boolean last) {
        int p = from;
        if (keeps > 0) {
            int begun = -keeps;
            p = complete(in, from, to, last);
            if (keeps == 0 && completed < 0) {
                count(begun);
            }
        }
        while (true) {
            p = Ascii.end(in, p, to);
            p = Utf8.skip(in, p, to);
            if (p == to) {
                return;
            }
            int found = Utf8.at(in, p, to);
            if (found == Utf8.INCOMPLETE) {
                if (!last) {
                    keep(in, p, to);
                    return;
                }
                found = p - to;
            }
            if (found < 0) {
                count(p - from);
            }
            p += Utf8.length(found);
        }
    }

    @Override
    int plain(byte[] in, int from, int to) {
        return keeps > 0 ? 0 : Ascii.end(in, from, to) - from;
    }

    @Override
    void clear() {
        keeps = 0;
    }

    @Override
    void forget() {
        ascii.forget();
    }
}
