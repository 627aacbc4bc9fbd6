package dev.lifecycle.spi;

import dev.lifecycle.memory.LeakFinding;
import dev.lifecycle.memory.MemoryGuard;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.time.TimeSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link dev.lifecycle.memory.LeakWatchBuilder} was told, validated there; see its methods.
 *
 * @param name of the watch
 * @param own series of the user, in this order
 * @param components of the user, in this order
 * @param load the work at hand; null for none
 * @param bytesPerHour the growth that must be found
 * @param piecesPerHour the same of series of pieces
 * @param falseAlarmsPerDay the share of healthy days that may be called a leak
 * @param sampleNanos between two samples, above 0
 * @param guard whose rounds count; null for none
 * @param within the components below it count; null for all roots
 * @param listeners in the order in which they are called
 * @param timeSource the clock
 */
public record LeakWatchConfig(
        String name,
        List<Series> own,
        List<Component> components,
        @Nullable DoubleSupplier load,
        double bytesPerHour,
        double piecesPerHour,
        double falseAlarmsPerDay,
        long sampleNanos,
        @Nullable MemoryGuard guard,
        @Nullable Scope within,
        List<Consumer<? super LeakFinding>> listeners,
        TimeSource timeSource) {

    /**
     * A series of the user.
     *
     * @param name of the series
     * @param inBytes whether it counts bytes
     * @param value how much; negative if that is not known
     */
    public record Series(String name, boolean inBytes, LongSupplier value) {}

    /**
     * A component of the user, which may fill up to its bound.
     *
     * @param name of the component
     * @param bytes how much it holds
     * @param maxBytes how much it may hold
     */
    public record Component(String name, LongSupplier bytes, LongSupplier maxBytes) {}
}
