package dev.lifecycle.tests.scope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.scope.CloseException;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Guarded;
import dev.lifecycle.scope.Label;
import dev.lifecycle.scope.LateAdd;
import dev.lifecycle.scope.Owned;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeBuilder;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.scope.ScopeFullException;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.api.ChildJvm;
import dev.lifecycle.tests.api.LogCapture;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Budgets, and scopes of a million resources. */
@Tag("once")
@Timeout(60)
class ScopeLimitsTest {
    private static final int MANY = 1_000_000;

    private final Journal journal = new Journal();

    private static CloseReport report(Scope scope) {
        return scope.closeAsync(Runnable::run).toCompletableFuture().join();
    }

    private static long open(Scope scope) {
        return (Long) scope.snapshot().gauges().get("open");
    }

    /** Takes strings that weigh as much as they are long, and the rest for nothing. */
    private static long length(Object subject) {
        return subject instanceof String text ? text.length() : 0;
    }

    private static Owned<String> put(Scope scope, String text) {
        return scope.hold(text, value -> {}, Label.of("text"));
    }

    // ---- resources -------------------------------------------------------------------------------------------------

    static Stream<Arguments> resources() {
        return Stream.<Consumer<Scope>>of(
                        scope -> scope.own(new Journal().resource(0)),
                        scope -> scope.own("value", value -> {}),
                        scope -> scope.acquire(() -> new Journal().resource(0)),
                        scope -> scope.hold(new Journal().resource(0)),
                        scope -> scope.hold("value", value -> {}, Label.of("label")),
                        scope -> scope.share(new Journal().resource(0)),
                        scope -> scope.defer(() -> {}),
                        scope -> scope.onExit(exit -> {}))
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("resources")
    void takesAsManyResourcesAsTheBudgetSaysAndNotOneMore(Consumer<Scope> put) {
        Scope scope = Scope.builder("small").maxResources(7).open();
        for (int i = 0; i < 7; i++) {
            put.accept(scope);
        }
        String message =
                assertThrows(ScopeFullException.class, () -> put.accept(scope)).getMessage();
        assertTrue(message.contains("scope small is full"), message);
        assertTrue(message.contains("owns 7 resources and maxResources is 7"), message);
        assertEquals(7, report(scope).closed());
    }

    @Test
    void releasesAResourceForWhichThereIsNoRoom() {
        Scope scope = Scope.builder("small").maxResources(1).open();
        scope.own(journal.resource("first"));
        String message = assertThrows(ScopeFullException.class, () -> scope.own(journal.resource("refused")))
                .getMessage();
        assertTrue(message.contains("the resource was released"), message);
        assertEquals(List.of("refused"), journal.entries());
    }

    @Test
    void suppressesTheFailureToReleaseAResourceForWhichThereIsNoRoom() {
        Scope scope = Scope.builder("small").maxResources(1).open();
        scope.own(journal.resource("first"));
        IOException failure = new IOException("failed");
        ScopeFullException refusal =
                assertThrows(ScopeFullException.class, () -> scope.own(journal.failing("refused", failure)));
        assertArrayEquals(new Throwable[] {failure}, refusal.getSuppressed());
    }

    @Test
    void leavesARefusedResourceToTheCallerIfToldTo() {
        Scope scope =
                Scope.builder("small").maxResources(1).lateAdd(LateAdd.REFUSE).open();
        scope.own(journal.resource("first"));
        String full = assertThrows(ScopeFullException.class, () -> scope.own(journal.resource("refused")))
                .getMessage();
        assertTrue(full.contains("stays with the caller"), full);
        scope.close();
        String closed = assertThrows(ScopeClosedException.class, () -> scope.defer(() -> journal.note("late")))
                .getMessage();
        assertTrue(closed.contains("stays with the caller"), closed);
        assertEquals(List.of("first"), journal.entries());
    }

    @Test
    void leavesARefusedResourceOfAChildToTheCallerIfItsParentWasToldTo() {
        Scope parent = Scope.builder("parent").lateAdd(LateAdd.REFUSE).open();
        Scope child = parent.child();
        child.close();
        assertThrows(ScopeClosedException.class, () -> child.own(journal.resource("late")));
        assertEquals(List.of(), journal.entries());
    }

    static Stream<Arguments> waysOut() {
        return Stream.of(
                Arguments.of("close", (Consumer<Scope>) scope -> close(scope.hold(new Journal().resource(0)))),
                Arguments.of("release", (Consumer<Scope>)
                        scope -> scope.hold(new Journal().resource(0)).release()),
                Arguments.of("move away", (Consumer<Scope>)
                        scope -> scope.hold(new Journal().resource(0)).moveTo(Scope.open())),
                Arguments.of(
                        "close when shared", (Consumer<Scope>) scope -> close(scope.share(new Journal().resource(0)))),
                Arguments.of("close a block", (Consumer<Scope>) scope -> {
                    Scope source = Scope.open();
                    Owned<?> last = source.hold(new Journal().resource(0));
                    source.moveTo(scope);
                    last.release();
                }),
                Arguments.of("detach", (Consumer<Scope>) scope -> {
                    scope.own(new Journal().resource(0));
                    scope.detachAll();
                }));
    }

    private static void close(AutoCloseable closing) {
        try {
            closing.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waysOut")
    void givesTheBudgetBackForWhatLeaves(String name, Consumer<Scope> inAndOut) {
        Scope scope = Scope.builder("small").maxResources(1).open();
        for (int i = 0; i < 1_000; i++) {
            inAndOut.accept(scope);
        }
        scope.own(journal.resource(0));
        assertThrows(ScopeFullException.class, () -> inAndOut.accept(scope));
        assertEquals(1, report(scope).closed());
    }

    @Test
    void keepsTheBudgetForAResourceThatMovesInPlace() {
        Scope scope = Scope.builder("small").maxResources(1).open();
        Owned<?> handle = scope.hold(journal.resource(0));
        for (int i = 0; i < 100; i++) {
            handle = handle.moveTo(scope);
        }
        assertThrows(ScopeFullException.class, () -> scope.own(journal.resource(1)));
        handle.release();
        scope.own(journal.resource(2));
        assertThrows(ScopeFullException.class, () -> scope.own(journal.resource(3)));
    }

    @Test
    void doesNotCountChildrenAsResources() {
        Scope scope = Scope.builder("small").maxResources(1).open();
        scope.child();
        scope.child();
        scope.own(journal.resource(0));
        assertThrows(ScopeFullException.class, () -> scope.own(journal.resource(1)));
        scope.child();
    }

    @Test
    void doesNotLimitWhatChildrenOwn() {
        Scope scope = Scope.builder("small")
                .maxResources(1)
                .maxChildren(1)
                .maxWeight(1, ScopeLimitsTest::length)
                .open();
        Scope child = scope.child();
        child.own(journal.resource(0));
        child.own(journal.resource(1));
        child.own("heavy", value -> {});
        child.child();
        child.child();
        scope.close();
    }

    // ---- children --------------------------------------------------------------------------------------------------

    @Test
    void opensAsManyChildrenAsTheBudgetSaysAndNotOneMore() {
        Scope scope = Scope.builder("small").maxChildren(2).open();
        Scope first = scope.child();
        scope.child("named");
        for (Runnable another : List.<Runnable>of(
                scope::child,
                () -> scope.child("third"),
                () -> Scope.builder("built").open(scope))) {
            String message =
                    assertThrows(ScopeFullException.class, another::run).getMessage();
            assertTrue(message.contains("has 2 open children and maxChildren is 2"), message);
            assertTrue(message.contains("no child was opened"), message);
        }
        first.close();
        scope.child();
        assertThrows(ScopeFullException.class, scope::child);
        scope.own(journal.resource(0));
        assertEquals(3, report(scope).closed());
    }

    @Test
    void givesTheBudgetBackForChildrenThatLeave() {
        Scope scope = Scope.builder("small").maxChildren(1).open();
        Scope elsewhere = Scope.open();
        for (int i = 0; i < 1_000; i++) {
            scope.child().close();
            scope.child().moveTo(elsewhere);
            scope.child();
            scope.detachAll().close();
        }
        scope.child();
        assertThrows(ScopeFullException.class, scope::child);
    }

    // ---- weight ----------------------------------------------------------------------------------------------------

    private static ScopeBuilder weighing(long max) {
        return Scope.builder("weighing").maxWeight(max, ScopeLimitsTest::length);
    }

    @Test
    void takesAsMuchWeightAsTheBudgetSaysAndNotOneMore() {
        Scope scope = weighing(10).open();
        put(scope, "12345");
        put(scope, "1234");
        String message =
                assertThrows(ScopeFullException.class, () -> put(scope, "12")).getMessage();
        assertTrue(message.contains("weigh 9, this one 2, and maxWeight is 10"), message);
        put(scope, "1");
        scope.own(journal.resource("weighs nothing"));
        assertThrows(ScopeFullException.class, () -> put(scope, "1"));
    }

    @Test
    void givesTheWeightBackForWhatLeaves() {
        Scope scope = weighing(10).open();
        Scope elsewhere = Scope.open();
        for (int i = 0; i < 1_000; i++) {
            put(scope, "1234567890").release();
            close(put(scope, "1234567890"));
            put(scope, "1234567890").moveTo(elsewhere);
            scope.own("1234567890", value -> {});
            scope.detachAll().close();
        }
        put(scope, "1234567890");
        assertThrows(ScopeFullException.class, () -> put(scope, "1"));
    }

    private record Heavy() implements AutoCloseable {
        @Override
        public void close() {}
    }

    @Test
    void givesTheWeightBackForASharedResourceThatCloses() {
        Scope scope = Scope.builder("weighing").maxWeight(10, subject -> 10).open();
        for (int i = 0; i < 3; i++) {
            Guarded<Heavy> guarded = scope.share(new Heavy());
            close(guarded);
        }
        assertEquals(0, open(scope));
    }

    @Test
    void weighsAResourceThatMovesIn() {
        Scope source = Scope.open();
        Scope scope = weighing(10).open();
        Owned<String> light = put(source, "1234567");
        Owned<String> heavy = put(source, "12345");
        light.moveTo(scope);
        assertThrows(ScopeFullException.class, () -> heavy.moveTo(scope));
        assertEquals("12345", heavy.get());
        assertEquals(1, open(source));
    }

    @Test
    void keepsItsCountWhenAResourceThatMovesInPlaceHasBecomeHeavier() {
        StringBuilder growing = new StringBuilder("1");
        Scope scope = Scope.builder("weighing")
                .maxWeight(10, subject -> ((CharSequence) subject).length())
                .open();
        Owned<StringBuilder> handle = scope.hold(growing, value -> {}, Label.of("growing"));
        growing.append("2345678901234567890");
        Owned<StringBuilder> last;
        try {
            last = handle.moveTo(scope);
        } catch (ScopeFullException refused) {
            last = handle;
        }
        last.release();
        scope.own("1234567890", value -> {});
        assertThrows(ScopeFullException.class, () -> scope.own("1", value -> {}), "10 of 10 are taken");
    }

    @Test
    void asksForTheWeightOfWhatIsPutInOnceEach() {
        List<Object> asked = new ArrayList<>();
        Scope scope = Scope.builder("weighing")
                .maxWeight(10, subject -> {
                    asked.add(subject);
                    return 1;
                })
                .open();
        AutoCloseable resource = journal.resource(0);
        scope.own(resource);
        scope.own("value", value -> {});
        scope.hold(resource);
        scope.share(resource);
        scope.child();
        assertEquals(List.of(resource, "value", resource, resource), asked);
    }

    @Test
    void addsWeightsWithoutOverflow() {
        Scope scope = Scope.builder("weighing")
                .maxWeight(Long.MAX_VALUE - 1, subject -> Long.MAX_VALUE / 2)
                .open();
        scope.own(journal.resource(0));
        scope.own(journal.resource(1));
        assertThrows(ScopeFullException.class, () -> scope.own(journal.resource(2)));
        assertThrows(ScopeFullException.class, () -> scope.own(journal.resource(3)));
        assertEquals(2, report(scope).closed());
    }

    @Test
    void refusesANegativeWeightAndReleasesTheResource() {
        Scope scope = Scope.builder("weighing").maxWeight(10, subject -> -1).open();
        String message = assertThrows(IllegalArgumentException.class, () -> scope.own(journal.resource(0)))
                .getMessage();
        assertTrue(message.contains("the weigher of weighing returned -1"), message);
        assertEquals(List.of("0"), journal.entries());
        assertEquals(0, open(scope));
    }

    static Stream<Throwable> unchecked() {
        return Stream.of(new IllegalStateException("weigher"), new StackOverflowError(), new AssertionError("weigher"));
    }

    @ParameterizedTest
    @MethodSource("unchecked")
    void passesOnWhatAWeigherThrowsAndReleasesTheResource(Throwable thrown) {
        Scope scope = Scope.builder("weighing")
                .maxWeight(10, subject -> {
                    throw Journal.<RuntimeException>sneak(thrown);
                })
                .open();
        IOException second = new IOException("second");
        assertSame(thrown, assertThrows(Throwable.class, () -> scope.own(journal.failing(0, second))));
        assertArrayEquals(new Throwable[] {second}, thrown.getSuppressed());
        assertEquals(List.of("0"), journal.entries());
        assertEquals(0, open(scope));
    }

    @Test
    void leavesAResourceThatCannotBeWeighedToTheCallerIfToldTo() {
        Scope scope = Scope.builder("weighing")
                .maxWeight(10, subject -> -1)
                .lateAdd(LateAdd.REFUSE)
                .open();
        assertThrows(IllegalArgumentException.class, () -> scope.own(journal.resource(0)));
        assertEquals(List.of(), journal.entries());
    }

    @Test
    void weighsOutsideEveryLock() throws InterruptedException {
        AtomicReference<Scope> itself = new AtomicReference<>();
        Scope scope = Scope.builder("weighing")
                .maxWeight(10, subject -> {
                    if (subject.equals("outer")) {
                        Thread other = new Thread(() -> itself.get().own("inner", value -> {}));
                        other.start();
                        try {
                            Await.end(other);
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                        itself.get().snapshot();
                    }
                    return 1;
                })
                .open();
        itself.set(scope);
        scope.own("outer", value -> {});
        assertEquals(2, report(scope).closed());
    }

    @Test
    void releasesAResourceWhoseWeigherClosesTheScope() {
        AtomicReference<Scope> itself = new AtomicReference<>();
        Scope scope = Scope.builder("weighing")
                .maxWeight(10, subject -> {
                    itself.get().close();
                    return 1;
                })
                .open();
        itself.set(scope);
        assertThrows(ScopeClosedException.class, () -> scope.own(journal.resource(0)));
        assertEquals(List.of("0"), journal.entries());
    }

    // ---- bad settings ----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void refusesABudgetBelowOne(long max) {
        ScopeBuilder builder = Scope.builder("bad");
        List<String> messages = List.of(
                assertThrows(IllegalArgumentException.class, () -> builder.maxResources(max))
                        .getMessage(),
                assertThrows(IllegalArgumentException.class, () -> builder.maxChildren(max))
                        .getMessage(),
                assertThrows(IllegalArgumentException.class, () -> builder.maxWeight(max, subject -> 1))
                        .getMessage());
        assertEquals(
                List.of(
                        "maxResources is " + max + "; it must be at least 1",
                        "maxChildren is " + max + "; it must be at least 1",
                        "maxWeight is " + max + "; it must be at least 1"),
                messages);
    }

    static Stream<Arguments> nulls() {
        return Stream.of(
                Arguments.of("weigher", (Consumer<ScopeBuilder>) builder -> builder.maxWeight(1, null)),
                Arguments.of("deadline", (Consumer<ScopeBuilder>) builder -> builder.deadline(null)),
                Arguments.of("heldLongerThan", (Consumer<ScopeBuilder>) builder -> builder.heldLongerThan(null)),
                Arguments.of("policy", (Consumer<ScopeBuilder>) builder -> builder.overrun(null)),
                Arguments.of("policy", (Consumer<ScopeBuilder>) builder -> builder.interrupts(null)),
                Arguments.of("policy", (Consumer<ScopeBuilder>) builder -> builder.childPolicy(null)),
                Arguments.of("policy", (Consumer<ScopeBuilder>) builder -> builder.lateAdd(null)),
                Arguments.of("listener", (Consumer<ScopeBuilder>) builder -> builder.onClosed(null)),
                Arguments.of("opened", (Consumer<ScopeBuilder>) builder -> builder.site(null)),
                Arguments.of("clock", (Consumer<ScopeBuilder>) builder -> builder.timeSource(null)),
                Arguments.of("name", (Consumer<ScopeBuilder>) builder -> Scope.builder(null)),
                Arguments.of("name", (Consumer<ScopeBuilder>) builder -> Scope.open(null)));
    }

    @ParameterizedTest
    @MethodSource("nulls")
    void refusesNullByItsName(String parameter, Consumer<ScopeBuilder> call) {
        assertEquals(
                parameter,
                assertThrows(NullPointerException.class, () -> call.accept(Scope.builder()))
                        .getMessage());
    }

    // ---- a million -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closesAMillionResourcesOnASmallStack(boolean confined) throws InterruptedException {
        int[] next = {MANY};
        Await.onSmallStack(() -> {
            Scope scope = confined ? Scope.confined() : Scope.open();
            for (int i = 0; i < MANY; i++) {
                int number = i;
                scope.own(() -> {
                    if (--next[0] != number) {
                        throw new AssertionError(number + " closed when it was the turn of " + next[0]);
                    }
                });
            }
            scope.close();
            return null;
        });
        assertEquals(0, next[0]);
    }

    /** Costs next to nothing. */
    private static final class Light extends IOException {
        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    @Test
    void countsAMillionFailuresOnASmallStack() throws InterruptedException {
        CloseException thrown = Await.onSmallStack(() -> {
            Scope scope = Scope.open();
            for (int i = 0; i < MANY; i++) {
                scope.own(() -> {
                    throw new Light();
                });
            }
            try (LogCapture log = LogCapture.ofScopes()) {
                return assertThrows(CloseException.class, scope::close);
            }
        });
        assertEquals(MANY, thrown.report().failed());
        assertEquals(0, thrown.report().closed());
        assertEquals(CloseReport.MAX_LISTED, thrown.report().failures().size());
        assertEquals(CloseReport.MAX_SUPPRESSED, thrown.getSuppressed().length);
    }

    @Test
    void movesAMillionResourcesAtOnce() {
        int[] closed = new int[1];
        Scope source = Scope.open();
        for (int i = 0; i < MANY; i++) {
            source.own(() -> closed[0]++);
        }
        Scope target = Scope.open();
        source.moveTo(target);
        assertEquals(0, closed[0]);
        Scope detached = target.detachAll();
        target.close();
        assertEquals(0, closed[0]);
        detached.close();
        assertEquals(MANY, closed[0]);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void keepsTheOrderThroughTenThousandEarlyClosesFromTheMiddle(long seed) {
        int all = 30_000;
        Random random = new Random(seed);
        List<Integer> closed = new ArrayList<>();
        Scope scope = Scope.open();
        List<Owned<?>> handles = new ArrayList<>();
        for (int i = 0; i < all; i++) {
            int number = i;
            handles.add(scope.hold(() -> closed.add(number)));
        }
        List<Integer> early =
                new ArrayList<>(IntStream.range(all / 3, 2 * all / 3).boxed().toList());
        Collections.shuffle(early, random);
        early.forEach(i -> close(handles.get(i)));
        assertEquals(early, closed);
        assertEquals(all - early.size(), open(scope));
        closed.clear();
        scope.close();
        List<Integer> expected = new ArrayList<>();
        for (int i = all - 1; i >= 0; i--) {
            if (i < all / 3 || i >= 2 * all / 3) {
                expected.add(i);
            }
        }
        assertEquals(expected, closed);
    }

    @Test
    void closesTenThousandChildrenFromTheMiddle() {
        Scope scope = Scope.open();
        List<Scope> children = new ArrayList<>();
        for (int i = 0; i < 30_000; i++) {
            children.add(scope.child());
            children.get(i).own(journal.resource(i));
        }
        for (int i = 10_000; i < 20_000; i++) {
            children.get(i).close();
        }
        assertEquals(20_000, open(scope));
        scope.close();
        assertEquals(30_000, journal.entries().size());
        assertEquals(Journal.down(29_999, 20_000), journal.entries().subList(10_000, 20_000));
        assertEquals(Journal.down(9_999, 0), journal.entries().subList(20_000, 30_000));
    }

    // ---- memory: in processes with a small heap --------------------------------------------------------------------

    /** Runs in a process of its own. */
    static final class InLittleMemory {
        private InLittleMemory() {}

        public static void main(String... arguments) {
            Scope app = Scope.open("app");
            AutoCloseable resource = () -> {};
            switch (arguments[0]) {
                case "a million resources" -> {
                    for (int i = 0; i < MANY; i++) {
                        app.own(resource);
                    }
                }
                case "ten million resources that come and go" -> {
                    Owned<?> oldest = app.hold(resource);
                    for (int i = 0; i < 5 * MANY; i++) {
                        Owned<?> handle = app.hold(resource);
                        handle.release();
                        Owned<?> next = app.hold(resource);
                        oldest.release();
                        oldest = next;
                    }
                }
                case "children that come and go" -> {
                    for (int i = 0; i < 3 * MANY; i++) {
                        Scope child = app.child("request");
                        child.own(resource);
                        child.close();
                    }
                }
                case "moved scopes that come and go" -> {
                    for (int i = 0; i < MANY; i++) {
                        Scope source = Scope.open();
                        Owned<?> handle = source.hold(resource);
                        source.moveTo(app);
                        handle.release();
                    }
                }
                case "roots that come and go" -> {
                    for (int i = 0; i < MANY; i++) {
                        Scope.open("root").close();
                    }
                }
                case "scopes with a deadline" -> {
                    for (int i = 0; i < MANY; i++) {
                        Scope scope = Scope.builder("root")
                                .deadline(Duration.ofHours(1))
                                .open();
                        scope.own(resource);
                        scope.close();
                    }
                }
                case "scopes that may be held too long" -> {
                    for (int i = 0; i < 300_000; i++) {
                        Scope scope = Scope.builder("request")
                                .heldLongerThan(Duration.ofHours(1))
                                .open(app);
                        scope.own(resource);
                        scope.close();
                    }
                }
                default -> throw new AssertionError(arguments[0]);
            }
            CloseReport report = report(app);
            System.out.println("done: " + report.closed() + " " + report.failed());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a million resources",
                "ten million resources that come and go",
                "children that come and go",
                "moved scopes that come and go",
                "roots that come and go",
                "scopes with a deadline",
                "scopes that may be held too long"
            })
    void needsLittleMemory(String what) throws Exception {
        List<String> lines = ChildJvm.java(
                        "-Xmx12m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        ChildJvm.path(
                                ChildJvm.locationOf(Scope.class),
                                ChildJvm.locationOf(Lifecycle.provider().getClass()),
                                ChildJvm.locationOf(InLittleMemory.class)),
                        InLittleMemory.class.getName(),
                        what)
                .lines(0);
        assertTrue(lines.get(lines.size() - 1).startsWith("done:"), lines.toString());
    }
}
