package dev.lifecycle.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Pressure;
import dev.lifecycle.spi.LimiterConfig;
import dev.lifecycle.task.LimiterStats;
import dev.lifecycle.task.Permit;
import dev.lifecycle.time.TimeSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** A limiter against an obvious model: a list of permits, a queue of those who wait, two numbers. */
class GateModelTest {
    private static final int MAX_WAITERS = 9;

    private final List<Permit> held = new ArrayList<>();
    private final List<Permit> dead = new ArrayList<>();
    private final List<Permit> zombies = new ArrayList<>();
    private final ArrayDeque<Waiter> queue = new ArrayDeque<>();
    private SlotLimiter limiter;
    private int max;
    private boolean lowered;

    /** One run of random operations. */
    @Property(tries = 300)
    void behavesAsAListWithABound(
            @ForAll @IntRange(min = 1, max = 70) int first,
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 9) int bias) {
        max = first;
        limiter = (SlotLimiter)
                SlotLimiter.open(new LimiterConfig("model", max, MAX_WAITERS, 0, TimeSource.system()), null);
        lowered = false;
        held.clear();
        dead.clear();
        zombies.clear();
        queue.clear();
        SplittableRandom random = new SplittableRandom(seed);
        for (int step = 0; step < 400; step++) {
            int before = held.size();
            step(random, bias);
            served();
            assertTrue(held.size() <= Math.max(limit(), before), "more were let in than may be");
            assertTrue(limiter.invariantsHold(true));
            LimiterStats stats = limiter.stats();
            assertEquals(max, stats.max());
            assertEquals(limit(), stats.limit());
            assertEquals(held.size(), stats.active());
            assertEquals(zombies.size(), stats.zombies());
            assertEquals(queue.size(), stats.waiting());
        }
        List.copyOf(held).forEach(this::give);
        while (!queue.isEmpty()) {
            served();
            List.copyOf(held).forEach(this::give);
        }
        assertEquals(0, limiter.stats().active());
        limiter.close();
    }

    private int limit() {
        return lowered ? Math.max(1, max / 2) : max;
    }

    private void step(SplittableRandom random, int bias) {
        int choice = random.nextInt(20);
        if (choice < bias) {
            Optional<Permit> permit = limiter.tryAcquire();
            assertEquals(queue.isEmpty() && held.size() < limit(), permit.isPresent());
            permit.ifPresent(held::add);
        } else if (choice < 12) {
            if (!held.isEmpty()) {
                give(held.get(random.nextInt(held.size())));
            }
        } else if (choice < 15) {
            wait(random);
        } else if (choice == 15) {
            dead.forEach(Permit::close);
            dead.forEach(Permit::abandon);
        } else if (choice == 16) {
            if (!held.isEmpty()) {
                Permit permit = held.get(random.nextInt(held.size()));
                permit.abandon();
                if (!zombies.contains(permit)) {
                    zombies.add(permit);
                }
            }
        } else if (choice == 17) {
            max = 1 + random.nextInt(random.nextBoolean() ? 8 : 200);
            limiter.resize(max);
        } else if (choice == 18) {
            lowered = !lowered;
            if (lowered) {
                limiter.shrink(Pressure.EMERGENCY, 0);
            } else {
                limiter.restore();
            }
        } else if (!queue.isEmpty()) {
            Waiter leaver = random.nextBoolean() ? queue.getFirst() : queue.getLast();
            assertTrue(limiter.leave(leaver));
            queue.remove(leaver);
        }
    }

    private void give(Permit permit) {
        held.remove(permit);
        zombies.remove(permit);
        dead.add(permit);
        permit.close();
    }

    private void wait(SplittableRandom random) {
        if (random.nextInt(2) == 0) {
            return;
        }
        Waiter waiter = new Waiter(new Loan(limiter, 0));
        HeldPermit permit = limiter.takeOrQueue(waiter.loan, waiter);
        if (queue.isEmpty() && held.size() < limit()) {
            held.add(permit);
        } else if (queue.size() < MAX_WAITERS) {
            assertEquals(Waiter.QUEUED, waiter.state);
            queue.add(waiter);
        } else {
            assertEquals(Waiter.NEW, waiter.state);
        }
    }

    /** Those at the head of the queue for whom there is room must have been served, and nobody else. */
    private void served() {
        while (!queue.isEmpty() && held.size() < limit()) {
            Waiter first = queue.remove();
            assertEquals(Waiter.GRANTED, first.state);
            held.add(limiter.granted(first));
        }
        queue.forEach(waiter -> assertEquals(Waiter.QUEUED, waiter.state));
    }
}
