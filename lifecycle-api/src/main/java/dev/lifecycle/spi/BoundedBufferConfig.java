package dev.lifecycle.spi;

import dev.lifecycle.time.TimeSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link dev.lifecycle.collect.BoundedBuffer.Builder} was told, validated there; see its methods.
 *
 * @param name of the buffer
 * @param capacity in elements
 * @param stripes at most the capacity
 * @param recordAges whether the clock is read for each add
 * @param onDisplaced receives what is displaced, or null
 * @param timeSource the clock
 * @param <E> the type of the elements
 */
public record BoundedBufferConfig<E>(
        String name,
        int capacity,
        int stripes,
        boolean recordAges,
        @Nullable Consumer<? super E> onDisplaced,
        TimeSource timeSource) {

    /** The largest capacity, in elements. */
    public static final int MAX_CAPACITY = 1 << 30;

    /** The most stripes. */
    public static final int MAX_STRIPES = 1 << 10;
}
