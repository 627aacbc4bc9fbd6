package dev.lifecycle.file;

/**
 * A line without its end: a view of the bytes that were read, decoded when a character is first asked for.
 *
 * <p>Valid until the handler it was given to returns, or until the reader it comes from goes on; then every method throws a
 * {@link StaleChunkException}. To keep it, take {@link #toString}. Two lines are compared as objects are: {@code equals} and {@code hashCode} say
 * nothing of their text. Not thread-safe.
 */
public interface Line extends CharSequence {

    /**
     * Returns which one it is.
     *
     * @return 1 for the first line, for the last one of {@link FileProcessor#linesReversed}; pieces of one long line ({@link LongLine#SPLIT}) have
     *     the same number
     */
    long number();

    /**
     * Returns where it begins.
     *
     * @return how many bytes of the file come before it
     */
    long offset();

    /**
     * Returns how long it is.
     *
     * @return the number of bytes, without the end of the line
     */
    int byteLength();

    /**
     * Tells whether the line goes on after this: a limit has cut it, {@link FileProcessorBuilder#maxLineLength} or that of the file. Of the pieces of
     * a long line ({@link LongLine#SPLIT}) the last one is not cut.
     *
     * @return whether some of it is missing here
     */
    boolean cut();

    /**
     * Returns one byte, as it is in the file.
     *
     * @param index from 0 to {@link #byteLength} - 1
     * @return the byte
     * @throws IndexOutOfBoundsException if there is none at {@code index}
     */
    byte byteAt(int index);

    /**
     * Returns the bytes, to be kept.
     *
     * @return a copy
     */
    byte[] copy();

    /**
     * Returns the text, to be kept. What is malformed becomes what {@link FileProcessorBuilder#malformed} says.
     *
     * @return a new string
     */
    @Override
    String toString();
}
