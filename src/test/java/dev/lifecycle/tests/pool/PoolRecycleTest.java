package dev.lifecycle.tests.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.PoolEvent;
import dev.lifecycle.pool.PoolStats;
import dev.lifecycle.pool.ResourcePool;
import dev.lifecycle.pool.ResourcePoolBuilder;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.api.LogCapture;
import dev.lifecycle.tests.task.Asker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a pool keeps its resources fresh: replaced by age and by uses, ended when idle, validated. */
@Timeout(60)
class PoolRecycleTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final LogCapture log = LogCapture.ofPools();
    private final PoolTime time = new PoolTime();
    private final Keeper keeper = new Keeper();
    private final Queue<PoolEvent> events = new ConcurrentLinkedQueue<>();
    private ResourcePool<Thing> pool;

    private ResourcePoolBuilder<Thing> builder(int core) {
        return ResourcePool.builder("db", keeper)
                .core(core)
                .overflow(0)
                .maxAge(Duration.ZERO, 0)
                .createTimeout(Duration.ofHours(1))
                .validateTimeout(Duration.ofHours(1))
                .validateInBackground(Duration.ZERO)
                .closeTimeout(Duration.ZERO)
                .listener(events::add)
                .timeSource(time);
    }

    @AfterEach
    void close() {
        keeper.onCreate = Maker.Step.NOTHING;
        pool.close();
        log.close();
        assertEquals(List.of(), List.copyOf(keeper.wrongs));
    }

    private void open(ResourcePoolBuilder<Thing> builder) {
        pool = builder.open();
    }

    private List<Lease<Thing>> take(int count) throws InterruptedException {
        List<Lease<Thing>> leases = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            leases.add(pool.acquire());
        }
        return leases;
    }

    /** Lets rounds go by until {@code condition} holds: replacing takes some, one after the other. */
    private void passUntil(String what, BooleanSupplier condition) {
        Await.until(what, () -> {
            time.leap(Duration.ofMillis(10));
            return condition.getAsBoolean();
        });
    }

    private void calm() {
        Await.until("calm, " + pool.stats(), () -> {
            PoolStats now = pool.stats();
            return now.creating() + now.retiring() + now.checking() == 0;
        });
    }

    // ---- by age ----------------------------------------------------------------------------------------------------

    @Test
    void replacesWhatReachesItsAgeAndNotBefore() throws Exception {
        open(builder(1).maxAge(Duration.ofMinutes(1), 0));
        pool.acquire().close();
        time.pass(Duration.ofSeconds(59), SECOND);
        calm();
        assertEquals(1, keeper.asked.get());
        time.pass(Duration.ofSeconds(3));
        Await.until("replaced", () -> pool.stats().recycledByAge() == 1);
        Await.until("ended", () -> keeper.made.get(0).isEnded());
        assertEquals(1, pool.acquire().get().number);
        assertEquals(0, pool.stats().recycledByUses());
    }

    @Test
    void givesEachAnAgeOfItsOwnWithinTheJitter() throws Exception {
        int count = 40;
        open(builder(count).maxAge(Duration.ofSeconds(1_000), 0.5).maxConcurrentRecycles(count));
        take(count).forEach(Lease::close);
        Map<Long, Integer> ends = new HashMap<>();
        long before = 0;
        for (int second = 0; second <= 1_005; second += 5) {
            time.leap(Duration.ofSeconds(5));
            time.leap(Duration.ofMillis(200));
            calm();
            long now = keeper.made.stream().limit(count).filter(Thing::isEnded).count();
            if (second < 480) {
                assertEquals(0, now, second + " s");
            }
            ends.merge(second / 50L, (int) (now - before), Integer::sum);
            before = now;
        }
        assertEquals(count, before);
        assertTrue(Collections.max(ends.values()) < count / 2, ends::toString);
    }

    // ---- by uses ---------------------------------------------------------------------------------------------------

    @Test
    void replacesWhatWasUsedSoOften() throws Exception {
        open(builder(1).maxUses(10, 0));
        for (int use = 0; use < 30; use++) {
            int number = use / 10;
            try (Lease<Thing> lease = pool.acquire()) {
                assertEquals(number, lease.get().number, "use " + use);
            }
            if (use % 10 == 9) {
                Await.until("replaced", () -> keeper.made.size() == number + 2);
                Await.until("ended", () -> keeper.made.get(number).isEnded());
                calm();
            }
        }
        assertEquals(3, pool.stats().recycledByUses());
        assertEquals(0, pool.stats().recycledByAge());
    }

    @Test
    void givesEachANumberOfUsesOfItsOwnWithinTheJitter() throws Exception {
        Maker maker = new Maker(); // nothing to reset: returns take the short way
        Map<Integer, Integer> uses = new HashMap<>();
        pool = ResourcePool.builder("db", maker)
                .core(1)
                .overflow(0)
                .maxUses(100, 50)
                .open();
        for (int round = 0; round < 40; round++) {
            int number = round;
            int count = 0;
            while (maker.asked.get() < number + 2) {
                try (Lease<Thing> lease = pool.acquire()) {
                    assertEquals(number, lease.get().number);
                }
                count++;
                if (count >= 50) { // perhaps it is enough
                    calm();
                }
            }
            Await.until("ended", () -> maker.made.get(number).isEnded());
            uses.put(number, count);
        }
        for (int count : uses.values()) {
            assertTrue(count >= 50 && count <= 150, uses::toString);
        }
        assertTrue(uses.values().stream().distinct().count() > 10, uses::toString);
    }

    // ---- one before the other --------------------------------------------------------------------------------------

    @Test
    void servesWithTheOldOneUntilTheNewOneIsThere() throws Exception {
        open(builder(1).maxUses(3, 0));
        for (int use = 0; use < 2; use++) {
            pool.acquire().close();
        }
        CountDownLatch gate = new CountDownLatch(1);
        keeper.onCreate = thing -> gate.await();
        pool.acquire().close();
        Await.until("the new one is being made", () -> keeper.asked.get() == 2);
        for (int use = 0; use < 20; use++) {
            try (Lease<Thing> lease = pool.acquire(Duration.ZERO)) {
                assertEquals(0, lease.get().number);
            }
        }
        Lease<Thing> old = pool.acquire();
        gate.countDown();
        Await.until("replaced", () -> pool.stats().recycledByUses() == 1);
        assertFalse(old.get().isEnded()); // never while it is in use
        assertEquals(1, pool.acquire().get().number);
        old.close();
        Await.until("ended", () -> keeper.made.get(0).isEnded());
        assertEquals(2, keeper.asked.get());
    }

    @Test
    void keepsTheOldOneIfNoNewOneCanBeMadeAndTriesAgain() throws Exception {
        open(builder(1).maxAge(Duration.ofMinutes(1), 0).drainTimeout(Duration.ofHours(1)));
        pool.acquire().close();
        keeper.onCreate = thing -> {
            throw new IOException("planned");
        };
        time.pass(Duration.ofSeconds(62), SECOND);
        passUntil("tried", () -> pool.stats().createFailures() >= 1);
        assertFalse(keeper.made.get(0).isEnded());
        try (Lease<Thing> lease = pool.acquire(Duration.ofSeconds(1))) {
            assertEquals(0, lease.get().number);
            passUntil("tried again", () -> pool.stats().createFailures() >= 4);
        }
        assertEquals(0, pool.stats().recycledByAge());
        keeper.onCreate = Maker.Step.NOTHING;
        passUntil("replaced", () -> pool.stats().recycledByAge() == 1);
        Await.until("ended", () -> keeper.made.get(0).isEnded());
    }

    @Test
    void neverReplacesMoreAtOnceThanWasBuilt() throws Exception {
        for (int most : new int[] {1, 3}) {
            int before = keeper.asked.get();
            CountDownLatch gate = new CountDownLatch(1);
            open(builder(8).overflow(8).maxConcurrentRecycles(most)); // there is room for more
            List<Lease<Thing>> leases = take(8);
            keeper.onCreate = thing -> gate.await();
            pool.recycleAll();
            Await.until("begun", () -> keeper.asked.get() == before + 8 + most);
            time.pass(SECOND);
            assertEquals(most, pool.stats().creating());
            gate.countDown();
            Await.until("replaced", () -> pool.stats().recycledByRequest() == most);
            time.pass(SECOND);
            assertEquals(before + 8 + most, keeper.asked.get()); // the old ones are in use still
            leases.forEach(Lease::close);
            passUntil("all are replaced", () -> pool.stats().recycledByRequest() == 8);
            keeper.awaitAlive(8);
            pool.close();
            keeper.awaitAlive(0);
        }
    }

    @Test
    void hasAsManyAvailableAsItMustWhenAThousandReachTheirAgeTogether() throws Exception {
        int count = 1_000;
        int most = 4;
        open(builder(count)
                .maxAge(Duration.ofMinutes(1), 0)
                .maxConcurrentRecycles(most)
                .minAvailable(count)
                .prefill(true));
        Await.until("made", () -> pool.stats().idle() == count);
        assertEquals(count, keeper.asked.get());
        AtomicReference<String> wrong = new AtomicReference<>();
        Maker.Step look = thing -> {
            int ended = keeper.ended.get(); // read first: what happens meanwhile makes it look better
            int available = keeper.made.size() - ended;
            if (available < count) {
                wrong.set(available + " available");
            }
            int asked = keeper.asked.get();
            int beingMade = asked - keeper.made.size();
            long alive = asked - pool.stats().destroyed();
            if (beingMade > most || alive > count + most) {
                wrong.set(beingMade + " being made, " + alive + " alive");
            }
        };
        keeper.onCreate = look;
        keeper.onDestroy = look;
        time.leap(Duration.ofSeconds(61));
        Await.until("all are replaced, " + pool.stats(), () -> pool.stats().recycledByAge() == count);
        keeper.onCreate = Maker.Step.NOTHING;
        keeper.awaitAlive(count);
        assertEquals(null, wrong.get());
        assertTrue(keeper.made.stream().limit(count).allMatch(Thing::isEnded));
        assertEquals(2 * count, keeper.asked.get());
    }

    @Test
    void reportsOneThatIsInUseLongAfterItsSuccessorIsThere() throws Exception {
        open(builder(2).drainTimeout(Duration.ofSeconds(10)));
        Lease<Thing> first = pool.acquire().label("nightly report");
        Lease<Thing> second = pool.acquire();
        time.pass(SECOND);
        pool.recycleAll();
        Await.until("one is replaced", () -> pool.stats().recycledByRequest() == 1);
        time.pass(Duration.ofSeconds(9));
        assertEquals(0, heard(PoolEvent.Kind.DRAIN_OVERRUN));
        assertEquals(1, pool.stats().recycledByRequest());
        time.pass(Duration.ofSeconds(3));
        Await.until("reported", () -> heard(PoolEvent.Kind.DRAIN_OVERRUN) == 1);
        String text = events.stream()
                .filter(event -> event.kind() == PoolEvent.Kind.DRAIN_OVERRUN)
                .findFirst()
                .orElseThrow()
                .text();
        assertTrue(
                text.contains("nightly report")
                        || text.contains(Thread.currentThread().getName()),
                text);
        second.close();
        first.close();
        passUntil("both are replaced", () -> pool.stats().recycledByRequest() == 2);
        keeper.awaitAlive(2);
    }

    private long heard(PoolEvent.Kind kind) {
        return events.stream().filter(event -> event.kind() == kind).count();
    }

    // ---- when idle -------------------------------------------------------------------------------------------------

    @Test
    void endsWhatIsIdleForTooLong() throws Exception {
        open(builder(4).maxIdle(Duration.ofSeconds(10)).minAvailable(1));
        take(4).forEach(Lease::close);
        Lease<Thing> used = pool.acquire();
        time.pass(Duration.ofSeconds(9));
        assertEquals(4, keeper.alive());
        time.pass(Duration.ofSeconds(3));
        keeper.awaitAlive(1);
        assertFalse(used.get().isEnded());
        used.close();
        time.pass(Duration.ofSeconds(30));
        assertEquals(1, keeper.alive());
    }

    @Test
    void endsTheOverflowThatIsIdleForTooLongLikeTheRest() throws Exception {
        open(builder(2).overflow(1).overflowIdle(Duration.ofHours(1)).maxIdle(Duration.ofSeconds(10)));
        take(3).forEach(Lease::close);
        time.pass(Duration.ofSeconds(12));
        keeper.awaitAlive(0);
    }

    @Test
    void doesNotCountAResourceAsIdleThatIsUsedNowAndThen() throws Exception {
        open(builder(1).maxIdle(Duration.ofSeconds(10)));
        for (int i = 0; i < 10; i++) {
            pool.acquire().close();
            time.pass(Duration.ofSeconds(7));
        }
        assertEquals(1, keeper.asked.get());
    }

    // ---- validation ------------------------------------------------------------------------------------------------

    @Test
    void validatesWhatWasIdleBeforeItLendsIt() throws Exception {
        open(builder(1).validateAfterIdle(Duration.ofSeconds(5)));
        pool.acquire().close();
        Thing thing = keeper.made.get(0);
        time.pass(Duration.ofSeconds(3));
        pool.acquire().close();
        assertEquals(0, thing.validations.get());
        time.pass(Duration.ofSeconds(8));
        assertEquals(0, thing.validations.get()); // not before somebody needs it
        pool.acquire().close();
        assertEquals(1, thing.validations.get());
        pool.acquire().close();
        assertEquals(1, thing.validations.get());
    }

    @Test
    void validatesEachTimeIfItIsTold() throws Exception {
        for (Duration limit : List.of(Duration.ofSeconds(5), Duration.ZERO)) {
            int before = keeper.asked.get();
            open(builder(1).validateAfterIdle(Duration.ZERO).validateTimeout(limit));
            for (int i = 0; i < 5; i++) {
                pool.acquire().close();
            }
            assertEquals(4, keeper.made.get(before).validations.get()); // a new one is sound
            pool.close();
        }
    }

    @Test
    void validatesEachTimeThoughItDidSoInTheBackground() throws Exception {
        open(builder(1).validateAfterIdle(Duration.ZERO).validateInBackground(Duration.ofSeconds(10)));
        pool.acquire().close();
        Thing thing = keeper.made.get(0);
        time.pass(Duration.ofSeconds(13));
        Await.until("in the background", () -> thing.validations.get() == 1);
        calm();
        time.pass(Duration.ofSeconds(3));
        pool.acquire().close();
        assertEquals(2, thing.validations.get());
    }

    @Test
    void lendsToOneWhoTriesWhatIsToBeValidatedEachTime() throws Exception {
        open(builder(1).validateAfterIdle(Duration.ZERO));
        pool.acquire().close();
        Await.until("it is validated", () -> {
            pool.tryAcquire().ifPresent(Lease::close);
            return pool.stats().acquired() >= 3;
        });
    }

    @Test
    void validatesInTheBackgroundWhatStaysIdle() throws Exception {
        open(builder(2).validateAfterIdle(SECOND).validateInBackground(Duration.ofSeconds(30)));
        take(2).forEach(Lease::close);
        time.pass(Duration.ofSeconds(29));
        assertEquals(0, keeper.made.get(0).validations.get());
        time.pass(Duration.ofSeconds(3));
        Await.until("both", () -> keeper.made.stream().allMatch(thing -> thing.validations.get() == 1));
        calm();
        keeper.made.get(0).broken = true;
        time.pass(Duration.ofSeconds(33));
        Await.until("found", () -> keeper.made.get(0).isEnded());
        Await.until("counted", () -> pool.stats().validationFailures() == 1);
        assertFalse(keeper.made.get(1).isEnded());
    }

    @Test
    void replacesWhatBrokeInTheBackgroundIfThatManyAreToBeAvailable() throws Exception {
        open(builder(2).validateInBackground(Duration.ofSeconds(30)).minAvailable(2));
        Await.until("made", () -> pool.stats().idle() == 2);
        keeper.made.get(0).broken = true;
        time.pass(Duration.ofSeconds(33));
        Await.until("replaced", () -> keeper.made.size() == 3);
        keeper.awaitAlive(2);
    }

    @Test
    void doesNotHoldOthersUpWhileABorrowerValidates() throws Exception {
        open(builder(2).validateTimeout(Duration.ZERO));
        pool.acquire().close();
        time.pass(Duration.ofSeconds(3));
        CountDownLatch gate = new CountDownLatch(1);
        keeper.onValidate = thing -> gate.await();
        Asker<Lease<Thing>> slow = Asker.of(() -> pool.acquire());
        Await.until("validates", () -> pool.stats().checking() == 1);
        try (Lease<Thing> lease = Asker.of(() -> pool.acquire()).result()) {
            assertEquals(1, lease.get().number);
        }
        gate.countDown();
        assertSame(keeper.made.get(0), slow.result().get());
        slow.result().close();
        assertNotSame(keeper.made.get(0), keeper.made.get(1));
    }
}
