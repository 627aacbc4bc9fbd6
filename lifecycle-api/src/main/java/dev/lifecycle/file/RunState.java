package dev.lifecycle.file;

/** How a run over a tree ended. */
public enum RunState {
    /** All of the tree was seen; single files may have failed. */
    COMPLETED,

    /** {@link TreeProcessorBuilder#maxFiles} or {@link TreeProcessorBuilder#maxTotalBytes} was reached, and there is more. */
    LIMITED,

    /**
     * The root, a {@link BatchHook}, the closing of what a batch owned or the checkpoint failed, see {@link ProcessingReport#failure}; or a file did,
     * with {@link TreeProcessorBuilder#failFast}.
     */
    FAILED,

    /** {@link TreeProcessorBuilder#timeout} was over. */
    TIMED_OUT,

    /** The thread was interrupted, the task cancelled, or the processor closed. */
    CANCELLED
}
