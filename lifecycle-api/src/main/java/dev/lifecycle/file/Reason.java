package dev.lifecycle.file;

/** Why a file has another outcome than {@link Outcome#DONE}. */
public enum Reason {
    /** There is none: it is done. */
    NONE,

    /** It is longer than {@link FileProcessorBuilder#maxFileSize}. */
    OVERSIZE,

    /** Its text is longer than {@link FileProcessorBuilder#maxContent}. */
    CONTENT_LIMIT,

    /** It has a line that is longer than {@link FileProcessorBuilder#maxLineLength}. */
    LINE_LIMIT,

    /** It is no text, see {@link BinaryPolicy}. */
    BINARY,

    /** It {@linkplain Outcome#FAILED failed}, since it is no regular file, but a directory, a pipe, a device or a socket. */
    SPECIAL_FILE,

    /** It changed while it was read. */
    CHANGED,

    /** There is no such file, or not any more. */
    VANISHED,

    /** It may not be read. */
    ACCESS,

    /** It has bytes that are no text in its charset. */
    MALFORMED,

    /** Reading failed. */
    IO,

    /** The handler threw something. */
    HANDLER,

    /** {@link FileProcessorBuilder#timeout} was over. */
    TIMEOUT,

    /** No byte came for {@link FileProcessorBuilder#stallTimeout}. */
    NO_PROGRESS,

    /** It stands in a read that does not return; the thread is left to itself, see {@link FileProcessorBuilder#tasks}. */
    STUCK,

    /** There was no room under {@link FileProcessorBuilder#memoryBudget} in time. */
    PRESSURE,

    /** The thread was interrupted. */
    INTERRUPTED,

    /** The processor or the reader was closed, or the scope that owns it. */
    SCOPE_CLOSED
}
