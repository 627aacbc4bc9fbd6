package dev.lifecycle.impl.memory;

import dev.lifecycle.Pressure;
import dev.lifecycle.impl.time.Daemons;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.memory.CleanupResult;
import dev.lifecycle.memory.GuardStats;
import dev.lifecycle.memory.MemoryPressureException;
import dev.lifecycle.memory.PressureEvent;
import dev.lifecycle.memory.PressureListener;
import dev.lifecycle.memory.WorkClass;
import dev.lifecycle.spi.MemoryGuardConfig;
import dev.lifecycle.time.TimeSource;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What a guard does: reads, decides, and has it done. It does not refer to the guard, so that one that is dropped is found. */
final class Watch {
    /*
     * Two threads: `lifecycle-memory-NAME` reads sources and decides; code of users that is told or asked is called by Hands.
     * Guarded by `lock`: gauges but for reading, levels, rounds, round, lastRestored, alertedAt. `level` is written with it. No code of users is called with it.
     *   I1  one round at a time.
     *   I2  what was asked to shrink is restored once the level is NORMAL: squeeze.isAny() ends with it.
     */
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.memory");
    private static final long RESTORE_NANOS = TimeUnit.SECONDS.toNanos(1); // between two portions
    private static final long ALERT_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final long TIGHT_NANOS = TimeUnit.MILLISECONDS.toNanos(250); // between two readings

    private final MemoryGuardConfig config;
    private final TimeSource clock;
    private final WeakReference<Object> guard;
    private final ReentrantLock lock = new ReentrantLock();
    private final Gauges gauges;
    private final Levels levels;
    private final Rounds rounds;
    private final Squeeze squeeze;
    private final Hands hands;
    private final AtomicInteger normalWork = new AtomicInteger();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong listenerFailures = new AtomicLong();
    private volatile Pressure level = Pressure.NORMAL;
    private volatile int mostNormalWork = Integer.MAX_VALUE; // in an emergency
    private volatile boolean closed;
    private volatile @Nullable Thread thread;
    private Squeeze.@Nullable Round round; // the last one
    private long restoredAt;
    private long warnedAt;
    private boolean warned;
    private boolean warnedCritical;
    private long readings;
    private long changes;
    private long made; // rounds
    private long futile;

    Watch(MemoryGuardConfig config, TimeSource clock, Object guard) {
        this.config = config;
        this.clock = clock;
        this.guard = new WeakReference<>(guard);
        gauges = new Gauges(config.name(), config.sources());
        levels = new Levels(
                config.trim(), config.cleanup(), config.emergency(), config.hysteresis(), config.holdNanos());
        rounds = new Rounds(config.coolDownNanos());
        squeeze = new Squeeze(config);
        hands = new Hands(config.name(), clock);
    }

    /** Reads once, on the calling thread. */
    void first() {
        gauges.readFirst();
    }

    /** Decides, and goes on in a thread. */
    void start() {
        decide(clock.nanos(), false);
        Thread fresh = Daemons.thread("lifecycle-memory-" + config.name(), this::run);
        thread = fresh;
        fresh.start();
    }

    private void run() {
        while (!closed && !guard.refersTo(null)) {
            Thread.interrupted(); // nobody may stop this thread: parking would spin
            long next = config.shortestPollNanos();
            try {
                next = tick();
            } catch (VirtualMachineError | LinkageError full) { // no memory: the guard is needed most now
                next = config.shortestPollNanos();
            } catch (RuntimeException defect) {
                LOG.warn("memory guard " + config.name() + " failed, and goes on", defect);
                next = config.longestPollNanos();
            }
            clock.parkUntil(this, clock.nanos() + next);
        }
        if (!closed) {
            stop(); // it was dropped
        }
    }

    /** Reads and decides; returns after how many nanoseconds to do so again. */
    private long tick() {
        boolean stalled = gauges.read();
        long now = clock.nanos();
        hands.look(now);
        return decide(now, stalled);
    }

    private long decide(long now, boolean stalled) {
        lock.lock();
        try {
            gauges.take(now);
            readings++;
            double fraction = gauges.fraction();
            Pressure before = level;
            Pressure after = closed ? before : levels.update(fraction, now);
            if (after != before) {
                change(before, after, fraction);
            }
            alert(fraction, now);
            if (after != Pressure.NORMAL && !closed) {
                act(after, fraction, now);
            } else if (!closed && now - restoredAt >= RESTORE_NANOS && squeeze.isAny() && hands.isIdle()) {
                restoredAt = now;
                Hands.Work some = squeeze.restoring();
                if (some != null) {
                    hands.add(some);
                }
            }
            return poll(after, stalled);
        } finally {
            lock.unlock();
        }
    }

    private void change(Pressure before, Pressure after, double fraction) {
        changes++;
        if (after == Pressure.EMERGENCY) {
            mostNormalWork = Math.max(1, normalWork.get() / 2);
        } else {
            mostNormalWork = Integer.MAX_VALUE;
        }
        level = after;
        PressureEvent event = new PressureEvent(before, after, gauges.cause(), fraction, toLimit());
        LOG.info("memory guard " + config.name() + ": " + event);
        if (!config.listeners().isEmpty()) {
            hands.add(new Telling(event));
        }
        if (after.compareTo(before) < 0) {
            rounds.fell();
            if (squeeze.isAny() && after != Pressure.NORMAL) {
                hands.add(squeeze.easing(after));
            }
        }
    }

    private void alert(double fraction, long now) {
        boolean critical = fraction >= config.critical();
        if (fraction < config.warning() || warned && now - warnedAt < ALERT_NANOS && !(critical && !warnedCritical)) {
            return;
        }
        warned = true;
        warnedAt = now;
        warnedCritical = critical;
        LOG.warn(String.format(
                Locale.ROOT,
                "memory guard %s: %s is at %.1f %%, %s%s",
                config.name(),
                gauges.cause(),
                100 * fraction,
                critical ? "which is critical" : "above the mark for a warning",
                toLimit().map(time -> "; full in " + time).orElse("")));
    }

    private void act(Pressure now, double fraction, long time) {
        if (!rounds.isDue(now, time) || round != null && !round.done.isDone()) {
            return;
        }
        if (rounds.judge(time, fraction, gauges.sequence())) {
            futile++;
            if (rounds.isExhausted(now)) {
                giveUp(fraction);
                return;
            }
        }
        begin(now, time, fraction);
    }

    private void giveUp(double fraction) {
        String found = String.format(
                Locale.ROOT,
                "memory guard %s: three rounds changed nothing, %s is at %.1f %%%s. What fills it is nothing that can shrink here: ",
                config.name(),
                gauges.cause(),
                100 * fraction,
                toLimit().map(left -> ", full in " + left).orElse(""));
        if (rounds.adviseRestart()) {
            LOG.warn(found + "restart the process, and look for a leak");
        } else {
            LOG.info(found + "nothing is asked again before it is fuller, or has been emptier");
        }
    }

    private Squeeze.Round begin(Pressure as, long now, double fraction) {
        made++;
        rounds.begin(as, now, fraction, config.target(), gauges.sequence());
        Squeeze.Round fresh = squeeze.new Round(as, gauges.above(config.target()), this::ended);
        round = fresh;
        hands.add(fresh);
        return fresh;
    }

    private void ended(CleanupResult result) {
        LOG.info("memory guard " + config.name() + ": asked " + result.asked() + " to shrink as " + result.level()
                + ", for " + result.wantedBytes() + " bytes; they say they gave " + result.givenBytes()
                + (result.failed() == 0 ? "" : "; " + result.failed() + " failed"));
    }

    /** Sooner, the sooner a level or a limit would be met. */
    private long poll(Pressure now, boolean stalled) {
        if (stalled || !hands.isIdle()) {
            return config.shortestPollNanos();
        }
        double next = now == Pressure.NORMAL
                ? config.trim()
                : now == Pressure.TRIM ? config.cleanup() : now == Pressure.CLEANUP ? config.emergency() : 1;
        long soon = Math.min(Math.min(gauges.nanosTo(1), gauges.nanosToEdge()) / 50, gauges.nanosTo(next) / 4);
        soon = gauges.isTight() ? Math.min(soon, TIGHT_NANOS) : soon;
        return Math.max(config.shortestPollNanos(), Math.min(soon, config.longestPollNanos()));
    }

    private Optional<Duration> toLimit() {
        long nanos = gauges.nanosToLimit();
        return nanos == Long.MAX_VALUE ? Optional.empty() : Optional.of(Duration.ofSeconds(nanos / 1_000_000_000));
    }

    /** Tells all listeners of an event. */
    private final class Telling implements Hands.Work {
        private final PressureEvent event;
        private final AtomicInteger next = new AtomicInteger();

        Telling(PressureEvent event) {
            this.event = event;
        }

        @Override
        public boolean step() {
            List<PressureListener> all = config.listeners();
            int index = next.getAndIncrement();
            if (index >= all.size()) {
                return false;
            }
            try {
                all.get(index).changed(event);
            } catch (Throwable ofUser) {
                listenerFailures.incrementAndGet();
                LOG.warn("memory guard " + config.name() + ": a listener failed at " + event, ofUser);
            }
            return index + 1 < all.size();
        }

        @Override
        public String current() {
            int index = Math.min(next.get(), config.listeners().size()) - 1;
            return "listener "
                    + config.listeners().get(Math.max(0, index)).getClass().getName();
        }
    }

    // ---- for the guard

    Pressure level() {
        return level;
    }

    /** Counts a piece of work of class NORMAL; returns false if it may not be let in. */
    boolean enterNormal() {
        int now = normalWork.incrementAndGet();
        if (now <= mostNormalWork) {
            return true;
        }
        normalWork.decrementAndGet();
        return false;
    }

    void leaveNormal() {
        normalWork.decrementAndGet();
    }

    MemoryPressureException refuse(WorkClass work) {
        refused.incrementAndGet();
        lock.lock();
        try {
            return new MemoryPressureException(
                    work,
                    level,
                    gauges.cause(),
                    gauges.fraction(),
                    Duration.ofNanos(Math.max(config.holdNanos(), TimeUnit.SECONDS.toNanos(1))));
        } finally {
            lock.unlock();
        }
    }

    CleanupResult cleanUp(String reason) throws InterruptedException {
        Squeeze.Round mine;
        lock.lock();
        try {
            Pressure as = level == Pressure.NORMAL ? Pressure.TRIM : level;
            long now = clock.nanos();
            if (closed || !rounds.isCool(as, now) || round != null && !round.done.isDone()) {
                return new CleanupResult(as, gauges.above(config.target()), 0, 0, 0, List.of(), true);
            }
            LOG.info("memory guard " + config.name() + ": a round was asked for: " + reason);
            mine = begin(as, now, gauges.fraction());
        } finally {
            lock.unlock();
        }
        Thread watcher = thread;
        if (watcher != null) {
            clock.unpark(watcher); // it looks whether the round hangs
        }
        try {
            return mine.done.get();
        } catch (ExecutionException never) {
            throw new IllegalStateException(never);
        }
    }

    GuardStats stats() {
        lock.lock();
        try {
            return new GuardStats(
                    level,
                    gauges.cause(),
                    gauges.fraction(),
                    toLimit(),
                    gauges.readings(),
                    readings,
                    changes,
                    made,
                    squeeze.given.get(),
                    futile,
                    rounds.adviseRestart(),
                    refused.get(),
                    gauges.failures.get() + listenerFailures.get() + squeeze.failures.get(),
                    hands.stuck());
        } finally {
            lock.unlock();
        }
    }

    /** Ends it, and restores all, on the calling thread. */
    void stop() {
        lock.lock();
        try {
            closed = true;
            level = Pressure.NORMAL;
            mostNormalWork = Integer.MAX_VALUE;
            hands.stop();
            if (round != null && !round.done.isDone()) {
                round.drop();
            }
        } finally {
            lock.unlock();
        }
        Thread watcher = thread;
        if (watcher != null) {
            clock.unpark(watcher);
        }
        squeeze.end();
    }

    boolean invariantsHold() {
        lock.lock();
        try {
            return hands.invariantsHold() && levels.invariantsHold(closed ? 0 : gauges.fraction());
        } finally {
            lock.unlock();
        }
    }
}
