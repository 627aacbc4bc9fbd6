package dev.lifecycle.task;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Names;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.TaskManagerConfig;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Describes a {@link TaskManager}. Not thread-safe; may be used again: each {@code open} makes another manager. */
public final class TaskManagerBuilder {
    private final String name;
    private int maxConcurrency = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
    private int queueCapacity = 10_000;
    private final Map<String, TaskManagerConfig.TypeLimit> typeLimits = new LinkedHashMap<>();
    private OnFull onFull = OnFull.REJECT;
    private ThreadMode threads = ThreadMode.AUTO;
    private @Nullable ThreadFactory threadFactory;
    private Duration maxAge = Duration.ofHours(1);
    private Duration cancelGrace = Duration.ofSeconds(5);
    private Duration closeTimeout = Duration.ofSeconds(30);
    private int maxQuarantined = 16;
    private @Nullable ContextHandover<?> handover;
    private TimeSource timeSource = TimeSource.system();

    TaskManagerBuilder(String name) {
        this.name = Names.check(name, "name");
    }

    /**
     * Sets how many tasks run at once. Default: twice the processors, and at least 4.
     *
     * @param tasks between 1 and {@value TaskManagerConfig#MAX_CONCURRENCY}
     * @return this
     * @throws IllegalArgumentException if {@code tasks} is outside these bounds
     */
    public TaskManagerBuilder maxConcurrency(int tasks) {
        maxConcurrency = within(tasks, "maxConcurrency", TaskManagerConfig.MAX_CONCURRENCY);
        return this;
    }

    /**
     * Sets how many tasks may wait. Default: 10 000.
     *
     * @param tasks between 1 and {@value TaskManagerConfig#MAX_QUEUE}
     * @return this
     * @throws IllegalArgumentException if {@code tasks} is outside these bounds
     */
    public TaskManagerBuilder queueCapacity(int tasks) {
        queueCapacity = within(tasks, "queueCapacity", TaskManagerConfig.MAX_QUEUE);
        return this;
    }

    /**
     * Sets how many tasks of a type run at once; others of it wait, and let those of other types pass. Default: no such limit.
     *
     * @param type the type
     * @param tasks between 1 and {@value TaskManagerConfig#MAX_CONCURRENCY}
     * @return this
     * @throws IllegalArgumentException if {@code tasks} is outside these bounds
     */
    public TaskManagerBuilder typeLimit(String type, int tasks) {
        return typeLimit(type, tasks, TaskManagerConfig.MAX_QUEUE);
    }

    /**
     * Sets how many tasks of a type run at once, and how many of it wait: more are rejected.
     *
     * @param type the type
     * @param tasks between 1 and {@value TaskManagerConfig#MAX_CONCURRENCY}
     * @param queued between 1 and {@value TaskManagerConfig#MAX_QUEUE}
     * @return this
     * @throws IllegalArgumentException if a number is outside its bounds, or there are more than {@value
     *     TaskManagerConfig#MAX_TYPES} limits
     */
    public TaskManagerBuilder typeLimit(String type, int tasks, int queued) {
        Names.check(type, "type");
        within(tasks, "tasks", TaskManagerConfig.MAX_CONCURRENCY);
        within(queued, "queued", TaskManagerConfig.MAX_QUEUE);
        if (typeLimits.size() >= TaskManagerConfig.MAX_TYPES && !typeLimits.containsKey(type)) {
            throw new IllegalArgumentException("there are " + typeLimits.size()
                    + " limits of types; there may be at most " + TaskManagerConfig.MAX_TYPES);
        }
        typeLimits.put(type, new TaskManagerConfig.TypeLimit(tasks, queued));
        return this;
    }

    /**
     * Sets what happens when the queue is full. Default: {@link OnFull#REJECT}.
     *
     * @param policy what happens
     * @return this
     */
    public TaskManagerBuilder onFull(OnFull policy) {
        onFull = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Sets on what threads tasks run. Default: {@link ThreadMode#AUTO}.
     *
     * @param mode which
     * @return this
     * @throws IllegalArgumentException if {@code mode} is {@link ThreadMode#VIRTUAL} on a JDK before 21, or a thread factory is set
     */
    public TaskManagerBuilder threads(ThreadMode mode) {
        Objects.requireNonNull(mode, "mode");
        if (mode == ThreadMode.VIRTUAL && Runtime.version().feature() < 21) {
            throw new IllegalArgumentException("mode is VIRTUAL, and this is JDK "
                    + Runtime.version().feature() + "; virtual threads need JDK 21, AUTO takes what there is");
        }
        if (mode == ThreadMode.VIRTUAL && threadFactory != null) {
            throw new IllegalArgumentException("mode is VIRTUAL, and a thread factory is set; set one of the two");
        }
        threads = mode;
        return this;
    }

    /**
     * Makes the threads. They are used again, as {@link ThreadMode#PLATFORM} has it. One that returns null or throws is asked again
     * for the next task; if there is no thread at all, tasks are rejected. Default: daemon threads that keep no context class loader.
     *
     * @param factory called with no lock held
     * @return this
     * @throws IllegalArgumentException if {@link ThreadMode#VIRTUAL} is set
     */
    public TaskManagerBuilder threadFactory(ThreadFactory factory) {
        Objects.requireNonNull(factory, "factory");
        if (threads == ThreadMode.VIRTUAL) {
            throw new IllegalArgumentException("a thread factory is given, and mode is VIRTUAL; set one of the two");
        }
        threadFactory = factory;
        threads = ThreadMode.PLATFORM;
        return this;
    }

    /**
     * Sets the age at which tasks are cancelled whose spec sets none. Default: one hour.
     *
     * @param age from submission; zero: never
     * @return this
     * @throws IllegalArgumentException if {@code age} is negative
     */
    public TaskManagerBuilder maxAge(Duration age) {
        if (Objects.requireNonNull(age, "age").isNegative()) {
            throw new IllegalArgumentException("maxAge is " + age + "; it must not be negative, and zero means never");
        }
        maxAge = age;
        return this;
    }

    /**
     * Sets how long a task that was cancelled, or gave no sign of life, may take to end before it is given up. Default: 5 seconds.
     *
     * @param time positive
     * @return this
     * @throws IllegalArgumentException if {@code time} is not positive
     */
    public TaskManagerBuilder cancelGrace(Duration time) {
        cancelGrace = positive(time, "cancelGrace");
        return this;
    }

    /**
     * Sets how long {@link TaskManager#close} takes at most. Default: 30 seconds.
     *
     * @param time positive
     * @return this
     * @throws IllegalArgumentException if {@code time} is not positive
     */
    public TaskManagerBuilder closeTimeout(Duration time) {
        closeTimeout = positive(time, "closeTimeout");
        return this;
    }

    /**
     * Sets how many threads may be stuck in tasks that were given up and be replaced by others. Further ones are not replaced: fewer
     * tasks run at once then. Default: 16.
     *
     * @param threads between 0 and {@value TaskManagerConfig#MAX_CONCURRENCY}
     * @return this
     * @throws IllegalArgumentException if {@code threads} is outside these bounds
     */
    public TaskManagerBuilder maxQuarantined(int threads) {
        if (threads < 0 || threads > TaskManagerConfig.MAX_CONCURRENCY) {
            throw new IllegalArgumentException(
                    "maxQuarantined is " + threads + "; it must be between 0 and " + TaskManagerConfig.MAX_CONCURRENCY);
        }
        maxQuarantined = threads;
        return this;
    }

    /**
     * Hands what belongs to the submitting thread to that of the task. Default: nothing.
     *
     * @param handover what it throws fails the submission or the task
     * @return this
     */
    public TaskManagerBuilder handover(ContextHandover<?> handover) {
        this.handover = Objects.requireNonNull(handover, "handover");
        return this;
    }

    /**
     * Sets the clock of all times. Default: {@link TimeSource#system}.
     *
     * @param clock the clock
     * @return this
     */
    public TaskManagerBuilder timeSource(TimeSource clock) {
        timeSource = Objects.requireNonNull(clock, "clock");
        return this;
    }

    /**
     * Opens a manager that the caller closes. One that is dropped without being closed is reported as a leak.
     *
     * @return an open manager
     */
    public TaskManager open() {
        return Lifecycle.provider().openTaskManager(config(), null);
    }

    /**
     * Opens a manager that {@code owner} closes, unless it is closed before.
     *
     * @param owner an open scope
     * @return an open manager
     * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
     */
    public TaskManager open(Scope owner) {
        return Lifecycle.provider().openTaskManager(config(), Objects.requireNonNull(owner, "owner"));
    }

    private TaskManagerConfig config() {
        return new TaskManagerConfig(
                name,
                maxConcurrency,
                queueCapacity,
                typeLimits,
                onFull,
                threads,
                threadFactory,
                maxAge,
                cancelGrace,
                closeTimeout,
                maxQuarantined,
                handover,
                timeSource);
    }

    private static int within(int value, String what, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(what + " is " + value + "; it must be between 1 and " + most);
        }
        return value;
    }

    private static Duration positive(Duration time, String what) {
        if (Objects.requireNonNull(time, "time").isZero() || time.isNegative()) {
            throw new IllegalArgumentException(what + " is " + time + "; it must be positive");
        }
        return time;
    }
}
