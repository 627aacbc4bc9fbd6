package dev.lifecycle.memory;

/**
 * Which objects a histogram counts, and what that costs. Pauses are of a heap of small objects on two cores, per million of
 * them; {@link HeapHistogram#predictPause} knows better.
 */
public enum HistogramMode {
    /** Everything that lies in the heap, garbage too. No collection; 10 to 80 ms per million objects. */
    ALL,

    /**
     * Like {@link #ALL}, right after a young collection: most of the garbage is gone, at a third of the pause of {@link #LIVE} on the
     * collectors Serial, Parallel and G1. What a leak hunt wants. Where no young collection can be brought about it is {@link #ALL}.
     */
    ALL_AFTER_YOUNG,

    /** What is reachable: a full collection comes first. 30 to 120 ms per million objects. */
    LIVE
}
