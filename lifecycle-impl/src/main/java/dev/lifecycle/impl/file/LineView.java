package dev.lifecycle.impl.file;

import dev.lifecycle.file.Line;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The line that a handler is given: always the same object. Its characters are made when one is asked for. */
final class LineView extends View implements Line {
    private static final int A_WHILE = 16; // lines

    private final LinePass pass;
    private final LineScan scan; // stays where it is while this is shown
    private final byte[] bytes;
    private final Charset charset;
    private final boolean isUtf8;
    private final boolean isPlain; // nothing is malformed in it, whatever it is
    private long number;
    private long base; // where bytes[0] is in the file
    private char[] chars = {};
    private int length; // in chars; -1 while they are not made
    private boolean counted; // what is malformed in it
    private int lookFirst; // at how many of the next lines

    LineView(LinePass pass, LineScan scan, byte[] bytes, Charset charset) {
        this.pass = pass;
        this.scan = scan;
        this.bytes = bytes;
        this.charset = charset;
        isUtf8 = charset.equals(StandardCharsets.UTF_8);
        isPlain = charset.equals(StandardCharsets.ISO_8859_1);
    }

    /** Shows the line that was found; the first byte of the array is at {@code offset} of the file. */
    void show(long offset) {
        base = offset;
        number = scan.number;
        length = -1;
        counted = false;
        live(true);
    }

    @Override
    String stale() {
        return "line " + number
                + " was used after its handler had returned, or its reader had gone on; toString() keeps it";
    }

    @Override
    public long number() {
        check();
        return number;
    }

    @Override
    public long offset() {
        check();
        return base + scan.start;
    }

    @Override
    public int byteLength() {
        check();
        return scan.stop - scan.start;
    }

    @Override
    public boolean cut() {
        check();
        return scan.cut;
    }

    @Override
    public byte byteAt(int index) {
        check();
        return bytes[scan.start + Objects.checkIndex(index, scan.stop - scan.start)];
    }

    @Override
    public byte[] copy() {
        check();
        return Arrays.copyOfRange(bytes, scan.start, scan.stop);
    }

    @Override
    public int length() {
        decode();
        return length;
    }

    @Override
    public char charAt(int index) {
        decode();
        return chars[Objects.checkIndex(index, length)];
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        decode();
        Objects.checkFromToIndex(start, end, length);
        return new String(chars, start, end - start);
    }

    @Override
    public String toString() {
        check();
        if (isUtf8) {
            String text = ascii();
            if (text != null) {
                return text;
            }
        }
        if (isPlain) {
            return new String(bytes, scan.start, scan.stop - scan.start, charset);
        }
        decode();
        return new String(chars, 0, length);
    }

    /**
     * Returns a line that is ASCII; null if it is not. The virtual machine is the fastest to see that, and slow to make a string of one that is not:
     * after such a line it is looked first for a while.
     */
    private @Nullable String ascii() {
        int size = scan.stop - scan.start;
        if (lookFirst > 0) {
            if (Ascii.isAll(bytes, scan.start, scan.stop)) {
                lookFirst--;
                return new String(bytes, scan.start, size, StandardCharsets.ISO_8859_1);
            }
        } else {
            String text = new String(bytes, scan.start, size, StandardCharsets.UTF_8);
            if (text.length() == size
                    && text.indexOf(Decoding.REPLACEMENT) < 0) { // one for each byte, also if they are malformed
                return text;
            }
        }
        lookFirst = A_WHILE;
        return null;
    }

    private void decode() {
        check();
        if (length < 0) {
            chars = pass.chars(scan.stop - scan.start);
            length = pass.decode(scan.start, scan.stop, base + scan.start, chars, !counted);
            counted = true;
        }
    }
}
