package dev.lifecycle.collect;

/** Why a value left a cache. */
public enum RemovalCause {
    /** Another value was put for its key. */
    REPLACED,
    /** It was removed or invalidated, by key, predicate, group or lease. */
    INVALIDATED,
    /** The cache was above its bound, or the value is heavier than the bound. */
    EVICTED,
    /** Its time was over. */
    EXPIRED,
    /** The cache was trimmed, or shrunk since memory was scarce. */
    TRIMMED,
    /** The cache was closed. */
    CLOSED
}
