package dev.lifecycle.spi;

import dev.lifecycle.Shrinkable;
import dev.lifecycle.memory.MemorySource;
import dev.lifecycle.memory.PressureListener;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.time.TimeSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link dev.lifecycle.memory.MemoryGuardBuilder} was told, validated there; see its methods.
 *
 * @param name of the guard
 * @param sources read in this order; at least one
 * @param trim above 0
 * @param cleanup above {@code trim}
 * @param emergency above {@code cleanup}, at most 1
 * @param warning of the log
 * @param critical of the log
 * @param hysteresis below {@code trim}
 * @param target below {@code trim}
 * @param holdNanos before a level is left
 * @param coolDownNanos between two rounds
 * @param shortestPollNanos above 0
 * @param longestPollNanos not below that
 * @param shrinkables that do not hang in the tree
 * @param listeners in the order in which they are called
 * @param within what is below it is asked; null for all roots
 * @param timeSource the clock
 */
public record MemoryGuardConfig(
        String name,
        List<MemorySource> sources,
        double trim,
        double cleanup,
        double emergency,
        double warning,
        double critical,
        double hysteresis,
        double target,
        long holdNanos,
        long coolDownNanos,
        long shortestPollNanos,
        long longestPollNanos,
        List<Shrinkable> shrinkables,
        List<PressureListener> listeners,
        @Nullable Scope within,
        TimeSource timeSource) {}
