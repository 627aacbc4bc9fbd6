package dev.lifecycle.file;

/**
 * What becomes of a file that is longer than {@link FileProcessorBuilder#maxFileSize}. The limit holds for the bytes that are read, whatever the file
 * system says of the size.
 */
public enum OversizePolicy {
    /**
     * It {@linkplain Outcome#FAILED failed}, for {@link Reason#OVERSIZE}. Where its size is known it is not even opened; else its first bytes were
     * handed out when that is found, and a {@link FileHandler} is told to drop them.
     */
    REJECT,

    /** Its first bytes are handed out, as many as the limit says; the file is {@link Outcome#TRUNCATED}. */
    TRUNCATE,

    /** As with {@link #REJECT}, but it is {@link Outcome#SKIPPED}: that is not held against the run. */
    SKIP
}
