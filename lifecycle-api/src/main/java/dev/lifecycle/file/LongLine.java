package dev.lifecycle.file;

/** What becomes of a line or record that is longer than {@link FileProcessorBuilder#maxLineLength}. It is never held as a whole. */
public enum LongLine {
    /** Its beginning is handed out, the rest is read and dropped; the file is {@link Outcome#TRUNCATED}. No character is cut. */
    CUT,

    /** It is not handed out, but counted; the file is {@link Outcome#TRUNCATED}. */
    SKIP,

    /**
     * It is handed out in pieces, each as long as the limit says, or a little shorter, so that no character is cut, save one that is longer than the
     * limit.
     */
    SPLIT,

    /** The file {@linkplain Outcome#FAILED failed}, for {@link Reason#LINE_LIMIT}. */
    FAIL
}
