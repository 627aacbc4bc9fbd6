package dev.lifecycle.file;

/**
 * What becomes of files that are not text: those with a zero byte in their first 8 KiB, unless they begin with the byte order mark of UTF-16 or
 * UTF-32, or are to be decoded with a charset of more than one byte a unit.
 */
public enum BinaryPolicy {
    /** They are treated as any other. */
    PROCESS,

    /** They are {@link Outcome#SKIPPED}, for {@link Reason#BINARY}. */
    SKIP,

    /** They {@linkplain Outcome#FAILED fail}, for {@link Reason#BINARY}. */
    FAIL
}
