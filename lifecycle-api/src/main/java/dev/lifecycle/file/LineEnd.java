package dev.lifecycle.file;

import java.util.Arrays;
import java.util.Objects;

/** What ends a line. */
public final class LineEnd {
    /** The longest delimiter, in bytes. */
    public static final int MAX_LENGTH = 256;

    /** A line feed, or a carriage return and a line feed; a carriage return alone belongs to the line. */
    public static final LineEnd LF_CRLF = new LineEnd("LF_CRLF", new byte[0]);

    /** A line feed, a carriage return, or both in this order: as {@link java.io.BufferedReader#readLine} has it. Slower by a pass over the bytes. */
    public static final LineEnd ANY = new LineEnd("ANY", new byte[0]);

    /** A zero byte, as {@code find -print0} writes it. */
    public static final LineEnd NUL = new LineEnd("NUL", new byte[1]);

    private final String name;
    private final byte[] delimiter;

    private LineEnd(String name, byte[] delimiter) {
        this.name = name;
        this.delimiter = delimiter;
    }

    /**
     * Ends a line with bytes of your own, in the charset of the file.
     *
     * @param delimiter at least one byte, at most {@value #MAX_LENGTH}; copied
     * @return the end of a line
     * @throws IllegalArgumentException if {@code delimiter} is empty or too long
     */
    public static LineEnd of(byte... delimiter) {
        return new LineEnd("of", check(delimiter));
    }

    static byte[] check(byte[] delimiter) {
        int length = Objects.requireNonNull(delimiter, "delimiter").length;
        if (length < 1 || length > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "delimiter has " + length + " bytes; it must have between 1 and " + MAX_LENGTH);
        }
        return delimiter.clone();
    }

    /**
     * Returns the bytes that end a line.
     *
     * @return a copy; empty for {@link #LF_CRLF} and {@link #ANY}
     */
    public byte[] delimiter() {
        return delimiter.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LineEnd that && name.equals(that.name) && Arrays.equals(delimiter, that.delimiter);
    }

    @Override
    public int hashCode() {
        return name.hashCode() + Arrays.hashCode(delimiter);
    }

    @Override
    public String toString() {
        return name.equals("of") ? "of " + Arrays.toString(delimiter) : name;
    }
}
