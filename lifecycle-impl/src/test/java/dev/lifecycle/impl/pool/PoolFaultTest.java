package dev.lifecycle.impl.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.NestedAcquire;
import dev.lifecycle.pool.ResourceFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a pool does when something fails at a moment that seldom comes. */
class PoolFaultTest {
    private final Stand stand = new Stand();
    private int made;
    private int destroyed;
    private Runnable atCreate = () -> {};
    private Runnable atReset = () -> {};

    private final class Makes implements ResourceFactory<Integer> {
        @Override
        public Integer create() {
            int number = ++made;
            atCreate.run();
            return number;
        }

        @Override
        public void destroy(Integer resource) {
            destroyed++;
        }
    }

    private final class Resets implements ResourceFactory<Integer> {
        @Override
        public Integer create() {
            return ++made;
        }

        @Override
        public void reset(Integer resource) {
            atReset.run();
        }

        @Override
        public void destroy(Integer resource) {
            destroyed++;
        }
    }

    private static final class Validates implements ResourceFactory<Object> {
        @Override
        public Object create() {
            return new Object();
        }

        @Override
        public boolean validate(Object resource) {
            return true;
        }

        @Override
        public void reset(Object resource) {
            resource.hashCode();
        }
    }

    private static <R> PoolLease<R> take(Pool<R> pool) {
        Loan<R> loan = pool.take();
        assertNotNull(loan);
        return pool.lease(loan);
    }

    private static <R> Waiter<R> queue(Pool<R> pool, long now) {
        Waiter<R> waiter = new Waiter<>(now, Long.MAX_VALUE, true);
        pool.takeOrQueue(waiter, now);
        assertEquals(Waiter.QUEUED, waiter.state);
        return waiter;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void givesBackWhenNoThreadCanBeStarted() {
        stand.core = 1;
        stand.prefill = true;
        Pool<Integer> pool = stand.open(new Makes());
        stand.workAll();
        Lease<Integer> lease = take(pool);
        stand.atStart = () -> {
            throw new OutOfMemoryError("unable to create native thread, says the test");
        };
        lease.invalidate(new IOException("broken"));
        Waiter<Integer> waiter = queue(pool, stand.now);
        lease.close();
        assertEquals(0, stand.clerks.size());
        stand.atStart = () -> {};
        stand.round(pool);
        stand.workAll();
        assertEquals(1, destroyed);
        assertEquals(Waiter.GRANTED, waiter.state);
        assertTrue(pool.invariantsHold(true));
    }

    @Test
    void prefillsTheCoreAlsoWhenSomeCannotBeMadeAtFirst() {
        stand.core = 3;
        stand.prefill = true;
        atCreate = () -> {
            if (made == 2 || made == 3) {
                throw new IllegalStateException("not now");
            }
        };
        Pool<Integer> pool = stand.open(new Makes());
        stand.workAll();
        for (int i = 0; i < 10; i++) {
            stand.round(pool, Duration.ofSeconds(5));
            stand.workAll();
        }
        assertEquals(3, pool.stats().idle());
    }

    @Test
    void countsNoReplacementOfOneThatHasGone() {
        stand.core = 1;
        stand.minAvailable = 1;
        Pool<Integer> pool = stand.open(new Makes());
        stand.workAll();
        Lease<Integer> lease = take(pool);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch another = new CountDownLatch(1);
        pool.recycleAll();
        Thread successor = new Thread(stand.clerks.remove());
        atCreate = () -> {
            atCreate = () -> { // the old one is ended meanwhile, and another one is being made in its place
                another.countDown();
                join(successor);
            };
            begun.countDown();
            await(another);
        };
        successor.start();
        await(begun);
        lease.invalidate(new IOException("broken"));
        lease.close();
        stand.workAll();
        assertEquals(1, pool.stats().recycledByRequest(), "the one that its holder had replaced");
        assertEquals(1, pool.live);
        assertTrue(pool.invariantsHold(true));
    }

    @Test
    void doesNotEndWhatIsGivenBackByASlowThread() {
        stand.core = 1;
        stand.prefill = true;
        Pool<Integer> pool = stand.open(new Resets());
        stand.workAll();
        Lease<Integer> lease = take(pool);
        Waiter<Integer> waiter = queue(pool, stand.now);
        atReset = () -> stand.atClock = () -> { // reset is through, and the lock not taken yet
            stand.atClock = () -> {};
            stand.round(pool, Duration.ofMillis(50));
            stand.round(pool, Duration.ofMillis(50));
        };
        lease.close();
        stand.workAll();
        assertEquals(Waiter.GRANTED, waiter.state);
        assertEquals(0, destroyed);
    }

    @Test
    void namesNobodyForWhatAnotherOneTookJustNow() {
        stand.nestedAcquire = NestedAcquire.WARN;
        stand.prefill = true;
        Pool<Integer> pool = stand.open(new Makes());
        stand.workAll();
        long me = Thread.currentThread().getId();
        PoolLease<Integer> mine = take(pool);
        Slot<Integer> slot = pool.heldBy(me);
        assertNotNull(slot);
        mine.close();
        assertNull(pool.heldBy(me));
        long idle = slot.word;
        assertTrue(slot.replace(idle, Slot.lent(idle))); // another thread, which has not noted yet that it has it
        assertNull(pool.heldBy(me));
        assertEquals("unknown thread", pool.leases().get(0).thread());
        slot.heldBy(me + 1, Slot.lent(idle));
        assertSame(slot, pool.heldBy(me + 1));
        assertTrue(slot.replace(Slot.lent(idle), idle));
    }

    @Test
    void doesNotBlameACallerForWhatItWasGrantedWhileItBeganToWait() {
        stand.nestedAcquire = NestedAcquire.WARN;
        stand.core = 1;
        stand.prefill = true;
        Pool<Integer> pool = stand.open(new Makes());
        stand.workAll();
        long me = Thread.currentThread().getId();
        PoolLease<Integer> others = take(pool);
        Slot<Integer> slot = pool.heldBy(me);
        assertNotNull(slot);
        slot.heldBy(me + 1, slot.word);
        Waiter<Integer> waiter = queue(pool, stand.now);
        assertNull(pool.waits.held(waiter));
        others.close();
        assertEquals(Waiter.GRANTED, waiter.state);
        assertSame(slot, pool.heldBy(me));
        assertNull(pool.waits.held(waiter));
        assertSame(slot, pool.waits.held(new Waiter<>(stand.now, Long.MAX_VALUE, true)));
    }

    @Test
    void endsWhatItsHolderLeftHalfGivenBack() {
        stand.core = 1;
        stand.prefill = true;
        Pool<Integer> pool = stand.open(new Resets());
        stand.workAll();
        take(pool);
        Slot<Integer> slot = pool.slots[0];
        assertTrue(slot.replace(slot.word, Slot.with(slot.word, Slot.RESETTING))); // and then its stack was at its end
        for (int i = 0; i < 10; i++) {
            stand.round(pool, Duration.ofSeconds(3));
            stand.workAll();
        }
        assertEquals(1, destroyed);
    }

    /** Whatever frame the stack ends in, nothing is lost. */
    @Test
    void losesNothingAtTheEndOfTheStack() throws InterruptedException {
        for (boolean byCaller : new boolean[] {true, false}) {
            stand.core = 2;
            stand.validateAfterIdle = byCaller ? 0 : TimeUnit.HOURS.toNanos(1);
            stand.validateTimeout = byCaller ? 0 : TimeUnit.SECONDS.toNanos(5);
            stand.prefill = true;
            Pool<Object> pool = byCaller ? stand.open(new Validates()) : stand.open(Object::new);
            stand.workAll();
            Deep deep = new Deep(pool);
            deep.warmUp();
            for (int round = 0; round < 40; round++) {
                Thread thread = new Thread(null, deep::descend, "deep", 200_000 + 64L * round);
                thread.start();
                thread.join();
                if (deep.last != null) {
                    deep.last.close();
                    deep.last = null;
                }
                stand.workAll();
            }
            assertNull(deep.failure);
            assertTrue(deep.taken > 0);
            stand.round(pool, Duration.ofSeconds(20));
            stand.round(pool, Duration.ofSeconds(20));
            stand.workAll();
            assertEquals(0, pool.stats().leased());
            assertEquals(0, pool.waiting);
            assertEquals(0, pool.checking);
            assertEquals(0, pool.stats().checking());
            assertTrue(pool.invariantsHold(true));
        }
    }

    private static final class Deep {
        final Pool<Object> pool;
        final List<Lease<Object>> open = new ArrayList<>(10_000);
        int taken;
        Lease<Object> last;
        int turns;
        Throwable failure;

        Deep(Pool<Object> pool) {
            this.pool = pool;
        }

        /** Loads and links what is needed: where that meets the end of the stack, it fails for good. */
        void warmUp() {
            for (int i = 0; i < 2; i++) {
                play();
                assertThrows(AcquireTimeoutException.class, () -> {
                    for (int at = 0; at < 3; at++) {
                        open.add(pool.acquire(Duration.ZERO));
                    }
                });
                open.forEach(Lease::close);
                open.clear();
            }
        }

        void descend() {
            turns = 0;
            try {
                down();
            } catch (StackOverflowError end) {
                return;
            }
        }

        private void down() {
            try {
                down();
            } catch (StackOverflowError end) {
                if (turns++ < 400) {
                    play();
                }
                throw end;
            }
        }

        /** Takes one and gives it back, as far as the stack goes. */
        private void play() {
            try {
                if (last == null) {
                    last = pool.acquire(Duration.ZERO);
                    taken++;
                }
                last.close();
                last = null;
            } catch (StackOverflowError end) {
                return; // the next one goes on with it
            } catch (AcquireTimeoutException none) {
                return; // checks that met the end of the stack had theirs ended, and no clerk has come yet
            } catch (Throwable thrown) {
                failure = thrown;
            }
        }
    }
}
