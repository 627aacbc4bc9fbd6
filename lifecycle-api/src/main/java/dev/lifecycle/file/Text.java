package dev.lifecycle.file;

/**
 * A piece of the text of a file: a view of the characters that were decoded, which never ends within a surrogate pair.
 *
 * <p>Valid until the handler it was given to returns; then every method throws a {@link StaleChunkException}. To keep it, take {@link #toString}. Not
 * thread-safe.
 */
public interface Text extends CharSequence {

    /**
     * Returns where it begins.
     *
     * @return how many {@code char}s of the text come before it
     */
    long offset();

    /**
     * Copies all characters.
     *
     * @param target where to
     * @param at the index of the first one there
     * @throws IndexOutOfBoundsException if there is too little room; then nothing is copied
     */
    void copyTo(char[] target, int at);

    /**
     * Appends all characters, faster than one by one.
     *
     * @param target where to
     */
    void appendTo(StringBuilder target);

    /**
     * Returns the text, to be kept.
     *
     * @return a new string
     */
    @Override
    String toString();
}
