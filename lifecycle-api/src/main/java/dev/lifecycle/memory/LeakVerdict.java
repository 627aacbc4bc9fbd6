package dev.lifecycle.memory;

/** What a {@link LeakWatch} makes of a series, or of several together. */
public enum LeakVerdict {
    /** Not enough is known yet, or too much is missing. */
    INSUFFICIENT_DATA,
    /** No growth above what the finding says could be seen. */
    STABLE,
    /** High now, and not for long. */
    SPIKE,
    /** Grew in jumps, and was level between them. */
    STEPPED,
    /** Grew with the load, and not beyond it. */
    LOAD_DRIVEN,
    /** Grows by what bounded components hold, below their bounds. */
    WARMING,
    /** Grows, but it may be jumps, or slow down, or was seen once only. */
    GROWING,
    /** Grows steadily, beyond load, jumps and bounded components. */
    LEAKING,
    /** Seems to grow, but too little was reclaimed to tell garbage from what lives. */
    SAWTOOTH_UNKNOWN,
    /** The process grows outside the heap. */
    NATIVE_GROWTH,
    /** The process keeps what was freed: a trim gave it back. */
    ALLOCATOR_RETENTION,
    /** The heap is busy with garbage, not with what lives. */
    CHURN,
    /** The limit is near and collections give back too little. */
    RESTART_ADVISED
}
