package dev.lifecycle.tests.scope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.scope.CloseException;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Exit;
import dev.lifecycle.scope.Guarded;
import dev.lifecycle.scope.Label;
import dev.lifecycle.scope.Owned;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.scope.ScopeFullException;
import dev.lifecycle.scope.UseAfterCloseException;
import dev.lifecycle.scope.WrongScopeThreadException;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Resources that go from one scope to another: {@code moveTo}, {@code detachAll} and the handles. */
@Timeout(60)
class ScopeTransferTest {
    private final Journal journal = new Journal();

    private static long open(Scope scope) {
        return (Long) scope.snapshot().gauges().get("open");
    }

    private static CloseReport report(Scope scope) {
        return scope.closeAsync(Runnable::run).toCompletableFuture().join();
    }

    private static void onAnotherThread(Runnable work) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(work, "another thread");
        thread.setUncaughtExceptionHandler((where, thrown) -> failure.set(thrown));
        thread.start();
        Await.end(thread);
        if (failure.get() != null) {
            throw new AssertionError("on another thread", failure.get());
        }
    }

    static Stream<Arguments> kinds() {
        Supplier<Scope> shared = Scope::open;
        Supplier<Scope> confined = Scope::confined;
        return Stream.of(
                Arguments.of("shared to shared", shared, shared),
                Arguments.of("shared to confined", shared, confined),
                Arguments.of("confined to shared", confined, shared),
                Arguments.of("confined to confined", confined, confined),
                Arguments.of("named to built", (Supplier<Scope>) () -> Scope.open("source"), (Supplier<Scope>) () ->
                        Scope.builder("target").deadline(Duration.ofHours(1)).open()),
                Arguments.of(
                        "child to its parent's sibling",
                        (Supplier<Scope>) () -> Scope.open().child(),
                        shared));
    }

    // ---- moveTo ----------------------------------------------------------------------------------------------------

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void becomesTheNewestEntryOfItsTargetInOneBlock(String kind, Supplier<Scope> from, Supplier<Scope> to) {
        for (int resources : new int[] {1, 2, 4, 5, 30}) {
            Journal log = new Journal();
            Scope source = from.get();
            Scope target = to.get();
            target.own(log.resource(0));
            target.own(log.resource(1));
            for (int i = 0; i < resources; i++) {
                source.own(log.resource(2 + i));
            }
            source.moveTo(target);
            target.own(log.resource(resources + 2));
            target.close();
            assertEquals(Journal.down(resources + 2, 0), log.entries());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void leavesItsSourceClosedAndEmpty(String kind, Supplier<Scope> from, Supplier<Scope> to) {
        Scope source = from.get();
        Scope target = to.get();
        source.own(journal.resource(0));
        source.moveTo(target);
        assertEquals(State.CLOSED, source.state());
        assertFalse(source.isOpen());
        source.close();
        assertEquals(List.of(), journal.entries());
        target.close();
        assertEquals(List.of("0"), journal.entries());
        source.close();
        assertEquals(List.of("0"), journal.entries());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void leavesTheHandlesValid(String kind, Supplier<Scope> from, Supplier<Scope> to) throws Exception {
        Scope source = from.get();
        Scope target = to.get();
        List<Owned<AutoCloseable>> handles = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            handles.add(source.hold(journal.resource(i)));
        }
        source.moveTo(target);
        handles.get(3).get();
        handles.get(3).close();
        handles.get(5).release();
        handles.get(7).moveTo(target);
        target.close();
        assertEquals(
                List.of("3", "7", "19", "18", "17", "16", "15", "14", "13", "12", "11", "10", "9", "8", "6", "4"),
                journal.entries().subList(0, 16));
        assertThrows(UseAfterCloseException.class, handles.get(0)::get);
    }

    @Test
    void takesTheExitOfItsTarget() {
        Scope source = Scope.open();
        Scope target = Scope.open();
        AtomicReference<Exit> heard = new AtomicReference<>();
        source.onExit(heard::set);
        source.fail(new IOException("of the source"));
        source.moveTo(target);
        target.succeed(1);
        target.close();
        assertEquals(new Exit.Success(), heard.get());
    }

    @Test
    void takesTheSettingsOfItsTarget() {
        AtomicReference<CloseReport> sources = new AtomicReference<>();
        AtomicReference<CloseReport> targets = new AtomicReference<>();
        Scope source = Scope.builder("source").onClosed(sources::set).open();
        Scope target = Scope.builder("target").onClosed(targets::set).open();
        source.own(journal.failing(0, new IOException("failed")));
        source.moveTo(target);
        assertThrows(CloseException.class, target::close);
        assertNull(sources.get(), "it was not closed, it was moved");
        assertEquals(1, targets.get().failed());
    }

    @Test
    void movesChildrenThatStayOpen() {
        Scope source = Scope.open();
        Scope target = Scope.open();
        Scope child = source.child("child");
        source.moveTo(target);
        assertTrue(child.isOpen());
        child.own(journal.resource(0));
        child.child().own(journal.resource(1));
        target.close();
        assertEquals(Journal.down(1, 0), journal.entries());
        assertEquals(State.CLOSED, child.state());
    }

    @Test
    void movesOnAndOn() throws Exception {
        Scope first = Scope.open();
        Owned<AutoCloseable> handle = first.hold(journal.resource(0));
        first.own(journal.resource(1));
        Scope second = Scope.open();
        first.moveTo(second);
        second.own(journal.resource(2));
        Scope third = Scope.confined();
        second.moveTo(third);
        third.own(journal.resource(3));
        handle.close();
        third.close();
        assertEquals(List.of("0", "3", "2", "1"), journal.entries());
    }

    @Test
    void movesAChildToItsOwnParent() {
        Scope parent = Scope.open();
        Scope child = parent.child();
        parent.own(journal.resource(0));
        child.own(journal.resource(1));
        child.moveTo(parent);
        assertEquals(2, open(parent), "the resource and the block; the child itself is gone");
        parent.close();
        assertEquals(Journal.down(1, 0), journal.entries());
    }

    @Test
    void isRefusedToItself() {
        Scope scope = Scope.open();
        scope.own(journal.resource(0));
        assertThrows(IllegalArgumentException.class, () -> scope.moveTo(scope));
        assertTrue(scope.isOpen());
        assertEquals(1, report(scope).closed());
    }

    @Test
    void isRefusedBelowItself() {
        Scope scope = Scope.open();
        Scope child = scope.child();
        Scope grandchild = child.child("grandchild");
        Scope source = Scope.open();
        Scope below = source.child();
        source.moveTo(grandchild);
        for (Scope target : List.of(child, grandchild, below)) {
            String message = assertThrows(IllegalArgumentException.class, () -> scope.moveTo(target))
                    .getMessage();
            assertTrue(message.contains("below"), message);
        }
        assertTrue(scope.isOpen());
        assertEquals(1, open(scope));
    }

    @Test
    void isRefusedFromAClosedSource() {
        Scope source = Scope.open();
        Scope target = Scope.open();
        source.close();
        assertThrows(ScopeClosedException.class, () -> source.moveTo(target));
        assertEquals(0, open(target));
    }

    @Test
    void isRefusedFromASourceThatWasMoved() {
        Scope source = Scope.open();
        Scope target = Scope.open("target");
        source.own(journal.resource(0));
        source.moveTo(target);
        String message = assertThrows(ScopeClosedException.class, () -> source.moveTo(Scope.open()))
                .getMessage();
        assertTrue(message.contains("was moved to target"), message);
        assertThrows(ScopeClosedException.class, source::detachAll);
        assertThrows(ScopeClosedException.class, source::child);
        target.close();
        assertEquals(List.of("0"), journal.entries());
    }

    @Test
    void movesNothingToAClosedTarget() {
        Scope source = Scope.open();
        Scope target = Scope.open();
        target.close();
        Owned<AutoCloseable> handle = source.hold(journal.resource(0));
        assertThrows(ScopeClosedException.class, () -> source.moveTo(target));
        assertTrue(source.isOpen());
        assertEquals(1, open(source));
        handle.get();
        assertEquals(List.of(), journal.entries());
        source.own(journal.resource(1));
        source.close();
        assertEquals(Journal.down(1, 0), journal.entries());
    }

    @Test
    void movesNothingToATargetThatWasMoved() {
        Scope source = Scope.open();
        Scope target = Scope.open();
        target.own(journal.resource(0));
        target.moveTo(Scope.open());
        assertThrows(ScopeClosedException.class, () -> source.moveTo(target));
        assertTrue(source.isOpen());
    }

    @Test
    void movesNothingToATargetThatIsFull() {
        Scope source = Scope.open();
        source.own(journal.resource(0));
        Scope target = Scope.builder("small").maxResources(1).open();
        target.own(journal.resource("filling"));
        assertThrows(ScopeFullException.class, () -> source.moveTo(target));
        assertTrue(source.isOpen());
        assertEquals(List.of(), journal.entries(), "a late add is closed, a move is not");
        assertEquals(1, report(source).closed());
    }

    @Test
    void keepsTheMarkOfASourceThatIsNotMoved() {
        Scope source = Scope.open();
        Scope target = Scope.open();
        target.close();
        source.succeed(1);
        assertThrows(ScopeClosedException.class, () -> source.moveTo(target));
        assertEquals(new Exit.Success(), report(source).exit());
    }

    @Test
    void takesANamedSourceOffTheListOfRoots() {
        Scope source = Scope.open("a root that moves");
        source.own(journal.resource(0));
        source.moveTo(Scope.open());
        assertFalse(Lifecycle.roots().stream().map(Snapshot::name).anyMatch("a root that moves"::equals));
    }

    @Test
    void isShownAsOneBlockInTheTarget() {
        Scope source = Scope.open("source");
        source.own(journal.resource(0));
        source.own(journal.resource(1));
        Scope target = Scope.open("target");
        source.moveTo(target);
        Snapshot block = target.snapshot().children().get(0);
        assertEquals(Kind.MOVED, block.kind());
        assertEquals("source", block.name());
        assertEquals(State.OPEN, block.state());
        assertEquals(2, block.children().size());
        target.close();
    }

    // ---- nothing left behind ---------------------------------------------------------------------------------------

    @Test
    void leavesNothingOfAnEmptySource() {
        Scope target = Scope.open();
        for (int i = 0; i < 10; i++) {
            Scope.open().moveTo(target);
        }
        assertEquals(0, open(target));
    }

    @Test
    void leavesNothingOfASourceWhoseResourcesHadLeft() {
        Scope target = Scope.open();
        Scope source = Scope.open();
        source.hold(journal.resource(0)).release();
        source.child().close();
        source.moveTo(target);
        assertEquals(0, open(target));
    }

    static Stream<Arguments> waysOut() {
        Scope elsewhere = Scope.open();
        return Stream.of(
                Arguments.of("close", (Consumer<Owned<AutoCloseable>>) handle -> {
                    try {
                        handle.close();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                }),
                Arguments.of("release", (Consumer<Owned<AutoCloseable>>) Owned::release),
                Arguments.of("move", (Consumer<Owned<AutoCloseable>>) handle -> handle.moveTo(elsewhere)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waysOut")
    void leavesNothingOfABlockWhoseLastResourceLeaves(String name, Consumer<Owned<AutoCloseable>> out) {
        Scope target = Scope.open();
        List<Owned<AutoCloseable>> handles = new ArrayList<>();
        Scope source = Scope.open();
        for (int i = 0; i < 6; i++) {
            handles.add(source.hold(journal.resource(i)));
        }
        source.moveTo(target);
        for (Owned<AutoCloseable> handle : handles) {
            assertEquals(1, open(target));
            out.accept(handle);
        }
        assertEquals(0, open(target));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waysOut")
    void leavesNothingOfNestedBlocksWhoseLastResourceLeaves(String name, Consumer<Owned<AutoCloseable>> out) {
        Scope target = Scope.open();
        Scope outer = Scope.open();
        Scope inner = Scope.open();
        Owned<AutoCloseable> handle = inner.hold(journal.resource(0));
        inner.moveTo(outer);
        outer.moveTo(target);
        out.accept(handle);
        assertEquals(0, open(target));
    }

    @Test
    void leavesNothingOfABlockWhoseLastChildCloses() {
        Scope target = Scope.open();
        Scope source = Scope.open();
        Scope child = source.child();
        Scope shared = Scope.open();
        Guarded<AutoCloseable> guarded = shared.share(journal.resource(0));
        source.moveTo(target);
        shared.moveTo(target);
        child.close();
        assertEquals(1, open(target));
        close(guarded);
        assertEquals(0, open(target));
    }

    @Test
    void leavesNothingOfABlockWhoseLastChildIsMovedOut() {
        Scope target = Scope.open();
        Scope source = Scope.open();
        Scope child = source.child();
        child.own(journal.resource(0));
        source.moveTo(target);
        Scope elsewhere = Scope.open();
        child.moveTo(elsewhere);
        assertEquals(0, open(target));
        assertEquals(1, open(elsewhere));
    }

    private static void close(AutoCloseable closing) {
        try {
            closing.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Reference<?> movedAway(Scope target) {
        Scope source = Scope.open();
        Owned<AutoCloseable> handle = source.hold(() -> {});
        source.moveTo(target);
        handle.release();
        return new WeakReference<>(source);
    }

    @Test
    void keepsNoSourceWhoseResourcesHaveLeft() {
        Scope target = Scope.open();
        LeakProbe.awaitCollected(movedAway(target));
        assertTrue(target.isOpen());
    }

    private static Reference<?> moveOfOneHandle(Scope target) {
        Scope source = Scope.open();
        source.hold(() -> {}).moveTo(target);
        return new WeakReference<>(source);
    }

    @Test
    void keepsNoSourceOfAResourceThatMovedAlone() {
        Scope target = Scope.open();
        LeakProbe.awaitCollected(moveOfOneHandle(target));
        assertEquals(1, open(target));
    }

    // ---- detachAll -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 5, 100})
    void takesEverythingOutAndLeavesTheScopeOpen(int resources) {
        for (Supplier<Scope> kind : List.<Supplier<Scope>>of(Scope::open, Scope::confined)) {
            Journal log = new Journal();
            Scope scope = kind.get();
            for (int i = 0; i < resources; i++) {
                scope.own(log.resource(i));
            }
            Scope detached = scope.detachAll();
            assertTrue(scope.isOpen());
            assertEquals(0, open(scope));
            assertTrue(detached.isOpen());
            assertEquals(resources, open(detached));
            scope.own(log.resource("new"));
            detached.own(log.resource(resources));
            scope.close();
            assertEquals(List.of("new"), log.entries());
            detached.close();
            assertEquals(Journal.down(resources, 0), log.entries().subList(1, resources + 2));
        }
    }

    @Test
    void detachesHandlesChildrenAndBlocks() throws Exception {
        Scope scope = Scope.open("scope");
        Owned<AutoCloseable> handle = scope.hold(journal.resource(0));
        Owned<AutoCloseable> early = scope.hold(journal.resource(1));
        Scope child = scope.child("child");
        child.own(journal.resource(2));
        Scope source = Scope.open();
        Owned<AutoCloseable> moved = source.hold(journal.resource(3));
        source.moveTo(scope);
        Guarded<AutoCloseable> guarded = scope.share(journal.resource(4));
        Scope detached = scope.detachAll();
        scope.close();
        assertEquals(List.of(), journal.entries());
        early.close();
        moved.close();
        guarded.close();
        child.close();
        assertEquals(List.of("1", "3", "4", "2"), journal.entries());
        assertEquals(1, open(detached));
        handle.get();
        detached.close();
        assertEquals(5, journal.entries().size());
    }

    @Test
    void detachesAgainAndAgain() throws Exception {
        Scope at = Scope.open();
        Owned<AutoCloseable> handle = at.hold(journal.resource(0));
        for (int i = 1; i < 50; i++) {
            at.own(journal.resource(i));
            at = at.detachAll();
        }
        handle.get();
        at.close();
        assertEquals(Journal.down(49, 0), journal.entries());
    }

    @Test
    void leavesTheMarkWithTheScope() {
        Scope scope = Scope.open();
        AtomicReference<Exit> before = new AtomicReference<>();
        AtomicReference<Exit> after = new AtomicReference<>();
        scope.onExit(before::set);
        scope.succeed(1);
        Scope detached = scope.detachAll();
        scope.onExit(after::set);
        scope.close();
        detached.close();
        assertEquals(new Exit.Success(), after.get());
        assertEquals(new Exit.Unmarked(), before.get());
    }

    @Test
    void detachesAChildFromItsParentsTree() {
        Scope parent = Scope.open();
        Scope child = parent.child();
        child.own(journal.resource(0));
        Scope detached = child.detachAll();
        parent.close();
        assertEquals(List.of(), journal.entries());
        assertEquals(State.CLOSED, child.state());
        assertTrue(detached.isOpen());
        detached.close();
        assertEquals(List.of("0"), journal.entries());
    }

    @Test
    void detachesFromACloserThatIsRunningNothing() {
        Scope scope = Scope.open();
        scope.own(journal.resource(0));
        scope.defer(() -> assertThrows(ScopeClosedException.class, scope::detachAll));
        assertEquals(0, report(scope).failed());
        assertEquals(List.of("0"), journal.entries());
    }

    // ---- confined --------------------------------------------------------------------------------------------------

    @Test
    void handsAConfinedScopeToAnotherThread() throws InterruptedException {
        Scope confined = Scope.confined();
        for (int i = 0; i < 10; i++) {
            confined.own(journal.resource(i));
        }
        Scope shared = Scope.open();
        confined.moveTo(shared);
        onAnotherThread(shared::close);
        assertEquals(Journal.down(9, 0), journal.entries());
    }

    @Test
    void handsTheHandlesOfAConfinedScopeToAnotherThread() throws InterruptedException {
        Scope confined = Scope.confined();
        Owned<AutoCloseable> closed = confined.hold(journal.resource(0));
        Owned<AutoCloseable> released = confined.hold(journal.resource(1));
        Owned<AutoCloseable> moved = confined.hold(journal.resource(2));
        confined.own(journal.resource(3));
        Scope shared = Scope.open();
        confined.moveTo(shared);
        onAnotherThread(() -> {
            close(closed);
            released.release();
            moved.moveTo(shared);
            shared.close();
        });
        assertEquals(List.of("0", "2", "3"), journal.entries());
    }

    @Test
    void refusesWhatAnotherThreadPutsIntoAConfinedScopeThatWasMoved() throws InterruptedException {
        Scope confined = Scope.confined();
        confined.own(journal.resource(0));
        Scope shared = Scope.open();
        confined.moveTo(shared);
        onAnotherThread(() -> assertThrows(ScopeClosedException.class, () -> confined.own(journal.resource("late"))));
        assertEquals(List.of("late"), journal.entries());
        confined.close();
        assertEquals(1, open(shared));
        shared.close();
        assertEquals(List.of("late", "0"), journal.entries());
    }

    @Test
    void freesTheChildrenOfAConfinedScopeThatWasMovedFromTheirThread() throws InterruptedException {
        Scope confined = Scope.confined();
        Scope child = confined.child();
        child.own(journal.resource(0));
        Scope shared = Scope.open();
        confined.moveTo(shared);
        child.own(journal.resource(1));
        onAnotherThread(() -> child.own(journal.resource("foreign")));
        child.own(journal.resource(2));
        child.close();
        assertEquals(List.of("2", "foreign", "1", "0"), journal.entries());
        assertEquals(0, open(shared));
    }

    @Test
    void closesTheChildrenOfAConfinedScopeThatWasMovedOnAnotherThread() throws InterruptedException {
        Scope confined = Scope.confined();
        Scope child = confined.child();
        child.own(journal.resource(0));
        child.child().own(journal.resource(1));
        Scope shared = Scope.open();
        confined.moveTo(shared);
        onAnotherThread(shared::close);
        assertEquals(Journal.down(1, 0), journal.entries());
        assertEquals(State.CLOSED, child.state());
        child.close();
    }

    @Test
    void refusesAMoveFromAConfinedScopeOfAnotherThread() throws InterruptedException {
        Scope confined = Scope.confined();
        Owned<AutoCloseable> handle = confined.hold(journal.resource(0));
        Scope shared = Scope.open();
        onAnotherThread(() -> {
            assertThrows(WrongScopeThreadException.class, () -> confined.moveTo(shared));
            assertThrows(WrongScopeThreadException.class, () -> handle.moveTo(shared));
            assertThrows(WrongScopeThreadException.class, confined::detachAll);
        });
        assertEquals(0, open(shared));
        assertEquals(1, report(confined).closed());
    }

    @Test
    void refusesAMoveToAConfinedScopeOfAnotherThread() throws InterruptedException {
        Scope confined = Scope.confined();
        Scope shared = Scope.open();
        Owned<AutoCloseable> handle = shared.hold(journal.resource(0));
        onAnotherThread(() -> {
            assertThrows(WrongScopeThreadException.class, () -> shared.moveTo(confined));
            assertThrows(WrongScopeThreadException.class, () -> handle.moveTo(confined));
        });
        assertTrue(shared.isOpen());
        handle.get();
        assertEquals(0, open(confined));
        assertEquals(1, report(shared).closed());
    }

    @Test
    void closesAHandleOnAnotherThreadThoughItsBlockIsInAConfinedScope() throws InterruptedException {
        Scope shared = Scope.open();
        Owned<AutoCloseable> handle = shared.hold(journal.resource(0));
        Scope confined = Scope.confined();
        shared.moveTo(confined);
        onAnotherThread(() -> close(handle));
        assertEquals(List.of("0"), journal.entries());
        assertEquals(0, report(confined).failed());
        assertEquals(List.of("0"), journal.entries());
    }

    // ---- handles ---------------------------------------------------------------------------------------------------

    @Test
    void movesAResourceFromScopeToScope() throws Exception {
        Scope first = Scope.open();
        AutoCloseable resource = journal.resource(0);
        Owned<AutoCloseable> handle = first.hold(resource, Label.of("travelling"));
        for (int i = 0; i < 20; i++) {
            Scope next = i % 2 == 0 ? Scope.confined() : Scope.open();
            handle = handle.moveTo(next);
            assertSame(resource, handle.get());
            assertEquals(1, open(next));
            assertEquals("travelling", next.snapshot().children().get(0).name());
        }
        assertEquals(0, open(first));
        handle.close();
        assertEquals(List.of("0"), journal.entries());
    }

    @Test
    void refusesToMoveAResourceIntoTheMovedScopeThatHoldsIt() {
        Scope source = Scope.open();
        Owned<AutoCloseable> handle = source.hold(journal.resource(0));
        Scope target = Scope.open();
        source.moveTo(target);
        assertThrows(ScopeClosedException.class, () -> handle.moveTo(source));
        handle.get();
        assertEquals(0, report(target).failed());
        assertEquals(List.of("0"), journal.entries());
    }

    @Test
    void leavesAResourceWhereItIsIfTheTargetIsFull() {
        Scope source = Scope.open();
        Owned<AutoCloseable> handle = source.hold(journal.resource(0));
        Scope target = Scope.builder("small").maxResources(1).open();
        target.own(journal.resource("filling"));
        assertThrows(ScopeFullException.class, () -> handle.moveTo(target));
        handle.get();
        assertEquals(1, open(source));
        assertEquals(List.of(), journal.entries());
    }
}
