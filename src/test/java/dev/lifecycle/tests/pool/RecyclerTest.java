package dev.lifecycle.tests.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.PoolClosedException;
import dev.lifecycle.pool.PoolEvent;
import dev.lifecycle.pool.RecycleReport;
import dev.lifecycle.pool.Recycler;
import dev.lifecycle.pool.RecyclerBuilder;
import dev.lifecycle.pool.RecyclerStats;
import dev.lifecycle.pool.ResourceFactory;
import dev.lifecycle.pool.WorkerStats;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Overrun;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.api.LogCapture;
import dev.lifecycle.tests.task.Asker;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workers that are replaced, and what their users notice of it: nothing. */
@Timeout(60)
class RecyclerTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final LogCapture log = LogCapture.ofPools();
    private final PoolTime time = new PoolTime();
    private final Workshop shop = new Workshop();
    private final Queue<PoolEvent> events = new ConcurrentLinkedQueue<>();
    private final Scope app = Scope.open("app");

    @AfterEach
    void close() {
        app.close();
        log.close();
        assertEquals(List.of(), List.copyOf(shop.wrongs));
    }

    private RecyclerBuilder<Worker> builder(int workers) {
        return Recycler.builder("ocr", shop)
                .workers(workers)
                .maxUses(0, 0)
                .warmUp(shop::warmUp)
                .listener(events::add)
                .timeSource(time);
    }

    /** One that has all its workers. */
    private Recycler<Worker> open(RecyclerBuilder<Worker> builder) {
        Recycler<Worker> recycler = builder.open(app);
        awaitHealthy(recycler, recycler.stats().workers());
        return recycler;
    }

    private static void awaitHealthy(Recycler<Worker> recycler, int count) {
        Await.until(count + " healthy, " + recycler.stats(), () -> {
            RecyclerStats stats = recycler.stats();
            return stats.healthy() == count && stats.creating() == 0;
        });
    }

    /** Lets time pass until something has happened, but not while a worker is being made: that takes no time by this clock. */
    private void passUntil(String what, Recycler<Worker> recycler, BooleanSupplier condition) {
        Await.until(what, () -> {
            if (recycler.stats().creating() == 0) {
                time.leap(PoolTime.ROUND);
            }
            return condition.getAsBoolean();
        });
    }

    private boolean heard(PoolEvent.Kind kind) {
        return events.stream().anyMatch(event -> event.kind() == kind);
    }

    private PoolEvent event(PoolEvent.Kind kind) {
        Await.until(kind + ", " + events, () -> heard(kind));
        return events.stream().filter(event -> event.kind() == kind).findFirst().orElseThrow();
    }

    /** A use that goes on until it is let go. */
    private static final class Long implements AutoCloseable {
        final CountDownLatch end = new CountDownLatch(1);
        final Asker<Worker> asker;
        volatile Worker worker;

        Long(Workshop shop, Recycler<Worker> recycler) {
            asker = Asker.of(() -> recycler.use(worker -> {
                shop.work(worker);
                return goesOn(worker);
            }));
            Await.until("at work", () -> worker != null);
        }

        private Worker goesOn(Worker mine) throws InterruptedException {
            mine.users.incrementAndGet();
            worker = mine;
            try {
                end.await();
            } finally {
                mine.users.decrementAndGet();
            }
            return mine;
        }

        @Override
        public void close() throws Exception {
            end.countDown();
            asker.result();
        }
    }

    // ---- when a worker is replaced ---------------------------------------------------------------------------------

    @Test
    void replacesAWorkerAfterItsNumberOfUses() throws Exception {
        Recycler<Worker> recycler = open(builder(1).maxUses(10, 0));
        for (int i = 0; i < 10; i++) {
            assertSame(shop.made.get(0), shop.use(recycler));
        }
        shop.awaitEnd(shop.made.get(0));
        assertSame(shop.made.get(1), shop.use(recycler));
        assertEquals(10, shop.made.get(0).uses.get());
        assertEquals(1, recycler.stats().replacedByUses());
        assertEquals(11, recycler.stats().uses());
    }

    @Test
    void limitsOfUsesDifferByTheJitter() throws Exception {
        int rounds = 200;
        Recycler<Worker> recycler =
                open(builder(1).maxUses(20, 5).maxConcurrent(rounds)); // no end of an old one holds up what comes next
        Set<Integer> limits = new HashSet<>();
        for (int round = 0; round < rounds; round++) {
            Worker worker;
            RecyclerStats stats;
            do {
                worker = shop.use(recycler);
                stats = recycler.stats();
            } while (stats.replacedByUses() + stats.creating() <= round);
            limits.add(worker.uses.get());
            shop.awaitEnd(worker);
        }
        for (int limit = 15; limit <= 25; limit++) { // each one is missed once in a hundred million runs
            assertTrue(limits.remove(limit), limit + " is not among the limits");
        }
        assertEquals(Set.of(), limits);
    }

    @Test
    void replacesAWorkerAtItsAge() throws Exception {
        Recycler<Worker> recycler = open(builder(1).maxAge(HOUR, 0).createTimeout(HOUR));
        time.pass(HOUR.minus(MINUTE), MINUTE);
        assertSame(shop.made.get(0), shop.use(recycler));
        time.pass(MINUTE.multipliedBy(2), MINUTE);
        shop.awaitEnd(shop.made.get(0));
        assertSame(shop.made.get(1), shop.use(recycler));
        assertEquals(1, recycler.stats().replacedByAge());
        assertEquals(0, recycler.stats().replacedByUses());
    }

    @Test
    void agesDifferByTheJitter() throws Exception {
        Recycler<Worker> recycler =
                open(builder(20).maxAge(HOUR, 0.5).maxConcurrent(20).createTimeout(HOUR.multipliedBy(2)));
        List<Worker> first = List.copyOf(shop.made);
        time.pass(MINUTE.multipliedBy(29), MINUTE);
        assertEquals(0, recycler.stats().replacedByAge());
        time.pass(MINUTE.multipliedBy(16), MINUTE); // half of them, and not one in a million runs none or all
        awaitHealthy(recycler, 20);
        long some = recycler.stats().replacedByAge();
        assertTrue(some > 0 && some < 20, some + " of 20 replaced");
        time.pass(MINUTE.multipliedBy(16), MINUTE);
        for (Worker worker : first) {
            shop.awaitEnd(worker);
        }
    }

    @Test
    void replacesAWorkerThatThePredicateSaysIsWorn() throws Exception {
        Queue<WorkerStats<Worker>> asked = new ConcurrentLinkedQueue<>();
        Recycler<Worker> recycler = open(builder(1).when(stats -> {
            asked.add(stats);
            return stats.uses() == 3;
        }));
        Worker worker = shop.made.get(0);
        time.pass(MINUTE, MINUTE);
        for (int i = 0; i < 3; i++) {
            assertSame(worker, shop.use(recycler));
        }
        shop.awaitEnd(worker);
        assertEquals(List.of(1L, 2L, 3L), asked.stream().map(WorkerStats::uses).toList());
        assertTrue(asked.stream().allMatch(stats -> stats.worker() == worker));
        assertTrue(asked.stream().allMatch(stats -> stats.age().equals(MINUTE)), asked::toString);
        assertEquals(1, recycler.stats().replacedByRequest());
    }

    @Test
    void keepsAWorkerWhosePredicateThrows() throws Exception {
        Recycler<Worker> recycler = open(builder(1).when(stats -> {
            throw new IllegalStateException("cannot tell");
        }));
        for (int i = 0; i < 10; i++) {
            assertSame(shop.made.get(0), shop.use(recycler));
        }
        assertTrue(log.mentions("recycler ocr"), log.lines()::toString);
        assertEquals(0, recycler.stats().replacedByRequest());
    }

    @Test
    void replacesAWorkerThatDoesNotPassItsCheck() throws Exception {
        AtomicBoolean sound = new AtomicBoolean(true);
        Recycler<Worker> recycler = Recycler.builder("checked", new ResourceFactory<Worker>() {
                    @Override
                    public Worker create() throws Exception {
                        return shop.create();
                    }

                    @Override
                    public boolean validate(Worker worker) {
                        return worker.number > 0 || sound.get();
                    }

                    @Override
                    public void destroy(Worker worker) {
                        shop.destroy(worker);
                    }
                })
                .warmUp(shop::warmUp)
                .timeSource(time)
                .open(app);
        awaitHealthy(recycler, 1);
        time.pass(Duration.ofSeconds(5));
        assertSame(shop.made.get(0), shop.use(recycler));
        sound.set(false);
        time.pass(Duration.ofSeconds(5));
        assertEquals(1, shop.use(recycler).number);
        Await.until("counted", () -> recycler.stats().replacedByRequest() == 1);
    }

    // ---- warm before ------------------------------------------------------------------------------------------------

    @Test
    void makesAndWarmsUpItsWorkersBeforeSomebodyAsks() {
        Recycler<Worker> recycler = open(builder(3));
        assertEquals(3, recycler.stats().healthy());
        assertTrue(shop.made.stream().allMatch(worker -> worker.warm));
    }

    @Test
    void theOldOneServesUntilTheNewOneIsWarm() throws Exception {
        Recycler<Worker> recycler = open(builder(1).maxUses(5, 0));
        Worker old = shop.made.get(0);
        CountDownLatch warm = new CountDownLatch(1);
        shop.onWarmUp = worker -> warm.await();
        for (int i = 0; i < 50; i++) { // ten times its limit
            assertSame(old, shop.use(recycler));
        }
        shop.awaitMade(2);
        assertEquals(1, recycler.stats().creating());
        assertEquals(0, recycler.stats().replacedByUses());
        assertSame(old, shop.use(recycler));
        warm.countDown();
        shop.awaitEnd(old);
        assertSame(shop.made.get(1), shop.use(recycler));
        assertEquals(2, shop.made.size());
    }

    @Test
    void theOldOneServesOnWhenTheWarmUpFailsAndItIsTriedAgain() throws Exception {
        Recycler<Worker> recycler = open(builder(1).maxUses(5, 0));
        Worker old = shop.made.get(0);
        shop.onWarmUp = worker -> {
            throw new IOException("no model");
        };
        for (int i = 0; i < 5; i++) {
            shop.use(recycler);
        }
        Await.until("a failure", () -> recycler.stats().createFailures() == 1);
        shop.awaitEnd(shop.made.get(1));
        for (int failures = 2; failures < 5; failures++) {
            int count = failures;
            assertSame(old, shop.use(recycler));
            passUntil("another attempt", recycler, () -> recycler.stats().createFailures() >= count);
        }
        assertTrue(event(PoolEvent.Kind.CREATE_FAILED).text().contains("cold"), events::toString);
        shop.onWarmUp = worker -> {};
        passUntil("its end", recycler, old::isEnded);
        Worker fresh = shop.use(recycler);
        assertTrue(fresh.warm);
        assertEquals(1, shop.alive());
    }

    @Test
    void theOldOneServesOnWhenTheWarmUpHangs() throws Exception {
        Recycler<Worker> recycler = open(builder(1).maxUses(5, 0).createTimeout(Duration.ofSeconds(10)));
        Worker old = shop.made.get(0);
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        shop.onWarmUp = worker -> {
            awaitUninterruptibly(hanging, letGo);
        };
        for (int i = 0; i < 5; i++) {
            shop.use(recycler);
        }
        hanging.await();
        shop.onWarmUp = worker -> {};
        time.pass(Duration.ofSeconds(9));
        assertSame(old, shop.use(recycler));
        assertEquals(0, recycler.stats().createFailures());
        time.pass(Duration.ofSeconds(4));
        PoolEvent late = event(PoolEvent.Kind.CALL_OVERRUN);
        assertTrue(stackOf(late).contains("awaitUninterruptibly"), () -> stackOf(late));
        passUntil("its end, since it was tried again", recycler, old::isEnded);
        Worker fresh = shop.use(recycler);
        assertNotSame(shop.made.get(1), fresh);
        letGo.countDown();
        shop.awaitEnd(shop.made.get(1)); // which came too late
        assertEquals(1, shop.alive());
    }

    private static void awaitUninterruptibly(CountDownLatch begun, CountDownLatch latch) {
        begun.countDown(); // here: the stack shows this method from now on
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException stubborn) {
                continue;
            }
        }
    }

    private static String stackOf(PoolEvent event) {
        return Arrays.toString(assertNotNullCause(event).getStackTrace());
    }

    private static Throwable assertNotNullCause(PoolEvent event) {
        assertNotNull(event.cause(), event::toString);
        return event.cause();
    }

    // ---- never all at once, never mid-use ---------------------------------------------------------------------------

    @Test
    void workersThatReachTheirLimitsTogetherAreReplacedAFewAtATime() throws Exception {
        int workers = 8;
        Recycler<Worker> recycler =
                open(builder(workers).maxUses(5, 0).maxConcurrent(2).minHealthy(workers));
        List<Worker> first = List.copyOf(shop.made);
        AtomicInteger fewest = new AtomicInteger(workers);
        AtomicInteger mostAlive = new AtomicInteger();
        shop.mostBeingMade.set(0);
        shop.onWarmUp = worker -> {
            int ended = count(Worker::isEnded); // read first: what happens meanwhile makes it look better
            fewest.accumulateAndGet(count(each -> each.warm) - ended, Math::min);
            mostAlive.accumulateAndGet(shop.alive(), Math::max);
        };
        for (int use = 0; use < 4; use++) {
            allAtOnce(recycler, workers);
        }
        assertEquals(workers, shop.made.size());
        allAtOnce(recycler, workers);
        for (Worker worker : first) {
            shop.awaitEnd(worker);
        }
        awaitHealthy(recycler, workers);
        assertEquals(workers, recycler.stats().replacedByUses());
        assertEquals(workers, fewest.get());
        assertTrue(shop.mostBeingMade.get() <= 2, shop.mostBeingMade + " were being made at once");
        assertTrue(mostAlive.get() <= workers + 2, mostAlive + " were there at once");
    }

    private int count(Predicate<Worker> which) {
        return (int) shop.made.stream().filter(which).count();
    }

    /** Uses each worker once. */
    private void allAtOnce(Recycler<Worker> recycler, int workers) throws Exception {
        List<Long> uses = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            uses.add(new Long(shop, recycler));
        }
        for (Long use : uses) {
            use.close();
        }
    }

    @Test
    void aWorkerIsNotEndedWhileItIsInUse() throws Exception {
        Recycler<Worker> recycler = open(builder(1));
        try (Long use = new Long(shop, recycler)) {
            Asker<RecycleReport> asker = Asker.of(recycler::recycleNow);
            shop.awaitMade(2);
            for (int i = 0; i < 10; i++) {
                assertSame(shop.made.get(1), shop.use(recycler));
            }
            assertFalse(use.worker.isEnded());
            assertFalse(asker.isDone());
            use.close();
            shop.awaitEnd(use.worker);
            assertEquals(1, asker.result().replaced());
        }
    }

    @Test
    void aWorkerHasOneUserAtATimeWhateverIsReplaced() throws Exception {
        Recycler<Worker> recycler = open(builder(2).maxUses(50, 10));
        List<Asker<Integer>> askers = Asker.some(4, () -> {
            int uses = 0;
            while (recycler.stats().replacedByUses() < 30) {
                shop.use(recycler);
                uses++;
            }
            return uses;
        });
        int uses = 0;
        for (Asker<Integer> asker : askers) {
            uses += asker.result();
        }
        awaitHealthy(recycler, 2);
        int all = uses;
        Await.until("all counted", () -> recycler.stats().uses() == all); // one too many while a recycling begins
        assertEquals(
                uses, shop.made.stream().mapToInt(worker -> worker.uses.get()).sum());
    }

    @Test
    void aUseThatThrowsGivesTheWorkerBack() throws Exception {
        Recycler<Worker> recycler = open(builder(1).maxUses(3, 0));
        IOException thrown = new IOException("unreadable");
        for (int i = 0; i < 3; i++) {
            assertSame(
                    thrown,
                    assertThrows(
                            IOException.class,
                            () -> recycler.use(worker -> {
                                throw thrown;
                            })));
        }
        assertEquals(0, recycler.stats().busy());
        shop.awaitEnd(shop.made.get(0)); // they count
        assertEquals(3, recycler.stats().uses());
    }

    @Test
    void aUseMayReturnNull() throws Exception {
        Recycler<Worker> recycler = open(builder(1));
        assertEquals(null, recycler.<Object, RuntimeException>use(worker -> null));
    }

    // ---- drain overruns ---------------------------------------------------------------------------------------------

    @Test
    void aUseThatKeepsAnOldWorkerIsReportedWithItsStack() throws Exception {
        Recycler<Worker> recycler = open(builder(1).drainTimeout(Duration.ofSeconds(10)));
        try (Long use = new Long(shop, recycler)) {
            Asker<RecycleReport> asker = Asker.of(recycler::recycleNow);
            Await.until("its successor", () -> recycler.stats().replacedByRequest() == 1);
            time.pass(Duration.ofSeconds(9));
            assertEquals(0, recycler.stats().drainOverruns());
            time.pass(Duration.ofSeconds(2));
            PoolEvent overrun = event(PoolEvent.Kind.DRAIN_OVERRUN);
            assertTrue(stackOf(overrun).contains("goesOn"), () -> stackOf(overrun));
            assertEquals(1, asker.result().draining());
            time.pass(MINUTE);
            assertEquals(1, recycler.stats().drainOverruns()); // once
            assertFalse(use.worker.isEnded());
        }
        shop.awaitEnd(shop.made.get(0));
        assertEquals(1, shop.alive());
    }

    @Test
    void aUseThatKeepsAnOldWorkerHoldsUpNoOthers() throws Exception {
        Recycler<Worker> recycler = open(builder(2).drainTimeout(Duration.ofSeconds(10)));
        try (Long use = new Long(shop, recycler)) {
            Asker<RecycleReport> asker = Asker.of(recycler::recycleNow);
            Await.until("both have successors", () -> recycler.stats().replacedByRequest() == 2);
            Await.until("the other one is ended", () -> shop.alive() == 3);
            time.pass(Duration.ofSeconds(20));
            asker.result();
            assertEquals(
                    2,
                    shop.made.stream()
                                    .filter(worker -> worker.number < 2 && worker.isEnded())
                                    .count()
                            + 1);
            assertFalse(use.worker.isEnded());
        }
    }

    @Test
    void aLongUseIsNoLeakAndNoNews() throws Exception {
        Queue<LeakReport> leaks = new ConcurrentLinkedQueue<>();
        try (LeakDetector.Registration listening = LeakDetector.library().addListener(leaks::add)) {
            Recycler<Worker> recycler = open(builder(1));
            try (Long use = new Long(shop, recycler)) {
                time.pass(HOUR.multipliedBy(3), MINUTE);
                assertFalse(use.worker.isEnded());
            }
            time.pass(MINUTE, Duration.ofSeconds(1));
            assertEquals(List.of(), List.copyOf(events));
            assertEquals(
                    List.of(),
                    log.lines().stream().filter(line -> line.contains("ocr")).toList()); // not those of other tests
            assertTrue(leaks.stream().noneMatch(leak -> leak.label().contains("ocr")), () -> leaks + " " + listening);
        }
    }

    // ---- recycleNow -------------------------------------------------------------------------------------------------

    @Test
    void recycleNowReplacesAllThereAre() throws Exception {
        Recycler<Worker> recycler = open(builder(5));
        List<Worker> before = List.copyOf(shop.made);
        RecycleReport report = recycler.recycleNow();
        assertEquals(new RecycleReport(5, 5, 0, 0, report.took()), report);
        assertTrue(before.stream().allMatch(Worker::isEnded));
        awaitHealthy(recycler, 5);
        assertEquals(10, shop.made.size());
        assertEquals(5, recycler.stats().replacedByRequest());
    }

    @Test
    void recycleNowTellsOfOneThatIsStillInUse() throws Exception {
        Recycler<Worker> recycler =
                open(builder(3).drainTimeout(Duration.ofSeconds(10)).maxConcurrent(3));
        try (Long use = new Long(shop, recycler)) {
            Asker<RecycleReport> asker = Asker.of(recycler::recycleNow);
            Await.until("three", () -> recycler.stats().replacedByRequest() == 3);
            Await.until("two ended", () -> shop.alive() == 4);
            time.pass(Duration.ofSeconds(11));
            RecycleReport report = asker.result();
            assertEquals(new RecycleReport(3, 2, 1, 0, report.took()), report);
            assertTrue(report.took().compareTo(Duration.ofSeconds(10)) >= 0, report::toString);
            assertFalse(use.worker.isEnded());
        }
    }

    @Test
    void recycleNowTellsOfThoseForWhichNoneCouldBeMade() throws Exception {
        Recycler<Worker> recycler = open(builder(3).drainTimeout(Duration.ofSeconds(10)));
        shop.onCreate = worker -> {
            throw new IOException("no licence");
        };
        Asker<RecycleReport> asker = Asker.of(recycler::recycleNow);
        Await.until("a failure", () -> recycler.stats().createFailures() > 0);
        time.pass(Duration.ofSeconds(11));
        RecycleReport report = asker.result();
        assertEquals(new RecycleReport(3, 0, 0, 3, report.took()), report);
        assertEquals(3, recycler.stats().healthy());
        shop.onCreate = worker -> {};
        passUntil("all", recycler, () -> recycler.stats().replacedByRequest() == 3);
    }

    @Test
    void recycleNowStopsWaitingWhenItIsInterruptedAndTheReplacementGoesOn() throws Exception {
        Recycler<Worker> recycler = open(builder(2));
        CountDownLatch warm = new CountDownLatch(1);
        shop.onWarmUp = worker -> warm.await();
        AtomicBoolean flag = new AtomicBoolean();
        Asker<RecycleReport> asker = Asker.of(() -> {
            RecycleReport report = recycler.recycleNow();
            flag.set(Thread.interrupted());
            return report;
        });
        shop.awaitMade(3);
        asker.thread.interrupt();
        RecycleReport report = asker.result();
        assertEquals(new RecycleReport(2, 0, 0, 2, report.took()), report);
        assertTrue(flag.get());
        warm.countDown();
        Await.until("both", () -> recycler.stats().replacedByRequest() == 2);
    }

    @Test
    void recycleNowWithinAUseDoesNotWaitForThatUse() throws Exception {
        Recycler<Worker> recycler = open(builder(2));
        RecycleReport report = recycler.use(worker -> recycler.recycleNow());
        assertEquals(new RecycleReport(2, 1, 1, 0, report.took()), report);
        shop.awaitEnd(shop.made.get(0));
        shop.awaitEnd(shop.made.get(1));
    }

    @Test
    void recycleNowMayBeCalledByManyAtOnce() throws Exception {
        Recycler<Worker> recycler = open(builder(3));
        List<Worker> first = List.copyOf(shop.made);
        for (Asker<RecycleReport> asker : Asker.some(4, recycler::recycleNow)) {
            RecycleReport report = asker.result();
            assertEquals(0, report.draining() + report.kept(), report::toString);
        }
        assertTrue(first.stream().allMatch(Worker::isEnded));
        Await.until("three, " + recycler.stats(), () -> shop.alive() == 3);
    }

    @Test
    void recycleNowIsRefusedWhenItIsClosed() {
        Recycler<Worker> recycler = open(builder(1));
        recycler.close();
        String message =
                assertThrows(PoolClosedException.class, recycler::recycleNow).getMessage();
        assertTrue(message.contains("ocr"), message);
    }

    @Test
    void recycleNowComesBackWhenItIsClosedMeanwhile() throws Exception {
        Recycler<Worker> recycler = open(builder(1));
        try (Long use = new Long(shop, recycler)) {
            Asker<RecycleReport> asker = Asker.of(recycler::recycleNow);
            Await.until("its successor", () -> recycler.stats().replacedByRequest() == 1);
            recycler.close(Duration.ZERO);
            assertEquals(1, asker.result().draining(), use.worker::toString);
        }
    }

    // ---- waiting ----------------------------------------------------------------------------------------------------

    @Test
    void aCallerWaitsForAWorker() throws Exception {
        Recycler<Worker> recycler = open(builder(1));
        Asker<Worker> asker;
        try (Long use = new Long(shop, recycler)) {
            asker = Asker.of(() -> shop.use(recycler));
            Await.until("waits", () -> recycler.stats().waiting() == 1);
            assertFalse(use.worker.isEnded());
        }
        assertSame(shop.made.get(0), asker.result());
    }

    @Test
    void aCallerThatGotNoneInTimeIsToldWhoHasThem() throws Exception {
        Recycler<Worker> recycler = open(builder(1).waitTimeout(Duration.ZERO));
        try (Long use = new Long(shop, recycler)) {
            String message = assertThrows(AcquireTimeoutException.class, () -> shop.use(recycler))
                    .getMessage();
            assertTrue(message.contains("recycler ocr"), message);
            assertTrue(message.contains("1 of 1"), message);
            assertTrue(message.contains(use.asker.thread.getName()), message);
            assertTrue(message.contains("Have more workers"), message);
            assertFalse(message.contains("core"), message);
        }
    }

    // ---- figures, the tree, the end ---------------------------------------------------------------------------------

    @Test
    void statsSayHowItStands() throws Exception {
        Recycler<Worker> recycler = open(builder(3));
        try (Long use = new Long(shop, recycler)) {
            shop.use(recycler);
            assertEquals(
                    new RecyclerStats("ocr", 3, 3, 1, 0, 0, 2, 0, 0, 0, 0, 0), recycler.stats(), use.worker::toString);
        }
    }

    @Test
    void statsStayAfterTheClose() throws Exception {
        Recycler<Worker> recycler = open(builder(2).maxUses(5, 0));
        for (int i = 0; i < 7; i++) {
            shop.use(recycler);
        }
        recycler.close();
        assertEquals(7, recycler.stats().uses());
        assertEquals(0, recycler.stats().healthy());
    }

    @Test
    void itIsANodeOfTheTree() throws Exception {
        Recycler<Worker> recycler = open(builder(2));
        assertEquals(Kind.RECYCLER, recycler.kind());
        assertEquals("ocr", recycler.name());
        assertEquals(State.OPEN, recycler.state());
        try (Long use = new Long(shop, recycler)) {
            Snapshot child = app.snapshot().children().get(0);
            assertEquals(Kind.RECYCLER, child.kind());
            assertEquals("Recycler", child.kind().toString());
            assertEquals("ocr", child.name());
            assertEquals(1, child.gauges().get("leased"), use.worker::toString);
            assertEquals("ocr 1/2 in use (50.0 %)", recycler.toString());
        }
    }

    @Test
    void itsScopeClosesIt() throws Exception {
        Scope scope = Scope.open("request");
        Recycler<Worker> recycler = builder(2).open(scope);
        awaitHealthy(recycler, 2);
        scope.close();
        assertEquals(State.CLOSED, recycler.state());
        assertEquals(0, shop.alive());
        assertThrows(PoolClosedException.class, () -> shop.use(recycler));
    }

    @Test
    void aCloseWaitsForTheUses() throws Exception {
        Recycler<Worker> recycler = open(builder(2));
        Asker<CloseReport> closer;
        try (Long use = new Long(shop, recycler)) {
            closer = Asker.of(() -> recycler.close(HOUR));
            Await.until("closing", () -> recycler.state() != State.OPEN);
            Await.until("the other one", () -> shop.alive() == 1);
            assertThrows(PoolClosedException.class, () -> shop.use(recycler));
            assertFalse(closer.isDone());
            assertFalse(use.worker.isEnded());
        }
        CloseReport report = closer.result();
        assertEquals(List.of(), report.overruns());
        assertEquals(2, report.closed());
        assertEquals(0, shop.alive());
    }

    @Test
    void aCloseTellsWhatAUseThatGoesOnIsDoing() throws Exception {
        Recycler<Worker> recycler = open(builder(1));
        try (Long use = new Long(shop, recycler)) {
            CloseReport report = recycler.close(Duration.ZERO);
            assertEquals(1, report.overruns().size());
            Overrun overrun = report.overruns().get(0);
            assertTrue(overrun.label().startsWith("use of recycler ocr"), overrun::toString);
            assertTrue(Arrays.toString(overrun.stack()).contains("goesOn"), overrun::toString);
            assertFalse(use.worker.isEnded());
        }
        shop.awaitEnd(shop.made.get(0)); // once its user is done
    }

    @Test
    void oneThatIsDroppedIsReported() {
        Queue<LeakReport> leaks = new ConcurrentLinkedQueue<>();
        try (LeakDetector.Registration listening = LeakDetector.library().addListener(leaks::add)) {
            LeakProbe.awaitCollected(dropped());
            Await.until(
                    "a report, " + listening,
                    () -> leaks.stream()
                            .anyMatch(leak -> leak.label().equals("forgotten recycler")
                                    && leak.type().equals(Recycler.class.getName())));
        }
    }

    private static WeakReference<Recycler<Object>> dropped() {
        Recycler<Object> recycler =
                Recycler.builder("forgotten recycler", Object::new).workers(2).open();
        Await.until("made", () -> recycler.stats().healthy() == 2);
        return new WeakReference<>(recycler);
    }
}
