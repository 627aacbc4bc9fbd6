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

    /**
     * It is no regular file, but a directory, a pipe, a device or a socket. In a tree it is {@linkplain Outcome#SKIPPED left out}; else it
     * {@linkplain Outcome#FAILED failed}.
     */
    SPECIAL_FILE,

    /**
     * It is no file that {@link TreeProcessorBuilder#include}, {@link TreeProcessorBuilder#exclude} or {@link TreeProcessorBuilder#filter} let
     * through. Such ones are counted, not listed.
     */
    FILTERED,

    /** It is a symbolic link, and those are not followed, see {@link TreeProcessorBuilder#followLinks}. Such ones are counted, not listed. */
    LINK,

    /** It is a symbolic link to a directory that it is in, or to itself. */
    LINK_LOOP,

    /** It is a symbolic link to something outside of the root of the tree, see {@link TreeProcessorBuilder#allowEscape}. */
    LEAVES_ROOT,

    /** It is a directory that is deeper than {@link TreeProcessorBuilder#maxDepth}; what is in it was not seen. */
    DEPTH,

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

    /** {@link FileProcessorBuilder#timeout} was over, or that of the tree. */
    TIMEOUT,

    /** No byte came for {@link FileProcessorBuilder#stallTimeout}. */
    NO_PROGRESS,

    /** It stands in a read that does not return; the thread is left to itself, see {@link FileProcessorBuilder#tasks}. */
    STUCK,

    /** There was no room under {@link FileProcessorBuilder#memoryBudget} in time. */
    PRESSURE,

    /** The thread was interrupted. */
    INTERRUPTED,

    /** The processor or the reader was closed, or the scope that owns it, or the run was cancelled. */
    SCOPE_CLOSED
}
