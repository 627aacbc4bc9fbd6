package dev.lifecycle.impl.memory;

import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.memory.GuardStats;
import dev.lifecycle.memory.MemorySource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** The sources of a guard as they were last read, and how fast they grow. */
final class Gauges {
    /*
     * read() belongs to the thread that watches; it calls code of users. All fields but `failures` are written in take(), and read by others, with the lock of the guard.
     */
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.memory");
    private static final double SMOOTHED = 0.3; // the share of the newest slope
    private static final long SHORTEST_NANOS = 10_000_000; // between two readings that make a slope

    private final String owner;
    private final Gauge[] gauges; // of the sources, and behind them those of the room beside the heap
    private final int count; // of the sources
    private final NeededMemory[] containers; // those of the sources that know of stalls
    private int fullest = -1;
    final AtomicLong failures = new AtomicLong();

    Gauges(String owner, List<MemorySource> sources) {
        this.owner = owner;
        count = sources.size();
        containers = sources.stream()
                .filter(NeededMemory.class::isInstance)
                .map(NeededMemory.class::cast)
                .toArray(NeededMemory[]::new);
        gauges = Stream.concat(sources.stream(), Arrays.stream(containers).map(NeededMemory::room))
                .map(Gauge::new)
                .toArray(Gauge[]::new);
    }

    /** One source. */
    private static final class Gauge {
        final MemorySource source;
        final String name;
        boolean isBroken; // said already
        long newUsed;
        long newLimit;
        long newSequence;
        long used = MemorySource.UNKNOWN;
        long limit;
        long sequence;
        private long readAt;
        private double slope; // bytes a nanosecond

        Gauge(MemorySource source) {
            this.source = source;
            name = source.name();
        }

        void read() {
            newUsed = source.usedBytes();
            newLimit = source.limitBytes();
            newSequence = source instanceof NeededMemory needed ? needed.evidence() : source.sequence();
        }

        void take(long now) {
            boolean isSame = newSequence == sequence;
            boolean isNeeded =
                    source instanceof NeededMemory; // grows between two live sets, and jumps from one to the next
            if (newUsed < 0 || used < 0 || isNeeded && !isSame) {
                slope = 0;
                readAt = now;
            } else if ((newSequence < 0 || !isSame || isNeeded) && now - readAt >= SHORTEST_NANOS) {
                slope = (1 - SMOOTHED) * slope + SMOOTHED * (newUsed - used) / (now - readAt);
                readAt = now;
            }
            used = newUsed;
            limit = newLimit;
            sequence = newSequence;
        }

        /** How full it is; negative if that is not known, or it has no limit. */
        double fraction() {
            return used < 0 || limit <= 0 ? -1 : (double) used / limit;
        }

        /** In how many nanoseconds it gets to {@code share} of its limit; {@link Long#MAX_VALUE} if it does not grow. */
        long nanosTo(double share) {
            double left = share * limit - used;
            return used >= 0 && limit > 0 && slope > 0 && left > 0 ? (long) (left / slope) : Long.MAX_VALUE;
        }
    }

    /** Reads all, for the first time: one that fails then is a mistake of who made it. */
    void readFirst() {
        for (Gauge each : gauges) {
            try {
                each.read();
            } catch (RuntimeException failure) {
                throw new IllegalStateException(
                        "memory guard " + owner + " cannot read its source " + each.name + "; it was not opened",
                        failure);
            }
        }
    }

    /** Reads all; returns whether threads of the process wait for memory. */
    boolean read() {
        for (Gauge each : gauges) {
            try {
                each.read();
                each.isBroken = false;
            } catch (Throwable ofUser) {
                each.newUsed = MemorySource.UNKNOWN;
                each.newLimit = 0;
                failures.incrementAndGet();
                if (!each.isBroken) {
                    each.isBroken = true;
                    LOG.warn("memory guard " + owner + " cannot read its source " + each.name, ofUser);
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
        for (int i = 0; i < gauges.length; i++) {
            gauges[i].take(now);
            double fraction = i < count ? gauges[i].fraction() : -1;
            if (fraction > most) {
                most = fraction;
                fullest = i;
            }
        }
    }

    /** How full the fullest is; 0 if none is known. */
    double fraction() {
        return fullest < 0 ? 0 : gauges[fullest].fraction();
    }

    /** The name of the fullest; empty if none is known. */
    String cause() {
        return fullest < 0 ? "" : gauges[fullest].name;
    }

    /** The number of the reading of the fullest by which a round is judged; unknown where each is one. */
    long sequence() {
        return fullest < 0 ? MemorySource.UNKNOWN : gauges[fullest].sequence;
    }

    /** How many bytes the fullest is above a share of its limit. */
    long above(double target) {
        return fullest < 0 ? 0 : Math.max(0, gauges[fullest].used - Math.round(target * gauges[fullest].limit));
    }

    /** In how many nanoseconds the first source gets to {@code share} of its limit; {@link Long#MAX_VALUE} if none grows. */
    long nanosTo(double share) {
        return soonest(share, 0, count);
    }

    /** In how many nanoseconds what is outside of a heap uses up its room; likewise. */
    long nanosToEdge() {
        return soonest(1, count, gauges.length);
    }

    private long soonest(double share, int from, int to) {
        long soonest = Long.MAX_VALUE;
        for (int i = from; i < to; i++) {
            soonest = Math.min(soonest, gauges[i].nanosTo(share));
        }
        return soonest;
    }

    /** Whether one may meet its limit between two readings before any growth was seen. */
    boolean isTight() {
        for (NeededMemory each : containers) {
            if (each.isTight()) {
                return true;
            }
        }
        return false;
    }

    /** In how many nanoseconds the fullest gets to its limit; {@link Long#MAX_VALUE} if it does not grow. */
    long nanosToLimit() {
        if (fullest < 0) {
            return Long.MAX_VALUE;
        }
        long nanos = gauges[fullest].nanosTo(1);
        return gauges[fullest].source instanceof NeededMemory ? Math.min(nanos, nanosToEdge()) : nanos;
    }

    List<GuardStats.Reading> readings() {
        List<GuardStats.Reading> all = new ArrayList<>();
        for (Gauge each : Arrays.asList(gauges).subList(0, count)) {
            all.add(new GuardStats.Reading(each.name, Math.max(MemorySource.UNKNOWN, each.used), each.limit));
        }
        return all;
    }
}
