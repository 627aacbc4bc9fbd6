package dev.lifecycle.file;

import java.nio.ByteBuffer;

/**
 * A piece of a file: a view of the buffer that was read, without a copy.
 *
 * <p>Valid until the handler it was given to returns; then every method but {@code toString} throws a {@link StaleChunkException}, or shows the next
 * chunk of the same call. What {@link #bytes} returned earlier shows other bytes from then on. Not thread-safe.
 */
public interface Chunk {

    /**
     * Returns where it begins.
     *
     * @return how many bytes of the file come before it
     */
    long offset();

    /**
     * Returns how long it is.
     *
     * @return the number of bytes: at least 1, save for a record, which may be empty. An empty file has no chunk
     */
    int length();

    /**
     * Tells whether the end of the file follows it, or, for a record, nothing but its delimiter. After a limit has cut the file short no chunk is the
     * last one.
     *
     * @return whether nothing follows
     */
    boolean isLast();

    /**
     * Returns one byte.
     *
     * @param index from 0 to {@link #length} - 1
     * @return the byte
     * @throws IndexOutOfBoundsException if there is none at {@code index}
     */
    byte byteAt(int index);

    /**
     * Returns the bytes, to be read. Makes one small object.
     *
     * @return a read-only buffer from position 0 to limit {@link #length}
     */
    ByteBuffer bytes();

    /**
     * Returns the bytes, to be kept.
     *
     * @return a copy
     */
    byte[] copy();

    /**
     * Searches for a byte.
     *
     * @param wanted the byte
     * @param from where the search begins, at least 0
     * @return the first index from {@code from} on, or -1
     * @throws IndexOutOfBoundsException if {@code from} is negative or above {@link #length}
     */
    int indexOf(byte wanted, int from);

    /**
     * Copies all bytes to the position of {@code target}, which goes up by {@link #length}.
     *
     * @param target with room for them
     * @throws java.nio.BufferOverflowException if it has too little room; then nothing is copied
     */
    void copyTo(ByteBuffer target);
}
