package dev.lifecycle.impl.file;

import dev.lifecycle.file.Text;
import java.util.Objects;

/** The piece of text that a handler is given: always the same object. */
final class TextView extends View implements Text {
    private char[] chars = {};
    private int length;
    private long offset;

    void show(char[] text, int count, long at) {
        chars = text;
        length = count;
        offset = at;
        live(true);
    }

    @Override
    String stale() {
        return "the text at offset " + offset + " was used after its handler had returned; toString() keeps it";
    }

    @Override
    public long offset() {
        check();
        return offset;
    }

    @Override
    public int length() {
        check();
        return length;
    }

    @Override
    public char charAt(int index) {
        check();
        return chars[Objects.checkIndex(index, length)];
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        check();
        Objects.checkFromToIndex(start, end, length);
        return new String(chars, start, end - start);
    }

    @Override
    public void copyTo(char[] target, int at) {
        check();
        Objects.checkFromIndexSize(at, length, target.length);
        System.arraycopy(chars, 0, target, at, length);
    }

    @Override
    public void appendTo(StringBuilder target) {
        check();
        target.append(chars, 0, length);
    }

    @Override
    public String toString() {
        check();
        return new String(chars, 0, length);
    }
}
