package dev.lifecycle.impl.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.Fairness;
import dev.lifecycle.pool.LeakLevel;
import dev.lifecycle.pool.Order;
import dev.lifecycle.pool.PoolStats;
import dev.lifecycle.pool.ResourceCreationException;
import dev.lifecycle.pool.ResourceFactory;
import dev.lifecycle.pool.ResourcePool;
import dev.lifecycle.scope.CloseReport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads do anything to one pool; nobody ever has what another one has, and in the end everything adds up. */
@Timeout(600)
class PoolStressTest {
    /** In all; the long run: {@code -Ddev.lifecycle.test.seconds=300}. */
    private static final int SECONDS = Integer.getInteger("dev.lifecycle.test.seconds", 5);

    private static final int ROUNDS = 5;
    private static final int THREADS = 6;

    static {
        new Stand(); // turns the log off
    }

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger destroyed = new AtomicInteger();
    private volatile boolean isHealthy;
    private volatile boolean isOver;

    /** With plain fields: what one holder wrote, the next one sees. */
    private static final class Thing {
        private static final int FREE = 0;
        private static final int HELD = 1;
        private static final int DEAD = 2;

        final AtomicInteger state = new AtomicInteger();
        long uses;
        long copy;

        void enter() {
            if (!state.compareAndSet(FREE, HELD)) {
                throw new AssertionError("lent out in state " + state.get());
            }
            if (uses != copy) {
                throw new AssertionError(uses + " is seen, and " + copy);
            }
            uses++;
        }

        void leave() {
            copy++;
            if (uses != copy || !state.compareAndSet(HELD, FREE)) {
                throw new AssertionError("not ours any more: state " + state.get());
            }
        }
    }

    private final class Things implements ResourceFactory<Thing> {
        private final int faults;
        private final boolean hangs;

        Things(int faults, boolean hangs) {
            this.faults = faults;
            this.hangs = hangs;
        }

        private boolean fails(SplittableRandom random) {
            return !isHealthy && random.nextInt(100) < faults;
        }

        private void mayFail() throws IOException {
            SplittableRandom random = new SplittableRandom(System.nanoTime());
            if (hangs && random.nextInt(50) == 0) {
                long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(60);
                while (System.nanoTime() - until < 0) {
                    Thread.yield();
                }
            }
            if (fails(random)) {
                throw new IOException("says the test");
            }
        }

        @Override
        public Thing create() throws IOException {
            mayFail();
            made.incrementAndGet();
            return new Thing();
        }

        @Override
        public boolean validate(Thing thing) throws IOException {
            thing.enter();
            try {
                mayFail();
            } finally {
                thing.leave();
            }
            return true;
        }

        @Override
        public void reset(Thing thing) throws IOException {
            thing.enter();
            try {
                if (fails(new SplittableRandom(System.nanoTime()))) {
                    throw new IOException("says the test");
                }
            } finally {
                thing.leave();
            }
        }

        @Override
        public void destroy(Thing thing) throws IOException {
            if (!thing.state.compareAndSet(Thing.FREE, Thing.DEAD)) {
                note(new AssertionError("destroyed in state " + thing.state.get()));
            }
            destroyed.incrementAndGet();
            mayFail();
        }
    }

    /** Without a method that is called at each return. */
    private final class Bare implements ResourceFactory<Thing> {
        private final Things things = new Things(10, false);

        @Override
        public Thing create() throws IOException {
            return things.create();
        }

        @Override
        public void destroy(Thing thing) throws IOException {
            things.destroy(thing);
        }
    }

    private void note(Throwable thrown) {
        failure.compareAndSet(null, thrown);
    }

    @Test
    void nobodyHasWhatAnotherOneHasAndEverythingAddsUp() throws InterruptedException {
        long seed = Long.getLong("dev.lifecycle.test.seed", System.nanoTime());
        for (int round = 0; round < ROUNDS; round++) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS) / ROUNDS;
            do {
                play(seed++, Math.min(end, System.nanoTime() + TimeUnit.SECONDS.toNanos(2)), round);
            } while (System.nanoTime() - end < 0);
        }
    }

    private void play(long seed, long end, int kind) throws InterruptedException {
        made.set(0);
        destroyed.set(0);
        isHealthy = false;
        isOver = false;
        SplittableRandom random = new SplittableRandom(seed);
        ResourceFactory<Thing> factory = kind < 2 ? new Bare() : new Things(kind == 2 ? 0 : 10, kind == 4);
        Pool<Thing> pool = (Pool<Thing>) ResourcePool.builder("stress", factory)
                .core(1 + random.nextInt(4))
                .overflow(random.nextInt(3))
                .maxWaiters(random.nextBoolean() ? 3 : 100)
                .maxAge(Duration.ofMillis(random.nextBoolean() ? 0 : 50), 0.5)
                .maxUses(random.nextBoolean() ? 0 : 100, 0)
                .maxIdle(Duration.ofMillis(random.nextBoolean() ? 0 : 20))
                .validateAfterIdle(Duration.ofMillis(random.nextBoolean() ? 0 : 5))
                .validateTimeout(Duration.ofMillis(random.nextBoolean() ? 0 : 20))
                .createTimeout(Duration.ofMillis(20))
                .drainTimeout(Duration.ofMillis(50))
                .maxConcurrentRecycles(1 + random.nextInt(2))
                .fairness(random.nextBoolean() ? Fairness.FIFO : Fairness.BOUNDED)
                .leakDetection(
                        random.nextBoolean() ? LeakLevel.OFF : random.nextBoolean() ? LeakLevel.ALWAYS : LeakLevel.AGE,
                        Duration.ofMinutes(1))
                .order(random.nextBoolean() ? Order.LIFO : Order.FIFO)
                .open();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            SplittableRandom own = random.split();
            threads.add(new Thread(() -> use(pool, own), "user-" + i));
        }
        threads.forEach(Thread::start);
        while (System.nanoTime() - end < 0 && failure.get() == null) {
            disturb(pool, random, threads);
        }
        isHealthy = true;
        isOver = true;
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(60));
            if (thread.isAlive()) {
                AssertionError stuck = new AssertionError("stuck: " + pool.stats());
                stuck.setStackTrace(thread.getStackTrace());
                note(stuck);
            }
        }
        String with = "seed " + seed + ", kind " + kind + ": " + pool.stats();
        if (failure.get() != null) {
            throw new AssertionError(with, failure.get());
        }
        assertEquals(0, pool.stats().waiting(), with);
        assertTrue(pool.invariantsHold(false), with);
        CloseReport report = pool.close(Duration.ofSeconds(60));
        assertEquals(List.of(), report.overruns(), with);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60); // for clerks that were late
        while (made.get() != destroyed.get() || pool.stats().quarantined() > 0) {
            assertTrue(System.nanoTime() - deadline < 0, with + ": " + made + " made, " + destroyed + " destroyed");
            Thread.yield();
        }
        assertNull(failure.get(), with);
        PoolStats stats = pool.stats();
        assertEquals(made.get(), stats.created());
        assertEquals(0, stats.idle() + stats.leased() + stats.creating() + stats.checking() + stats.retiring());
        assertEquals(0, pool.occupied);
        assertTrue(pool.invariantsHold(true), with);
    }

    private static void disturb(Pool<Thing> pool, SplittableRandom random, List<Thread> threads) {
        switch (random.nextInt(12)) {
            case 0 -> pool.resize(1 + random.nextInt(6), random.nextInt(3));
            case 1 -> pool.evictIdle();
            case 2 -> pool.recycleAll();
            case 3 -> pool.leases();
            case 4 -> threads.get(random.nextInt(threads.size())).interrupt();
            case 5 -> pool.alert(random.nextBoolean());
            default -> pool.stats();
        }
        for (int i = random.nextInt(300); i > 0; i--) {
            Thread.yield();
        }
    }

    private void use(Pool<Thing> pool, SplittableRandom random) {
        try {
            while (!isOver && failure.get() == null) {
                one(pool, random);
            }
        } catch (Throwable thrown) {
            note(thrown);
        }
    }

    private static void one(Pool<Thing> pool, SplittableRandom random) {
        Lease<Thing> lease;
        try {
            lease = switch (random.nextInt(4)) {
                case 0 -> pool.tryAcquire().orElse(null);
                case 1 -> pool.acquire(Duration.ofNanos(random.nextInt(500_000)));
                default -> pool.acquire();
            };
        } catch (InterruptedException | AcquireTimeoutException | ResourceCreationException none) {
            return;
        }
        if (lease == null) {
            return;
        }
        Thing thing = lease.get();
        thing.enter();
        if (random.nextInt(20) == 0) {
            Thread.yield();
        }
        if (random.nextInt(50) == 0) {
            lease.invalidate(new IOException("says the test"));
        }
        thing.leave();
        lease.close();
        if (random.nextInt(50) == 0) {
            lease.close();
            lease.invalidate(new IOException("late"));
        }
    }
}
