package dev.lifecycle.tests.scope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Names;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.scope.ChildPolicy;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Exit;
import dev.lifecycle.scope.OpenChildrenException;
import dev.lifecycle.scope.Owned;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeBuilder;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.api.LogCapture;
import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scopes below scopes. */
@Timeout(60)
class ScopeChildTest {
    private static final int DEEP = 100_000;

    private final Journal journal = new Journal();

    static Stream<Arguments> kinds() {
        return Stream.of(
                Arguments.of("shared", (Supplier<Scope>) Scope::open),
                Arguments.of("confined", (Supplier<Scope>) Scope::confined),
                Arguments.of("named", (Supplier<Scope>) () -> Scope.open("parent")),
                Arguments.of("built", (Supplier<Scope>) () ->
                        Scope.builder("parent").deadline(Duration.ofHours(1)).open()));
    }

    private static long open(Scope scope) {
        return (Long) scope.snapshot().gauges().get("open");
    }

    private static CloseReport report(Scope scope) {
        return scope.closeAsync(Runnable::run).toCompletableFuture().join();
    }

    // ---- place -----------------------------------------------------------------------------------------------------

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void closesInItsPlaceAmongTheResourcesOfItsParent(String kind, Supplier<Scope> opening) {
        Scope parent = opening.get();
        parent.own(journal.resource(0));
        Scope child = parent.child();
        parent.own(journal.resource(4));
        child.own(journal.resource(1));
        Scope grandchild = child.child("grandchild");
        child.own(journal.resource(3));
        grandchild.own(journal.resource(2));
        parent.close();
        assertEquals(Journal.down(4, 0), journal.entries());
        assertEquals(State.CLOSED, child.state());
        assertEquals(State.CLOSED, grandchild.state());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void closesEarlyAndOnlyItself(String kind, Supplier<Scope> opening) {
        Scope parent = opening.get();
        parent.own(journal.resource("parent's"));
        try (Scope child = parent.child()) {
            child.own(journal.resource("child's"));
        }
        assertEquals(List.of("child's"), journal.entries());
        assertTrue(parent.isOpen());
        parent.close();
        assertEquals(List.of("child's", "parent's"), journal.entries());
    }

    @Test
    void throwsTheFailuresOfAnEarlyCloseToItsCloserAndNotToItsParents() {
        Scope parent = Scope.open();
        Scope child = parent.child();
        IllegalStateException failure = new IllegalStateException("failed");
        child.own(journal.failing(0, failure));
        assertSame(failure, assertThrows(IllegalStateException.class, child::close));
        assertEquals(0, report(parent).failed());
    }

    @Test
    void throwsTheFailuresOfAllBelowInOrder() {
        Scope parent = Scope.open();
        Throwable[] failures = new Throwable[4];
        for (int i = 0; i < failures.length; i++) {
            failures[i] = new IllegalStateException("" + i);
        }
        parent.own(journal.failing(0, failures[0]));
        Scope child = parent.child();
        child.own(journal.failing(1, failures[1]));
        child.child().own(journal.failing(2, failures[2]));
        parent.own(journal.failing(3, failures[3]));
        assertSame(failures[3], assertThrows(IllegalStateException.class, parent::close));
        assertArrayEquals(new Throwable[] {failures[2], failures[1], failures[0]}, failures[3].getSuppressed());
    }

    @Test
    void opensBelowAnotherChildWhileThatIsOpen() {
        Scope parent = Scope.open();
        Scope first = parent.child();
        Scope second = first.child();
        first.close();
        assertThrows(ScopeClosedException.class, second::child);
        assertEquals(0, open(parent));
    }

    // ---- unlinked --------------------------------------------------------------------------------------------------

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void leavesNothingBehindWhenClosedInAnyOrder(String kind, Supplier<Scope> opening) {
        Scope parent = opening.get();
        List<Scope> children = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            children.add(parent.child("child"));
        }
        for (int i = 0; i < children.size(); i++) {
            children.get(i * 37 % 200).close(); // 37 and 200 have no common divisor: each once
            assertEquals(199 - i, open(parent));
        }
        assertEquals(List.of(), parent.snapshot().children());
        assertEquals(0, report(parent).closed());
    }

    /** Opens a child with a resource, closes it in one of several ways, and forgets it. */
    private static Reference<?> closedChild(Scope parent, String way) {
        Scope child = parent.child("child");
        child.own(() -> {});
        child.child().own(() -> {});
        switch (way) {
            case "close" -> child.close();
            case "closeAsync" -> report(child);
            case "failing" -> {
                child.defer(() -> {
                    throw new IOException("failed");
                });
                report(child);
            }
            case "try" -> {
                try (child) {
                    child.succeed(1);
                }
            }
            case "empty" -> {
                child.detachAll().close();
                child.close();
            }
            default -> throw new AssertionError(way);
        }
        return new WeakReference<>(child);
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "closeAsync", "failing", "try", "empty"})
    void isNotKeptByItsParentOnceClosed(String way) {
        for (int before : new int[] {0, 1, 3, 4, 12, 40}) {
            Scope parent = Scope.open();
            for (int i = 0; i < before; i++) {
                parent.own(() -> {});
            }
            Reference<?> child = closedChild(parent, way);
            parent.own(() -> {});
            LeakProbe.awaitCollected(child);
            assertTrue(parent.isOpen());
            parent.close();
        }
    }

    @Test
    void isNotKeptByItsConfinedParentOnceClosed() {
        Scope parent = Scope.confined();
        LeakProbe.awaitCollected(closedChild(parent, "close"));
        assertTrue(parent.isOpen());
        parent.close();
    }

    private static Reference<?> parentOf(AtomicReference<Scope> child) {
        Scope parent = Scope.open();
        child.set(parent.child("child"));
        parent.close();
        return new WeakReference<>(parent);
    }

    @Test
    void keepsNoParentOnceClosed() {
        AtomicReference<Scope> child = new AtomicReference<>();
        LeakProbe.awaitCollected(parentOf(child));
        assertEquals("child", child.get().name());
    }

    private static List<Reference<?>> resourcesOf(AtomicReference<Scope> holder) {
        List<Reference<?>> resources = new ArrayList<>();
        Scope scope = Scope.open("kept");
        for (int i = 0; i < 30; i++) {
            AutoCloseable resource = new Journal().resource(i);
            resources.add(new WeakReference<>(resource));
            if (i % 3 == 0) {
                scope.own(resource);
            } else {
                scope.hold(resource);
            }
        }
        scope.close();
        holder.set(scope);
        return resources;
    }

    @Test
    void keepsNoResourceOnceClosed() {
        AtomicReference<Scope> scope = new AtomicReference<>();
        resourcesOf(scope).forEach(LeakProbe::awaitCollected);
        assertEquals(State.CLOSED, scope.get().state());
    }

    // ---- two threads -----------------------------------------------------------------------------------------------

    @Test
    void isWaitedForByItsParentWhileAnotherThreadClosesIt() throws InterruptedException {
        Scope parent = Scope.open();
        parent.own(journal.resource("parent's"));
        Scope child = parent.child();
        child.own(journal.resource("child's"));
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        child.defer(() -> {
            inside.countDown();
            go.await();
        });
        Thread closer = new Thread(child::close, "closer of the child");
        closer.start();
        inside.await();
        Thread parentCloser = new Thread(parent::close, "closer of the parent");
        parentCloser.start();
        Await.until("waits", () -> parentCloser.getState() == Thread.State.TIMED_WAITING);
        assertEquals(List.of(), journal.entries());
        go.countDown();
        Await.end(closer);
        Await.end(parentCloser);
        assertEquals(List.of("child's", "parent's"), journal.entries());
        assertEquals(State.CLOSED, parent.state());
    }

    @Test
    void returnsWhenACloserOfItClosesTheParentThatWaitsForIt() throws InterruptedException {
        Scope parent = Scope.open();
        parent.own(journal.resource("parent's"));
        Scope child = parent.child();
        CountDownLatch inside = new CountDownLatch(1);
        AtomicReference<Thread> parentCloser = new AtomicReference<>();
        child.defer(() -> {
            inside.countDown();
            Await.until("parent closes", () -> parent.state() == State.CLOSING);
            parent.close(); // by now the other thread waits for this one
            journal.note("child's");
        });
        Thread closer = new Thread(child::close, "closer of the child");
        closer.start();
        inside.await();
        parentCloser.set(new Thread(parent::close, "closer of the parent"));
        parentCloser.get().start();
        Await.end(closer);
        Await.end(parentCloser.get());
        assertEquals(List.of("child's", "parent's"), journal.entries());
    }

    @Test
    void losesNothingThatIsPutIntoItWhileItsParentCloses() {
        Scope parent = Scope.open();
        Scope child = parent.child();
        parent.defer(() -> {
            try {
                child.own(journal.resource("late"));
            } catch (ScopeClosedException refused) { // then it is released already
                assertEquals(List.of("late"), journal.entries());
            }
        });
        parent.close();
        assertEquals(List.of("late"), journal.entries());
    }

    @Test
    void isOpenUntilTheCloseOfItsParentComesToIt() {
        Scope parent = Scope.open();
        List<Boolean> open = new ArrayList<>();
        Scope[] child = new Scope[1];
        parent.defer(() -> open.add(child[0].isOpen()));
        child[0] = parent.child();
        child[0].defer(() -> open.add(child[0].isOpen()));
        parent.defer(() -> open.add(child[0].isOpen()));
        parent.close();
        assertEquals(List.of(true, false, false), open);
    }

    // ---- policies --------------------------------------------------------------------------------------------------

    private interface Reports extends AutoCloseable {
        List<LeakReport> get();

        @Override
        void close();
    }

    /** The reports of the library's detector on scopes whose path starts with {@code root}. */
    private static Reports reportsOn(String root) {
        List<LeakReport> heard = new CopyOnWriteArrayList<>();
        LeakDetector.Registration registration = LeakDetector.library().addListener(report -> {
            if (report.scopePath().startsWith(root)) {
                heard.add(report);
            }
        });
        return new Reports() {
            @Override
            public List<LeakReport> get() {
                return heard;
            }

            @Override
            public void close() {
                registration.close();
            }
        };
    }

    @Test
    void isReportedIfItOutlivesAParentOfPolicyReport() {
        try (Reports heard = reportsOn("reporting parent")) {
            Scope parent = Scope.builder("reporting parent")
                    .childPolicy(ChildPolicy.REPORT)
                    .open();
            parent.child("closed in time").close();
            for (int i = 0; i < 3; i++) {
                parent.child("request").own(journal.resource(i));
            }
            parent.close();
            assertEquals(Journal.down(2, 0), journal.entries());
            Await.until("report", () -> !heard.get().isEmpty());
            LeakReport report = heard.get().get(0);
            assertEquals(LeakReport.Kind.OUTLIVED_SCOPE, report.kind());
            assertEquals("reporting parent/request", report.scopePath());
            assertEquals("request", report.label());
            assertEquals(3, report.count());
        }
    }

    @Test
    void isReportedBelowAChildOfAReportingParent() {
        try (Reports heard = reportsOn("reporting grandparent")) {
            Scope parent = Scope.builder("reporting grandparent")
                    .childPolicy(ChildPolicy.REPORT)
                    .open();
            Scope child = parent.child("child");
            child.child("grandchild");
            child.close();
            Await.until("report", () -> !heard.get().isEmpty());
            assertEquals(
                    "reporting grandparent/child/grandchild", heard.get().get(0).scopePath());
            parent.close();
        }
    }

    @Test
    void failsACloseOfPolicyStrictAfterEverythingIsReleased() {
        Scope parent = Scope.builder("strict").childPolicy(ChildPolicy.STRICT).open();
        parent.own(journal.resource(0));
        parent.child("request").own(journal.resource(1));
        parent.child("request").own(journal.resource(2));
        parent.child("job").own(journal.resource(3));
        OpenChildrenException thrown = assertThrows(OpenChildrenException.class, parent::close);
        assertEquals(Journal.down(3, 0), journal.entries());
        assertTrue(thrown.getMessage().contains("3 of its children"), thrown.getMessage());
        assertTrue(thrown.getMessage().contains("strict/request (2)"), thrown.getMessage());
        assertTrue(thrown.getMessage().contains("strict/job"), thrown.getMessage());
    }

    @Test
    void countsOnceInTheReportOfAStrictClose() {
        AtomicReference<CloseReport> heard = new AtomicReference<>();
        Scope parent = Scope.builder("strict")
                .childPolicy(ChildPolicy.STRICT)
                .onClosed(heard::set)
                .open();
        parent.child();
        parent.child();
        assertThrows(OpenChildrenException.class, parent::close);
        assertEquals(1, heard.get().failed());
        assertEquals(2, heard.get().closed());
        assertInstanceOf(
                OpenChildrenException.class, heard.get().failures().get(0).thrown());
    }

    @Test
    void isSuppressedAsAFailureBehindThoseOfResources() {
        Scope parent = Scope.builder("strict").childPolicy(ChildPolicy.STRICT).open();
        IllegalStateException failure = new IllegalStateException("failed");
        parent.child().own(journal.failing(0, failure));
        assertSame(failure, assertThrows(IllegalStateException.class, parent::close));
        assertInstanceOf(OpenChildrenException.class, failure.getSuppressed()[0]);
    }

    @Test
    void isNoFailureIfItIsClosedInTime() {
        Scope parent = Scope.builder("strict").childPolicy(ChildPolicy.STRICT).open();
        parent.child().close();
        parent.child().moveTo(parent);
        parent.close();
    }

    @Test
    void inheritsThePolicyOfItsParent() {
        Scope parent = Scope.builder("strict").childPolicy(ChildPolicy.STRICT).open();
        Scope child = parent.child("child");
        child.child("grandchild");
        assertThrows(OpenChildrenException.class, child::close);
        parent.close();
    }

    @Test
    void isAFailureBelowAStrictScopeWhateverThePolicyAboveThat() {
        Scope root = Scope.builder("root").childPolicy(ChildPolicy.REPORT).open();
        Scope strict = Scope.builder("strict").childPolicy(ChildPolicy.STRICT).open(root);
        strict.child("forgotten");
        OpenChildrenException thrown = assertThrows(OpenChildrenException.class, root::close);
        assertTrue(thrown.getMessage().contains("forgotten"), thrown.getMessage());
    }

    @Test
    void isNoFailureBelowALenientScopeWhateverThePolicyBelowThat() {
        Scope root = Scope.open("root");
        Scope.builder("strict").childPolicy(ChildPolicy.STRICT).open(root);
        root.close();
    }

    @Test
    void namesAFewOfManyOpenChildren() {
        Scope parent = Scope.builder("strict").childPolicy(ChildPolicy.STRICT).open();
        for (int i = 0; i < 1_000; i++) {
            parent.child("child " + i);
        }
        String message =
                assertThrows(OpenChildrenException.class, parent::close).getMessage();
        assertTrue(message.contains("1000 of its children"), message);
        assertTrue(message.length() < 1_000, message);
    }

    // ---- exit ------------------------------------------------------------------------------------------------------

    @Test
    void hearsHowItsParentEndedUnlessItIsMarkedItself() {
        IOException cause = new IOException("failed");
        Scope parent = Scope.open();
        List<String> heard = new ArrayList<>();
        Consumer<Scope> listen =
                scope -> scope.onExit(exit -> heard.add(exit.getClass().getSimpleName()));
        listen.accept(parent);
        listen.accept(parent.child());
        Scope marked = parent.child();
        listen.accept(marked);
        listen.accept(marked.child());
        marked.fail(cause);
        listen.accept(parent.child());
        parent.succeed(1);
        parent.close();
        assertEquals(List.of("Success", "Failure", "Failure", "Success", "Success"), heard);
    }

    @Test
    void hearsNothingOfAParentThatIsStillOpen() {
        Scope parent = Scope.open();
        AtomicReference<Exit> heard = new AtomicReference<>();
        try (Scope child = parent.child()) {
            child.onExit(heard::set);
            parent.fail(new IOException("failed"));
        }
        assertEquals(new Exit.Unmarked(), heard.get());
        parent.close();
    }

    @Test
    void hearsHowTheBodyOfACallEnded() {
        IllegalStateException failure = new IllegalStateException("body");
        AtomicReference<Exit> heard = new AtomicReference<>();
        assertThrows(
                IllegalStateException.class,
                () -> Scope.run(scope -> {
                    scope.child().child().onExit(heard::set);
                    throw failure;
                }));
        assertEquals(new Exit.Failure(failure), heard.get());
    }

    // ---- settings of its own ---------------------------------------------------------------------------------------

    @Test
    void reportsItsOwnPartToItsOwnListener() {
        AtomicReference<CloseReport> childs = new AtomicReference<>();
        AtomicReference<CloseReport> parents = new AtomicReference<>();
        try (LogCapture log = LogCapture.ofScopes()) {
            Scope parent = Scope.builder("parent").onClosed(parents::set).open();
            parent.own(journal.failing("parent's", new IllegalStateException("parent's")));
            Scope child = Scope.builder("child").onClosed(childs::set).open(parent);
            child.own(journal.failing("child's", new IllegalStateException("child's")));
            child.own(journal.resource("fine"));
            child.succeed(1);
            parent.own(journal.failing("newest", new IllegalStateException("newest")));
            assertThrows(IllegalStateException.class, parent::close);
        }
        assertEquals(1, childs.get().failed());
        assertEquals(1, childs.get().closed());
        assertEquals("child's", childs.get().failures().get(0).thrown().getMessage());
        assertEquals(new Exit.Success(), childs.get().exit());
        assertEquals(3, parents.get().failed());
        assertEquals(2, parents.get().closed());
        assertEquals(new Exit.Unmarked(), parents.get().exit());
    }

    @Test
    void doesNotInheritTheListener() {
        AtomicInteger calls = new AtomicInteger();
        Scope parent = Scope.builder("parent")
                .onClosed(report -> calls.incrementAndGet())
                .open();
        parent.child().close();
        parent.child("named").child();
        parent.close();
        assertEquals(1, calls.get());
    }

    @Test
    void losesNothingToAListenerThatThrows() {
        try (LogCapture log = LogCapture.ofScopes()) {
            Scope parent = Scope.open("parent");
            parent.own(journal.resource(0));
            Scope child = Scope.builder("child")
                    .onClosed(report -> {
                        throw new AssertionError("the listener's");
                    })
                    .open(parent);
            child.own(journal.resource(1));
            parent.close();
            assertEquals(Journal.down(1, 0), journal.entries());
            assertEquals("the listener's", log.thrown().get(0).getMessage());
            assertTrue(log.mentions("parent/child"), log.lines().toString());
        }
    }

    @Test
    void mustBeConfinedLikeItsOwner() {
        Scope shared = Scope.open();
        Scope confined = Scope.confined();
        assertThrows(
                IllegalArgumentException.class, () -> Scope.builder().confined().open(shared));
        assertThrows(IllegalArgumentException.class, () -> Scope.builder().open(confined));
        Scope.builder().confined().open(confined);
        assertEquals(0, open(shared));
        assertEquals(1, open(confined));
        confined.close();
    }

    @Test
    void needsAnOpenOwner() {
        Scope owner = Scope.open();
        owner.close();
        assertThrows(ScopeClosedException.class, () -> Scope.builder("child").open(owner));
        assertEquals(
                "owner",
                assertThrows(
                                NullPointerException.class,
                                () -> Scope.builder("child").open(null))
                        .getMessage());
    }

    private static Scope foreign() {
        return (Scope) Proxy.newProxyInstance(
                Scope.class.getClassLoader(), new Class<?>[] {Scope.class}, (proxy, method, arguments) -> null);
    }

    @Test
    void needsAScopeOfThisLibraryAsOwnerAndAsTarget() {
        Scope foreign = foreign();
        Scope scope = Scope.open();
        scope.own(journal.resource(0));
        for (Runnable use : List.<Runnable>of(
                () -> Scope.builder("child").open(foreign),
                () -> scope.moveTo(foreign),
                () -> scope.hold(journal.resource(1)).moveTo(foreign))) {
            String message =
                    assertThrows(IllegalArgumentException.class, use::run).getMessage();
            assertTrue(message.contains("opened by this library"), message);
        }
        assertEquals(2, report(scope).closed());
    }

    // ---- depth -----------------------------------------------------------------------------------------------------

    static Stream<Arguments> deep() {
        return Stream.of(
                Arguments.of("shared", (Supplier<Scope>) Scope::open, (UnaryOperator<Scope>) Scope::child),
                Arguments.of("confined", (Supplier<Scope>) Scope::confined, (UnaryOperator<Scope>) Scope::child),
                Arguments.of("named", (Supplier<Scope>) () -> Scope.open("deep"), (UnaryOperator<Scope>)
                        scope -> scope.child("deeper")),
                Arguments.of("marked", (Supplier<Scope>) Scope::open, (UnaryOperator<Scope>) scope -> {
                    scope.succeed(1);
                    return scope.child();
                }),
                Arguments.of(
                        "built", (Supplier<Scope>) Scope::open, (UnaryOperator<Scope>) scope -> Scope.builder("built")
                                .childPolicy(ChildPolicy.REPORT)
                                .onClosed(report -> {})
                                .open(scope)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("deep")
    void closesHoweverDeepItIsOnASmallStack(String kind, Supplier<Scope> opening, UnaryOperator<Scope> below)
            throws InterruptedException {
        List<Integer> closed = Await.onSmallStack(() -> {
            List<Integer> order = new ArrayList<>();
            Scope root = opening.get();
            Scope at = root;
            for (int i = 0; i < DEEP; i++) {
                int depth = i;
                at.defer(() -> order.add(depth));
                at = below.apply(at);
            }
            root.close();
            return order;
        });
        assertEquals(DEEP, closed.size());
        for (int i = 0; i < DEEP; i++) {
            assertEquals(DEEP - 1 - i, closed.get(i));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("deep")
    void isDescribedHoweverDeepItIsOnASmallStack(String kind, Supplier<Scope> opening, UnaryOperator<Scope> below)
            throws InterruptedException {
        Snapshot snapshot = Await.onSmallStack(() -> {
            Scope root = opening.get();
            Scope at = root;
            for (int i = 0; i < DEEP; i++) {
                at = below.apply(at);
            }
            Snapshot taken = root.snapshot();
            assertTrue(taken.toText().length() < 100_000);
            assertTrue(taken.toJson().length() < 100_000);
            root.close();
            return taken;
        });
        Snapshot at = snapshot;
        while (!at.children().isEmpty()) {
            at = at.children().get(0);
        }
        assertEquals(1L, at.gauges().get("omitted"), "the deepest one shown says that there is more");
    }

    @Test
    void closesWhatWasMovedHoweverOftenOnASmallStack() throws InterruptedException {
        List<Integer> closed = Await.onSmallStack(() -> {
            List<Integer> order = new ArrayList<>();
            Scope at = Scope.open();
            for (int i = 0; i < DEEP; i++) {
                int depth = i;
                at.defer(() -> order.add(depth));
                Scope target = Scope.open();
                at.moveTo(target);
                at = target;
            }
            assertTrue(at.snapshot().toText().length() < 100_000);
            at.close();
            return order;
        });
        assertEquals(DEEP, closed.size());
    }

    @Test
    void leavesNothingBehindHoweverOftenItWasMovedOnASmallStack() throws InterruptedException {
        long left = Await.onSmallStack(() -> {
            Scope at = Scope.open();
            Owned<AutoCloseable> handle = at.hold(() -> {});
            for (int i = 0; i < DEEP; i++) {
                Scope target = Scope.open();
                at.moveTo(target);
                at = target;
            }
            handle.release();
            return open(at);
        });
        assertEquals(0, left);
    }

    @Test
    void saysInItsPathWhereItIsAndOmitsTheFirstOfMany() {
        Scope root = Scope.open("app");
        Scope at = root;
        for (int i = 1; i <= 100; i++) {
            at = at.child("level " + i);
        }
        Scope deepest = at;
        deepest.defer(() -> {
            ScopeClosedException refusal =
                    assertThrows(ScopeClosedException.class, () -> deepest.own(journal.resource(0)));
            journal.note(refusal.getMessage());
        });
        root.close();
        String message = journal.entries().get(1);
        assertTrue(message.contains("scope .../level 69/"), message);
        assertTrue(message.contains("/level 99/level 100 is closing"), message);
    }

    // ---- names -----------------------------------------------------------------------------------------------------

    static Stream<String> illegalNames() {
        return Stream.of(
                "",
                " ",
                "\t",
                "\u2003",
                "x".repeat(1_000_000),
                "x".repeat(Names.MAX_LENGTH + 1),
                "line\nfeed",
                "carriage\rreturn",
                "nul\0",
                "delete\u007f",
                "c1\u0085",
                "line separator\u2028",
                "paragraph separator\u2029",
                "high \ud83d alone",
                "low \ude00 alone",
                "swapped \ude00\ud83d",
                "\ud83d");
    }

    private static Map<String, Consumer<String>> waysToName(Scope scope) {
        return Map.of(
                "open", Scope::open,
                "builder", Scope::builder,
                "child", scope::child);
    }

    @ParameterizedTest
    @MethodSource("illegalNames")
    void refusesANameThatCannotBePrintedOnOneLine(String name) {
        try (Scope scope = Scope.open()) {
            waysToName(scope).forEach((way, open) -> {
                String message = assertThrows(IllegalArgumentException.class, () -> open.accept(name), way)
                        .getMessage();
                assertTrue(message.contains("name"), message);
                assertTrue(message.length() < 300, () -> way + " has a message of " + message.length());
                assertTrue(message.chars().allMatch(c -> c >= ' ' && c < 0xd800), message);
            });
            assertEquals(0, open(scope));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"x", "POST /chat", "a \"quoted\" \\ one", "Größe \u00e9", "smile \ud83d\ude00", "a,b=c:d*?"})
    void takesAnyNameThatCan(String name) {
        Scope scope = Scope.open(name);
        assertEquals(name, scope.name());
        Scope child = scope.child(name);
        assertEquals(name, child.name());
        assertEquals(name, scope.snapshot().children().get(0).name());
        scope.close();
        assertEquals(name, child.name());
    }

    @Test
    void takesANameOfTheGreatestLength() {
        String name = "x".repeat(Names.MAX_LENGTH);
        try (Scope scope = Scope.open(name)) {
            assertEquals(name, scope.child(name).name());
        }
    }

    @Test
    void mayShareItsNameWithAnyOther() {
        try (Scope scope = Scope.open("same")) {
            Snapshot snapshot = scope.snapshot();
            Scope first = scope.child("same");
            Scope second = scope.child("same");
            assertTrue(first.snapshot().id() != second.snapshot().id());
            assertTrue(first.snapshot().id() != snapshot.id());
            assertEquals(first.snapshot().id(), first.snapshot().id());
        }
    }

    @ParameterizedTest
    @EnumSource(ChildPolicy.class)
    void isClosedWhateverThePolicy(ChildPolicy policy) {
        ScopeBuilder builder = Scope.builder("parent").childPolicy(policy);
        for (int i = 0; i < 2; i++) { // a builder may be used again
            Scope parent = builder.open();
            Scope child = parent.child();
            child.own(journal.resource(i));
            report(parent);
            assertEquals(State.CLOSED, child.state());
        }
        assertEquals(List.of("0", "1"), journal.entries());
    }
}
