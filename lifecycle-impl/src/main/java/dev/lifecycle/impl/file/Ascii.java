package dev.lifecycle.impl.file;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/** Runs of ASCII: where they end, and their characters. */
final class Ascii {
    /** The high bits of eight bytes: none is set if all are ASCII. */
    static final long HIGH = 0x8080808080808080L;

    /** Eight bytes of an array, the first one lowest. */
    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int BLOCK = 1 << 10;
    private static final int FEW = 32; // for fewer bytes a call of the decoder costs more than it saves

    /*
     * The decoder of the JDK for ISO-8859-1 is an intrinsic of the virtual machine: ten times as fast as a loop, which C2 does not
     * vectorise, since the types are not of one size. The buffers are those of the last call, mostly for the same arrays.
     */
    private final CharsetDecoder latin1 = StandardCharsets.ISO_8859_1.newDecoder();
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private CharBuffer chars = CharBuffer.allocate(0);

    /** Returns where the first byte is that is not ASCII; {@code to} if there is none. */
    static int end(byte[] a, int from, int to) {
        int at = from;
        for (int last = to - BLOCK; at <= last && (together(a, at) & HIGH) == 0; ) {
            at += BLOCK;
        }
        for (int last = to - 64; at <= last; at += 64) {
            if (((long) LONG.get(a, at) & HIGH
                            | (long) LONG.get(a, at + 8) & HIGH
                            | (long) LONG.get(a, at + 16) & HIGH
                            | (long) LONG.get(a, at + 24) & HIGH
                            | (long) LONG.get(a, at + 32) & HIGH
                            | (long) LONG.get(a, at + 40) & HIGH
                            | (long) LONG.get(a, at + 48) & HIGH
                            | (long) LONG.get(a, at + 56) & HIGH)
                    != 0) {
                break;
            }
        }
        for (int last = to - 8; at <= last; at += 8) {
            long marks = (long) LONG.get(a, at) & HIGH;
            if (marks != 0) {
                return at + (Long.numberOfTrailingZeros(marks) >>> 3);
            }
        }
        while (at < to && a[at] >= 0) {
            at++;
        }
        return at;
    }

    /** Whether all is ASCII; for short runs, of which there is little to skip. */
    static boolean isAll(byte[] a, int from, int to) {
        int last = to - Long.BYTES;
        if (last < from) {
            int all = 0;
            for (int at = from; at < to; at++) {
                all |= a[at];
            }
            return all >= 0;
        }
        long all = (long) LONG.get(a, last);
        for (int at = from; at < last; at += Long.BYTES) {
            all |= (long) LONG.get(a, at);
        }
        return (all & HIGH) == 0;
    }

    /** All bits of a block. By itself, as it is: so the compiler vectorises it. */
    private static long together(byte[] a, int from) {
        long all = 0;
        for (int at = 0; at < BLOCK; at += Long.BYTES) {
            all |= (long) LONG.get(a, from + at);
        }
        return all;
    }

    /** Makes a character of each byte, from 0 to 255. */
    void inflate(byte[] in, int from, char[] out, int at, int length) {
        if (length < FEW) {
            for (int i = 0; i < length; i++) {
                out[at + i] = (char) (in[from + i] & 0xff);
            }
            return;
        }
        if (bytes.array() != in) {
            bytes = ByteBuffer.wrap(in);
        }
        if (chars.array() != out) {
            chars = CharBuffer.wrap(out);
        }
        latin1.decode(
                bytes.limit(from + length).position(from),
                chars.limit(at + length).position(at),
                false);
    }

    /** Lets the arrays go. */
    void forget() {
        bytes = ByteBuffer.allocate(0);
        chars = CharBuffer.allocate(0);
    }
}
