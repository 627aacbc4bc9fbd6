package dev.lifecycle.task;

/** What happens when the next run of a periodic task is due while the one before still runs. */
public enum Overlap {
    /** It is left out, and counted as missed. */
    SKIP,
    /** However many are due, one runs as soon as the one before is over. */
    COALESCE,
    /** All of them run, one after the other, up to 1000 that wait. */
    QUEUE
}
