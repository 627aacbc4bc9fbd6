package dev.lifecycle.pool;

/**
 * What happens when a thread that holds a lease of a pool would have to wait for another one of the same pool: with enough such threads,
 * all wait for ever.
 */
public enum NestedAcquire {
    /** It waits. */
    ALLOW,
    /** It waits; the first time in a while, a warning says where. */
    WARN,
    /** It gets a {@link NestedAcquireException}. */
    REJECT
}
