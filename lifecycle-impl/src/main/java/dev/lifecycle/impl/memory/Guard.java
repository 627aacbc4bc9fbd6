package dev.lifecycle.impl.memory;

import dev.lifecycle.Kind;
import dev.lifecycle.Names;
import dev.lifecycle.Pressure;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.impl.scope.Place;
import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.memory.CleanupResult;
import dev.lifecycle.memory.GuardStats;
import dev.lifecycle.memory.MemoryGuard;
import dev.lifecycle.memory.WorkClass;
import dev.lifecycle.memory.WorkPermit;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.MemoryGuardConfig;
import dev.lifecycle.time.TimeSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What a user holds of a guard; a {@link Watch} does the work. */
public final class Guard implements MemoryGuard {
    private static final WorkPermit FREE = () -> {};

    private final String name;
    private final Watch watch;
    private final Place place;

    @SuppressWarnings("this-escape") // they ask for this only when it is used
    private Guard(MemoryGuardConfig config) {
        TimeSource clock = SteadyClock.of(config.timeSource());
        name = config.name();
        watch = new Watch(config, clock, this);
        place = new Place(this, watch::stop, clock);
    }

    /** See {@link dev.lifecycle.memory.MemoryGuardBuilder#open(Scope)}. */
    static MemoryGuard open(MemoryGuardConfig config, @Nullable Scope owner) {
        Guard guard = new Guard(config);
        guard.watch.first();
        guard.place.enter(owner, guard, MemoryGuard.class);
        guard.watch.start();
        return guard;
    }

    @Override
    public Pressure level() {
        return watch.level();
    }

    @Override
    public WorkPermit admit(WorkClass work) {
        if (work == WorkClass.LIGHT) {
            return FREE;
        }
        if (Objects.requireNonNull(work, "work") == WorkClass.HEAVY) {
            if (watch.level() == Pressure.EMERGENCY) {
                throw watch.refuse(work);
            }
            return FREE;
        }
        Entered entered = new Entered(watch);
        if (!watch.enterNormal()) {
            throw watch.refuse(work);
        }
        return entered;
    }

    private static final class Entered implements WorkPermit {
        private final AtomicReference<@Nullable Watch> watch;

        Entered(Watch watch) {
            this.watch = new AtomicReference<>(watch);
        }

        @Override
        public void close() {
            Watch mine = watch.getAndSet(null);
            if (mine != null) {
                mine.leaveNormal();
            }
        }
    }

    @Override
    public CleanupResult cleanUp(String reason) throws InterruptedException {
        return watch.cleanUp(Names.check(reason, "reason"));
    }

    @Override
    public GuardStats stats() {
        return watch.stats();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Kind kind() {
        return Kind.MEMORY_GUARD;
    }

    @Override
    public State state() {
        return place.state();
    }

    @Override
    public Snapshot snapshot() {
        GuardStats now = stats();
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("level", now.level());
        gauges.put("cause", now.cause());
        gauges.put("fraction", now.fraction());
        gauges.put("changes", now.changes());
        gauges.put("rounds", now.rounds());
        gauges.put("givenBytes", now.givenBytes());
        gauges.put("refused", now.refused());
        gauges.put("failures", now.failures());
        gauges.put("restartAdvised", now.restartAdvised());
        return place.snapshot(gauges);
    }

    @Override
    public void close() {
        place.close();
    }

    /** Returns the name and how full what is fullest is, like {@code main NORMAL, container at 41.2 %}. */
    @Override
    public String toString() {
        GuardStats now = stats();
        return name + " " + now.level()
                + (now.cause().isEmpty()
                        ? ""
                        : String.format(Locale.ROOT, ", %s at %.1f %%", now.cause(), 100 * now.fraction()));
    }
}
