package dev.lifecycle.file;

import java.util.Arrays;

/** Where a record ends. */
public final class Splitter {
    /** The longest record of a fixed size, in bytes. */
    public static final int MAX_SIZE = 16 << 20;

    private final byte[] delimiter;
    private final int size;

    private Splitter(byte[] delimiter, int size) {
        this.delimiter = delimiter;
        this.size = size;
    }

    /**
     * Ends a record before these bytes, which belong to none. What follows the last one is a record if it is not empty.
     *
     * @param delimiter at least one byte, at most {@value LineEnd#MAX_LENGTH}; copied
     * @return a splitter
     * @throws IllegalArgumentException if {@code delimiter} is empty or too long
     */
    public static Splitter delimiter(byte... delimiter) {
        return new Splitter(LineEnd.check(delimiter), 0);
    }

    /**
     * Ends a record after so many bytes; the last one may be shorter. Such records are bounded not by
     * {@link FileProcessorBuilder#maxLineLength}, but by {@link FileProcessorBuilder#readSize}.
     *
     * @param size in bytes, between 1 and {@value #MAX_SIZE}
     * @return a splitter
     * @throws IllegalArgumentException if {@code size} is outside these bounds
     */
    public static Splitter fixed(int size) {
        if (size < 1 || size > MAX_SIZE) {
            throw new IllegalArgumentException(
                    "size is " + size + "; a record must have between 1 and " + MAX_SIZE + " bytes");
        }
        return new Splitter(new byte[0], size);
    }

    /**
     * Returns the bytes that end a record.
     *
     * @return a copy; empty where records have a size
     */
    public byte[] delimiter() {
        return delimiter.clone();
    }

    /**
     * Returns the size of a record.
     *
     * @return in bytes; 0 where records have a delimiter
     */
    public int size() {
        return size;
    }

    @Override
    public String toString() {
        return size > 0 ? "fixed " + size : "delimiter " + Arrays.toString(delimiter);
    }
}
