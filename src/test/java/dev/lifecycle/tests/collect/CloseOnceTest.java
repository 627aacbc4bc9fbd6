package dev.lifecycle.tests.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lifecycle.Lease;
import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.collect.CacheStats;
import dev.lifecycle.collect.CacheTimeoutException;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A value is closed once, after the last lease, whatever else happens to its entry. The system property {@code
 * dev.lifecycle.test.steps} sets how many steps are tried: 300 000 by default, 10 000 000 for the long run.
 */
class CloseOnceTest {
    private static final int THREADS = 8;
    private static final int KEYS = 64;
    private static final int STEPS_PER_CACHE = 20_000;
    private static final int HELD = 4; // leases that a thread keeps for a while

    private final AtomicLong made = new AtomicLong();
    private final AtomicLong closed = new AtomicLong();
    private final AtomicLong twice = new AtomicLong();
    private final AtomicLong early = new AtomicLong();

    private final class Value implements AutoCloseable {
        final int tag;
        private final AtomicInteger closes = new AtomicInteger();
        private final AtomicInteger leases = new AtomicInteger();

        Value(int tag) {
            this.tag = tag;
            made.incrementAndGet();
        }

        void borrowed() {
            leases.incrementAndGet();
            look();
        }

        void look() {
            early.addAndGet(closes.get() == 0 ? 0 : 1);
        }

        void givenBack() {
            look();
            leases.decrementAndGet();
        }

        @Override
        public void close() {
            early.addAndGet(leases.get() == 0 ? 0 : 1);
            twice.addAndGet(closes.incrementAndGet() == 1 ? 0 : 1);
            closed.incrementAndGet();
        }
    }

    @Test
    void closesEachValueOnceAndNotBeforeItsLastLease() throws Exception {
        long steps = Long.getLong("dev.lifecycle.test.steps", 300_000);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            long done = 0;
            for (int round = 0; done < steps; round++) {
                done += round(threads, round);
            }
        } finally {
            threads.shutdown();
        }
        assertEquals(0, twice.get(), "closed twice");
        assertEquals(0, early.get(), "closed too early");
        assertEquals(made.get(), closed.get(), "made, and closed");
    }

    /** Uses one cache up; returns how many steps were taken. */
    private long round(ExecutorService threads, int round) throws Exception {
        VirtualTime time = new VirtualTime();
        boolean limited = round % 3 == 2;
        var builder = BoundedCache.<Integer, Value>builder("once")
                .maximumSize(round % 2 == 0 ? KEYS / 2 : KEYS * 2)
                .closeValues()
                .groups((key, value) -> value.tag)
                .timeSource(time);
        if (round % 4 != 0) {
            builder.expireAfterAccess(Duration.ofMillis(500));
        }
        if (limited) {
            builder.maxOpen(THREADS * (HELD + 2));
        }
        if (round % 5 == 4) {
            builder.hardBound();
        }
        BoundedCache<Integer, Value> cache = builder.open();
        List<Future<Long>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            long seed = round * 1_000L + i;
            Callable<Long> work = () -> work(cache, time, new SplittableRandom(seed));
            all.add(threads.submit(work));
        }
        long done = 0;
        for (Future<Long> each : all) {
            done += each.get();
        }
        cache.close();
        CacheStats stats = cache.stats();
        assertEquals(0, stats.open(), "open in the end");
        assertEquals(0, stats.borrowed());
        assertEquals(0, cache.size());
        assertEquals(
                stats.insertions(),
                stats.removals().values().stream().mapToLong(Long::longValue).sum());
        assertEquals(made.get(), closed.get(), "made, and closed, after round " + round);
        return done;
    }

    private long work(BoundedCache<Integer, Value> cache, VirtualTime time, SplittableRandom random) {
        ArrayDeque<Lease<Value>> held = new ArrayDeque<>();
        int steps = STEPS_PER_CACHE / THREADS;
        boolean ends = random.nextInt(4) == 0; // some caches are closed while they are used
        int step = 0;
        for (; step < steps; step++) {
            int key = random.nextInt(KEYS);
            try {
                step(cache, time, random, key, held);
                if (ends && step == steps * 3 / 4 && random.nextInt(THREADS) == 0) {
                    cache.close();
                }
            } catch (dev.lifecycle.collect.CollectionClosedException over) {
                break;
            }
        }
        while (!held.isEmpty()) {
            giveBack(held.remove());
        }
        return step;
    }

    private void step(
            BoundedCache<Integer, Value> cache,
            VirtualTime time,
            SplittableRandom random,
            int key,
            ArrayDeque<Lease<Value>> held) {
        int what = random.nextInt(1_000);
        if (what < 350) {
            keep(cache.borrow(key), held);
        } else if (what < 650) {
            try {
                keep(cache.borrow(key, each -> new Value(each % 4), Duration.ofSeconds(0)), held);
            } catch (CacheTimeoutException full) {
                giveAllBack(held);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        } else if (what < 750) {
            put(cache, key, held);
        } else if (what < 850) {
            cache.invalidate(key);
        } else if (what < 900) {
            invalidateByLease(cache.borrow(key));
        } else if (what < 920) {
            cache.invalidateGroup(key % 4);
        } else if (what < 930) {
            cache.invalidateIf((each, value) -> each % 8 == key % 8);
        } else if (what < 940) {
            cache.trimTo(0.75);
        } else if (what < 980) {
            time.advance(Duration.ofMillis(50));
        } else if (what < 998) {
            cache.cleanUp();
        } else {
            cache.invalidateAll();
        }
    }

    private void put(BoundedCache<Integer, Value> cache, int key, ArrayDeque<Lease<Value>> held) {
        Value value = new Value(key % 4);
        try {
            cache.put(key, value);
        } catch (CacheTimeoutException full) {
            value.close(); // it is the caller's
            giveAllBack(held);
        } catch (dev.lifecycle.collect.CollectionClosedException over) {
            value.close();
            throw over;
        }
    }

    private static void invalidateByLease(@Nullable Lease<Value> lease) {
        if (lease != null) {
            lease.get().borrowed();
            lease.invalidate(new IllegalStateException("broken"));
            giveBack(lease);
        }
    }

    private static void keep(@Nullable Lease<Value> lease, ArrayDeque<Lease<Value>> held) {
        if (lease != null) {
            lease.get().borrowed();
            held.add(lease);
            held.forEach(each -> each.get().look());
            if (held.size() > HELD) {
                giveBack(held.remove());
            }
        }
    }

    private static void giveAllBack(ArrayDeque<Lease<Value>> held) {
        while (!held.isEmpty()) {
            giveBack(held.remove());
        }
    }

    private static void giveBack(Lease<Value> lease) {
        lease.get().givenBack();
        lease.close();
    }
}
