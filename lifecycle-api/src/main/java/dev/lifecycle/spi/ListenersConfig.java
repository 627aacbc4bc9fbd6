package dev.lifecycle.spi;

import dev.lifecycle.time.TimeSource;
import dev.lifecycle.weak.FailurePolicy;
import dev.lifecycle.weak.ListenerFailure;
import dev.lifecycle.weak.Overflow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link dev.lifecycle.weak.Listeners.Builder} was told, validated there; see its methods.
 *
 * @param name of the listeners
 * @param policy what becomes of failures without a handler
 * @param onFailure receives failures, or null
 * @param maximum of subscriptions
 * @param reportAbove how many subscriptions are reported as growing
 * @param tracked whether running deliveries can be waited for
 * @param queueCapacity of an emitter
 * @param overflow of an emitter
 * @param timeSource the clock
 */
public record ListenersConfig(
        String name,
        FailurePolicy policy,
        @Nullable Consumer<? super ListenerFailure> onFailure,
        int maximum,
        int reportAbove,
        boolean tracked,
        int queueCapacity,
        Overflow overflow,
        TimeSource timeSource) {

    /** The largest bound of subscriptions. */
    public static final int MAX_LISTENERS = 1 << 24;

    /** The largest capacity of an emitter, in events. */
    public static final int MAX_QUEUE = 1 << 24;

    /** How many emitters may be open at a time. */
    public static final int MAX_EMITTERS = 1_000;

    /** The bound of subscriptions unless another is set. */
    public static final int DEFAULT_MAXIMUM = 1 << 20;

    /** How many subscriptions are reported as growing unless another number is set. */
    public static final int DEFAULT_REPORT_ABOVE = 1_000;

    /** The capacity of an emitter unless another is set, in events. */
    public static final int DEFAULT_QUEUE = 1_024;
}
