package dev.lifecycle.impl.health;

import dev.lifecycle.health.CpuInfo;
import dev.lifecycle.health.HeapInfo;
import dev.lifecycle.health.MemoryInfo;
import dev.lifecycle.impl.memory.Vitals;
import dev.lifecycle.memory.MemorySource;
import dev.lifecycle.time.TimeSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The figures of the process, read at most once a second: by who asks first, while others go on with the ones before. */
final class Readings {
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final TimeSource clock;
    private final Probe probe;
    private final ReentrantLock lock = new ReentrantLock(); // held while one reads; guards the probe
    private volatile @Nullable Taken latest;
    private boolean failed; // the last reading; guarded by the lock, as is failedAt
    private long failedAt;

    /** Reads all anew. */
    interface Probe {
        /** Reads, by a reading of the clock. */
        Taken read(long now);
    }

    /** What was read at a moment. */
    record Taken(long at, MemoryInfo memory, HeapInfo heap, CpuInfo cpu) {}

    Readings(TimeSource clock, Probe probe) {
        this.clock = clock;
        this.probe = probe;
    }

    /** Those of this process. */
    static Readings ofThisProcess() {
        Vitals vitals = new Vitals();
        MemorySource live = MemorySource.heapLive();
        return new Readings(TimeSource.system(), now -> read(vitals, live, now));
    }

    private static Taken read(Vitals vitals, MemorySource live, long now) {
        Vitals.Reading read = vitals.read(now);
        Runtime heap = Runtime.getRuntime();
        long committed = heap.totalMemory();
        return new Taken(
                now,
                new MemoryInfo(
                        read.resident(),
                        read.virtual(),
                        read.used(),
                        read.needed(),
                        read.limit(),
                        read.isContainer() ? MemoryInfo.Source.CONTAINER : MemoryInfo.Source.MACHINE),
                new HeapInfo(Math.max(0, committed - heap.freeMemory()), committed, heap.maxMemory(), live.usedBytes()),
                new CpuInfo(read.process(), read.system()));
    }

    long now() {
        return clock.nanos();
    }

    /** Returns those of the last second, and of the second before while another thread reads. */
    Taken current() {
        Taken known = latest;
        if (known == null) {
            lock.lock();
        } else if (isFresh(known) || !lock.tryLock()) {
            return known;
        }
        try {
            Taken meanwhile = latest;
            if (meanwhile != null && isFresh(meanwhile)) {
                return meanwhile;
            }
            if (meanwhile != null && failed && clock.nanos() - failedAt < FRESH_NANOS) {
                return meanwhile;
            }
            return read(meanwhile);
        } finally {
            lock.unlock();
        }
    }

    /** Reads; goes on with what was known before if that fails, for another second. */
    private Taken read(@Nullable Taken before) {
        long now = clock.nanos();
        try {
            Taken fresh = probe.read(now);
            latest = fresh;
            failed = false;
            return fresh;
        } catch (RuntimeException failure) {
            failed = true;
            failedAt = now;
            if (before == null) {
                throw failure;
            }
            return before;
        }
    }

    private boolean isFresh(Taken taken) {
        return clock.nanos() - taken.at < FRESH_NANOS;
    }
}
