package dev.lifecycle.file;

/** Whether a run waits for memory. */
public enum PauseState {
    /** It does not. */
    RUNNING,

    /** It waits for {@link TreeProcessorBuilder#pressure} to fall. */
    PAUSED,

    /** That took longer than {@link TreeProcessorBuilder#maxPause}: it goes on, with one file at a time. */
    FLOOR
}
