package dev.lifecycle.spi;

import dev.lifecycle.memory.RequestRecord;
import dev.lifecycle.time.TimeSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link dev.lifecycle.memory.RequestTrackerBuilder} was told, validated there; see its methods.
 *
 * @param name of the tracker
 * @param output where records go
 * @param sink hears of each request; null unless {@code output} is {@link Output#SINK}
 * @param suspectBytes what a request that ran alone must keep to be suspected
 * @param retainedTarget what the requests of a route may keep each
 * @param maxRoutes how many routes are told apart
 * @param timeSource the clock
 */
public record RequestTrackerConfig(
        String name,
        Output output,
        @Nullable Consumer<? super RequestRecord> sink,
        long suspectBytes,
        long retainedTarget,
        int maxRoutes,
        TimeSource timeSource) {

    /** Where records go. */
    public enum Output {
        /** To the log. */
        LOG,
        /** To the sink. */
        SINK,
        /** Nowhere: there are none. */
        NONE
    }
}
