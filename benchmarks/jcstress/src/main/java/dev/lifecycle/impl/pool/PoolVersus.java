package dev.lifecycle.impl.pool;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.Fairness;
import dev.lifecycle.pool.LeakLevel;
import dev.lifecycle.pool.NestedAcquire;
import dev.lifecycle.pool.NestedAcquireException;
import dev.lifecycle.pool.Order;
import dev.lifecycle.pool.ResourceFactory;
import dev.lifecycle.scope.UseAfterCloseException;
import dev.lifecycle.spi.ResourcePoolConfig;
import dev.lifecycle.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What may happen to a pool of one resource. Its clerks are no threads: who calls one does its work. */
public class PoolVersus {
    private static final Duration LONG = Duration.ofSeconds(30); // of a thread of a machine that is busy otherwise, too
    private static final Duration SHORT = Duration.ofNanos(500);

    private PoolVersus() {}

    /** A resource, with a plain field that its holder writes. */
    private static final class Thing {
        int payload;
        volatile boolean isDestroyed;
    }

    /** A pool that has made its resource. */
    private static class One implements ResourceFactory<Thing> {
        volatile int made;
        volatile int destroyed;
        final Pool<Thing> pool;

        One(Fairness fairness, NestedAcquire nested) {
            pool = new Pool<>(
                    new ResourcePoolConfig<>(
                            "stress",
                            this,
                            1,
                            0,
                            0,
                            LONG.toNanos(),
                            10,
                            0,
                            0,
                            0,
                            0,
                            0,
                            LONG.toNanos(),
                            0,
                            LONG.toNanos(),
                            LONG.toNanos(),
                            LONG.toNanos(),
                            0,
                            1,
                            0,
                            true,
                            fairness,
                            LeakLevel.OFF,
                            LONG.toNanos(),
                            2,
                            1,
                            nested,
                            Order.LIFO,
                            null,
                            TimeSource.system()),
                    Wear.none(),
                    Runnable::run);
            pool.tend();
        }

        One(Fairness fairness) {
            this(fairness, NestedAcquire.ALLOW);
        }

        One() {
            this(Fairness.BOUNDED);
        }

        @Override
        public Thing create() {
            made++; // one at a time
            return new Thing();
        }

        @Override
        public void destroy(Thing thing) {
            thing.isDestroyed = true;
            destroyed++;
        }

        Lease<Thing> take() {
            return pool.tryAcquire().orElseThrow();
        }

        Lease<Thing> await() {
            try {
                return pool.acquire(LONG);
            } catch (InterruptedException never) {
                throw new AssertionError(never);
            }
        }

        int idle() {
            return pool.stats().idle();
        }

        int occupied() {
            return pool.invariantsHold(true) ? pool.occupied : -1;
        }
    }

    /**
     * A resource is given back while the pool is closed.
     *
     * <p>Broken if who gives it back looked at whether the pool is closed only before: it would stay idle, and never be ended.
     */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "ended once")
    @Outcome(expect = FORBIDDEN, desc = "left in the pool, or ended twice")
    @State
    public static class ReturnVersusClose {
        private final One one = new One();
        private final Lease<Thing> lease = one.take();

        @Actor
        public void give() {
            lease.close();
        }

        @Actor
        public void close() {
            one.pool.shut();
        }

        @Arbiter
        public void look(II_Result r) {
            r.r1 = one.destroyed;
            r.r2 = one.occupied();
        }
    }

    /**
     * A caller's wait is over while what it waits for is given back.
     *
     * <p>Broken if it left the queue, and looked at whether it was granted, in two steps: the resource would be lost.
     */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "served")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "too late: it is idle")
    @Outcome(expect = FORBIDDEN, desc = "lost, or lent to two")
    @State
    public static class TimeoutVersusHandOver {
        private final One one = new One(Fairness.FIFO);
        private final Lease<Thing> lease = one.take();

        @Actor
        public void ask(II_Result r) {
            try {
                one.pool.acquire(SHORT);
                r.r1 = 1;
            } catch (AcquireTimeoutException | InterruptedException late) {
                r.r1 = 0;
            }
        }

        @Actor
        public void give() {
            lease.close();
        }

        @Arbiter
        public void look(II_Result r) {
            r.r2 = one.idle();
        }
    }

    /**
     * Who sees to deadlines finds that a caller's wait is over while what it waits for is given back.
     *
     * <p>Broken if it were taken out of the queue after it was granted: the resource would be lost.
     */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "served")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "too late: it is idle")
    @Outcome(expect = FORBIDDEN, desc = "lost, or lent to two")
    @State
    public static class LapseVersusHandOver {
        private final One one = new One(Fairness.FIFO);
        private final Lease<Thing> lease = one.take();
        private final Waiter<Thing> waiter = new Waiter<>(0, 0, true);

        public LapseVersusHandOver() {
            one.pool.takeOrQueue(waiter, 0);
            one.pool.watch(waiter);
        }

        @Actor
        public void lapse() {
            one.pool.lapse(1);
        }

        @Actor
        public void give() {
            lease.close();
        }

        @Arbiter
        public void look(II_Result r) {
            r.r1 = waiter.state == Waiter.GRANTED ? 1 : waiter.state == Waiter.LATE ? 0 : -1;
            r.r2 = one.idle();
        }
    }

    /**
     * Who has given its resource back waits for another one, where nobody may who holds one, while somebody else takes it.
     *
     * <p>Broken if its name stood on the resource until the next one wrote its own.
     */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "served")
    @Outcome(expect = FORBIDDEN, desc = "refused, though it held nothing")
    @State
    public static class TakeVersusNested {
        private final One one = new One(Fairness.BOUNDED, NestedAcquire.REJECT);

        @Actor
        public void again(I_Result r) {
            one.pool.tryAcquire().ifPresent(Lease::close);
            try {
                one.await().close();
                r.r1 = 1;
            } catch (NestedAcquireException wrong) {
                r.r1 = 0;
            }
        }

        @Actor
        public void take() {
            one.pool.tryAcquire().ifPresent(Lease::close);
        }
    }

    /**
     * A resource is found unfit by one thread while another one gives it back.
     *
     * <p>Broken if what the first one says were lost where the other one is between two steps: it would stay half ended.
     */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "ended")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "given back before")
    @Outcome(expect = FORBIDDEN, desc = "neither, or both")
    @State
    public static class InvalidateVersusReturn {
        private final One one = new One();
        private final Lease<Thing> lease = one.take();

        @Actor
        public void invalidate() {
            lease.invalidate(new IOException("stress"));
        }

        @Actor
        public void give() {
            lease.close();
        }

        @Arbiter
        public void look(II_Result r) {
            r.r1 = one.destroyed;
            r.r2 = one.idle();
        }
    }

    /**
     * A lease is closed by two threads, one of which takes the resource again.
     *
     * <p>Broken if a lease were known by its resource only, or the count of a slot did not go up: the other close would end the new lease.
     */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the new lease is open")
    @Outcome(expect = FORBIDDEN, desc = "closed by the old one, or lost")
    @State
    public static class CloseVersusClose {
        private final One one = new One();
        private final Lease<Thing> lease = one.take();

        @Actor
        public void give() {
            lease.close();
        }

        @Actor
        public void giveAndTake(II_Result r) {
            lease.close();
            Lease<Thing> next = one.await();
            r.r1 = next.get() == null ? 0 : 1;
        }

        @Arbiter
        public void look(II_Result r) {
            r.r2 = one.idle();
        }
    }

    /**
     * The next holder sees what the last one wrote, without a lock.
     *
     * <p>Broken if the word of a slot were changed, or read, in a weaker mode than release and acquire.
     */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "seen")
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "not given back yet")
    @Outcome(expect = FORBIDDEN, desc = "the next holder has an old value")
    @State
    public static class PayloadOnTheFastPath {
        private final One one = new One();
        private final Lease<Thing> lease = one.take();

        @Actor
        public void give() {
            lease.get().payload = 1;
            lease.close();
        }

        @Actor
        public void take(I_Result r) {
            Loan<Thing> next = one.pool.take();
            r.r1 = next == null ? -1 : next.resource.payload;
        }
    }

    /** Who gives back, and who comes to wait. */
    private abstract static class Waits {
        private final One one;
        private final Lease<Thing> lease;

        Waits(Fairness fairness) {
            one = new One(fairness);
            lease = one.take();
        }

        final void write() {
            lease.get().payload = 1;
            lease.close();
        }

        final int read() {
            try (Lease<Thing> next = one.pool.acquire(LONG)) {
                return next.get().payload;
            } catch (InterruptedException | AcquireTimeoutException stranded) {
                return -1;
            }
        }
    }

    /**
     * One comes to wait while the resource is given back, and has it from hand to hand: with what was written.
     *
     * <p>Broken if who gives back looked at whether somebody waits only before, or who comes to wait looked for what is idle before it said
     * so: it would wait in vain.
     */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "served")
    @Outcome(expect = FORBIDDEN, desc = "stranded, or an old value")
    @State
    public static class HandOver extends Waits {
        public HandOver() {
            super(Fairness.FIFO);
        }

        @Actor
        public void give() {
            write();
        }

        @Actor
        public void ask(I_Result r) {
            r.r1 = read();
        }
    }

    /**
     * The same where the resource is left idle, and who waits is told to look for it.
     *
     * <p>Broken if it were told before the resource is idle, or slept between the look at whether it was told and its sleep.
     */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "served")
    @Outcome(expect = FORBIDDEN, desc = "stranded, or an old value")
    @State
    public static class Signal extends Waits {
        public Signal() {
            super(new Fairness(8, LONG));
        }

        @Actor
        public void give() {
            write();
        }

        @Actor
        public void ask(I_Result r) {
            r.r1 = read();
        }
    }

    /**
     * Three share one resource, two of whom wait: whoever is told to look, all are served.
     *
     * <p>Broken if what was left idle for one who is served otherwise were not handed on.
     */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "all served")
    @Outcome(expect = FORBIDDEN, desc = "stranded, or an old value")
    @State
    public static class TwoWait extends Waits {
        public TwoWait() {
            super(new Fairness(8, LONG));
        }

        @Actor
        public void give() {
            write();
        }

        @Actor
        public void ask(II_Result r) {
            r.r1 = read();
        }

        @Actor
        public void askToo(II_Result r) {
            r.r2 = read();
        }
    }

    /**
     * A resource is replaced while it is taken.
     *
     * <p>Broken if it were ended because it was idle a moment ago.
     */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "one of them taken alive, and the old one ended once it was back")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "none was idle")
    @Outcome(expect = FORBIDDEN, desc = "a dead one lent out, one ended twice, or never")
    @State
    public static class RecycleVersusTake {
        private final One one = new One();

        @Actor
        public void recycle() {
            one.pool.recycleAll();
        }

        @Actor
        public void take(II_Result r) {
            Optional<Lease<Thing>> taken = one.pool.tryAcquire();
            taken.ifPresent(lease -> {
                r.r1 = lease.get().isDestroyed ? -1 : 1;
                lease.close();
            });
        }

        @Arbiter
        public void look(II_Result r) {
            r.r2 = one.occupied() == 1 && one.made == 2 ? one.destroyed : -1;
        }
    }

    /**
     * A resource that is idle is ended while it is taken.
     *
     * <p>Broken if it were ended without a look at whether it is idle still.
     */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "taken")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "ended")
    @Outcome(expect = FORBIDDEN, desc = "both, or neither")
    @State
    public static class EvictVersusTake {
        private final One one = new One();

        @Actor
        public void evict() {
            one.pool.evictIdle();
        }

        @Actor
        public void take(II_Result r) {
            r.r1 = one.pool.take() == null ? 0 : 1;
        }

        @Arbiter
        public void look(II_Result r) {
            r.r2 = one.destroyed;
        }
    }

    /**
     * The loan of an idle resource was collected: one makes another while somebody else takes the resource.
     *
     * <p>Broken if who finds a new loan took the resource by an old word.
     */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "one has it")
    @Outcome(expect = FORBIDDEN, desc = "lent to two, or lost")
    @State
    public static class RenewVersusTake {
        private final One one = new One();

        public RenewVersusTake() {
            one.pool.slots[0].ref.clear();
        }

        @Actor
        public void take(II_Result r) {
            r.r1 = one.pool.take() == null ? 0 : 1;
        }

        @Actor
        public void renew(II_Result r) {
            Waiter<Thing> waiter = new Waiter<>(0, 0, false);
            one.pool.takeOrQueue(waiter, 0);
            r.r2 = waiter.state == Waiter.GRANTED ? 1 : 0;
        }
    }

    /**
     * A lease is asked for its resource while it is closed, and another resource comes to the same place.
     *
     * <p>Broken if it looked into its place rather than at what it was given.
     */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "its own")
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "closed")
    @Outcome(expect = FORBIDDEN, desc = "another one's")
    @State
    public static class GetVersusReuse {
        private final One one = new One();
        private final Lease<Thing> lease = one.take();
        private final Thing own = lease.get();

        @Actor
        public void get(I_Result r) {
            try {
                r.r1 = lease.get() == own ? 1 : -1;
            } catch (UseAfterCloseException closed) {
                r.r1 = 0;
            }
        }

        @Actor
        public void reuse() {
            lease.close();
            one.pool.evictIdle();
            one.await();
        }
    }
}
