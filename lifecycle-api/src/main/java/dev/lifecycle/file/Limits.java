package dev.lifecycle.file;

import java.util.Objects;

/**
 * The limits of a processor and of a tree, all at once; see the methods of {@link FileProcessorBuilder} with the same names.
 *
 * @param maxFileBytes of a file, in bytes, at least 1; {@code Long.MAX_VALUE} for none
 * @param oversize what becomes of one that is longer
 * @param maxContentChars of {@link FileProcessor#readText}, in {@code char}s, at least 1
 * @param maxLineBytes of a line or record, in bytes, between 1 and {@value #MAX_LINE}
 * @param maxDepth of a tree, in directories, at least 1
 * @param maxFiles of a tree, at least 1; {@code Long.MAX_VALUE} for none
 * @param maxTotalBytes of a tree, at least 1; {@code Long.MAX_VALUE} for none
 */
public record Limits(
        long maxFileBytes,
        OversizePolicy oversize,
        int maxContentChars,
        int maxLineBytes,
        int maxDepth,
        long maxFiles,
        long maxTotalBytes) {

    /** The highest limit of a line, in bytes: it is held while it is read. */
    public static final int MAX_LINE = 256 << 20;

    private static final Limits DEFAULTS =
            new Limits(1 << 20, OversizePolicy.REJECT, 50_000, 64 << 10, 256, Long.MAX_VALUE, Long.MAX_VALUE);

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if one is outside its bounds
     */
    public Limits {
        atLeastOne(maxFileBytes, "maxFileSize", "Long.MAX_VALUE is no limit");
        Objects.requireNonNull(oversize, "oversize");
        atLeastOne(maxContentChars, "maxContent", "Integer.MAX_VALUE is the highest");
        atLeastOne(maxLineBytes, "maxLineLength", "The highest is " + MAX_LINE);
        if (maxLineBytes > MAX_LINE) {
            throw new IllegalArgumentException("maxLineLength is " + maxLineBytes + "; it must be at most " + MAX_LINE
                    + ", since a line is held while it is read. LongLine.SPLIT hands out longer ones in pieces");
        }
        atLeastOne(maxDepth, "maxDepth", "256 is the default");
        atLeastOne(maxFiles, "maxFiles", "Long.MAX_VALUE is no limit");
        atLeastOne(maxTotalBytes, "maxTotalBytes", "Long.MAX_VALUE is no limit");
    }

    private static void atLeastOne(long value, String what, String hint) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " is " + value + "; it must be at least 1. " + hint);
        }
    }

    /**
     * Returns the limits that hold unless others are set: 1 MiB a file, longer ones rejected; 50 000 characters of content; 64 KiB a line; 256
     * directories deep; any number of files and bytes in all.
     *
     * @return the defaults
     */
    public static Limits defaults() {
        return DEFAULTS;
    }

    /**
     * Returns limits with another one of a file.
     *
     * @param bytes as {@link #maxFileBytes}
     * @return the others as here
     */
    public Limits withMaxFileBytes(long bytes) {
        return new Limits(bytes, oversize, maxContentChars, maxLineBytes, maxDepth, maxFiles, maxTotalBytes);
    }

    /**
     * Returns limits with another policy for long files.
     *
     * @param policy as {@link #oversize}
     * @return the others as here
     */
    public Limits withOversize(OversizePolicy policy) {
        return new Limits(maxFileBytes, policy, maxContentChars, maxLineBytes, maxDepth, maxFiles, maxTotalBytes);
    }

    /**
     * Returns limits with another one of content.
     *
     * @param chars as {@link #maxContentChars}
     * @return the others as here
     */
    public Limits withMaxContentChars(int chars) {
        return new Limits(maxFileBytes, oversize, chars, maxLineBytes, maxDepth, maxFiles, maxTotalBytes);
    }

    /**
     * Returns limits with another one of a line.
     *
     * @param bytes as {@link #maxLineBytes}
     * @return the others as here
     */
    public Limits withMaxLineBytes(int bytes) {
        return new Limits(maxFileBytes, oversize, maxContentChars, bytes, maxDepth, maxFiles, maxTotalBytes);
    }

    /**
     * Returns limits with another depth.
     *
     * @param directories as {@link #maxDepth}
     * @return the others as here
     */
    public Limits withMaxDepth(int directories) {
        return new Limits(maxFileBytes, oversize, maxContentChars, maxLineBytes, directories, maxFiles, maxTotalBytes);
    }

    /**
     * Returns limits with another number of files.
     *
     * @param files as {@link #maxFiles}
     * @return the others as here
     */
    public Limits withMaxFiles(long files) {
        return new Limits(maxFileBytes, oversize, maxContentChars, maxLineBytes, maxDepth, files, maxTotalBytes);
    }

    /**
     * Returns limits with another number of bytes in all.
     *
     * @param bytes as {@link #maxTotalBytes}
     * @return the others as here
     */
    public Limits withMaxTotalBytes(long bytes) {
        return new Limits(maxFileBytes, oversize, maxContentChars, maxLineBytes, maxDepth, maxFiles, bytes);
    }
}
