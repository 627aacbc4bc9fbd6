package dev.lifecycle.impl.file;

import dev.lifecycle.file.Chunk;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Objects;

/** The chunk that a handler is given: always the same object, which shows one part of the buffer after the other. */
final class ChunkView extends View implements Chunk {
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private ByteBuffer buffer = NONE;
    private int from;
    private int length;
    private long offset;
    private boolean last;

    void show(ByteBuffer bytes, int begin, int count, long at, boolean isLast) {
        buffer = bytes;
        from = begin;
        length = count;
        offset = at;
        last = isLast;
        live(true);
    }

    @Override
    String stale() {
        return "the chunk at offset " + offset + " was used after its handler had returned; copy() keeps the bytes";
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
    public boolean isLast() {
        check();
        return last;
    }

    @Override
    public byte byteAt(int index) {
        check();
        return buffer.get(from + Objects.checkIndex(index, length));
    }

    @Override
    public ByteBuffer bytes() {
        check();
        return buffer.asReadOnlyBuffer().limit(from + length).position(from).slice();
    }

    @Override
    public byte[] copy() {
        check();
        byte[] copy = new byte[length];
        buffer.get(from, copy);
        return copy;
    }

    @Override
    public int indexOf(byte wanted, int start) {
        check();
        Objects.checkFromToIndex(start, length, length);
        for (int i = start; i < length; i++) {
            if (buffer.get(from + i) == wanted) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public void copyTo(ByteBuffer target) {
        check();
        if (target.remaining() < length) {
            throw new BufferOverflowException();
        }
        target.put(target.position(), buffer, from, length);
        target.position(target.position() + length);
    }

    @Override
    public String toString() {
        return "chunk of " + length + " bytes at offset " + offset;
    }
}
