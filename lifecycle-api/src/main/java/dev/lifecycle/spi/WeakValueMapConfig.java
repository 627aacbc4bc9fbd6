package dev.lifecycle.spi;

import dev.lifecycle.time.TimeSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link dev.lifecycle.weak.WeakValueMap.Builder} was told, validated there; see its methods.
 *
 * @param name of the map
 * @param onEvict receives the keys of collected values, or null
 * @param timeSource the clock
 * @param <K> the type of the keys
 */
public record WeakValueMapConfig<K>(String name, @Nullable Consumer<? super K> onEvict, TimeSource timeSource) {}
