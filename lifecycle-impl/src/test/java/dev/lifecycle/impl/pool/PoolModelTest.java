package dev.lifecycle.impl.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lease;
import dev.lifecycle.Pressure;
import dev.lifecycle.pool.Fairness;
import dev.lifecycle.pool.Order;
import dev.lifecycle.pool.PoolClosedException;
import dev.lifecycle.pool.PoolStats;
import dev.lifecycle.pool.ResourceFactory;
import dev.lifecycle.scope.UseAfterCloseException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A pool against an obvious model: a list of resources, each of which knows who has it, a list of leases, a queue of those who wait.
 *
 * <p>Everything is on one thread. Where the pool calls the clock, the factory or the starter of its threads, other operations come in
 * between, and more between these: so a clerk hangs, is given up by the rounds, and comes back later.
 */
class PoolModelTest {
    /** The long run: {@code -Ddev.lifecycle.test.steps=100000000}. */
    private static final int STEPS = Integer.getInteger("dev.lifecycle.test.steps", 1_000_000);

    /** Of the first run; to see a failure again. */
    private static final long SEED = Long.getLong("dev.lifecycle.test.seed", System.nanoTime());

    @Test
    void behavesAsAListOfResourcesAndAQueue() {
        long seed = SEED;
        for (int steps = 0; steps < STEPS; seed++) {
            steps += new Run(seed).play();
        }
    }

    /** A resource, which sees to it that the pool keeps its word. */
    private static final class Thing {
        final int number;
        boolean isDestroyed;
        boolean isDoomed; // not to be lent out any more
        boolean isBusy; // in a call of the factory

        @Nullable
        Held held;

        Thing(int number) {
            this.number = number;
        }

        @Override
        public String toString() {
            return "#" + number + (isDestroyed ? " destroyed" : "") + (isDoomed ? " doomed" : "")
                    + (held == null ? "" : " held");
        }
    }

    private record Held(Thing thing, Lease<Thing> lease) {}

    /** One of those who wait, and how many came later and were served. */
    private static final class Queued {
        final Waiter<Thing> waiter;
        int bypassed;

        Queued(Waiter<Thing> waiter) {
            this.waiter = waiter;
        }
    }

    /** A pool with random settings, and what is done to it. */
    private static final class Run {
        private static final int DEEPEST = 3;
        private static final int LOG = 40;

        private final long seed;
        private final SplittableRandom random;
        private final Stand stand = new Stand();
        private final Pool<Thing> pool;
        private final List<Thing> live = new ArrayList<>();
        private final List<Held> held = new ArrayList<>();
        private final List<Lease<Thing>> closed = new ArrayList<>();
        private final List<Queued> queue = new ArrayList<>();
        private final List<LoanRef<Thing>> collected = new ArrayList<>();
        private long alarm; // when deadlines are looked at
        private boolean isRound; // they have come: nobody knows yet when they do again
        private final ArrayDeque<String> log = new ArrayDeque<>();
        private final long patience; // of those that wait as long as others
        private final int faults; // how many of a hundred calls fail
        private final int interruptions; // how many of a hundred are interrupted by something else
        private final int calm; // more of them: the more, the seldomer rare things are done
        private int depth;
        private int made;
        private int destroyed;
        private int most; // resources that there may be
        private boolean healthy; // faults are over
        private boolean isShut;
        private boolean startFailed; // and the rounds did not come since
        private boolean failedSince; // something was said to fail in this step
        private boolean nestedSince;
        private boolean asIs; // nothing may come in between: the factory gave what was in the pool

        @Nullable
        private Throwable failure;

        Run(long seed) {
            this.seed = seed;
            random = new SplittableRandom(seed);
            patience = (random.nextBoolean() ? 35 : 400) * Stand.MILLI;
            faults = random.nextInt(3) == 0 ? 0 : random.nextInt(40);
            interruptions = random.nextInt(3) == 0 ? 0 : random.nextInt(15);
            calm = random.nextInt(3);
            settings();
            stand.atClock = this::interrupt;
            stand.atUnpark = this::interrupt;
            stand.atStart = this::startOne;
            ResourceFactory<Thing> factory = switch (random.nextInt(4)) {
                case 0 -> new Plain();
                case 1 -> new Validating();
                case 2 -> new Resetting();
                default -> new Full();
            };
            pool = stand.open(factory);
            log("opened: core " + stand.core + "+" + stand.overflow + ", recycles " + stand.maxConcurrentRecycles
                    + ", min " + stand.minAvailable + ", fairness " + stand.fairness + ", " + factory.getClass()
                    + ", uses " + stand.maxUses + ", age " + stand.maxAge + ", idle " + stand.maxIdle + ", validate "
                    + stand.validateAfterIdle + " " + stand.validateInBackground + " " + stand.validateTimeout
                    + ", overflow idle " + stand.overflowIdle + ", prefill " + stand.prefill + ", waiters "
                    + stand.maxWaiters + ", faults " + faults + ", interruptions " + interruptions);
        }

        private void settings() {
            stand.core = 1 + random.nextInt(random.nextBoolean() ? 3 : 8);
            stand.overflow = random.nextBoolean() ? 0 : random.nextInt(4);
            stand.overflowIdle = random.nextBoolean() ? 0 : 30 * Stand.MILLI;
            stand.maxWaiters = random.nextInt(4) == 0 ? random.nextInt(3) : 50;
            stand.maxAge = random.nextBoolean() ? 0 : random.nextInt(1, 200) * Stand.MILLI;
            stand.maxAgeJitter = random.nextBoolean() ? 0 : 0.5;
            stand.maxUses = random.nextBoolean() ? 0 : random.nextInt(1, 12);
            stand.maxIdle = random.nextBoolean() ? 0 : random.nextInt(1, 80) * Stand.MILLI;
            stand.validateAfterIdle = random.nextInt(3) == 0 ? 0 : random.nextInt(1, 50) * Stand.MILLI;
            stand.validateInBackground = random.nextBoolean() ? 0 : random.nextInt(1, 100) * Stand.MILLI;
            stand.validateTimeout = random.nextInt(3) == 0 ? 0 : 20 * Stand.MILLI;
            stand.createTimeout = 20 * Stand.MILLI;
            stand.drainTimeout = 40 * Stand.MILLI;
            stand.maxConcurrentRecycles = 1 + random.nextInt(3);
            stand.minAvailable = random.nextBoolean() ? 0 : random.nextInt(stand.core + 1);
            stand.prefill = random.nextBoolean();
            stand.fairness = switch (random.nextInt(3)) {
                case 0 -> Fairness.FIFO;
                case 1 -> Fairness.BOUNDED;
                default -> new Fairness(random.nextInt(3), Duration.ofMillis(20));
            };
            stand.order = random.nextBoolean() ? Order.LIFO : Order.FIFO;
            most = stand.core + stand.overflow + stand.maxConcurrentRecycles;
        }

        // ---- one run

        int play() {
            int steps = 1 + random.nextInt(random.nextInt(4) == 0 ? 1_500 : 150);
            int at = 0;
            try {
                for (; at < steps; at++) {
                    step();
                    settled();
                }
                end();
            } catch (Throwable thrown) {
                throw new AssertionError(
                        "seed " + seed + ", step " + at + " of " + steps + ": " + thrown.getMessage() + "\n"
                                + String.join("\n", log) + "\n" + slots(),
                        thrown);
            }
            return steps;
        }

        private void settled() throws Throwable {
            if (failure != null) {
                throw failure;
            }
            claim();
            check();
            failedSince = false;
            nestedSince = false;
            asIs = false;
        }

        /** Ends the faults: everybody must be served, what is to be replaced be replaced. Then ends the pool: everything must be gone. */
        private void end() throws Throwable {
            log("---- the end");
            healthy = true;
            stand.now += 5_000 * Stand.MILLI; // any pause after failures
            boolean closes = isShut || random.nextInt(4) == 0;
            for (int rounds = 0; !closes && (!queue.isEmpty() || pool.dues + pool.recycles > 0); rounds++) {
                assertTrue(rounds < 200, "stranded: " + queue.size() + " wait");
                if (random.nextBoolean()) {
                    looks();
                }
                settled();
                comeRound();
                settled();
                if (random.nextBoolean() || rounds > 100) {
                    while (!held.isEmpty()) {
                        giveBack(held.get(0));
                    }
                }
                looks();
                forgetCollected();
                settled();
                stand.workAll();
                settled();
                if (rounds > 150) {
                    stand.now += 50 * Stand.MILLI;
                } else if (random.nextBoolean()) {
                    stand.now += Stand.MILLI / 10;
                }
            }
            if (!isShut) {
                shut();
            }
            settled();
            while (!held.isEmpty()) {
                giveBack(held.get(0));
                settled();
            }
            forgetCollected();
            stand.round(pool); // for those that could not be started
            stand.workAll();
            settled();
            assertEquals(List.of(), live);
            assertEquals(made, destroyed);
            assertEquals(0, pool.live);
            assertEquals(0, pool.occupied);
            assertEquals(0, pool.clerks().quarantined());
            assertEquals(0, pool.loans.count());
            PoolStats stats = pool.stats();
            assertEquals(destroyed, stats.destroyed());
            assertEquals(made, stats.created());
        }

        private String slots() {
            StringBuilder text = new StringBuilder("live " + pool.live + ", occupied " + pool.occupied + ", waiting "
                    + pool.waiting + ", creating " + pool.creating + ", checking " + pool.checking + ", dues "
                    + pool.dues + ", recycles " + pool.recycles + ", work " + pool.work() + ", flags " + pool.flags
                    + ", clerks " + stand.clerks.size() + ", untended " + pool.untended + "\n");
            for (int i = 0; i < pool.span; i++) {
                Slot<Thing> slot = pool.slots[i];
                text.append(Slot.state(slot.word))
                        .append(Slot.isRetiring(slot.word) ? " RETIRING" : "")
                        .append(slot.counted ? " counted" : "")
                        .append(slot.extra ? " extra" : "")
                        .append(slot.recycle ? " recycle" : "")
                        .append(slot.replacing ? " replacing" : "")
                        .append(slot.due == null ? "" : " " + slot.due)
                        .append(" ")
                        .append(slot.resource)
                        .append("\n");
            }
            return text.toString();
        }

        private void log(String what) {
            if (log.size() == LOG) {
                log.poll();
            }
            log.add(".".repeat(depth) + what);
        }

        /** Other threads do something at this point of the one that calls. */
        private void interrupt() {
            if (pool != null && !asIs && !healthy && depth < DEEPEST && random.nextInt(100) < interruptions) {
                meanwhile(1);
            }
        }

        private void meanwhile(int steps) {
            nestedSince = true;
            depth++;
            try {
                for (int i = 0; i < steps && failure == null; i++) {
                    step();
                    claim();
                    assertTrue(pool.invariantsHold(false), "invariants, in between");
                }
            } catch (Throwable thrown) { // the pool would take it for a failure of what it called
                failure = failure == null ? thrown : failure;
            } finally {
                depth--;
            }
        }

        private void startOne() {
            interrupt();
            if (!healthy && faults > 0 && random.nextInt(300) < faults) {
                startFailed = true;
                failedSince = true;
                log("no thread");
                throw new OutOfMemoryError("unable to create native thread, says the test");
            }
        }

        // ---- steps

        private void step() throws Throwable {
            int choice = random.nextInt(100 + 100 * calm);
            if (choice >= 100) {
                choice = choice % 58;
            }
            if (choice < 15) {
                take();
            } else if (choice < 25) {
                waitForOne();
            } else if (choice < 42) {
                if (!held.isEmpty()) {
                    giveBack(held.get(random.nextInt(held.size())));
                }
            } else if (choice < 50) {
                log("clerk");
                int before = available();
                stand.work();
                keepsAvailable(before);
            } else if (choice < 58) {
                look();
            } else if (choice < 70) {
                round();
            } else if (choice < 76) {
                leave();
            } else if (choice < 80) {
                closedLease();
            } else if (choice < 84) {
                invalidate();
            } else if (choice < 86) {
                resize();
            } else if (choice < 89) {
                log("evictIdle");
                int before = available();
                pool.evictIdle();
                keepsAvailable(before);
            } else if (choice < 91) {
                log("recycleAll");
                int before = available();
                pool.recycleAll();
                keepsAvailable(before);
            } else if (choice < 94) {
                drop();
            } else if (choice < 96) {
                collectIdle();
            } else if (choice < 97) {
                log("squeeze");
                if (random.nextBoolean()) {
                    pool.shrink(Pressure.EMERGENCY, 0);
                } else {
                    pool.restore();
                }
            } else if (choice < 98) {
                pool.alert(random.nextBoolean());
            } else if (choice < 99) {
                forgetCollected();
                checkStats();
            } else if (random.nextInt(10) == 0 && depth == 0) {
                shut();
            }
        }

        private void take() {
            log("take");
            boolean idle = idle() > 0;
            boolean waiting = pool.waiting > 0;
            boolean quiet = depth == 0;
            boolean before = nestedSince;
            Loan<Thing> loan = pool.take();
            if (loan != null) {
                assertFalse(isShut, "lent out after the close");
                hold(pool.lease(loan));
                return;
            }
            nestedSince = false;
            Optional<Lease<Thing>> taken;
            try {
                taken = pool.tryAcquire();
            } catch (PoolClosedException refused) {
                assertTrue(isShut);
                return;
            }
            taken.ifPresent(this::hold);
            if (taken.isPresent() && waiting && !queue.isEmpty()) {
                overtaken(queue.get(0));
            }
            if (quiet && !nestedSince && idle && !waiting) {
                assertTrue(taken.isPresent(), "one was idle, and nobody waits");
            }
            nestedSince |= before;
        }

        private void waitForOne() {
            log("wait");
            Waiter<Thing> waiter =
                    new Waiter<>(stand.now, stand.now + patience - random.nextInt(30) * Stand.MILLI, true);
            waiter.patient = random.nextBoolean();
            boolean lendable = idle() > 0 && queue.isEmpty() && !isShut;
            boolean full = pool.waiting >= stand.maxWaiters;
            Queued mine = new Queued(waiter);
            queue.add(mine); // before others come meanwhile; it counts from when it is QUEUED
            pool.takeOrQueue(waiter, waiter.since);
            if (lendable) {
                assertTrue(waiter.state == Waiter.GRANTED || waiter.state == Waiter.OWNS, "one was idle");
            }
            if (waiter.state == Waiter.QUEUED && waiter.patient) {
                watch(waiter);
            }
            if (waiter.state == Waiter.NEW) {
                queue.remove(mine);
                assertTrue(full, "may not wait, though there is room");
            } else if (waiter.state == Waiter.OWNS) {
                queue.remove(mine);
                if (pool.waits.fit(waiter)) {
                    assertEquals(Waiter.GRANTED, waiter.state);
                    hold(new PoolLease<>(loan(waiter), waiter.stamp));
                }
            }
        }

        private static Loan<Thing> loan(Waiter<Thing> waiter) {
            Loan<Thing> loan = waiter.loan;
            assertNotNull(loan);
            return loan;
        }

        private void hold(Lease<Thing> lease) {
            Thing thing = lease.get();
            log("  has " + thing);
            assertFalse(thing.isDestroyed, () -> "lent out: " + thing);
            assertFalse(thing.isDoomed, () -> "lent out: " + thing);
            assertFalse(thing.isBusy, () -> "lent out during a call: " + thing);
            assertTrue(thing.held == null, () -> "lent to two: " + thing);
            thing.held = new Held(thing, lease);
            held.add(thing.held);
        }

        private void giveBack(Held one) {
            log("close " + one.thing);
            assertSame(one.thing, one.lease.get());
            held.remove(one);
            one.thing.held = null;
            one.lease.close();
            closed.add(one.lease);
            if (closed.size() > 20) {
                closed.remove(0);
            }
        }

        private void closedLease() {
            if (!closed.isEmpty()) {
                Lease<Thing> lease = closed.get(random.nextInt(closed.size()));
                log("close again");
                if (random.nextBoolean()) {
                    lease.close();
                } else {
                    lease.invalidate(new IOException("stale"));
                }
                assertThrows(UseAfterCloseException.class, lease::get);
            }
        }

        private void invalidate() {
            if (!held.isEmpty()) {
                Held one = held.get(random.nextInt(held.size()));
                log("invalidate " + one.thing);
                failedSince = true;
                one.thing.isDoomed = true;
                one.lease.invalidate(new IOException("broken"));
                if (one.thing.held == one) { // nobody gave it back meanwhile
                    assertSame(one.thing, one.lease.get());
                }
            }
        }

        private void look() {
            for (int at = 0; at < queue.size(); at++) {
                Waiter<Thing> waiter = queue.get(at).waiter;
                if (waiter.signalled && waiter.state == Waiter.QUEUED) {
                    log("look");
                    pool.look(waiter);
                    return;
                }
            }
        }

        private void looks() throws Throwable {
            for (int i = 0; i < 50; i++) {
                look();
                settled();
            }
        }

        private void leave() {
            if (!queue.isEmpty()) {
                Queued one = random.nextBoolean() ? queue.get(0) : queue.get(random.nextInt(queue.size()));
                if (one.waiter.state == Waiter.QUEUED) {
                    log("leave");
                    queue.remove(one);
                    boolean left = pool.leave(one.waiter);
                    assertTrue(left);
                    assertEquals(Waiter.GONE, one.waiter.state);
                }
            }
        }

        private void drop() {
            if (!held.isEmpty()) {
                Held one = held.get(random.nextInt(held.size()));
                Slot<Thing> slot = ((PoolLease<Thing>) one.lease).slot();
                LoanRef<Thing> ref = slot.ref;
                assertNotNull(ref);
                log("drop " + one.thing);
                failedSince = true;
                held.remove(one);
                one.thing.held = null;
                one.thing.isDoomed = true;
                ref.clear();
                collected.add(ref);
                if (random.nextBoolean()) {
                    forgetCollected();
                }
            }
        }

        /** The garbage collector takes the loan of a resource that is idle, or is being checked. */
        private void collectIdle() {
            Slot<Thing> slot = pool.slots[random.nextInt(pool.slots.length)];
            LoanRef<Thing> ref = slot.ref;
            if (Slot.isIdle(slot.word) && ref != null && depth == 0) {
                log("collect " + slot.resource);
                ref.clear();
                collected.add(ref);
            }
        }

        /** The reaper comes. */
        private void forgetCollected() {
            while (!collected.isEmpty()) {
                LoanRef<Thing> ref = collected.remove(random.nextInt(collected.size()));
                try {
                    pool.forfeit(ref);
                } finally {
                    pool.loans.forget(ref);
                }
            }
        }

        private void round() {
            int before = available();
            stand.now += random.nextInt(3) == 0 ? 0 : random.nextInt(random.nextBoolean() ? 20 : 60) * Stand.MILLI;
            log("round at " + stand.now / Stand.MILLI);
            if (depth == 0) {
                startFailed = false; // unless it does again
            }
            long begun = stand.now;
            List<Queued> late = queue.stream()
                    .filter(one -> one.waiter.watched && one.waiter.deadline - begun <= 0)
                    .toList();
            comeRound();
            for (Queued one : late) {
                assertTrue(one.waiter.state != Waiter.QUEUED, "waits longer than it may");
            }
            for (Queued one : queue) {
                if (one.waiter.watched && one.waiter.state == Waiter.QUEUED && !isRound) {
                    assertTrue(one.waiter.deadline - alarm >= 0, "nobody comes in time");
                }
            }
            keepsAvailable(before);
        }

        private void comeRound() {
            boolean inner = isRound;
            isRound = true;
            alarm = stand.now + Stock.NEVER;
            try {
                stand.round(pool);
                long next = stand.now + pool.lapse(stand.now);
                alarm = earlier(alarm, next); // others may have set it meanwhile
            } finally {
                isRound = inner;
            }
        }

        private void watch(Waiter<Thing> waiter) {
            if (pool.watch(waiter)) {
                alarm = earlier(alarm, waiter.deadline);
                pool.alarmed(waiter);
            }
            assertTrue(isRound || waiter.deadline - alarm >= 0, "nobody is to come in time");
        }

        private static long earlier(long moment, long other) {
            return moment - other < 0 ? moment : other;
        }

        private void resize() {
            int core = Math.max(Math.max(1, stand.minAvailable), random.nextInt(10));
            int overflow = random.nextInt(5);
            log("resize " + core + "+" + overflow);
            if (isShut) {
                assertThrows(PoolClosedException.class, () -> pool.resize(core, overflow));
                return;
            }
            failedSince = true;
            most = Math.max(most, core + overflow + stand.maxConcurrentRecycles);
            pool.resize(core, overflow);
        }

        private void shut() {
            log("shut");
            isShut = true;
            pool.shut();
        }

        /** Takes what those who waited were given. */
        private void claim() {
            Queued first = null;
            for (int at = 0; at < queue.size(); ) {
                Queued one = queue.get(at);
                switch (one.waiter.state) {
                    case Waiter.NEW, Waiter.OWNS -> at++; // it is still at it
                    case Waiter.QUEUED -> {
                        first = first == null ? one : first;
                        at++;
                    }
                    case Waiter.GRANTED -> {
                        queue.remove(at);
                        if (first != null) {
                            overtaken(first);
                        }
                        hold(new PoolLease<>(loan(one.waiter), one.waiter.stamp));
                    }
                    case Waiter.FAILED -> {
                        assertNotNull(one.waiter.failure);
                        queue.remove(at);
                    }
                    case Waiter.LATE -> {
                        assertTrue(one.waiter.watched && one.waiter.deadline - stand.now <= 0, "given up early");
                        queue.remove(at);
                    }
                    case Waiter.CLOSED -> {
                        assertTrue(isShut);
                        queue.remove(at);
                    }
                    default -> throw new AssertionError("a waiter is " + one.waiter.state);
                }
            }
        }

        private void overtaken(Queued first) {
            boolean finds = first.waiter.signalled && states()[Slot.IDLE] > 0; // one that was left idle for it
            if (depth == 0 && !nestedSince && !finds) {
                first.bypassed++;
                int most = stand.fairness.maxBypass();
                assertTrue(first.bypassed <= most, () -> "overtaken " + first.bypassed + " times");
                assertTrue(
                        stand.now - first.waiter.firstSince
                                < stand.fairness.maxDelay().toNanos(),
                        "overtaken after so long a wait");
            }
        }

        // ---- checks

        private int idle() {
            int idle = 0;
            for (Slot<Thing> slot : pool.slots) {
                idle += Slot.isIdle(slot.word) && slot.loan() != null ? 1 : 0;
            }
            return idle;
        }

        private int[] states() {
            int[] states = new int[Slot.STATES];
            for (Slot<Thing> slot : pool.slots) {
                states[Slot.state(slot.word)]++;
            }
            return states;
        }

        /** How many may be lent out, or will be when they are back. */
        private int available() {
            int available = 0;
            for (Slot<Thing> slot : pool.slots) {
                long word = slot.word;
                available += switch (Slot.state(word)) {
                    case Slot.IDLE, Slot.STALE, Slot.CHECKING, Slot.LEASED, Slot.RESETTING ->
                        Slot.isRetiring(word) ? 0 : 1;
                    default -> 0;
                };
            }
            return available;
        }

        private void keepsAvailable(int before) {
            if (!nestedSince && !failedSince && !isShut && depth == 0) {
                int after = available();
                assertTrue(
                        after >= Math.min(before, stand.minAvailable),
                        () -> before + " were available, now " + after + " are; " + stand.minAvailable
                                + " are to stay");
            }
        }

        private void check() {
            assertTrue(pool.invariantsHold(true), "invariants");
            int[] states = states();
            List<Thing> inPool = new ArrayList<>();
            for (Slot<Thing> slot : pool.slots) {
                long word = slot.word;
                int state = Slot.state(word);
                Thing thing = slot.resource;
                if (thing != null) {
                    assertFalse(inPool.contains(thing), () -> "twice: " + thing);
                    inPool.add(thing);
                    boolean isDropped = slot.loan() == null;
                    assertEquals(state == Slot.LEASED && !isDropped, thing.held != null, () -> "held: " + thing);
                    assertFalse(thing.isDestroyed, () -> "in the pool: " + thing);
                }
                assertFalse(state == Slot.RESETTING, "nobody resets now");
                assertEquals(slot.due != null && slot.replacing, slot.replacing, "replaced, and not due");
            }
            assertEquals(pool.slots.length, Arrays.stream(states).sum());
            assertEquals(live.size(), inPool.size(), "live resources");
            assertTrue(inPool.containsAll(live));
            assertEquals(made - destroyed, live.size());
            assertTrue(live.size() + states[Slot.CREATING] <= most, () -> live + " are more than " + most);
            assertEquals(states[Slot.LEASED], held.size() + dropped(), "leases");
            if (pool.work() > 0) {
                assertTrue(!stand.clerks.isEmpty() || startFailed, "work, and nobody to do it");
            }
            assertFalse(pool.untended && !startFailed && !isShut, "untended");
            assertEquals(queue.size(), pool.waiting);
            if (!isShut && !startFailed) {
                comes(states);
            }
            if (isShut) {
                assertEquals(0, states[Slot.IDLE] + states[Slot.STALE], "idle, and closed");
                assertEquals(0, pool.waiting);
            }
        }

        private int dropped() {
            int dropped = 0;
            for (Slot<Thing> slot : pool.slots) {
                dropped += Slot.state(slot.word) == Slot.LEASED && slot.loan() == null ? 1 : 0;
            }
            return dropped;
        }

        /** For those who wait there is something on its way, as far as there may be. */
        private void comes(int[] states) {
            long signalled = queue.stream().filter(one -> one.waiter.signalled).count();
            long missing = pool.waiting
                    - states[Slot.CREATING]
                    - states[Slot.CHECKING]
                    - Math.min(states[Slot.IDLE], signalled);
            if (missing > 0) {
                boolean pauses = pool.failures > 0; // then there is one at a time
                boolean full = pool.live >= pool.core + pool.overflow
                        || pool.occupied >= pool.core + pool.overflow + pool.maxRecycles;
                assertEquals(0, states[Slot.STALE], "one waits, and nobody checks what is idle");
                assertTrue(pauses || full, () -> missing + " wait in vain");
            }
        }

        private void checkStats() {
            PoolStats stats = pool.stats();
            assertEquals(pool.core, stats.core());
            assertEquals(pool.waiting, stats.waiting());
            assertTrue(stats.created() <= made);
        }

        // ---- the factory

        private void mayFail(String what) throws Exception {
            log(what);
            asIs = false;
            if (!healthy && depth < DEEPEST && random.nextInt(100) < interruptions) {
                meanwhile(1 + random.nextInt(8)); // it hangs, perhaps for too long
            }
            if (fails()) {
                switch (random.nextInt(4)) {
                    case 0 -> throw new IOException(what);
                    case 1 -> throw new IllegalStateException(what);
                    case 2 -> throw new InterruptedException(what);
                    default -> throw new StackOverflowError(what);
                }
            }
        }

        private boolean fails() {
            boolean fails = !healthy && random.nextInt(100) < faults;
            failedSince |= fails;
            if (fails) {
                log("  fails");
            }
            return fails;
        }

        private void enter(Thing thing) {
            if (thing.isDestroyed || thing.isBusy || thing.held != null) {
                failure = failure == null ? new AssertionError("called for " + thing) : failure;
            }
            thing.isBusy = true;
        }

        private class Plain implements ResourceFactory<Thing> {
            @Override
            public Thing create() throws Exception {
                mayFail("create");
                if (!live.isEmpty() && fails()) {
                    asIs = true;
                    Thing known = live.get(random.nextInt(live.size()));
                    return inPool(known) && !known.isBusy ? known : null;
                }
                Thing thing = new Thing(++made);
                live.add(thing);
                return thing;
            }

            @Override
            public void destroy(Thing thing) throws Exception {
                enter(thing);
                thing.isDestroyed = true;
                destroyed++;
                live.remove(thing);
                try {
                    mayFail("destroy " + thing);
                } finally {
                    thing.isBusy = false;
                }
            }
        }

        private boolean inPool(Thing thing) {
            for (Slot<Thing> slot : pool.slots) {
                if (slot.resource == thing) {
                    return true;
                }
            }
            return false;
        }

        private boolean validated(Thing thing) throws Exception {
            enter(thing);
            try {
                mayFail("validate " + thing);
            } finally {
                thing.isBusy = false;
            }
            return !fails();
        }

        private void wasReset(Thing thing) throws Exception {
            enter(thing);
            try {
                mayFail("reset " + thing);
            } finally {
                thing.isBusy = false;
            }
        }

        private class Validating extends Plain {
            @Override
            public boolean validate(Thing thing) throws Exception {
                return validated(thing);
            }
        }

        private class Resetting extends Plain {
            @Override
            public void reset(Thing thing) throws Exception {
                wasReset(thing);
            }
        }

        private class Full extends Validating {
            @Override
            public void reset(Thing thing) throws Exception {
                wasReset(thing);
            }
        }
    }
}
