package dev.lifecycle.impl.file;

import dev.lifecycle.file.Line;
import dev.lifecycle.file.Malformed;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Objects;

/** The line that a handler is given: always the same object. Its characters are made when one is asked for. */
final class LineView extends View implements Line {
    private final LinePass pass;
    private final byte[] bytes;
    private final Charset charset;
    private final boolean isPlain; // String decodes as we do: in UTF-32 it takes what looks like a mark
    private int from;
    private int to;
    private long number;
    private long offset;
    private boolean cut;
    private char[] chars = {};
    private int length; // in chars; -1 while they are not made
    private boolean counted; // what is malformed in it

    LineView(LinePass pass, byte[] bytes, Charset charset) {
        this.pass = pass;
        this.bytes = bytes;
        this.charset = charset;
        isPlain =
                pass.config.malformed() == Malformed.REPLACE && !charset.name().startsWith("UTF-32");
    }

    void show(LineScan line, long at) {
        from = line.start;
        to = line.stop;
        number = line.number;
        cut = line.cut;
        offset = at;
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
        return offset;
    }

    @Override
    public int byteLength() {
        check();
        return to - from;
    }

    @Override
    public boolean cut() {
        check();
        return cut;
    }

    @Override
    public byte byteAt(int index) {
        check();
        return bytes[from + Objects.checkIndex(index, to - from)];
    }

    @Override
    public byte[] copy() {
        check();
        return Arrays.copyOfRange(bytes, from, to);
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
        if (!isPlain) {
            decode();
            return new String(chars, 0, length);
        }
        String text = new String(bytes, from, to - from, charset);
        if (!counted && text.indexOf('\uFFFD') >= 0) {
            decode();
        }
        return text;
    }

    private void decode() {
        check();
        if (length < 0) {
            chars = pass.chars(to - from);
            length = pass.decode(from, to, offset, chars, !counted);
            counted = true;
        }
    }
}
