package dev.lifecycle.tests.scope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.State;
import dev.lifecycle.scope.CloseException;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Exit;
import dev.lifecycle.scope.Failure;
import dev.lifecycle.scope.Guarded;
import dev.lifecycle.scope.Label;
import dev.lifecycle.scope.Owned;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.scope.UseAfterCloseException;
import dev.lifecycle.tests.api.LogCapture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every kind of scope. A subclass for each kind. */
@Timeout(60)
abstract class ScopeContractTest {
    private final Journal journal = new Journal();

    /** An open, empty scope of the kind. */
    abstract Scope open();

    /** Closes {@code scope} and tells what happened. */
    private static CloseReport report(Scope scope) {
        return scope.closeAsync(Runnable::run).toCompletableFuture().join();
    }

    private static Throwable thrownBy(AutoCloseable closing) {
        try {
            closing.close();
        } catch (Throwable thrown) {
            return thrown;
        }
        throw new AssertionError("nothing was thrown");
    }

    /** A throwable that is neither an exception nor an error. */
    private static final class Odd extends Throwable {
        private static final long serialVersionUID = 1L;
    }

    /** Carries no suppressed exceptions. */
    private static final class Deaf extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Deaf() {
            super("deaf", null, false, false);
        }
    }

    /** Cannot be printed. */
    private static final class Mute extends IOException {
        private static final long serialVersionUID = 1L;

        @Override
        public String toString() {
            throw new IllegalStateException("no text");
        }
    }

    private static final class Fatal extends VirtualMachineError {
        private static final long serialVersionUID = 1L;
    }

    // ---- order, once -----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 11, 12, 13, 27, 28, 29, 100, 1_100, 5_000})
    void closesInReverseOrderOfAcquisition(int resources) {
        Scope scope = open();
        for (int i = 0; i < resources; i++) {
            scope.own(journal.resource(i));
        }
        scope.close();
        assertEquals(Journal.down(resources - 1, 0), journal.entries());
    }

    @Test
    void mixesEveryWayOfOwningInOneOrder() {
        Scope scope = open();
        scope.own(journal.resource(0));
        scope.own("1", journal::note);
        scope.acquire(() -> journal.resource(2));
        scope.hold(journal.resource(3));
        scope.hold(journal.resource(4), Label.of("four"));
        scope.hold("5", journal::note, Label.of("five"));
        scope.share(journal.resource(6));
        scope.defer(() -> journal.note(7));
        scope.onExit(exit -> journal.note(8));
        Scope child = scope.child();
        child.own(journal.resource(9));
        child.child("named").own(journal.resource(10));
        scope.own(journal.resource(11));
        scope.close();
        assertEquals(Journal.down(11, 0), journal.entries());
    }

    @Test
    void closesOnceHoweverOftenItIsClosed() {
        Scope scope = open();
        for (int i = 0; i < 6; i++) {
            scope.own(journal.resource(i));
        }
        scope.close();
        scope.close();
        report(scope);
        assertEquals(Journal.down(5, 0), journal.entries());
    }

    @Test
    void closesTwiceWhatWasOwnedTwice() {
        Scope scope = open();
        AutoCloseable resource = journal.resource("r");
        scope.own(resource);
        scope.own(resource);
        scope.close();
        assertEquals(List.of("r", "r"), journal.entries());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 9, 40, 300})
    void keepsTheOrderWhenEverySecondResourceLeavesEarly(int handles) throws Exception {
        Scope scope = open();
        List<Owned<AutoCloseable>> held = new ArrayList<>();
        for (int i = 0; i < handles; i++) {
            held.add(scope.hold(journal.resource(i)));
        }
        for (int i = 0; i < handles; i += 2) {
            held.get(i).release();
        }
        scope.close();
        assertEquals(
                IntStream.range(0, handles)
                        .map(i -> handles - 1 - i)
                        .filter(i -> i % 2 == 1)
                        .mapToObj(Integer::toString)
                        .toList(),
                journal.entries());
    }

    @Test
    void putsWhatComesAfterAnEarlyReleaseOnTop() {
        Scope scope = open();
        List<Owned<AutoCloseable>> held = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            held.add(scope.hold(journal.resource(i)));
        }
        held.get(1).release();
        held.get(5).release();
        scope.own(journal.resource(6));
        scope.own(journal.resource(7));
        scope.close();
        assertEquals(List.of("7", "6", "4", "3", "2", "0"), journal.entries());
    }

    // ---- failures: all are closed ----------------------------------------------------------------------------------

    static Stream<Arguments> throwables() {
        return Stream.of(
                        new IllegalStateException("unchecked"),
                        new AssertionError("error"),
                        new IOException("checked"),
                        new InterruptedException("checked too"),
                        new StackOverflowError(),
                        new OutOfMemoryError("not really"),
                        new LinkageError("linkage"),
                        new Odd(),
                        new Deaf())
                .map(thrown -> Arguments.of(thrown.getClass().getSimpleName(), thrown));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("throwables")
    void closesTheRestWhateverOneThrows(String name, Throwable thrown) {
        for (int resources = 1; resources <= 7; resources++) {
            for (int culprit = 0; culprit < resources; culprit++) {
                Journal all = new Journal();
                Scope scope = open();
                for (int i = 0; i < resources; i++) {
                    scope.own(i == culprit ? all.failing(i, thrown) : all.resource(i));
                }
                Throwable primary = thrownBy(scope);
                assertSame(thrown, primary instanceof CloseException ? primary.getCause() : primary);
                assertEquals(Journal.down(resources - 1, 0), all.entries(), culprit + " of " + resources + " fails");
                assertEquals(State.CLOSED, scope.state());
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("throwables")
    void closesTheRestWhenAllThrow(String name, Throwable thrown) {
        try (LogCapture log = LogCapture.ofScopes()) {
            Scope scope = open();
            for (int i = 0; i < 40; i++) {
                scope.own(journal.failing(i, thrown));
            }
            thrownBy(scope);
            assertEquals(Journal.down(39, 0), journal.entries());
        }
    }

    static Stream<Arguments> waysToFail() {
        Exception thrown = new IOException("failed");
        return Stream.<Consumer<Scope>>of(
                        scope -> scope.own(new Journal().failing(0, thrown)),
                        scope -> scope.own("value", value -> {
                            throw thrown;
                        }),
                        scope -> scope.acquire(() -> new Journal().failing(0, thrown)),
                        scope -> scope.hold(new Journal().failing(0, thrown)),
                        scope -> scope.hold(
                                "value",
                                value -> {
                                    throw thrown;
                                },
                                Label.of("label")),
                        scope -> scope.share(new Journal().failing(0, thrown)),
                        scope -> scope.defer(() -> {
                            throw thrown;
                        }),
                        scope -> scope.onExit(exit -> {
                            throw thrown;
                        }),
                        scope -> scope.child().own(new Journal().failing(0, thrown)))
                .map(way -> Arguments.of(thrown, way));
    }

    @ParameterizedTest
    @MethodSource("waysToFail")
    void closesTheRestInWhicheverWayTheFailingOneIsOwned(Exception thrown, Consumer<Scope> way) {
        Scope scope = open();
        scope.own(journal.resource(0));
        way.accept(scope);
        scope.own(journal.resource(1));
        assertSame(thrown, assertThrows(CloseException.class, scope::close).getCause());
        assertEquals(Journal.down(1, 0), journal.entries());
    }

    // ---- failures: which one is thrown -----------------------------------------------------------------------------

    @Test
    void throwsTheFirstFailureAsItIsWithTheLaterOnesSuppressedInTheOrderTheyHappened() {
        Throwable[] failures = {
            new IllegalStateException("0"),
            new AssertionError("1"),
            new IOException("2"),
            new IllegalStateException("3")
        };
        Scope scope = open();
        for (int i = 0; i < failures.length; i++) {
            scope.own(journal.failing(i, failures[i]));
            scope.own(journal.resource("ok"));
        }
        assertSame(failures[3], thrownBy(scope));
        assertArrayEquals(new Throwable[] {failures[2], failures[1], failures[0]}, failures[3].getSuppressed());
    }

    @Test
    void throwsAnErrorAsItIs() {
        Error error = new AssertionError("first");
        Scope scope = open();
        scope.own(journal.failing(0, new IOException("second")));
        scope.own(journal.failing(1, error));
        assertSame(error, thrownBy(scope));
        assertEquals(1, error.getSuppressed().length);
    }

    @Test
    void wrapsACheckedFailureWithTheLaterOnesSuppressedInTheWrapper() {
        IOException first = new IOException("first");
        IllegalStateException second = new IllegalStateException("second");
        Scope scope = open();
        scope.own(journal.failing(0, second));
        scope.own(journal.failing(1, first));
        CloseException wrapper = assertThrows(CloseException.class, scope::close);
        assertSame(first, wrapper.getCause());
        assertArrayEquals(new Throwable[] {second}, wrapper.getSuppressed());
        assertEquals(0, first.getSuppressed().length);
    }

    @Test
    void tellsInTheWrapperHowManyFailedOfHowMany() {
        Scope scope = open();
        scope.own(journal.failing(0, new IOException("second")));
        scope.own(journal.resource(1));
        scope.own(journal.failing(2, new IOException("first")));
        CloseException wrapper = assertThrows(CloseException.class, scope::close);
        assertTrue(wrapper.getMessage().contains("2 of 3"), wrapper.getMessage());
        assertTrue(wrapper.getMessage().contains("java.io.IOException: first"), wrapper.getMessage());
        assertEquals(2, wrapper.report().failed());
        assertEquals(1, wrapper.report().closed());
        assertEquals(
                List.of("first", "second"),
                wrapper.report().failures().stream()
                        .map(failure -> failure.thrown().getMessage())
                        .toList());
    }

    @Test
    void wrapsAThrowableThatIsNeitherExceptionNorError() {
        Odd odd = new Odd();
        Scope scope = open();
        scope.own(journal.failing(0, odd));
        assertSame(odd, assertThrows(CloseException.class, scope::close).getCause());
    }

    @Test
    void neverSuppressesAnErrorOfTheJvmInALesserFailure() {
        IllegalStateException first = new IllegalStateException("first");
        Fatal fatal = new Fatal();
        IllegalStateException third = new IllegalStateException("third");
        Scope scope = open();
        scope.own(journal.failing(0, third));
        scope.own(journal.failing(1, fatal));
        scope.own(journal.failing(2, first));
        assertSame(fatal, thrownBy(scope));
        assertArrayEquals(new Throwable[] {first, third}, fatal.getSuppressed());
    }

    @Test
    void throwsTheFirstOfSeveralErrorsOfTheJvm() {
        Fatal first = new Fatal();
        Fatal second = new Fatal();
        Scope scope = open();
        scope.own(journal.failing(0, second));
        scope.own(journal.failing(1, first));
        scope.own(journal.failing(2, new AssertionError("lesser")));
        assertSame(first, thrownBy(scope));
        assertSame(second, first.getSuppressed()[1]);
    }

    @Test
    void promotesAnErrorOfTheJvmThatComesAfterMoreFailuresThanAreAttached() {
        Fatal fatal = new Fatal();
        try (LogCapture log = LogCapture.ofScopes()) {
            Scope scope = open();
            scope.own(journal.failing("fatal", fatal));
            for (int i = 0; i < 100; i++) {
                scope.own(journal.failing(i, new IllegalStateException("" + i)));
            }
            assertSame(fatal, thrownBy(scope));
            assertEquals(CloseReport.MAX_SUPPRESSED, fatal.getSuppressed().length);
            assertEquals("99", fatal.getSuppressed()[0].getMessage());
        }
    }

    @Test
    void doesNotSuppressAFailureInItself() {
        IllegalStateException same = new IllegalStateException("same");
        try (LogCapture log = LogCapture.ofScopes()) {
            Scope scope = open();
            scope.own(journal.failing(0, same));
            scope.own(journal.failing(1, same));
            assertSame(same, thrownBy(scope));
            assertEquals(0, same.getSuppressed().length);
        }
    }

    @Test
    void countsAFailureThatIsThrownTwiceTwice() {
        IllegalStateException same = new IllegalStateException("same");
        Scope scope = open();
        scope.own(journal.failing(0, same));
        scope.own(journal.failing(1, same));
        CloseReport report = report(scope);
        assertEquals(2, report.failed());
        assertEquals(
                List.of(same, same),
                report.failures().stream().map(Failure::thrown).toList());
    }

    @Test
    void logsTheFailuresThatAnExceptionWithoutSuppressionDoesNotCarry() {
        Deaf deaf = new Deaf();
        try (LogCapture log = LogCapture.ofScopes()) {
            Scope scope = open();
            scope.own(journal.failing(0, new IllegalStateException("the lost one")));
            scope.own(journal.failing(1, deaf));
            assertSame(deaf, thrownBy(scope));
            assertTrue(log.mentions("the lost one"), log.lines().toString());
        }
    }

    @Test
    void logsTheFailuresThatACheckedExceptionWithoutSuppressionDoesNotCarry() {
        Exception checked = new Exception("deaf", null, false, false) {
            private static final long serialVersionUID = 1L;
        };
        try (LogCapture log = LogCapture.ofScopes()) {
            Scope scope = open();
            scope.own(journal.failing(0, new IllegalStateException("the lost one")));
            scope.own(journal.failing(1, checked));
            Throwable thrown = thrownBy(scope.throwing(Exception.class));
            assertSame(checked, thrown);
            assertTrue(log.mentions("the lost one"), log.lines().toString());
        }
    }

    @Test
    void throwsAFailureWhoseTextCannotBeHad() {
        Mute mute = new Mute();
        Scope scope = open();
        scope.own(journal.resource(0));
        scope.own(journal.failing(1, mute));
        CloseException thrown = assertInstanceOf(CloseException.class, thrownBy(scope));
        assertSame(mute, thrown.getCause());
        assertEquals(1, thrown.report().failed());
        assertEquals(Journal.down(1, 0), journal.entries());
    }

    @Test
    void attachesNoMoreThan32FailuresAndReportsAll() {
        try (LogCapture log = LogCapture.ofScopes()) {
            Scope scope = open();
            for (int i = 0; i < 100; i++) {
                scope.own(journal.failing(i, new IOException("" + i)));
            }
            CloseException thrown = assertThrows(CloseException.class, scope::close);
            assertEquals(32, thrown.getSuppressed().length);
            assertEquals(100, thrown.report().failed());
            assertEquals(
                    Journal.down(99, 0),
                    thrown.report().failures().stream()
                            .map(failure -> failure.thrown().getMessage())
                            .toList());
        }
    }

    @Test
    void attachesExactly32FailuresWithoutALogLine() {
        try (LogCapture log = LogCapture.ofScopes()) {
            Scope scope = open();
            for (int i = 0; i < 33; i++) {
                scope.own(journal.failing(i, new IllegalStateException("" + i)));
            }
            assertEquals(32, thrownBy(scope).getSuppressed().length);
            assertEquals(List.of(), log.lines());
        }
    }

    @Test
    void logsHowManyFailuresAreNotAttached() {
        try (LogCapture log = LogCapture.ofScopes()) {
            Scope scope = open();
            for (int i = 0; i < 100; i++) {
                scope.own(journal.failing(i, new IllegalStateException("" + i)));
            }
            thrownBy(scope);
            assertTrue(log.mentions("67 of 100"), log.lines().toString());
        }
    }

    @Test
    void listsAThousandFailuresAndCountsTheRest() {
        Scope scope = open();
        for (int i = 0; i < 1_500; i++) {
            scope.own(journal.failing(i, new Deaf()));
        }
        CloseReport report = report(scope);
        assertEquals(1_500, report.failed());
        assertEquals(CloseReport.MAX_LISTED, report.failures().size());
        assertEquals(0, report.closed());
    }

    @Test
    void countsEveryResourceActionAndChild() {
        Scope scope = open();
        scope.own(journal.resource(0));
        scope.defer(() -> {});
        scope.onExit(exit -> {});
        scope.hold(journal.resource(1));
        scope.share(journal.resource(2));
        scope.own(journal.failing(3, new IOException("failed")));
        Scope child = scope.child();
        child.own(journal.resource(4));
        CloseReport report = report(scope);
        assertEquals(7, report.closed(), "five of its own, the child, and the one of the child");
        assertEquals(1, report.failed());
    }

    @Test
    void countsTheResourcesOfAMovedScopeAndNotTheBlock() {
        Scope scope = open();
        Scope other = scope.child();
        other.own(journal.resource(0));
        other.own(journal.resource(1));
        other.moveTo(scope);
        assertEquals(2, report(scope).closed());
    }

    /** The labels of all failures of {@code scope}, which closes. */
    private static List<String> labels(Scope scope) {
        return report(scope).failures().stream().map(Failure::label).toList();
    }

    @Test
    void namesInAFailureTheLabel() {
        Scope scope = open();
        scope.hold(journal.failing(0, new IOException("failed")), Label.of("the socket"));
        scope.hold(
                "value",
                value -> {
                    throw new IOException("failed");
                },
                Label.of("the value"));
        assertEquals(List.of("the value", "the socket"), labels(scope));
    }

    @Test
    void namesInAFailureTheClassWhereThereIsNoLabel() {
        Scope scope = open();
        scope.own(new Mute(), value -> {
            throw new IOException("failed");
        });
        scope.own(journal.failing(1, new IOException("failed")));
        assertEquals(List.of("lambda in Journal", "ScopeContractTest$Mute"), labels(scope));
    }

    @Test
    void namesInAFailureTheClassOfAResourceThatIsHeldWithoutALabel() {
        Scope scope = open();
        scope.hold(journal.failing(0, new IOException("failed")));
        scope.share(journal.failing(1, new IOException("failed")));
        assertEquals(List.of("lambda in Journal", "lambda in Journal"), labels(scope));
    }

    @Test
    void namesInAFailureTheClassOfAnArray() {
        Scope scope = open();
        scope.own(new String[0][], value -> {
            throw new IOException("failed");
        });
        assertEquals(List.of("String[][]"), labels(scope));
    }

    @Test
    void namesInAFailureTheClassOfAnAction() {
        Scope scope = open();
        scope.defer(() -> {
            throw new IOException("failed");
        });
        scope.onExit(exit -> {
            throw new IOException("failed");
        });
        assertEquals(List.of("lambda in ScopeContractTest", "lambda in ScopeContractTest"), labels(scope));
    }

    @ParameterizedTest
    @ValueSource(strings = {"throws", "null", "long"})
    void reportsAFailureWhoseLabelIsOfNoUse(String fault) {
        Scope scope = open();
        scope.own(journal.resource(0));
        scope.hold(journal.failing(1, new IOException("failed")), () -> switch (fault) {
            case "throws" -> throw new StackOverflowError();
            case "long" -> "x".repeat(1_000_000);
            default -> null;
        });
        CloseReport report = report(scope);
        assertEquals(1, report.failed());
        assertEquals(1, report.closed());
        assertTrue(report.failures().get(0).label().length() <= 256);
    }

    @Test
    void keepsALabelOnOneLine() {
        Scope scope = open();
        scope.hold(journal.failing(1, new IOException("failed")), () -> "first\nsecond\u2028third");
        String label = report(scope).failures().get(0).label();
        assertFalse(label.contains("\n") || label.contains("\u2028"), label);
    }

    // ---- failures: typed -------------------------------------------------------------------------------------------

    @Test
    void givesACheckedFailureItsTypeBack() {
        IOException first = new IOException("first");
        IllegalStateException second = new IllegalStateException("second");
        Scope scope = open();
        scope.own(journal.failing(0, second));
        scope.own(journal.failing(1, first));
        CloseException wrapper = assertThrows(CloseException.class, scope::close);
        assertSame(first, assertThrows(IOException.class, () -> {
            throw wrapper.as(IOException.class);
        }));
        assertArrayEquals(new Throwable[] {second}, first.getSuppressed());
    }

    @Test
    void keepsTheWrapperWhereTheTypeIsAnother() {
        Scope scope = open();
        scope.own(journal.failing(0, new IOException("failed")));
        CloseException wrapper = assertThrows(CloseException.class, scope::close);
        assertSame(wrapper, assertThrows(CloseException.class, () -> {
            throw wrapper.as(ReflectiveOperationException.class);
        }));
    }

    @Test
    void throwsACheckedFailureAsItIsThroughATypedView() {
        IOException failure = new IOException("failed");
        IOException thrown = assertThrows(IOException.class, () -> {
            try (var scope = open().throwing(IOException.class)) {
                scope.own(journal.resource(0));
                scope.own(journal.failing(1, failure));
            }
        });
        assertSame(failure, thrown);
        assertEquals(Journal.down(1, 0), journal.entries());
    }

    @Test
    void wrapsOtherCheckedFailuresInATypedView() {
        IOException failure = new IOException("failed");
        Scope scope = open();
        scope.own(journal.failing(0, failure));
        assertSame(
                failure,
                assertThrows(
                                CloseException.class,
                                () -> scope.throwing(ReflectiveOperationException.class)
                                        .close())
                        .getCause());
    }

    @Test
    void passesUncheckedFailuresThroughATypedView() {
        IllegalStateException failure = new IllegalStateException("failed");
        Scope scope = open();
        scope.own(journal.failing(0, failure));
        assertSame(failure, thrownBy(scope.throwing(IOException.class)));
    }

    @Test
    void takesEverythingThroughATypedView() throws IOException {
        Scope scope = open();
        var view = scope.throwing(IOException.class);
        assertSame(scope, view.scope());
        view.own(journal.resource(0));
        view.own("1", journal::note);
        view.acquire(() -> journal.resource(2));
        view.hold(journal.resource(3));
        view.hold(journal.resource(4), Label.of("four"));
        view.hold("5", journal::note, Label.of("five"));
        view.share(journal.resource(6));
        view.defer(() -> journal.note(7));
        view.onExit(exit -> journal.note(exit.getClass().getSimpleName()));
        view.fail(new IOException("once"));
        assertEquals("result", view.succeed("result"));
        assertTrue(view.isOpen());
        view.close();
        assertFalse(view.isOpen());
        assertEquals("Success", journal.entries().get(0));
        assertEquals(Journal.down(7, 0), journal.entries().subList(1, 9));
    }

    @Test
    void throwsTheFailuresToTheFirstCloserOnly() {
        Scope scope = open();
        scope.own(journal.failing(0, new IllegalStateException("failed")));
        thrownBy(scope);
        scope.close();
        assertEquals(1, journal.entries().size());
    }

    // ---- state -----------------------------------------------------------------------------------------------------

    @Test
    void isOpenUntilItsCloseBegins() {
        Scope scope = open();
        List<Object> seen = new ArrayList<>();
        scope.defer(() -> {
            seen.add(scope.state());
            seen.add(scope.isOpen());
        });
        assertEquals(State.OPEN, scope.state());
        assertTrue(scope.isOpen());
        scope.close();
        assertEquals(List.of(State.CLOSING, false), seen);
        assertEquals(State.CLOSED, scope.state());
        assertFalse(scope.isOpen());
    }

    @Test
    void isAScope() {
        assertEquals(Kind.SCOPE, open().kind());
    }

    @Test
    void hasANameThatIsNotBlank() {
        Scope scope = open();
        assertFalse(scope.name().isBlank());
        scope.close();
        assertFalse(scope.name().isBlank());
    }

    @Test
    void isClosedByATryStatement() {
        try (Scope scope = open()) {
            scope.own(journal.resource(0));
            scope.own(journal.resource(1));
        }
        assertEquals(Journal.down(1, 0), journal.entries());
    }

    @Test
    void keepsTheFailureOfTheBodyOfATryStatementPrimary() {
        IllegalStateException body = new IllegalStateException("body");
        Fatal closer = new Fatal();
        assertSame(body, assertThrows(IllegalStateException.class, () -> {
            try (Scope scope = open()) {
                scope.own(journal.failing(0, closer));
                throw body;
            }
        }));
        assertArrayEquals(new Throwable[] {closer}, body.getSuppressed());
    }

    @Test
    void returnsAtOnceFromACloseInsideItsOwnCloser() {
        Scope scope = open();
        scope.own(journal.resource(0));
        scope.defer(() -> {
            scope.close();
            journal.note("after");
        });
        scope.own(journal.resource(1));
        scope.close();
        assertEquals(List.of("1", "after", "0"), journal.entries());
    }

    @Test
    void returnsAtOnceFromACloseInsideACloserOfAChild() {
        Scope scope = open();
        scope.own(journal.resource(0));
        Scope child = scope.child();
        child.own(journal.resource(1));
        child.defer(() -> {
            scope.close();
            journal.note("after");
        });
        scope.close();
        assertEquals(List.of("after", "1", "0"), journal.entries());
    }

    @Test
    void closesEverythingOnceWhenACloserOfAChildThatClosesEarlyClosesTheParent() {
        Scope scope = open();
        scope.own(journal.resource(0));
        Scope child = scope.child();
        child.own(journal.resource(1));
        child.defer(() -> {
            scope.close();
            journal.note("after");
        });
        child.close();
        assertEquals(
                List.of("0", "1", "after"), journal.entries().stream().sorted().toList());
        assertEquals(State.CLOSED, scope.state());
        assertEquals(State.CLOSED, child.state());
    }

    @Test
    void returnsAtOnceFromAnAsynchronousCloseInsideItsOwnCloser() {
        Scope scope = open();
        scope.own(journal.resource(0));
        scope.defer(() -> report(scope));
        scope.close();
        assertEquals(List.of("0"), journal.entries());
    }

    // ---- putting in ------------------------------------------------------------------------------------------------

    @Test
    void returnsWhatItOwns() {
        Scope scope = open();
        AutoCloseable resource = journal.resource(0);
        assertSame(resource, scope.own(resource));
        Object value = new Object();
        assertSame(value, scope.own(value, journal::note));
        AutoCloseable acquired = journal.resource(1);
        assertSame(acquired, scope.acquire(() -> acquired));
        scope.close();
    }

    @Test
    void passesTheValueToItsRelease() {
        Scope scope = open();
        Object value = new Object();
        AtomicReference<Object> released = new AtomicReference<>();
        scope.own(value, released::set);
        scope.close();
        assertSame(value, released.get());
    }

    @Test
    void infersWhatAcquireThrows() throws IOException {
        Scope scope = open();
        AutoCloseable resource = scope.acquire(() -> {
            if (journal.entries().size() > 1) {
                throw new IOException("never");
            }
            return journal.resource(0);
        });
        scope.close();
        assertEquals(List.of("0"), journal.entries());
        assertSame(resource, resource);
    }

    @Test
    void passesOnWhatAcquireThrowsAndOwnsNothing() {
        Scope scope = open();
        IOException failure = new IOException("not opened");
        assertSame(
                failure,
                assertThrows(
                        IOException.class,
                        () -> scope.<AutoCloseable, IOException>acquire(() -> {
                            throw failure;
                        })));
        assertTrue(scope.isOpen());
        assertEquals(0, report(scope).closed());
    }

    @Test
    void refusesAnAcquireThatReturnsNull() {
        Scope scope = open();
        assertThrows(NullPointerException.class, () -> scope.<AutoCloseable, RuntimeException>acquire(() -> null));
        assertEquals(0, report(scope).closed());
    }

    @Test
    void doesNotAcquireWhenClosed() {
        Scope scope = open();
        scope.close();
        assertThrows(
                ScopeClosedException.class,
                () -> scope.acquire(() -> {
                    journal.note("acquired");
                    return journal.resource(0);
                }));
        assertEquals(List.of(), journal.entries());
    }

    @Test
    void closesAFreshResourceIfTheScopeClosesWhileItIsAcquired() {
        Scope scope = open();
        assertThrows(
                ScopeClosedException.class,
                () -> scope.acquire(() -> {
                    scope.close();
                    return journal.resource("fresh");
                }));
        assertEquals(List.of("fresh"), journal.entries());
    }

    @Test
    void acquiresFurtherResourcesInsideAnAcquire() {
        Scope scope = open();
        scope.acquire(() -> {
            scope.own(journal.resource(0));
            return journal.resource(1);
        });
        scope.close();
        assertEquals(Journal.down(1, 0), journal.entries());
    }

    static Stream<Arguments> nulls() {
        AutoCloseable resource = () -> {};
        return Stream.of(
                Arguments.of("resource", (Consumer<Scope>) scope -> scope.own(null)),
                Arguments.of("value", (Consumer<Scope>) scope -> scope.own(null, value -> {})),
                Arguments.of("release", (Consumer<Scope>) scope -> scope.own("value", null)),
                Arguments.of("acquire", (Consumer<Scope>) scope -> scope.acquire(null)),
                Arguments.of("resource", (Consumer<Scope>) scope -> scope.hold((AutoCloseable) null)),
                Arguments.of(
                        "resource", (Consumer<Scope>) scope -> scope.hold((AutoCloseable) null, Label.of("label"))),
                Arguments.of("label", (Consumer<Scope>) scope -> scope.hold(resource, null)),
                Arguments.of("value", (Consumer<Scope>) scope -> scope.hold(null, value -> {}, Label.of("label"))),
                Arguments.of("release", (Consumer<Scope>) scope -> scope.hold("value", null, Label.of("label"))),
                Arguments.of("label", (Consumer<Scope>) scope -> scope.hold("value", value -> {}, null)),
                Arguments.of("resource", (Consumer<Scope>) scope -> scope.share(null)),
                Arguments.of("action", (Consumer<Scope>) scope -> scope.defer(null)),
                Arguments.of("action", (Consumer<Scope>) scope -> scope.onExit(null)),
                Arguments.of("cause", (Consumer<Scope>) scope -> scope.fail(null)),
                Arguments.of("name", (Consumer<Scope>) scope -> scope.child(null)),
                Arguments.of("type", (Consumer<Scope>) scope -> scope.throwing(null)),
                Arguments.of("executor", (Consumer<Scope>) scope -> scope.closeAsync(null)),
                Arguments.of("target", (Consumer<Scope>) scope -> scope.moveTo(null)));
    }

    @ParameterizedTest
    @MethodSource("nulls")
    void refusesNullByItsNameAndStaysOpen(String parameter, Consumer<Scope> call) {
        Scope scope = open();
        scope.own(journal.resource(0));
        assertEquals(
                parameter,
                assertThrows(NullPointerException.class, () -> call.accept(scope))
                        .getMessage());
        assertTrue(scope.isOpen());
        assertEquals(1, report(scope).closed());
    }

    // ---- late ------------------------------------------------------------------------------------------------------

    private static final List<String> VERBS =
            List.of("own", "own value", "hold", "hold labelled", "hold value", "share", "defer", "onExit");

    static Stream<String> verbs() {
        return VERBS.stream();
    }

    /** Puts something in that calls {@code closer} when it is released. */
    private static void put(Scope scope, String verb, AutoCloseable closer) {
        switch (verb) {
            case "own" -> scope.own(closer);
            case "own value" -> scope.own("value", value -> closer.close());
            case "hold" -> scope.hold(closer);
            case "hold labelled" -> scope.hold(closer, Label.of("label"));
            case "hold value" -> scope.hold("value", value -> closer.close(), Label.of("label"));
            case "share" -> scope.share(closer);
            case "defer" -> scope.defer(closer::close);
            case "onExit" -> scope.onExit(exit -> closer.close());
            default -> throw new AssertionError(verb);
        }
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void releasesWhatComesTooLateAndSaysSo(String verb) {
        Scope scope = open();
        scope.close();
        ScopeClosedException refusal =
                assertThrows(ScopeClosedException.class, () -> put(scope, verb, journal.resource("late")));
        assertTrue(refusal.getMessage().contains("is closed"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("the resource was released"), refusal.getMessage());
        assertEquals(List.of("late"), journal.entries());
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void suppressesTheFailureToReleaseWhatComesTooLate(String verb) {
        Scope scope = open();
        scope.close();
        Exception failure = new IOException("late");
        ScopeClosedException refusal =
                assertThrows(ScopeClosedException.class, () -> put(scope, verb, journal.failing("late", failure)));
        assertArrayEquals(new Throwable[] {failure}, refusal.getSuppressed());
        assertTrue(refusal.getMessage().contains("failed"), refusal.getMessage());
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void suppressesAnErrorOfWhatComesTooLate(String verb) {
        Scope scope = open();
        scope.close();
        Error failure = new StackOverflowError();
        ScopeClosedException refusal =
                assertThrows(ScopeClosedException.class, () -> put(scope, verb, journal.failing("late", failure)));
        assertArrayEquals(new Throwable[] {failure}, refusal.getSuppressed());
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void releasesWhatItsCloserPutsIn(String verb) {
        Scope scope = open();
        scope.own(journal.resource("oldest"));
        AtomicReference<Throwable> refusal = new AtomicReference<>();
        scope.defer(() -> refusal.set(
                assertThrows(ScopeClosedException.class, () -> put(scope, verb, journal.resource("late")))));
        scope.close();
        assertEquals(List.of("late", "oldest"), journal.entries());
        assertTrue(
                refusal.get().getMessage().contains("is closing"), refusal.get().getMessage());
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void releasesWhatIsPutIntoAMovedScope(String verb) {
        Scope parent = open();
        Scope scope = parent.child("source");
        scope.moveTo(parent);
        ScopeClosedException refusal =
                assertThrows(ScopeClosedException.class, () -> put(scope, verb, journal.resource("late")));
        assertTrue(refusal.getMessage().contains("was moved"), refusal.getMessage());
        assertEquals(List.of("late"), journal.entries());
        parent.close();
        assertEquals(List.of("late"), journal.entries());
    }

    @Test
    void isAnIllegalStateToAddToAClosedScope() {
        Scope scope = open();
        scope.close();
        assertInstanceOf(
                IllegalStateException.class,
                assertThrows(LifecycleException.class, () -> scope.own(journal.resource(0))));
    }

    @Test
    void opensNoChildWhenClosed() {
        Scope scope = open();
        scope.close();
        assertThrows(ScopeClosedException.class, scope::child);
        assertThrows(ScopeClosedException.class, () -> scope.child("late"));
    }

    @Test
    void detachesNothingWhenClosed() {
        Scope scope = open();
        scope.close();
        assertThrows(ScopeClosedException.class, scope::detachAll);
    }

    @Test
    void ignoresMarksWhenClosed() {
        Scope scope = open();
        scope.close();
        assertEquals("result", scope.succeed("result"));
        scope.fail(new IOException("late"));
        assertEquals(State.CLOSED, scope.state());
    }

    // ---- exit ------------------------------------------------------------------------------------------------------

    private Exit exitAfter(Consumer<Scope> marks) {
        AtomicReference<Exit> seen = new AtomicReference<>();
        Scope scope = open();
        scope.onExit(seen::set);
        marks.accept(scope);
        CloseReport report = report(scope);
        assertSame(report.exit(), seen.get(), "the report says the same");
        return seen.get();
    }

    @Test
    void tellsThatNobodySaidHowItEnded() {
        assertEquals(new Exit.Unmarked(), exitAfter(scope -> {}));
    }

    @Test
    void tellsSuccess() {
        assertEquals(new Exit.Success(), exitAfter(scope -> scope.succeed(1)));
    }

    @Test
    void tellsFailure() {
        Throwable cause = new IOException("failed");
        assertEquals(new Exit.Failure(cause), exitAfter(scope -> scope.fail(cause)));
    }

    @Test
    void tellsCancellation() {
        Throwable interruption = new InterruptedException();
        Throwable cancellation = new CancellationException();
        assertEquals(new Exit.Cancelled(interruption), exitAfter(scope -> scope.fail(interruption)));
        assertEquals(new Exit.Cancelled(cancellation), exitAfter(scope -> scope.fail(cancellation)));
    }

    @Test
    void countsTheLastMark() {
        Throwable cause = new IOException("failed");
        assertEquals(new Exit.Failure(cause), exitAfter(scope -> {
            scope.succeed(1);
            scope.fail(cause);
        }));
        assertEquals(new Exit.Success(), exitAfter(scope -> {
            scope.fail(cause);
            scope.succeed(1);
        }));
        assertEquals(new Exit.Failure(cause), exitAfter(scope -> {
            scope.fail(new IOException("before"));
            scope.fail(cause);
        }));
    }

    @Test
    void returnsTheResultItIsMarkedWith() {
        Scope scope = open();
        Object result = new Object();
        assertSame(result, scope.succeed(result));
        assertNull(scope.succeed(null));
        scope.close();
    }

    @Test
    void tellsEveryExitActionTheSame() {
        List<Exit> seen = new ArrayList<>();
        Scope scope = open();
        for (int i = 0; i < 10; i++) {
            scope.onExit(seen::add);
        }
        scope.succeed(1);
        scope.close();
        assertEquals(10, seen.size());
        assertEquals(1, seen.stream().distinct().count());
    }

    @Test
    void ignoresAMarkByACloser() {
        List<Exit> seen = new ArrayList<>();
        Scope scope = open();
        scope.onExit(seen::add);
        scope.defer(() -> scope.fail(new IOException("too late")));
        scope.close();
        assertEquals(List.of(new Exit.Unmarked()), seen);
    }

    // ---- handles ---------------------------------------------------------------------------------------------------

    @Test
    void givesTheResourceThroughItsHandle() {
        Scope scope = open();
        AutoCloseable resource = journal.resource(0);
        assertSame(resource, scope.hold(resource).get());
        Object value = new Object();
        assertSame(value, scope.hold(value, journal::note, Label.of("value")).get());
        scope.close();
    }

    @Test
    void closesEarlyThroughAHandleAndNotAgain() throws Exception {
        Scope scope = open();
        scope.own(journal.resource(0));
        Owned<AutoCloseable> handle = scope.hold(journal.resource(1));
        scope.own(journal.resource(2));
        handle.close();
        handle.close();
        assertEquals(List.of("1"), journal.entries());
        scope.close();
        handle.close();
        assertEquals(List.of("1", "2", "0"), journal.entries());
    }

    @Test
    void leavesAReleasedResourceToTheCaller() {
        Scope scope = open();
        AutoCloseable resource = journal.resource(0);
        Owned<AutoCloseable> handle = scope.hold(resource);
        assertSame(resource, handle.release());
        handle.close();
        scope.close();
        assertEquals(List.of(), journal.entries());
    }

    static Stream<String> fates() {
        return Stream.of("closed", "released", "moved", "closed by its scope");
    }

    /** A handle that is used up. */
    private Owned<AutoCloseable> usedUp(String fate) {
        Scope scope = open();
        Owned<AutoCloseable> handle = scope.hold(journal.resource(fate));
        switch (fate) {
            case "closed" -> handle.close();
            case "released" -> handle.release();
            case "moved" -> handle.moveTo(scope);
            default -> {}
        }
        scope.close();
        return handle;
    }

    @ParameterizedTest
    @MethodSource("fates")
    void refusesTheUseOfAHandleThatIsUsedUp(String fate) {
        Owned<AutoCloseable> handle = usedUp(fate);
        int before = journal.entries().size();
        try (Scope target = open()) {
            assertThrows(UseAfterCloseException.class, handle::get);
            assertThrows(UseAfterCloseException.class, handle::release);
            assertThrows(UseAfterCloseException.class, () -> handle.moveTo(target));
            handle.close();
        }
        assertEquals(before, journal.entries().size());
    }

    @ParameterizedTest
    @MethodSource("fates")
    void saysWhatBecameOfTheResource(String fate) {
        String message =
                assertThrows(UseAfterCloseException.class, usedUp(fate)::get).getMessage();
        assertTrue(message.contains(fate.split(" ")[0]), message);
    }

    @Test
    void givesTheResourceToItsOwnCloserNoMore() {
        Scope scope = open();
        AtomicReference<Owned<AutoCloseable>> handle = new AtomicReference<>();
        AtomicInteger refused = new AtomicInteger();
        handle.set(scope.hold(() -> {
            journal.note("closed");
            assertThrows(UseAfterCloseException.class, () -> handle.get().get());
            assertThrows(UseAfterCloseException.class, () -> handle.get().release());
            handle.get().close();
            refused.incrementAndGet();
        }));
        scope.close();
        assertEquals(List.of("closed"), journal.entries());
        assertEquals(1, refused.get());
    }

    @Test
    void refusesToReleaseWhatTheScopeIsAboutToClose() {
        Scope scope = open();
        Owned<AutoCloseable> handle = scope.hold(journal.resource("held"));
        scope.defer(() -> {
            assertThrows(UseAfterCloseException.class, handle::release);
            assertThrows(UseAfterCloseException.class, () -> handle.moveTo(open()));
            handle.close(); // does nothing: the scope is about to
        });
        scope.close();
        assertEquals(List.of("held"), journal.entries());
    }

    @Test
    void wrapsTheCheckedFailureOfAnEarlyClose() {
        Scope scope = open();
        IOException failure = new IOException("failed");
        Owned<AutoCloseable> handle = scope.hold(journal.failing(0, failure), Label.of("the file"));
        CloseException thrown = assertThrows(CloseException.class, handle::close);
        assertSame(failure, thrown.getCause());
        assertEquals(1, thrown.report().failed());
        assertEquals("the file", thrown.report().failures().get(0).label());
        assertEquals(0, report(scope).failed(), "it was the caller of close() who got it");
        assertEquals(1, journal.entries().size());
    }

    @Test
    void passesTheUncheckedFailureOfAnEarlyClose() {
        Scope scope = open();
        Error failure = new AssertionError("failed");
        assertSame(failure, thrownBy(scope.hold(journal.failing(0, failure))));
        scope.close();
        assertEquals(1, journal.entries().size());
    }

    @Test
    void wrapsTheFailureOfAnEarlyCloseWhoseTextCannotBeHad() {
        Scope scope = open();
        Mute mute = new Mute();
        Owned<AutoCloseable> handle = scope.hold(journal.failing(0, mute));
        assertSame(
                mute, assertInstanceOf(CloseException.class, thrownBy(handle)).getCause());
        scope.close();
    }

    @Test
    void movesAResourceToTheTopOfAnotherScope() {
        Scope scope = open();
        Scope target = scope.child();
        target.own(journal.resource("older"));
        Owned<AutoCloseable> handle = scope.hold(journal.resource("moved"));
        Owned<AutoCloseable> fresh = handle.moveTo(target);
        assertNotSame(handle, fresh);
        target.own(journal.resource("newer"));
        target.close();
        assertEquals(List.of("newer", "moved", "older"), journal.entries());
        scope.close();
        assertEquals(3, journal.entries().size());
    }

    @Test
    void movesAResourceToTheTopOfItsOwnScope() {
        Scope scope = open();
        Owned<AutoCloseable> handle = scope.hold(journal.resource(0));
        scope.own(journal.resource(1));
        Owned<AutoCloseable> fresh = handle.moveTo(scope);
        assertEquals(2L, scope.snapshot().gauges().get("open"));
        fresh.get();
        scope.close();
        assertEquals(List.of("0", "1"), journal.entries());
    }

    @Test
    void leavesAResourceWhereItIsIfTheTargetIsClosed() throws Exception {
        Scope scope = open();
        Scope target = scope.child();
        target.close();
        Owned<AutoCloseable> handle = scope.hold(journal.resource("held"));
        assertThrows(ScopeClosedException.class, () -> handle.moveTo(target));
        assertEquals(List.of(), journal.entries());
        handle.get();
        handle.close();
        assertEquals(List.of("held"), journal.entries());
        scope.close();
    }

    @Test
    void keepsTheLabelOfAResourceThatMoves() {
        Scope scope = open();
        Scope child = scope.child();
        child.hold(journal.failing(0, new IOException("failed")), Label.of("the file"))
                .moveTo(scope);
        assertEquals("the file", report(scope).failures().get(0).label());
    }

    @Test
    void keepsTheReleaseOfAValueThatMoves() {
        Scope scope = open();
        Scope child = scope.child();
        child.hold("value", journal::note, Label.of("a value")).moveTo(scope);
        child.close();
        assertEquals(List.of(), journal.entries());
        scope.close();
        assertEquals(List.of("value"), journal.entries());
    }

    // ---- resources of strange manners ------------------------------------------------------------------------------

    /** Has methods that must not be called. */
    private final class Hostile implements AutoCloseable {
        final String name;

        Hostile(String name) {
            this.name = name;
        }

        @Override
        public void close() {
            journal.note(name);
        }

        @Override
        public boolean equals(Object other) {
            throw new AssertionError("equals");
        }

        @Override
        public int hashCode() {
            throw new AssertionError("hashCode");
        }

        @Override
        public String toString() {
            throw new AssertionError("toString");
        }
    }

    @Test
    void callsNothingOfAResourceButItsClose() throws Exception {
        Scope scope = open();
        scope.own(new Hostile("0"));
        scope.own(new Hostile("1"), Hostile::close);
        Owned<Hostile> early = scope.hold(new Hostile("2"));
        Owned<Hostile> moved = scope.hold(new Hostile("3"), Hostile::close, Label.of("three"));
        Guarded<Hostile> guarded = scope.share(new Hostile("4"));
        guarded.lease().close();
        moved.moveTo(scope);
        scope.snapshot().toText();
        early.close();
        scope.close();
        assertEquals(List.of("2", "3", "4", "1", "0"), journal.entries());
        assertTrue(assertThrows(UseAfterCloseException.class, early::get)
                .getMessage()
                .contains("closed"));
    }

    @Test
    void reportsTheFailureOfAResourceWithoutCallingItsMethods() {
        Scope scope = open();
        scope.own(new Hostile("0"), resource -> {
            throw new IOException("failed");
        });
        scope.hold(
                new Hostile("1"),
                resource -> {
                    throw new IOException("failed");
                },
                () -> "label");
        assertEquals(
                List.of("label", "ScopeContractTest$Hostile"),
                report(scope).failures().stream().map(Failure::label).toList());
    }

    /** All of them are equal. */
    private record Same(Runnable onClose) implements AutoCloseable {
        @Override
        public void close() {
            onClose.run();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Same;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    @Test
    void tellsEqualResourcesApart() {
        Scope scope = open();
        List<Owned<Same>> handles = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            String name = "" + i;
            handles.add(scope.hold(new Same(() -> journal.note(name))));
        }
        handles.get(7).release();
        handles.get(3).close();
        scope.close();
        assertEquals(List.of("3", "9", "8", "6", "5", "4", "2", "1", "0"), journal.entries());
    }

    // ---- owning what another scope owns ----------------------------------------------------------------------------

    @Test
    void closesAnotherScopeThatItOwns() {
        Scope scope = open();
        Scope other = Scope.open();
        scope.own(journal.resource(0));
        other.own(journal.resource(1));
        scope.own(other);
        scope.own(journal.resource(2));
        scope.close();
        assertEquals(Journal.down(2, 0), journal.entries());
        assertEquals(State.CLOSED, other.state());
    }

    @Test
    void closesNothingTwiceWhenAScopeThatItOwnsWasClosedBefore() {
        Scope scope = open();
        Scope other = Scope.open();
        other.own(journal.resource(1));
        scope.own(other);
        other.close();
        assertEquals(0, report(scope).failed());
        assertEquals(List.of("1"), journal.entries());
    }

    @Test
    void endsWhenItOwnsItself() {
        Scope scope = open();
        scope.own(journal.resource(0));
        scope.own(scope);
        scope.own(journal.resource(1));
        scope.close();
        assertEquals(Journal.down(1, 0), journal.entries());
    }

    @Test
    void endsWhenTwoScopesOwnEachOther() {
        Scope scope = open();
        Scope other = Scope.open();
        scope.own(journal.resource(0));
        scope.own(other);
        other.own(journal.resource(1));
        other.own(scope);
        scope.close();
        assertEquals(List.of("0", "1"), journal.entries().stream().sorted().toList());
        assertEquals(State.CLOSED, other.state());
    }

    @Test
    void closesThroughTheHandleOfAnotherScope() {
        Scope scope = open();
        Scope other = Scope.open();
        Owned<AutoCloseable> handle = other.hold(journal.resource("held"));
        assertSame(handle, scope.own(handle));
        assertEquals(0, report(scope).failed());
        assertEquals(List.of("held"), journal.entries());
        assertEquals(0L, other.snapshot().gauges().get("open"), "what is closed early leaves its scope");
        assertEquals(0, report(other).failed());
        assertEquals(List.of("held"), journal.entries());
    }

    @Test
    void closesNothingThroughTheHandleOfAScopeThatWasClosedBefore() {
        Scope scope = open();
        Scope other = Scope.open();
        other.own(journal.resource(0));
        Owned<AutoCloseable> handle = other.hold(journal.resource("held"));
        other.own(journal.resource(1));
        scope.own(handle);
        assertEquals(0, report(other).failed());
        assertEquals(List.of("1", "held", "0"), journal.entries());
        assertEquals(0, report(scope).failed());
        assertEquals(3, journal.entries().size());
    }

    @Test
    void leavesTheHandleOfAnotherScopeUsable() {
        Scope scope = open();
        Scope other = Scope.open();
        AutoCloseable resource = journal.resource("held");
        Owned<AutoCloseable> handle = other.hold(resource);
        scope.own(handle);
        assertSame(resource, handle.get());
        assertSame(resource, handle.release());
        assertEquals(0L, other.snapshot().gauges().get("open"));
        assertEquals(0, report(scope).failed());
        other.close();
        assertEquals(List.of(), journal.entries());
    }

    @Test
    void releasesTheHandleOfAnotherScopeThatComesTooLate() {
        Scope scope = open();
        scope.close();
        Scope other = Scope.open();
        Owned<AutoCloseable> handle = other.hold(journal.resource("held"));
        assertThrows(ScopeClosedException.class, () -> scope.own(handle));
        assertEquals(List.of("held"), journal.entries());
        assertEquals(0, report(other).failed());
        assertEquals(List.of("held"), journal.entries());
    }

    @Test
    void closesAResourceOnceThatItOwnsThroughItsOwnHandle() {
        Scope scope = open();
        scope.own(scope.hold(journal.resource("held")));
        assertEquals(0, report(scope).failed());
        assertEquals(List.of("held"), journal.entries());
    }

    @Test
    void closesAResourceThatAnotherScopeShares() {
        Scope scope = open();
        Scope other = Scope.open();
        Guarded<AutoCloseable> guarded = other.share(journal.resource("shared"));
        scope.own(guarded);
        guarded.lease().close();
        assertEquals(0, report(scope).failed());
        assertEquals(List.of("shared"), journal.entries());
        assertEquals(0, report(other).failed());
        assertEquals(List.of("shared"), journal.entries());
    }
}
