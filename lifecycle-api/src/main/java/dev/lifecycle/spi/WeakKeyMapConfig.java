package dev.lifecycle.spi;

import dev.lifecycle.time.TimeSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link dev.lifecycle.weak.WeakKeyMap.Builder} was told, validated there; see its methods.
 *
 * @param name of the map
 * @param weakValues whether values are held weakly
 * @param onEvict receives the values of collected keys, or null
 * @param timeSource the clock
 * @param <V> the type of the values
 */
public record WeakKeyMapConfig<V>(
        String name, boolean weakValues, @Nullable Consumer<? super V> onEvict, TimeSource timeSource) {

    /** How much waits, at most, for a hook that does not return. */
    public static final int MAX_WAITING = 1 << 16;
}
