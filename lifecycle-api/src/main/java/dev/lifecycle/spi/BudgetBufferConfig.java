package dev.lifecycle.spi;

import dev.lifecycle.collect.BudgetBuffer;
import dev.lifecycle.collect.OversizeElement;
import dev.lifecycle.time.TimeSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link BudgetBuffer.Builder} was told, validated there; see its methods.
 *
 * @param name of the buffer
 * @param weigher of its elements
 * @param budget what they may weigh
 * @param lowWater what they weigh after some had to leave; at most the budget
 * @param maxElements how many there may be
 * @param oversize what is done with one that does not fit
 * @param shrinker not null with {@link OversizeElement#SHRINK}
 * @param onEvicted receives what leaves, or null
 * @param timeSource the clock
 * @param <E> the type of the elements
 */
public record BudgetBufferConfig<E>(
        String name,
        ToLongFunction<? super E> weigher,
        long budget,
        long lowWater,
        int maxElements,
        OversizeElement oversize,
        BudgetBuffer.@Nullable Shrinker<E> shrinker,
        @Nullable Consumer<? super List<E>> onEvicted,
        TimeSource timeSource) {

    /** The largest number of elements. */
    public static final int MAX_ELEMENTS = 1 << 30;

    /** How many elements there may be unless it is said: about a million. */
    public static final int DEFAULT_MAX_ELEMENTS = 1 << 20;

    /** How deep listeners may be called from within listeners. */
    public static final int MAX_DEPTH = 16;
}
