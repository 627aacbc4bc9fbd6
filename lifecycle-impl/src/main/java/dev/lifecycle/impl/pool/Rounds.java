package dev.lifecycle.impl.pool;

import dev.lifecycle.impl.leak.LibraryDetector;
import dev.lifecycle.impl.time.Sweeper;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.pool.LeakLevel;
import dev.lifecycle.pool.LeaseInfo;
import dev.lifecycle.pool.PoolEvent;
import dev.lifecycle.spi.ResourcePoolConfig;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Goes round the resources of a pool, on the timer thread: so nobody else need read the clock. Does not keep the pool. */
final class Rounds<R> implements Sweeper.Check {
    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(10); // no thread takes as long for a few steps
    private static final int PARTS = 10; // rounds in the shortest limit
    private static final int CHECKS_AT_ONCE = 2; // in the background
    private static final int TOLD = 3; // holders in a warning

    private final WeakReference<Pool<R>> target;
    private final Sweeper sweeper;
    private final ResourcePoolConfig<R> config;
    private final long period;
    private volatile boolean goes; // from its start to its stop

    // of the timer thread
    private boolean high;
    private boolean changed;

    Rounds(Pool<R> pool) {
        target = new WeakReference<>(pool);
        sweeper = Sweeper.of(pool.clock);
        config = pool.config;
        long shortest = Long.MAX_VALUE;
        for (long limit : new long[] {
            config.maxAgeNanos(),
            config.maxIdleNanos(),
            config.overflowIdleNanos(),
            pool.validates ? config.validateAfterIdleNanos() : 0,
            pool.validates ? config.validateInBackgroundNanos() : 0,
            config.validateNanos(),
            config.createNanos(),
            config.drainNanos(),
            config.leakLevel() == LeakLevel.OFF ? 0 : config.leakAgeNanos()
        }) {
            shortest = limit > 0 ? Math.min(shortest, limit) : shortest;
        }
        period = Math.max(SHORTEST_NANOS, Math.min(shortest / PARTS, LONGEST_NANOS));
    }

    void start() {
        goes = true;
        sweeper.add(this, period);
    }

    /** Has it come in {@code nanos}, or earlier. */
    void in(long nanos) {
        if (goes) {
            sweeper.add(this, nanos);
        }
    }

    /** The pool is closed: goes on only while the factory is at work, which may hang. */
    void end() {
        goes = false;
        try {
            sweeper.add(
                    this,
                    0); // not removed: the clock may stand still, but who looks for work must be the one who stops
        } catch (Throwable noThread) { // or no memory: what hangs then is left to itself
            return;
        }
    }

    @Override
    public long check(long now) {
        Pool<R> pool = target.get();
        return pool == null || !goes && !pool.clerks().areAtWork() ? DONE : round(pool, now);
    }

    /** Goes round once; returns when to come again. */
    long round(Pool<R> pool, long now) {
        changed = false;
        int leased = 0;
        int end = pool.span; // before slots: there are as many
        Slot<R>[] all = pool.slots;
        for (int at = 0; at < end; at++) {
            leased += look(pool, all[at], now);
        }
        usage(pool, leased, now);
        Clerk<R> late = pool.clerks().abandonOne(now);
        while (late != null) {
            pool.overran(late);
            late = pool.clerks().abandonOne(now);
        }
        pool.tend();
        pool.staff();
        long retry = pool.retryIn(now);
        long next = changed || leased > 0 || pool.isBusy() ? period : Math.min(QUIET_NANOS, PARTS * period);
        return retry > 0 ? Math.min(next, retry) : next;
    }

    /** Looks at one; returns 1 if it is lent out. */
    private int look(Pool<R> pool, Slot<R> slot, long now) {
        long word = slot.word;
        long stamp = Slot.stamp(word);
        int state = Slot.state(word);
        boolean fresh = stamp != slot.seenWord;
        if (fresh) {
            Held held = slot.held;
            if (held != null) {
                slot.held = null;
                returned(pool, held);
            }
            if (Slot.count(stamp) != Slot.count(slot.seenWord)) {
                slot.usedAt = now;
            }
            slot.seenWord = stamp;
            slot.seenSince = now;
            changed = true;
        }
        switch (state) {
            case Slot.IDLE, Slot.STALE -> idle(pool, slot, word, now);
            case Slot.LEASED -> {
                slot.usedAt = now;
                lent(pool, slot, word, now);
            }
            case Slot.RESETTING -> {
                slot.usedAt = now;
                if (now - slot.seenSince >= LOST_NANOS && slot.resetter == null) {
                    pool.repair(slot, word);
                }
            }
            default -> {}
        }
        if (slot.due == null && slot.resource != null && now - slot.bornAt >= slot.ageLimit) {
            pool.aged(slot, now);
        }
        return state == Slot.LEASED ? 1 : 0;
    }

    private void idle(Pool<R> pool, Slot<R> slot, long word, long now) {
        long unused = now - slot.usedAt;
        long unchecked = Math.min(unused, now - slot.checkedAt);
        boolean tooLong = config.maxIdleNanos() > 0 && unused >= config.maxIdleNanos();
        if ((tooLong || slot.extra && unused >= config.overflowIdleNanos()) && pool.endIdle(slot, word, tooLong)) {
            return;
        }
        if (!pool.validates) {
            return;
        }
        if (Slot.state(word) == Slot.STALE) {
            if (config.validateInBackgroundNanos() > 0 && unchecked >= config.validateInBackgroundNanos()) {
                pool.checkIdle(slot, word, CHECKS_AT_ONCE);
            }
        } else if (unchecked >= config.validateAfterIdleNanos()) {
            pool.makeStale(slot, word);
        }
    }

    private void lent(Pool<R> pool, Slot<R> slot, long word, long now) {
        long stamp = Slot.stamp(word);
        long age = now - slot.seenSince;
        if (Slot.isRetiring(word)) {
            if (slot.retiringStamp != stamp) {
                slot.retiringStamp = stamp;
                slot.retiringSince = now;
            } else if (now - slot.retiringSince >= config.drainNanos() && pool.stopDraining(slot)) {
                LeaseInfo lease = pool.holders.info(slot, stamp, now);
                pool.counts.drainOverruns.increment();
                pool.say(
                        PoolEvent.Kind.DRAIN_OVERRUN,
                        "resource " + lease + " is in use still, " + Duration.ofNanos(now - slot.retiringSince)
                                + " after its successor was ready" + doing(pool, slot, stamp),
                        pool.holders.where(slot, stamp));
            }
        }
        if (config.leakLevel() == LeakLevel.OFF) {
            return;
        }
        if (age >= config.leakAgeNanos() / 2) {
            pool.holders.suspect();
        }
        if (age >= config.leakAgeNanos() && slot.held == null) {
            LeaseInfo lease = pool.holders.info(slot, stamp, now);
            slot.held = new Held(stamp, lease);
            pool.counts.suspected.increment();
            LibraryDetector.instance()
                    .report(
                            LeakReport.Kind.HELD_TOO_LONG,
                            pool.holders.described(lease),
                            lease.age(),
                            1,
                            lease.stack());
            pool.say(PoolEvent.Kind.HELD_TOO_LONG, "lease " + lease + doing(pool, slot, stamp), null);
        }
    }

    private static <R> String doing(Pool<R> pool, Slot<R> slot, long stamp) {
        StackTraceElement[] stack = pool.holders.doing(slot, stamp);
        return stack.length == 0 ? "" : ", whose thread is at " + stack[0];
    }

    private void returned(Pool<R> pool, Held held) {
        LeaseInfo lease = held.lease();
        Duration age = lease.age();
        LibraryDetector.instance()
                .report(LeakReport.Kind.RECOVERED, pool.holders.described(lease), age, 1, lease.stack());
        pool.say(PoolEvent.Kind.RETURNED_LATE, "lease " + lease + " was given back after all", null);
    }

    private void usage(Pool<R> pool, int leased, long now) {
        double usage = (double) leased / pool.core;
        if (!high && usage >= config.usageWarning()) {
            high = true;
            pool.holders.suspect();
            pool.say(PoolEvent.Kind.USAGE_HIGH, usage(pool, leased) + oldest(pool.holders.leases(now)), null);
        } else if (high && usage < config.usageClear()) {
            high = false;
            pool.say(PoolEvent.Kind.USAGE_NORMAL, usage(pool, leased), null);
        }
    }

    static <R> String usage(Pool<R> pool, int leased) {
        return String.format(Locale.ROOT, "%d/%d in use (%.1f %%)", leased, pool.core, 100.0 * leased / pool.core);
    }

    private static String oldest(List<LeaseInfo> leases) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(TOLD, leases.size()); i++) {
            LeaseInfo lease = leases.get(i);
            text.append(i == 0 ? ", oldest lease " : ", ")
                    .append(text(lease.age()))
                    .append(" held by ")
                    .append(lease.holder());
        }
        return text.toString();
    }

    static String text(Duration age) {
        return age.toSeconds() > 0 ? age.toSeconds() + " s" : age.toMillis() + " ms";
    }
}
