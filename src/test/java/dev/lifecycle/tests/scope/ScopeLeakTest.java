package dev.lifecycle.tests.scope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.leak.LeakStats;
import dev.lifecycle.leak.Site;
import dev.lifecycle.scope.ChildPolicy;
import dev.lifecycle.scope.CloseException;
import dev.lifecycle.scope.OpenChildrenException;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeBuilder;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What scopes tell the library's leak detector, and who asks for the roots. */
@Tag("once")
@Timeout(60)
class ScopeLeakTest {
    private static final Site SITE = Site.here();
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /** The longest that a sweep lets a scope wait once it has looked at it. */
    private static final Duration LOOK = Duration.ofSeconds(10);

    private static final AtomicInteger TESTS = new AtomicInteger();
    private static final Logger LOG = Logger.getLogger("dev.lifecycle.leak");

    /** Begins all names of this test: reports of one label count together, in the whole JVM. */
    private final String name = "leak test " + TESTS.incrementAndGet() + ".";

    private final String request = name + "request";
    private final VirtualTime time = new VirtualTime(1);
    private final List<LeakReport> heard = new CopyOnWriteArrayList<>();
    private final LeakDetector.Registration listening = LeakDetector.library().addListener(report -> {
        if (report.scopePath().startsWith(name)) {
            heard.add(report);
        }
    });
    private int markers;

    @BeforeAll
    static void silence() {
        LOG.setUseParentHandlers(false);
    }

    @AfterAll
    static void unsilence() {
        LOG.setUseParentHandlers(true);
    }

    @AfterEach
    void stopListening() {
        listening.close();
    }

    private List<LeakReport> heard(LeakReport.Kind kind, String label) {
        return heard.stream()
                .filter(report -> report.kind() == kind && report.label().equals(label))
                .toList();
    }

    private LeakReport await(LeakReport.Kind kind, String label) {
        return await(
                kind + " " + label,
                report -> report.kind() == kind && report.label().equals(label));
    }

    private LeakReport await(String what, Predicate<LeakReport> wanted) {
        Await.until(what, () -> heard.stream().anyMatch(wanted));
        return heard.stream().filter(wanted).findFirst().orElseThrow();
    }

    /** The reports that wait to be drained, of which {@code wanted} is one. */
    private static LeakReport drain(Predicate<LeakReport> wanted) {
        List<LeakReport> drained = new ArrayList<>();
        Await.until("a report", () -> {
            drained.addAll(LeakDetector.library().drain());
            return drained.stream().anyMatch(wanted);
        });
        return drained.stream().filter(wanted).findFirst().orElseThrow();
    }

    // ---- dropped without being closed ------------------------------------------------------------------------------

    private static WeakReference<?> dropped(ScopeBuilder builder) {
        Scope scope = builder.open();
        scope.defer(scope::name); // what it owns may refer to it
        scope.child("below");
        return new WeakReference<>(scope);
    }

    /** When it returns, all that was collected before is reported. */
    private void awaitLaterLeak() {
        String marker = name + "marker " + ++markers;
        LeakProbe.awaitCollected(dropped(Scope.builder(marker)));
        await(LeakReport.Kind.COLLECTED_UNCLOSED, marker);
    }

    static Stream<Arguments> roots() {
        return Stream.<Arguments>of(
                Arguments.of("plain", (Configure) builder -> builder),
                Arguments.of("confined", (Configure) ScopeBuilder::confined),
                Arguments.of("with a deadline", (Configure) builder -> builder.deadline(LIMIT)),
                Arguments.of("swept", (Configure) builder -> builder.heldLongerThan(LIMIT)),
                Arguments.of("with a limit", (Configure) builder -> builder.maxResources(3)));
    }

    @FunctionalInterface
    private interface Configure {
        ScopeBuilder apply(ScopeBuilder builder);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("roots")
    void reportsARootThatIsDroppedOnce(String kind, Configure configure) {
        LeakProbe.awaitCollected(dropped(configure.apply(Scope.builder(name)).site(SITE)));
        LeakReport report = await(LeakReport.Kind.COLLECTED_UNCLOSED, name);
        assertEquals("dev.lifecycle.scope.Scope", report.type());
        assertEquals(name, report.scopePath());
        assertSame(SITE, report.acquired());
        assertEquals(SITE.text(), report.origin());
        assertEquals(1, report.count());
        awaitLaterLeak();
        assertEquals(1, heard(LeakReport.Kind.COLLECTED_UNCLOSED, name).size());
        assertEquals(2, heard.size(), "nothing of what is below it: " + heard);
    }

    @Test
    void reportsARootWithoutASiteByItsName() {
        LeakProbe.awaitCollected(dropped(Scope.builder(name)));
        assertEquals(1, await(LeakReport.Kind.COLLECTED_UNCLOSED, name).count());
    }

    @Test
    void capturesTheStackOfTheRootsThatComeAfterALeak() {
        LeakProbe.awaitCollected(dropped(Scope.builder(name)));
        await(LeakReport.Kind.COLLECTED_UNCLOSED, name);
        LeakProbe.awaitCollected(dropped(Scope.builder(name)));
        LeakReport report = await("one with a stack", each -> each.stack().length > 0);
        assertEquals("dropped", report.stack()[0].getMethodName());
        assertEquals(Thread.currentThread().getName(), report.thread());
    }

    /** Ends a scope in one way or other. */
    @FunctionalInterface
    private interface Ending {
        void end(Scope scope) throws Exception;
    }

    static Stream<Arguments> endings() {
        return Stream.<Arguments>of(
                ending("close", Scope::close),
                ending("close with children", scope -> {
                    scope.child("child").child("grandchild").own(() -> {});
                    scope.close();
                }),
                ending("close twice", scope -> {
                    scope.close();
                    scope.close();
                }),
                ending("close that fails", scope -> {
                    scope.own(() -> {
                        throw new IOException("failed");
                    });
                    assertThrows(CloseException.class, scope::close);
                }),
                ending(
                        "close that throws a checked exception",
                        scope -> scope.throwing(IOException.class).close()),
                ending("close by another thread", scope -> Await.end(started(scope::close))),
                ending(
                        "closeAsync",
                        scope -> scope.closeAsync(Runnable::run)
                                .toCompletableFuture()
                                .join()),
                ending(
                        "closeAsync on another thread",
                        scope -> scope.closeAsync(ScopeLeakTest::started)
                                .toCompletableFuture()
                                .join()),
                ending(
                        "closeAsync that is refused",
                        scope -> scope.closeAsync(task -> {
                                    throw new IllegalStateException("full");
                                })
                                .toCompletableFuture()
                                .join()),
                ending("moveTo", scope -> {
                    scope.own(() -> {});
                    try (Scope target = Scope.open()) {
                        scope.moveTo(target);
                    }
                }),
                ending("moveTo of nothing", scope -> {
                    try (Scope target = Scope.open()) {
                        scope.moveTo(target);
                    }
                }),
                ending("moveTo of what detachAll left", scope -> {
                    scope.own(() -> {});
                    scope.detachAll().close();
                    try (Scope target = Scope.open()) {
                        scope.moveTo(target);
                    }
                }));
    }

    private static Arguments ending(String name, Ending ending) {
        return Arguments.of(name, ending);
    }

    private static Thread started(Runnable work) {
        Thread thread = new Thread(work, "started");
        thread.start();
        return thread;
    }

    private List<Reference<?>> ended(Ending ending) throws Exception {
        List<Reference<?>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Scope scope = Scope.builder(name)
                    .heldLongerThan(LIMIT)
                    .timeSource(time)
                    .site(SITE)
                    .open();
            ending.end(scope);
            all.add(new WeakReference<>(scope));
        }
        return all;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("endings")
    void reportsNoRootThatWasEnded(String way, Ending ending) throws Exception {
        ended(ending).forEach(LeakProbe::awaitCollected);
        time.advance(LIMIT.multipliedBy(2));
        awaitLaterLeak();
        awaitSweeps();
        assertEquals(
                List.of(),
                heard.stream().filter(report -> report.label().equals(name)).toList());
    }

    private static Reference<?> dropTargetOfMove(String source, String target) {
        Scope from = Scope.open(source);
        from.own(() -> {});
        Scope to = Scope.open(target);
        from.moveTo(to);
        return new WeakReference<>(to);
    }

    @Test
    void reportsTheTargetOfAMoveAndNotWhatWasMoved() {
        LeakProbe.awaitCollected(dropTargetOfMove(name + "source", name + "target"));
        await(LeakReport.Kind.COLLECTED_UNCLOSED, name + "target");
        awaitLaterLeak();
        assertEquals(List.of(), heard(LeakReport.Kind.COLLECTED_UNCLOSED, name + "source"));
    }

    // ---- held too long ---------------------------------------------------------------------------------------------

    private ScopeBuilder swept(String label) {
        return Scope.builder(label).heldLongerThan(LIMIT).timeSource(time);
    }

    /** When it returns, every scope was looked at after it is due, and what was found is heard. Moves the clock a little. */
    private void awaitSweeps() {
        for (int i = 0; i < 2; i++) { // the second sweep begins after the first has reported all
            String marker = name + "marker " + ++markers;
            try (Scope scope = Scope.builder(marker)
                    .heldLongerThan(Duration.ofNanos(1))
                    .timeSource(time)
                    .open()) {
                time.advance(LOOK);
                await(LeakReport.Kind.HELD_TOO_LONG, marker);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void reportsARootThatIsHeldTooLong(boolean confined) {
        ScopeBuilder builder = swept(name);
        try (Scope app = confined ? builder.confined().open() : builder.open()) {
            time.advance(LIMIT.plusMinutes(1));
            LeakReport report = await(LeakReport.Kind.HELD_TOO_LONG, name);
            assertEquals("dev.lifecycle.scope.Scope", report.type());
            assertEquals(name, report.scopePath());
            assertEquals(LIMIT.plusMinutes(1), report.age());
            assertEquals(1, report.count());
            assertTrue(app.isOpen());
        }
    }

    @Test
    void saysWhereARootThatIsHeldTooLongWasOpened() {
        try (Scope app = swept(name).site(SITE).open()) {
            app.child(request);
            time.advance(LIMIT);
            assertSame(SITE, await(LeakReport.Kind.HELD_TOO_LONG, name).acquired());
            assertEquals(null, await(LeakReport.Kind.HELD_TOO_LONG, request).acquired(), "the site is the root's own");
        }
        assertSame(SITE, await(LeakReport.Kind.RECOVERED, name).acquired());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, -300_000_000_000L, Long.MAX_VALUE - 300_000_000_000L})
    void reportsNothingBeforeItsTime(long start) {
        VirtualTime clock = new VirtualTime(start);
        try (Scope app =
                Scope.builder(name).heldLongerThan(LIMIT).timeSource(clock).open()) {
            clock.advance(LIMIT.minusMinutes(1));
            Scope later = app.child(request);
            clock.advance(Duration.ofMinutes(2));
            assertEquals(
                    LIMIT.plusMinutes(1),
                    await(LeakReport.Kind.HELD_TOO_LONG, name).age());
            clock.advance(LIMIT.minusMinutes(2).minusNanos(1)); // a nanosecond is missing
            Await.until("the sweep is over", () -> clock.parked() > 0);
            assertEquals(List.of(), heard(LeakReport.Kind.HELD_TOO_LONG, request));
            clock.advance(LOOK.plusNanos(1));
            Duration age = await(LeakReport.Kind.HELD_TOO_LONG, request).age();
            assertTrue(age.compareTo(LIMIT) >= 0 && age.compareTo(LIMIT.plus(LOOK)) <= 0, age::toString);
            later.close();
        }
    }

    @Test
    void countsTheScopesOfOnePath() {
        try (Scope app = swept(name).open()) {
            Scope other = app.child(name + "other");
            for (int i = 0; i < 5; i++) {
                app.child(request);
                time.advance(Duration.ofSeconds(1));
            }
            for (int i = 0; i < 3; i++) {
                app.child(name + "job");
            }
            app.child(request).close();
            time.advance(LIMIT);
            LeakReport requests = await(LeakReport.Kind.HELD_TOO_LONG, request);
            assertEquals(5, requests.count());
            assertEquals(name + "/" + request, requests.scopePath());
            assertEquals(LIMIT.plusSeconds(5), requests.age(), "the age of the oldest");
            assertEquals(3, await(LeakReport.Kind.HELD_TOO_LONG, name + "job").count());
            assertEquals(1, await(LeakReport.Kind.HELD_TOO_LONG, name + "other").count());
            assertTrue(other.isOpen());
        }
    }

    @Test
    void labelsAChildWithItsWholeNameWhateverThatHolds() {
        String label = name + "GET /chat/{id}/";
        try (Scope app = swept(name).open()) {
            app.child(label).child(request);
            time.advance(LIMIT);
            assertEquals(
                    name + "/" + label,
                    await(LeakReport.Kind.HELD_TOO_LONG, label).scopePath());
            assertEquals(
                    name + "/" + label + "/" + request,
                    await(LeakReport.Kind.HELD_TOO_LONG, request).scopePath());
        }
        assertEquals(name + "/" + label, await(LeakReport.Kind.RECOVERED, label).scopePath());
    }

    @Test
    void keepsScopesApartWhosePathsReadTheSame() {
        try (Scope app = swept(name).open()) {
            app.child("x").child(name + "/y");
            app.child("x/" + name).child("y");
            time.advance(LIMIT);
            awaitSweeps();
            assertEquals(1, await(LeakReport.Kind.HELD_TOO_LONG, name + "/y").count());
        }
    }

    @Test
    void coversWhatIsFarBelow() {
        try (Scope app = swept(name).open()) {
            Scope at = app;
            for (int i = 0; i < 1_000; i++) {
                at = at.child();
            }
            at.child(request);
            time.advance(LIMIT);
            LeakReport report = await(LeakReport.Kind.HELD_TOO_LONG, name);
            assertEquals(1, report.count());
            // its path leaves out the root: 32 names at most
            LeakReport far = drain(each -> each.label().equals(request));
            assertEquals(LIMIT, far.age());
        }
    }

    @Test
    void coversWhatWasMovedBelow() {
        try (Scope app = swept(name).open()) {
            Scope moved = swept(name + "moved").open();
            moved.child(request);
            moved.moveTo(app);
            time.advance(LIMIT);
            assertEquals(
                    name + "/" + name + "moved/" + request,
                    await(LeakReport.Kind.HELD_TOO_LONG, request).scopePath());
            awaitSweeps();
            assertEquals(List.of(), heard(LeakReport.Kind.HELD_TOO_LONG, name + "moved"));
        }
    }

    @Test
    void coversAChildWithALimitOfItsOwn() {
        Duration own = Duration.ofMinutes(1);
        try (Scope app = Scope.builder(name).timeSource(time).open()) {
            Scope child =
                    Scope.builder(request).heldLongerThan(own).timeSource(time).open(app);
            time.advance(own);
            LeakReport report = await(LeakReport.Kind.HELD_TOO_LONG, request);
            assertEquals(name + "/" + request, report.scopePath());
            assertEquals(own, report.age());
            time.advance(LIMIT);
            child.close();
            awaitSweeps();
            assertEquals(List.of(), heard(LeakReport.Kind.HELD_TOO_LONG, name));
        }
    }

    @Test
    void reportsAChildOnceThatIsSweptByItselfAndWithItsParent() {
        try (Scope app = swept(name).open()) {
            swept(request).open(app);
            time.advance(LIMIT);
            awaitSweeps();
            time.advance(LIMIT);
            awaitSweeps();
            assertEquals(1, heard(LeakReport.Kind.HELD_TOO_LONG, request).size());
        }
    }

    @Test
    void reportsEachScopeOnceHoweverLongItIsHeld() {
        try (Scope app = swept(name).open()) {
            app.child(request);
            for (int i = 0; i < 10; i++) {
                time.advance(LIMIT);
                awaitSweeps();
            }
            assertEquals(1, heard(LeakReport.Kind.HELD_TOO_LONG, name).size());
            assertEquals(1, heard(LeakReport.Kind.HELD_TOO_LONG, request).size());
        }
    }

    @Test
    void reportsAnonymousScopesAsSuch() {
        LeakDetector.library().drain(); // they share their label with all others in this JVM
        try (Scope app = swept(name).open()) {
            app.child().child(request);
            app.child();
            time.advance(LIMIT);
            assertEquals(
                    name + "/(anonymous)/" + request,
                    await(LeakReport.Kind.HELD_TOO_LONG, request).scopePath());
            LeakReport anonymous = drain(report -> report.label().equals("(anonymous)"));
            assertEquals(LeakReport.Kind.HELD_TOO_LONG, anonymous.kind());
            assertEquals(name + "/(anonymous)", anonymous.scopePath());
            assertEquals(2, anonymous.count());
            assertEquals(LIMIT, anonymous.age());
        }
    }

    @Test
    void reportsARootWithoutAName() {
        LeakDetector.library().drain();
        try (Scope app = Scope.builder().heldLongerThan(LIMIT).timeSource(time).open()) {
            time.advance(LIMIT);
            LeakReport report = drain(each -> each.label().equals("(anonymous)"));
            assertEquals("(anonymous)", report.scopePath());
            assertEquals(LIMIT, report.age());
            app.close();
            assertEquals(
                    LeakReport.Kind.RECOVERED,
                    drain(each -> each.label().equals("(anonymous)")).kind());
        }
    }

    // ---- closed after all ------------------------------------------------------------------------------------------

    @Test
    void withdrawsTheReportWhenItIsClosedAfterAll() {
        Scope app = swept(name).open();
        Scope child = app.child(request);
        time.advance(LIMIT);
        await(LeakReport.Kind.HELD_TOO_LONG, name);
        await(LeakReport.Kind.HELD_TOO_LONG, request);
        time.advance(Duration.ofMinutes(1));
        child.close();
        LeakReport recovered = await(LeakReport.Kind.RECOVERED, request);
        assertEquals(LIMIT.plusMinutes(1), recovered.age());
        assertEquals(name + "/" + request, recovered.scopePath());
        assertEquals("dev.lifecycle.scope.Scope", recovered.type());
        assertEquals(1, recovered.count());
        assertEquals(List.of(), heard(LeakReport.Kind.RECOVERED, name));
        time.advance(Duration.ofMinutes(1));
        app.close();
        assertEquals(
                LIMIT.plusMinutes(2), await(LeakReport.Kind.RECOVERED, name).age());
        app.close();
        awaitSweeps();
        assertEquals(1, heard(LeakReport.Kind.RECOVERED, request).size());
        assertEquals(1, heard(LeakReport.Kind.RECOVERED, name).size());
    }

    @Test
    void withdrawsTheReportWhenItIsMovedAfterAll() {
        Scope app = swept(name).open();
        Scope child = app.child(request);
        time.advance(LIMIT);
        await(LeakReport.Kind.HELD_TOO_LONG, request);
        child.moveTo(app);
        LeakReport recovered = await(LeakReport.Kind.RECOVERED, request);
        assertEquals(name + "/" + request, recovered.scopePath());
        assertEquals(LIMIT, recovered.age());
        app.close();
    }

    @Test
    void withdrawsTheReportsOfAllThatAParentCloses() {
        Scope app = swept(name).open();
        for (int i = 0; i < 4; i++) {
            app.child().child(request);
        }
        time.advance(LIMIT);
        await(LeakReport.Kind.HELD_TOO_LONG, request);
        app.closeAsync(ScopeLeakTest::started).toCompletableFuture().join();
        LeakReport last = await(
                "all",
                report -> report.kind() == LeakReport.Kind.RECOVERED
                        && report.label().equals(request)
                        && report.count() == 4);
        assertEquals(name + "/(anonymous)/" + request, last.scopePath());
    }

    @Test
    void withdrawsNothingThatWasNotReported() {
        Scope app = swept(name).open();
        app.child(request);
        time.advance(LIMIT.minusNanos(1));
        app.close();
        time.advance(LIMIT);
        awaitSweeps();
        assertEquals(
                List.of(),
                heard.stream()
                        .filter(report -> !report.label().contains("marker"))
                        .toList());
    }

    @Test
    void reportsNothingThatIsClosing() {
        Scope app = swept(name).open();
        app.defer(() -> {
            time.advance(LIMIT.multipliedBy(2));
            awaitSweeps();
        });
        app.close();
        assertEquals(List.of(), heard(LeakReport.Kind.HELD_TOO_LONG, name));
        assertEquals(List.of(), heard(LeakReport.Kind.RECOVERED, name));
    }

    /** What was reported is withdrawn and nothing else, whenever a close comes. */
    @Test
    void withdrawsAsManyReportsAsItMadeThoughScopesCloseDuringTheSweep() throws InterruptedException {
        LeakStats before = LeakDetector.library().stats();
        AtomicBoolean stop = new AtomicBoolean();
        Scope app = Scope.builder(name)
                .heldLongerThan(Duration.ofMillis(1))
                .timeSource(time)
                .open();
        List<Thread> users = new ArrayList<>();
        CountDownLatch ready = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            String label = name + "request " + i;
            users.add(started(() -> {
                Deque<Scope> open = new ArrayDeque<>();
                for (int n = 0; !stop.get(); n++) {
                    open.add(app.child(label));
                    if (open.size() > n % 32) {
                        open.remove().close();
                    }
                    ready.countDown();
                }
                open.forEach(Scope::close);
            }));
        }
        ready.await();
        for (int i = 0; i < 3_000; i++) {
            time.advance(Duration.ofMillis(10));
            Await.until("the sweep is over", () -> time.parked() > 0);
        }
        stop.set(true);
        for (Thread user : users) {
            Await.end(user);
        }
        app.close();
        awaitSweeps();
        LeakStats after = LeakDetector.library().stats();
        assertTrue(after.heldTooLong() > before.heldTooLong());
        assertEquals(after.heldTooLong() - before.heldTooLong(), after.recovered() - before.recovered());
    }

    @Test
    void findsTheOneThatIsHeldAmongManyThatComeAndGo() {
        try (Scope app = swept(name).open()) {
            Scope forgotten = app.child(request);
            for (int i = 0; i < 100_000; i++) {
                Scope root = swept(name + "root").open();
                app.child(name + "other").close();
                root.close();
                if (i % 1_000 == 0) {
                    time.advance(LIMIT.dividedBy(100)); // until the limit is reached
                }
            }
            assertEquals(1, await(LeakReport.Kind.HELD_TOO_LONG, request).count());
            awaitSweeps();
            assertEquals(List.of(), heard(LeakReport.Kind.HELD_TOO_LONG, name + "other"));
            assertEquals(List.of(), heard(LeakReport.Kind.HELD_TOO_LONG, name + "root"));
            assertTrue(forgotten.isOpen());
        }
    }

    private void awaitHeard(LeakReport.Kind kind, int count) {
        Await.until(
                count + " " + kind,
                () -> heard.stream().filter(report -> report.kind() == kind).count() >= count);
    }

    /** A thousand reports wait for listeners, and no more: this one, and the tests after it, must hear theirs. */
    @Test
    void reportsAllOfVeryManyPathsInSeveralSweeps() {
        awaitSweeps(); // no other test's report waits
        heard.clear();
        LeakStats before = LeakDetector.library().stats();
        try (Scope app = swept(name).open()) {
            List<Scope> children =
                    IntStream.range(0, 1_500).mapToObj(i -> app.child(name + i)).toList();
            time.advance(LIMIT);
            awaitHeard(LeakReport.Kind.HELD_TOO_LONG, LeakDetector.MAX_REPORTS); // all that one sweep looks for
            awaitSweeps();
            LeakStats after = LeakDetector.library().stats();
            assertEquals(1_501 + 2, after.heldTooLong() - before.heldTooLong(), "all, and two markers");
            heard.clear();
            for (int i = 0; i < children.size(); i++) {
                children.get(i).close();
                if (i % 500 == 499) {
                    awaitHeard(LeakReport.Kind.RECOVERED, i + 1);
                }
            }
        }
    }

    // ---- suspects --------------------------------------------------------------------------------------------------

    private static Scope openSuspect(Scope parent, String label) {
        return parent.child(label);
    }

    /** Has scopes called {@code label} reported twice, and returns the second report. */
    private LeakReport secondReport(Scope app, String label) {
        openSuspect(app, label);
        time.advance(LIMIT);
        assertEquals(0, await(LeakReport.Kind.HELD_TOO_LONG, label).stack().length);
        Scope second = openSuspect(app, label);
        time.advance(LIMIT);
        LeakReport report = await("the second", each -> each.label().equals(label) && each.stack().length > 0);
        second.close();
        return report;
    }

    @Test
    void saysWhereAChildWasOpenedOnceItsNameIsSuspect() {
        try (Scope app = swept(name).open()) {
            LeakReport report = secondReport(app, request);
            assertEquals(LeakReport.Kind.HELD_TOO_LONG, report.kind());
            assertEquals(ScopeLeakTest.class.getName(), report.stack()[0].getClassName());
            assertEquals("openSuspect", report.stack()[0].getMethodName());
            assertEquals(1, report.count());
            assertFalse(report.origin().contains("unknown"), report.origin());
        }
    }

    @Test
    void saysWhereARootWasOpenedOnceItsNameIsSuspect() {
        Scope first = openRoot();
        time.advance(LIMIT);
        await(LeakReport.Kind.HELD_TOO_LONG, name);
        Scope second = openRoot();
        time.advance(LIMIT);
        LeakReport report = await("the second", each -> each.stack().length > 0);
        assertEquals("openRoot", report.stack()[0].getMethodName());
        first.close();
        second.close();
    }

    private Scope openRoot() {
        return swept(name).open();
    }

    @Test
    void takesANewSuspectHoweverManyThereWere() {
        try (Scope app = swept(name).open()) {
            for (int i = 0; i < 300; i++) {
                app.child(name + i);
            }
            time.advance(LIMIT);
            awaitSweeps();
            assertEquals("openSuspect", secondReport(app, request).stack()[0].getMethodName());
        }
    }

    // ---- outliving their scope -------------------------------------------------------------------------------------

    private Scope openParent(ChildPolicy policy) {
        return Scope.builder(name).childPolicy(policy).open();
    }

    private void fill(Scope parent) {
        parent.child(request).close();
        for (int i = 0; i < 3; i++) {
            parent.child(request).child(name + "below");
        }
        parent.child(name + "job/x");
        try (Scope other = Scope.open()) {
            Scope moved = parent.child(name + "moved");
            moved.own(() -> {});
            moved.moveTo(other);
        }
    }

    private void countsByPath() {
        LeakReport requests = await(LeakReport.Kind.OUTLIVED_SCOPE, request);
        assertEquals(3, requests.count());
        assertEquals(name + "/" + request, requests.scopePath());
        assertEquals("dev.lifecycle.scope.Scope", requests.type());
        LeakReport below = await(LeakReport.Kind.OUTLIVED_SCOPE, name + "below");
        assertEquals(3, below.count());
        assertEquals(name + "/" + request + "/" + name + "below", below.scopePath());
        LeakReport job = await(LeakReport.Kind.OUTLIVED_SCOPE, name + "job/x");
        assertEquals(1, job.count());
        assertEquals(name + "/" + name + "job/x", job.scopePath());
        awaitLaterLeak();
        assertEquals(List.of(), heard(LeakReport.Kind.OUTLIVED_SCOPE, name + "moved"));
        assertEquals(List.of(), heard(LeakReport.Kind.OUTLIVED_SCOPE, name));
        assertEquals(4, heard.size(), heard::toString);
    }

    @Test
    void countsTheChildrenOfPolicyReportThatOutliveTheirScope() {
        Scope parent = openParent(ChildPolicy.REPORT);
        fill(parent);
        parent.close();
        countsByPath();
    }

    @Test
    void countsTheChildrenOfPolicyStrictThatOutliveTheirScope() {
        Scope parent = openParent(ChildPolicy.STRICT);
        fill(parent);
        assertThrows(OpenChildrenException.class, parent::close);
        countsByPath();
    }

    @Test
    void countsThemInAnAsynchronousClose() {
        Scope parent = openParent(ChildPolicy.REPORT);
        fill(parent);
        parent.closeAsync(ScopeLeakTest::started).toCompletableFuture().join();
        countsByPath();
    }

    @Test
    void reportsNoChildThatItsParentIsThereToClose() {
        Scope parent = openParent(ChildPolicy.CLOSE);
        fill(parent);
        parent.close();
        Scope plain = Scope.open(name);
        fill(plain);
        plain.close();
        awaitLaterLeak();
        assertEquals(1, heard.size(), heard::toString);
    }

    @Test
    void sumsUpTheChildrenOfVeryManyPaths() {
        LeakDetector.library().drain();
        Scope parent = openParent(ChildPolicy.REPORT);
        for (int i = 0; i < 100; i++) {
            parent.child(name + i);
        }
        parent.close();
        LeakReport rest = drain(report -> report.label().equals("..."));
        assertEquals(name + "/...", rest.scopePath());
        assertEquals(36, rest.count());
        Await.until(
                "the others",
                () -> heard.stream()
                                .filter(report -> report.label().startsWith(name))
                                .count()
                        == 64);
    }

    // ---- roots -----------------------------------------------------------------------------------------------------

    /** The roots of this test. */
    private List<String> listed() {
        return Lifecycle.roots().stream()
                .map(Snapshot::name)
                .filter(root -> root.startsWith(name))
                .toList();
    }

    @Test
    void listsTheOpenRootsOldestFirst() {
        List<String> names = IntStream.range(0, 50).mapToObj(i -> name + i).toList();
        List<Scope> scopes = names.stream().map(Scope::open).toList();
        assertEquals(names, listed());
        assertEquals(names, listed());
        scopes.forEach(Scope::close);
        assertEquals(List.of(), listed());
    }

    @Test
    void describesARoot() {
        try (Scope app = Scope.open(name);
                Scope child = app.child(request)) {
            Snapshot root = Lifecycle.roots().stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElseThrow();
            assertEquals(State.OPEN, root.state());
            assertEquals("Scope", root.kind().name());
            assertEquals(
                    List.of(request),
                    root.children().stream().map(Snapshot::name).toList());
            assertTrue(child.isOpen());
        }
    }

    @Test
    void listsNothingThatHasNoNameOrIsBelowAnother() {
        try (Scope anonymous = Scope.open();
                Scope built = Scope.builder().deadline(LIMIT).open();
                Scope confined = Scope.confined()) {
            Scope child = anonymous.child(name);
            Scope below = Scope.builder(name).open(built);
            Scope last = confined.child(name);
            assertTrue(child.isOpen() && below.isOpen() && last.isOpen());
            assertEquals(List.of(), listed());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("endings")
    void listsNoRootThatWasEnded(String way, Ending ending) throws Exception {
        Scope open = Scope.open(name + "open");
        Scope scope = Scope.open(name);
        assertEquals(List.of(name + "open", name), listed());
        ending.end(scope);
        assertEquals(List.of(name + "open"), listed());
        open.close();
    }

    @Test
    void listsTheTargetOfAMove() {
        Scope from = Scope.open(name + "from");
        from.own(() -> {});
        try (Scope to = Scope.open(name + "to")) {
            from.moveTo(to);
            assertEquals(List.of(name + "to"), listed());
        }
    }

    @Test
    void listsNoRootThatWasDropped() {
        LeakProbe.awaitCollected(dropped(Scope.builder(name)));
        assertEquals(List.of(), listed());
    }

    @Test
    void listsTheOldestOfVeryMany() {
        List<Scope> scopes = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 1_200; i++) {
            names.add(name + i);
            scopes.add(Scope.open(name + i));
        }
        assertEquals(1_000, Lifecycle.roots().size());
        List<String> listed = listed();
        assertEquals(names.subList(0, listed.size()), listed);
        scopes.forEach(Scope::close);
    }
}
