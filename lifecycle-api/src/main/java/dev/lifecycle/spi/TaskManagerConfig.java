package dev.lifecycle.spi;

import dev.lifecycle.task.ContextHandover;
import dev.lifecycle.task.OnFull;
import dev.lifecycle.task.ThreadMode;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link dev.lifecycle.task.TaskManagerBuilder} was told, validated there; see its methods.
 *
 * @param name of the manager
 * @param maxConcurrency how many tasks run at once
 * @param queueCapacity how many wait
 * @param typeLimits by type
 * @param onFull what happens when the queue is full
 * @param threads on what threads they run
 * @param threadFactory makes them, or null
 * @param maxAge of tasks whose spec sets none; zero: none
 * @param cancelGrace positive
 * @param closeTimeout positive
 * @param maxQuarantined how many threads are replaced
 * @param handover from thread to thread, or null
 * @param timeSource the clock
 */
public record TaskManagerConfig(
        String name,
        int maxConcurrency,
        int queueCapacity,
        Map<String, TypeLimit> typeLimits,
        OnFull onFull,
        ThreadMode threads,
        @Nullable ThreadFactory threadFactory,
        Duration maxAge,
        Duration cancelGrace,
        Duration closeTimeout,
        int maxQuarantined,
        @Nullable ContextHandover<?> handover,
        TimeSource timeSource) {

    /** The most tasks that run at once. */
    public static final int MAX_CONCURRENCY = 1 << 15;

    /** The most tasks that wait. */
    public static final int MAX_QUEUE = 1 << 24;

    /** The most limits of types; further types are counted together as one. */
    public static final int MAX_TYPES = 1_000;

    /** The most periodic tasks. */
    public static final int MAX_PERIODIC = 10_000;

    /** The most runs of a periodic task that wait, with {@link dev.lifecycle.task.Overlap#QUEUE}. */
    public static final int MAX_RUNS_WAITING = 1_000;

    /**
     * How many tasks of a type there may be.
     *
     * @param running at once
     * @param queued that wait
     */
    public record TypeLimit(int running, int queued) {}

    /** Copies the limits. */
    public TaskManagerConfig {
        typeLimits = Collections.unmodifiableMap(new LinkedHashMap<>(typeLimits));
    }
}
