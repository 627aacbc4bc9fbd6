package dev.lifecycle.spi;

import dev.lifecycle.time.TimeSource;

/**
 * What a {@link dev.lifecycle.weak.WeakRegistry.Builder} was told, validated there; see its methods.
 *
 * @param name of the registry
 * @param components whether the components of the library are added
 * @param timeSource the clock
 */
public record WeakRegistryConfig(String name, boolean components, TimeSource timeSource) {

    /** How many combinations of kind and name are told apart. */
    public static final int MAX_TALLIES = 1_000;

    /** The largest sample. */
    public static final int MAX_SAMPLE = 1_000;

    /** How many kinds and names a snapshot lists. */
    public static final int MAX_CHILDREN = 32;
}
