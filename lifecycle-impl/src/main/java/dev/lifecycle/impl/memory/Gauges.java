package dev.lifecycle.impl.memory;

import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.memory.GuardStats;
import dev.lifecycle.memory.MemorySource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The sources of a guard as they were last read, and how fast they grow. */
final class Gauges {
    /*
     * read() belongs to the thread that watches; it calls code of users. All fields but `failures` are written in take(), and read by others, with the lock of the guard.
     */
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.memory");
    private static final double SMOOTHED = 0.3; // the share of the newest slope
    private static final long SHORTEST_NANOS = 10_000_000; // between two readings that make a slope

    private final String owner;
    private final MemorySource[] sources;
    private final String[] names;
    private final NeededMemory[] containers; // those of the sources that know of stalls
    private final long[] newUsed;
    private final long[] newLimits;
    private final long[] newSequences;
    private final boolean[] broken; // said already
    private final long[] used;
    private final long[] limits;
    private final long[] sequences;
    private final long[] readAt;
    private final double[] slopes; // bytes a nanosecond
    private boolean isFirst = true;
    private int fullest = -1;
    final AtomicLong failures = new AtomicLong();

    Gauges(String owner, List<MemorySource> all) {
        this.owner = owner;
        int count = all.size();
        sources = all.toArray(MemorySource[]::new);
        names = all.stream().map(MemorySource::name).toArray(String[]::new);
        containers = all.stream()
                .filter(NeededMemory.class::isInstance)
                .map(NeededMemory.class::cast)
                .toArray(NeededMemory[]::new);
        newUsed = new long[count];
        newLimits = new long[count];
        newSequences = new long[count];
        broken = new boolean[count];
        used = new long[count];
        limits = new long[count];
        sequences = new long[count];
        readAt = new long[count];
        slopes = new double[count];
    }

    /** Reads all, for the first time: one that fails then is a mistake of who made it. */
    void readFirst() {
        for (int i = 0; i < sources.length; i++) {
            try {
                read(i);
            } catch (RuntimeException failure) {
                throw new IllegalStateException(
                        "memory guard " + owner + " cannot read its source " + names[i] + "; it was not opened",
                        failure);
            }
        }
    }

    private void read(int i) {
        MemorySource source = sources[i];
        newUsed[i] = source.usedBytes();
        newLimits[i] = source.limitBytes();
        newSequences[i] = source.sequence();
    }

    /** Reads all; returns whether threads of the process wait for memory. */
    boolean read() {
        for (int i = 0; i < sources.length; i++) {
            try {
                read(i);
                broken[i] = false;
            } catch (Throwable ofUser) {
                newUsed[i] = MemorySource.UNKNOWN;
                newLimits[i] = 0;
                failures.incrementAndGet();
                if (!broken[i]) {
                    broken[i] = true;
                    LOG.warn("memory guard " + owner + " cannot read its source " + names[i], ofUser);
                }
            }
        }
        boolean stalled = false;
        for (NeededMemory each : containers) {
            stalled |= each.isStalled();
        }
        return stalled;
    }

    /** Makes what was read what is known. */
    void take(long now) {
        fullest = -1;
        double most = -1;
        for (int i = 0; i < sources.length; i++) {
            slope(i, now);
            used[i] = newUsed[i];
            limits[i] = newLimits[i];
            double fraction = fraction(i);
            if (fraction > most) {
                most = fraction;
                fullest = i;
            }
        }
        isFirst = false;
    }

    private void slope(int i, long now) {
        boolean known = newUsed[i] >= 0;
        boolean isNew = newSequences[i] < 0 || newSequences[i] != sequences[i];
        if (!known || isFirst || used[i] < 0) {
            slopes[i] = 0;
            readAt[i] = now;
        } else if (isNew && now - readAt[i] >= SHORTEST_NANOS) {
            double slope = (double) (newUsed[i] - used[i]) / (now - readAt[i]);
            slopes[i] = (1 - SMOOTHED) * slopes[i] + SMOOTHED * slope;
            readAt[i] = now;
        }
        sequences[i] = newSequences[i];
    }

    /** How full it is; negative if that is not known, or it has no limit. */
    private double fraction(int i) {
        return used[i] < 0 || limits[i] <= 0 ? -1 : (double) used[i] / limits[i];
    }

    /** How full the fullest is; 0 if none is known. */
    double fraction() {
        return fullest < 0 ? 0 : fraction(fullest);
    }

    /** The name of the fullest; empty if none is known. */
    String cause() {
        return fullest < 0 ? "" : names[fullest];
    }

    /** The number of the reading of the fullest by which a round is judged; unknown where each is one. */
    long sequence() {
        return fullest < 0
                ? MemorySource.UNKNOWN
                : sources[fullest] instanceof NeededMemory needed ? needed.evidence() : sequences[fullest];
    }

    /** How many bytes the fullest is above a share of its limit. */
    long above(double target) {
        return fullest < 0 ? 0 : Math.max(0, used[fullest] - Math.round(target * limits[fullest]));
    }

    /** In how many nanoseconds the first source gets to {@code share} of its limit; {@link Long#MAX_VALUE} if none grows. */
    long nanosTo(double share) {
        long soonest = Long.MAX_VALUE;
        for (int i = 0; i < sources.length; i++) {
            soonest = Math.min(soonest, nanosTo(share, i));
        }
        return soonest;
    }

    private long nanosTo(double share, int i) {
        double left = share * limits[i] - used[i];
        return used[i] >= 0 && limits[i] > 0 && slopes[i] > 0 && left > 0 ? (long) (left / slopes[i]) : Long.MAX_VALUE;
    }

    /** In how many nanoseconds the fullest gets to its limit; {@link Long#MAX_VALUE} if it does not grow. */
    long nanosToLimit() {
        return fullest < 0 ? Long.MAX_VALUE : nanosTo(1, fullest);
    }

    List<GuardStats.Reading> readings() {
        List<GuardStats.Reading> all = new ArrayList<>();
        for (int i = 0; i < sources.length; i++) {
            all.add(new GuardStats.Reading(names[i], Math.max(MemorySource.UNKNOWN, used[i]), limits[i]));
        }
        return all;
    }
}
