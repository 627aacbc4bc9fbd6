package dev.lifecycle.memory;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Names;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.LeakWatchConfig;
import dev.lifecycle.spi.MemorySupport;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Describes a {@link LeakWatch}. Not thread-safe; may be used again: each {@code open} makes another watch. */
public final class LeakWatchBuilder {
    /** The names of what is watched in any case. */
    static final Set<String> BUILT_IN = Set.of(
            "heap.live",
            "outside",
            "resident",
            "direct",
            "metaspace",
            "classes",
            "threads",
            "descriptors",
            "finalizers",
            "leased",
            "scopes");

    private static final int MAX_OWN = 16;
    private static final int MAX_COMPONENTS = 64;
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final String name;
    private final List<LeakWatchConfig.Series> own = new ArrayList<>();
    private final List<LeakWatchConfig.Component> components = new ArrayList<>();
    private final List<Consumer<? super LeakFinding>> listeners = new ArrayList<>();
    private @Nullable DoubleSupplier load;
    private double bytesPerHour = 5.0 * 1024 * 1024;
    private double piecesPerHour = 5;
    private double falseAlarms = 0.01;
    private Duration every = Duration.ofSeconds(15);
    private @Nullable MemoryGuard guard;
    private @Nullable Scope within;
    private TimeSource timeSource = TimeSource.system();

    LeakWatchBuilder(String name) {
        this.name = Names.check(name, "name");
    }

    /**
     * Watches a figure of yours, in bytes.
     *
     * @param series another name than those {@linkplain LeakWatch#series built in}
     * @param value called for each sample, and must not wait; negative if it is not known
     * @return this
     * @throws IllegalArgumentException if there is one of that name, or there are 16
     */
    public LeakWatchBuilder bytes(String series, LongSupplier value) {
        return series(series, true, value);
    }

    /**
     * Watches a figure of yours that counts pieces, like entries of a map.
     *
     * @param series another name than those {@linkplain LeakWatch#series built in}
     * @param value called for each sample, and must not wait; negative if it is not known
     * @return this
     * @throws IllegalArgumentException if there is one of that name, or there are 16
     */
    public LeakWatchBuilder pieces(String series, LongSupplier value) {
        return series(series, false, value);
    }

    private LeakWatchBuilder series(String series, boolean inBytes, LongSupplier value) {
        String given = Names.check(series, "series");
        if (BUILT_IN.contains(given)
                || own.stream().anyMatch(each -> each.name().equals(given))) {
            throw new IllegalArgumentException("there is a series " + Names.quote(given)
                    + "; findings name the series, so give each its own name");
        }
        if (own.size() == MAX_OWN) {
            throw new IllegalArgumentException(
                    "there are " + MAX_OWN + " series; each takes 62 KB and is read each time");
        }
        own.add(new LeakWatchConfig.Series(given, inBytes, Objects.requireNonNull(value, "value")));
        return this;
    }

    /**
     * Tells of a component that does not hang in the tree, or whose bytes the tree does not know: what it holds below its bound is no leak.
     *
     * @param component its name
     * @param bytes how much it holds; called for each sample, and must not wait
     * @param maxBytes how much it may hold; 0 for no bound, and then it explains nothing
     * @return this
     * @throws IllegalArgumentException if there are 64
     */
    public LeakWatchBuilder component(String component, LongSupplier bytes, LongSupplier maxBytes) {
        if (components.size() == MAX_COMPONENTS) {
            throw new IllegalArgumentException("there are " + MAX_COMPONENTS + " components; all are read each time");
        }
        components.add(new LeakWatchConfig.Component(
                Names.check(component, "component"),
                Objects.requireNonNull(bytes, "bytes"),
                Objects.requireNonNull(maxBytes, "maxBytes")));
        return this;
    }

    /**
     * Tells how much work there is, so that growth by load is told from growth by leaking: open requests, or users. Default: what is leased from the pools and runs in the task managers of the
     * tree.
     *
     * @param work in any unit, finite and not negative; called for each sample, and must not wait
     * @return this
     */
    public LeakWatchBuilder load(DoubleSupplier work) {
        load = Objects.requireNonNull(work, "work");
        return this;
    }

    /**
     * Sets the growth that must be found; a fifth of it does not matter. Default: 5 MB an hour, and 5 pieces.
     *
     * @param bytes an hour, from 65 536
     * @param pieces an hour, from 1
     * @return this
     * @throws IllegalArgumentException if one of them is less
     */
    public LeakWatchBuilder growthTarget(long bytes, long pieces) {
        if (bytes < 1 << 16) {
            throw new IllegalArgumentException("bytes is " + bytes + " an hour; it must be at least 65536");
        }
        if (pieces < 1) {
            throw new IllegalArgumentException("pieces is " + pieces + " an hour; it must be at least 1");
        }
        bytesPerHour = bytes;
        piecesPerHour = pieces;
        return this;
    }

    /**
     * Sets how many of the days without a leak may be called one, by each series. Default: 0.01. The rarer, the later a leak is found.
     *
     * @param perDay from 0.000001 to 0.1
     * @return this
     * @throws IllegalArgumentException if it is not
     */
    public LeakWatchBuilder falseAlarms(double perDay) {
        if (!(perDay >= 1e-6 && perDay <= 0.1)) {
            throw new IllegalArgumentException("falseAlarms is " + perDay + "; it must be from 0.000001 to 0.1");
        }
        falseAlarms = perDay;
        return this;
    }

    /**
     * Sets how often all series are sampled. Default: 15 seconds.
     *
     * @param interval from one second to one minute
     * @return this
     * @throws IllegalArgumentException if it is not
     */
    public LeakWatchBuilder every(Duration interval) {
        if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "every is " + interval + "; it must be from " + SHORTEST + " to " + LONGEST);
        }
        every = interval;
        return this;
    }

    /**
     * Takes note of the rounds of a guard: where they change nothing, {@link LeakVerdict#RESTART_ADVISED}.
     *
     * @param of held until the watch is closed
     * @return this
     */
    public LeakWatchBuilder guard(MemoryGuard of) {
        guard = Objects.requireNonNull(of, "of");
        return this;
    }

    /**
     * Counts only components below one scope. Default: below all open roots.
     *
     * @param scope an open scope
     * @return this
     */
    public LeakWatchBuilder within(Scope scope) {
        within = Objects.requireNonNull(scope, "scope");
        return this;
    }

    /**
     * Adds a listener.
     *
     * @param listener called on the thread of the watch for each change of the {@linkplain LeakWatch#finding() verdict on the process}; what it throws is counted and logged
     * @return this
     */
    public LeakWatchBuilder listener(Consumer<? super LeakFinding> listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * Sets the clock of all times. Default: {@link TimeSource#system}.
     *
     * @param clock the clock
     * @return this
     */
    public LeakWatchBuilder timeSource(TimeSource clock) {
        timeSource = Objects.requireNonNull(clock, "clock");
        return this;
    }

    /**
     * Opens a watch that the caller closes. One that is dropped without being closed is reported as a leak.
     *
     * @return an open watch
     */
    public LeakWatch open() {
        return support().openLeakWatch(config(), null);
    }

    /**
     * Opens a watch that {@code owner} closes, unless it is closed before.
     *
     * @param owner an open scope
     * @return an open watch
     * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
     */
    public LeakWatch open(Scope owner) {
        return support().openLeakWatch(config(), Objects.requireNonNull(owner, "owner"));
    }

    private static MemorySupport support() {
        return Lifecycle.provider().part(MemorySupport.class);
    }

    private LeakWatchConfig config() {
        return new LeakWatchConfig(
                name,
                List.copyOf(own),
                List.copyOf(components),
                load,
                bytesPerHour,
                piecesPerHour,
                falseAlarms,
                TimeUnit.NANOSECONDS.convert(every),
                guard,
                within,
                List.copyOf(listeners),
                timeSource);
    }
}
