package dev.lifecycle.impl.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Pressure;
import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.collect.BoundedCacheBuilder;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What keeps policy and wheel in step with the table: nothing that is told stays behind. */
class UpkeepTest {
    private final StillClock clock = new StillClock();

    @AfterEach
    void letTheTimerThreadEnd() {
        clock.end();
    }

    private static boolean knowsAll(ClockCache<?, ?> cache) {
        for (int i = 0; i < cache.table().segments(); i++) {
            for (CacheNode node : cache.table().nodes(i)) {
                if (node.region == Slot.NONE) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether the clock is read to tell when the timer looks in next: with the lock held, after all else was done. */
    private static boolean isTheTimerAboutToGo() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> frame.getClassName().equals(Upkeep.class.getName()))
                        .findFirst()
                        .map(frame -> frame.getMethodName().equals("sweep"))
                        .orElse(false));
    }

    @Test
    void leavesNothingBehindThatWasToldWhileTheTimerHadTheLock() {
        try (ClockCache<Integer, Integer> cache = open(1_000)) {
            cache.put(0, 0);
            Thread self = Thread.currentThread();
            clock.whenRead(() -> {
                if (Thread.currentThread() == self && isTheTimerAboutToGo()) {
                    Thread writer = new Thread(() -> cache.put(1, 1));
                    writer.start();
                    try {
                        writer.join();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }
            });
            cache.upkeep().sweep();
            clock.whenRead(() -> {});
            assertEquals(2, cache.size());
            assertTrue(knowsAll(cache), "neither the policy nor the wheel knows of an entry");
        }
    }

    private ClockCache<Integer, Integer> open(long maximum) {
        return (ClockCache<Integer, Integer>) BoundedCache.<Integer, Integer>builder("upkeep")
                .maximumSize(maximum)
                .expireAfterWrite(Duration.ofSeconds(1))
                .timeSource(clock)
                .open();
    }

    @Test
    void knowsEachEntryAfterAnyMixOfWritesAndLooks() throws Exception {
        for (int round = 0; round < 300; round++) {
            BoundedCacheBuilder<Integer, Integer> builder =
                    BoundedCache.<Integer, Integer>builder("upkeep").maximumSize(round % 2 == 0 ? 8 : 1_000);
            if (round % 3 == 2) {
                builder.hardBound();
            }
            try (ClockCache<Integer, Integer> cache = (ClockCache<Integer, Integer>) builder.open()) {
                int threads = 3;
                CyclicBarrier barrier = new CyclicBarrier(threads);
                Thread[] all = new Thread[threads];
                for (int i = 0; i < threads; i++) {
                    SplittableRandom random = new SplittableRandom(10L * round + i);
                    all[i] = new Thread(() -> use(cache, barrier, random));
                    all[i].start();
                }
                for (Thread thread : all) {
                    thread.join();
                }
                assertTrue(knowsAll(cache), "round " + round);
                assertTrue(cache.size() <= cache.maximum(), () -> cache + " is above its bound");
                assertEquals(cache.size(), cache.weight());
                assertTrue(cache.invariantsHold());
            }
        }
    }

    private static void use(ClockCache<Integer, Integer> cache, CyclicBarrier barrier, SplittableRandom random) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        for (int i = 0; i < 100; i++) {
            int key = random.nextInt(20);
            switch (random.nextInt(9)) {
                case 0, 1, 2, 3 -> cache.put(key, i);
                case 4, 5 -> cache.remove(key);
                case 6 -> cache.weight();
                case 7 -> cache.stats();
                default -> {
                    if (random.nextInt(10) == 0) {
                        cache.shrink(Pressure.EMERGENCY, 0);
                        cache.restore();
                    } else {
                        cache.trimTo(0.9);
                    }
                }
            }
        }
    }
}
