package dev.lifecycle.tests.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.task.LimitExceededException;
import dev.lifecycle.task.Limiter;
import dev.lifecycle.task.LimiterStats;
import dev.lifecycle.task.Permit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A limiter, by many threads at once. */
@Timeout(60)
class LimiterRaceTest {
    private static final int ROUNDS = 40_000;

    @Test
    void refusesNobodyWhileThereAreAsManyPermitsAsThreads() throws Exception {
        for (int threads : new int[] {1, 2, 4}) {
            try (Limiter limiter = Limiter.builder("enough", threads).open()) {
                for (Asker<Integer> asker : Asker.some(threads, () -> refusals(limiter))) {
                    assertEquals(0, asker.result());
                }
            }
        }
    }

    private static int refusals(Limiter limiter) {
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            Optional<Permit> permit = limiter.tryAcquire();
            refused += permit.isEmpty() ? 1 : 0;
            permit.ifPresent(Permit::close);
        }
        return refused;
    }

    @Test
    void letsNoMoreInThanMayWhileTheLimitChanges() throws Exception {
        try (Limiter limiter = Limiter.builder("changing", 3).open()) {
            AtomicInteger inside = new AtomicInteger();
            AtomicBoolean done = new AtomicBoolean();
            Asker<Integer> resizer = Asker.of(() -> {
                int above = 0;
                for (int i = 0; !done.get(); i++) {
                    limiter.resize(1 + i % 3);
                    LimiterStats stats = limiter.stats();
                    above += stats.active() > 3 ? 1 : 0;
                }
                return above;
            });
            List<Asker<Integer>> askers = Asker.some(4, () -> {
                int most = 0;
                SplittableRandom random =
                        new SplittableRandom(Thread.currentThread().getId());
                for (int i = 0; i < ROUNDS / 4; i++) {
                    try (Permit permit = limiter.acquire(Duration.ofNanos(random.nextInt(200_000)))) {
                        most = Math.max(most, inside.incrementAndGet());
                        if (random.nextInt(8) == 0) {
                            permit.abandon();
                        }
                        inside.decrementAndGet();
                        if (random.nextInt(8) == 0) {
                            permit.close();
                        }
                    } catch (LimitExceededException full) {
                        most = Math.max(most, 0);
                    }
                }
                return most;
            });
            for (Asker<Integer> asker : askers) {
                assertTrue(asker.result() <= 3);
            }
            done.set(true);
            assertEquals(0, resizer.result());
            limiter.resize(3);
            LimiterStats stats = limiter.stats();
            assertEquals(0, stats.active());
            assertEquals(0, stats.zombies());
            assertEquals(0, stats.waiting());
            List<Permit> all = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                all.add(limiter.tryAcquire().orElseThrow());
            }
            assertTrue(limiter.tryAcquire().isEmpty());
            all.forEach(Permit::close);
        }
    }

    @Test
    void losesNoPermitToInterruptsAndTimeouts() throws Exception {
        try (Limiter limiter = Limiter.builder("lossless", 2).open()) {
            List<Asker<Integer>> askers = Asker.some(4, () -> {
                int taken = 0;
                for (int i = 0; i < ROUNDS / 8; i++) {
                    try (Permit permit = limiter.acquire(Duration.ofNanos(1 + i % 50_000))) {
                        taken += permit.toString().isEmpty() ? 0 : 1;
                    } catch (LimitExceededException | InterruptedException none) {
                        taken += 0;
                    }
                }
                Thread.interrupted();
                return taken;
            });
            while (askers.stream().anyMatch(asker -> !asker.isDone())) {
                askers.forEach(asker -> asker.thread.interrupt());
                Thread.yield();
            }
            long taken = 0;
            for (Asker<Integer> asker : askers) {
                taken += asker.result();
            }
            assertEquals(0, limiter.stats().active());
            assertTrue(limiter.stats().acquired() >= taken);
            try (Permit one = limiter.tryAcquire().orElseThrow();
                    Permit other = limiter.tryAcquire().orElseThrow()) {
                assertTrue(limiter.tryAcquire().isEmpty(), () -> one + " " + other);
            }
        }
    }
}
