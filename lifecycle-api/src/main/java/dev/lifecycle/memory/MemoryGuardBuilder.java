package dev.lifecycle.memory;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Names;
import dev.lifecycle.Shrinkable;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.MemoryGuardConfig;
import dev.lifecycle.spi.MemorySupport;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Describes a {@link MemoryGuard}. Not thread-safe; may be used again: each {@code open} makes another guard. */
public final class MemoryGuardBuilder {
    private static final int MAX_SOURCES = 64;

    private final String name;
    private final List<MemorySource> sources = new ArrayList<>();
    private final List<PressureListener> listeners = new ArrayList<>();
    private final List<Shrinkable> shrinkables = new ArrayList<>();
    private double trim = 0.60;
    private double cleanup = 0.75;
    private double emergency = 0.85;
    private double warning = 0.80;
    private double critical = 0.85;
    private double hysteresis = 0.05;
    private double target = Double.NaN;
    private Duration hold = Duration.ofSeconds(10);
    private Duration coolDown = Duration.ofMinutes(2);
    private Duration shortestPoll = Duration.ofMillis(50);
    private Duration longestPoll = Duration.ofSeconds(5);
    private @Nullable Scope within;
    private TimeSource timeSource = TimeSource.system();

    MemoryGuardBuilder(String name) {
        this.name = Names.check(name, "name");
    }

    /**
     * Adds a source. Default, if none is added: {@link MemorySource#container}, {@link MemorySource#heapLive}, {@link MemorySource#direct}, {@link MemorySource#metaspace}.
     *
     * @param source read by the guard
     * @return this
     * @throws IllegalArgumentException if there are 64, or one of that name
     */
    public MemoryGuardBuilder source(MemorySource source) {
        String given = Names.check(source.name(), "name of the source");
        if (sources.stream().anyMatch(each -> each.name().equals(given))) {
            throw new IllegalArgumentException(
                    "there is a source " + Names.quote(given) + "; events name the source, so give each its own name");
        }
        if (sources.size() == MAX_SOURCES) {
            throw new IllegalArgumentException("there are " + MAX_SOURCES + " sources; all of them are read each time");
        }
        sources.add(source);
        return this;
    }

    /**
     * Sets at which share of its limit a source raises the level. Default: 0.60, 0.75, 0.85.
     *
     * @param forTrim above 0
     * @param forCleanup above {@code forTrim}
     * @param forEmergency above {@code forCleanup}, at most 1
     * @return this
     * @throws IllegalArgumentException if they are not in this order
     */
    public MemoryGuardBuilder levels(double forTrim, double forCleanup, double forEmergency) {
        if (!(forTrim > 0 && forTrim < forCleanup && forCleanup < forEmergency && forEmergency <= 1)) {
            throw new IllegalArgumentException("levels are " + forTrim + ", " + forCleanup + " and " + forEmergency
                    + "; each must be above the one before, the first above 0, the last at most 1");
        }
        trim = forTrim;
        cleanup = forCleanup;
        emergency = forEmergency;
        return this;
    }

    /**
     * Sets at which share of its limit a source is written to the log, as a warning and as an error: at most once in ten minutes. Default: 0.80, 0.85.
     *
     * @param forWarning above 0
     * @param forCritical not below {@code forWarning}; above 1 for never
     * @return this
     * @throws IllegalArgumentException if they are not in this order
     */
    public MemoryGuardBuilder alerts(double forWarning, double forCritical) {
        if (!(forWarning > 0 && forWarning <= forCritical)) {
            throw new IllegalArgumentException("alerts are " + forWarning + " and " + forCritical
                    + "; the first must be above 0, the second not below it. A number above 1 turns one off");
        }
        warning = forWarning;
        critical = forCritical;
        return this;
    }

    /**
     * Sets how far a source must fall below a level to leave it. Default: 0.05.
     *
     * @param drop at least 0, below the lowest level
     * @return this
     * @throws IllegalArgumentException if it is negative or not a number; {@code open} refuses one that is too large
     */
    public MemoryGuardBuilder hysteresis(double drop) {
        if (!(drop >= 0)) {
            throw new IllegalArgumentException("hysteresis is " + drop + "; it must be at least 0");
        }
        hysteresis = drop;
        return this;
    }

    /**
     * Sets for how long a source must stay below a level to leave it. Default: 10 seconds.
     *
     * @param time zero or more
     * @return this
     * @throws IllegalArgumentException if {@code time} is negative
     */
    public MemoryGuardBuilder hold(Duration time) {
        hold = notNegative(time, "hold");
        return this;
    }

    /**
     * Sets how long to wait between two rounds of a level, or of one below it. Default: two minutes.
     *
     * @param time zero or more
     * @return this
     * @throws IllegalArgumentException if {@code time} is negative
     */
    public MemoryGuardBuilder coolDown(Duration time) {
        coolDown = notNegative(time, "coolDown");
        return this;
    }

    /**
     * Sets to which share of its limit a round tries to bring a source. Default: 0.05 below the lowest level.
     *
     * @param fraction at least 0, below the lowest level
     * @return this
     * @throws IllegalArgumentException if it is negative or not a number; {@code open} refuses one that is too large
     */
    public MemoryGuardBuilder target(double fraction) {
        if (!(fraction >= 0)) {
            throw new IllegalArgumentException("target is " + fraction + "; it must be at least 0");
        }
        target = fraction;
        return this;
    }

    /**
     * Sets how often sources are read: the sooner a limit would be met, the more often. Default: 50 milliseconds and 5 seconds.
     *
     * @param shortest above zero
     * @param longest not below {@code shortest}
     * @return this
     * @throws IllegalArgumentException if they are not in this order
     */
    public MemoryGuardBuilder poll(Duration shortest, Duration longest) {
        if (shortest.isZero() || shortest.isNegative() || longest.compareTo(shortest) < 0) {
            throw new IllegalArgumentException("poll is " + shortest + " to " + longest
                    + "; the first must be above zero, the second not below it");
        }
        shortestPoll = shortest;
        longestPoll = longest;
        return this;
    }

    /**
     * Adds something that does not hang in the tree. Asked after what is idle, and before caches.
     *
     * @param shrinkable held until the guard is closed
     * @return this
     */
    public MemoryGuardBuilder shrinks(Shrinkable shrinkable) {
        shrinkables.add(Objects.requireNonNull(shrinkable, "shrinkable"));
        return this;
    }

    /**
     * Asks only what hangs below one scope. Default: below all open roots.
     *
     * @param scope an open scope
     * @return this
     */
    public MemoryGuardBuilder within(Scope scope) {
        within = Objects.requireNonNull(scope, "scope");
        return this;
    }

    /**
     * Adds a listener.
     *
     * @param listener called for each change of the level
     * @return this
     */
    public MemoryGuardBuilder listener(PressureListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * Sets the clock of all times. Default: {@link TimeSource#system}.
     *
     * @param clock the clock
     * @return this
     */
    public MemoryGuardBuilder timeSource(TimeSource clock) {
        timeSource = Objects.requireNonNull(clock, "clock");
        return this;
    }

    /**
     * Opens a guard that the caller closes, and reads all sources once. One that is dropped without being closed is reported as a leak.
     *
     * @return an open guard
     * @throws IllegalArgumentException if hysteresis or target do not fit the levels
     * @throws IllegalStateException if a source throws
     */
    public MemoryGuard open() {
        return support().openGuard(config(), null);
    }

    /**
     * Opens a guard that {@code owner} closes, unless it is closed before; reads all sources once.
     *
     * @param owner an open scope
     * @return an open guard
     * @throws IllegalArgumentException if hysteresis or target do not fit the levels
     * @throws IllegalStateException if a source throws
     * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
     */
    public MemoryGuard open(Scope owner) {
        return support().openGuard(config(), Objects.requireNonNull(owner, "owner"));
    }

    private static MemorySupport support() {
        return Lifecycle.provider().part(MemorySupport.class);
    }

    private MemoryGuardConfig config() {
        below(hysteresis, "hysteresis");
        double goal = Double.isNaN(target) ? Math.max(0, trim - 0.05) : target;
        below(goal, "target");
        List<MemorySource> read = sources.isEmpty()
                ? List.of(
                        MemorySource.container(),
                        MemorySource.heapLive(),
                        MemorySource.direct(),
                        MemorySource.metaspace())
                : List.copyOf(sources);
        return new MemoryGuardConfig(
                name,
                read,
                trim,
                cleanup,
                emergency,
                warning,
                critical,
                hysteresis,
                goal,
                TimeUnit.NANOSECONDS.convert(hold),
                TimeUnit.NANOSECONDS.convert(coolDown),
                TimeUnit.NANOSECONDS.convert(shortestPoll),
                TimeUnit.NANOSECONDS.convert(longestPoll),
                List.copyOf(shrinkables),
                List.copyOf(listeners),
                within,
                timeSource);
    }

    private void below(double fraction, String what) {
        if (fraction >= trim) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "%s is %s; it must be below the lowest level, which is %s", what, fraction, trim));
        }
    }

    private static Duration notNegative(Duration time, String what) {
        if (Objects.requireNonNull(time, "time").isNegative()) {
            throw new IllegalArgumentException(what + " is " + time + "; it must not be negative");
        }
        return time;
    }
}
