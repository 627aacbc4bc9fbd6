package dev.lifecycle.collect;

/**
 * What a {@link BudgetBuffer} does with an element, or a group, that is heavier than its room: the budget less what is pinned.
 */
public enum OversizeElement {
    /** Refuses it with a {@link BudgetExceededException}; nothing is changed. */
    REJECT,

    /**
     * Keeps it, and nothing else but what is pinned: all others are evicted. This is the one case in which a buffer weighs
     * more than its budget. It lasts until the next element comes, which evicts it.
     */
    KEEP_ALONE,

    /** Keeps what the {@linkplain BudgetBuffer.Builder#shrinker shrinker} makes of it. */
    SHRINK
}
