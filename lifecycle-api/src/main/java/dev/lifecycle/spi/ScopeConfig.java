package dev.lifecycle.spi;

import dev.lifecycle.leak.Site;
import dev.lifecycle.scope.ChildPolicy;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.InterruptPolicy;
import dev.lifecycle.scope.LateAdd;
import dev.lifecycle.scope.OverrunPolicy;
import dev.lifecycle.time.TimeSource;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link dev.lifecycle.scope.ScopeBuilder} was told, validated there; see its methods.
 *
 * @param name null for an anonymous scope
 * @param confined whether only the opening thread may use it
 * @param closeDeadlineNanos for each closer, or {@link #NO_LIMIT}
 * @param overrun what happens to a closer that exceeds it
 * @param maxResources or {@link #NO_LIMIT}
 * @param maxChildren or {@link #NO_LIMIT}
 * @param maxWeight or {@link #NO_LIMIT}
 * @param weigher null without {@code maxWeight}
 * @param interrupts whether closers see interrupts
 * @param childPolicy what a close thinks of open children
 * @param lateAdd what happens to a refused resource
 * @param heldLongerThanNanos or {@link #NO_LIMIT}
 * @param onClosed receives the report, or null
 * @param site where it is opened, or null
 * @param timeSource the clock
 */
public record ScopeConfig(
        @Nullable String name,
        boolean confined,
        long closeDeadlineNanos,
        OverrunPolicy overrun,
        long maxResources,
        long maxChildren,
        long maxWeight,
        @Nullable ToLongFunction<Object> weigher,
        InterruptPolicy interrupts,
        ChildPolicy childPolicy,
        LateAdd lateAdd,
        long heldLongerThanNanos,
        @Nullable Consumer<? super CloseReport> onClosed,
        @Nullable Site site,
        TimeSource timeSource) {

    /** Stands for a limit that was not set. */
    public static final long NO_LIMIT = Long.MAX_VALUE;
}
