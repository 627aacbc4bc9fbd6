package dev.lifecycle.tests.scope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lifecycle.scope.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All close outcomes of up to eight resources, held against nested try-with-resources statements. */
class ScopeOracleTest {
    private static final int RESOURCES = 8;

    /** What a close does: nothing, or it throws. */
    private record Resource(
            int id, List<Integer> log, @Nullable Throwable thrown) implements AutoCloseable {
        @Override
        public void close() {
            log.add(id);
            if (thrown instanceof Error error) {
                throw error;
            }
            if (thrown instanceof RuntimeException exception) {
                throw exception;
            }
        }
    }

    private static final Throwable NONE = new Throwable("none");

    /** Without a stack, which nobody reads: there are a quarter of a million of them. */
    private static final class Unchecked extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unchecked(String message) {
            super(message, null, true, false);
        }
    }

    /** The same as an error. */
    private static final class Broken extends Error {
        private static final long serialVersionUID = 1L;

        Broken(String message) {
            super(message, null, true, false);
        }
    }

    /** One case: fresh failures, so that both sides can collect suppressed ones in instances of their own. */
    private static final class Case {
        final List<Integer> log = new ArrayList<>();
        final List<Resource> resources = new ArrayList<>();
        final List<Throwable> identity = new ArrayList<>(); // resource failures by id, then the body's

        Case(int outcomes) {
            for (int id = 0, left = outcomes; id < RESOURCES; id++, left /= 3) {
                Throwable thrown = left % 3 == 0 ? null : left % 3 == 1 ? new Unchecked("" + id) : new Broken("" + id);
                resources.add(new Resource(id, log, thrown));
                identity.add(thrown == null ? NONE : thrown);
            }
            identity.add(new Unchecked("body"));
        }

        void body(boolean fails) {
            if (fails) {
                throw (RuntimeException) identity.get(RESOURCES);
            }
        }

        void nested(int depth, boolean bodyFails) {
            if (depth == RESOURCES) {
                body(bodyFails);
                return;
            }
            try (Resource opened = resources.get(depth)) {
                nested(depth + 1, bodyFails);
            }
        }

        /** What was thrown, by the numbers of the failures: primary, then its suppressed ones, then the order of closing. */
        String describe(Runnable work) {
            Throwable thrown = null;
            try {
                work.run();
            } catch (Throwable e) {
                thrown = e;
            }
            return thrown == null ? "nothing " + log : describe(thrown) + " " + log;
        }

        private String describe(Throwable thrown) {
            StringBuilder text = new StringBuilder().append(number(thrown)).append('(');
            for (Throwable suppressed : thrown.getSuppressed()) {
                text.append(describe(suppressed));
            }
            return text.append(')').toString();
        }

        private int number(Throwable thrown) {
            for (int i = 0; i < identity.size(); i++) {
                if (identity.get(i) == thrown) {
                    return i;
                }
            }
            throw new AssertionError("a failure from elsewhere", thrown);
        }
    }

    static Stream<Arguments> kinds() {
        return Stream.of(
                Arguments.of("shared", (Supplier<Scope>) Scope::open),
                Arguments.of("confined", (Supplier<Scope>) Scope::confined),
                Arguments.of("named", (Supplier<Scope>) () -> Scope.open("oracle")),
                Arguments.of("child", (Supplier<Scope>) () -> Scope.open().child()),
                Arguments.of("with a deadline", (Supplier<Scope>)
                        () -> Scope.builder().deadline(Duration.ofHours(1)).open()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void agreesWithNestedStatementsWhenTheBodySucceeds(String kind, Supplier<Scope> open) {
        forAllOutcomes(false, c -> {
            try (Scope scope = open.get()) {
                c.resources.forEach(scope::own);
            }
        });
    }

    @ParameterizedTest(name = "body fails: {0}")
    @ValueSource(booleans = {false, true})
    void callAgreesWithNestedStatements(boolean bodyFails) {
        forAllOutcomes(
                bodyFails,
                c -> Scope.run(scope -> {
                    c.resources.forEach(scope::own);
                    c.body(bodyFails);
                }));
    }

    private static void forAllOutcomes(boolean bodyFails, Consumer<Case> subject) {
        int all = (int) Math.pow(3, RESOURCES);
        for (int outcomes = 0; outcomes < all; outcomes++) {
            Case oracle = new Case(outcomes);
            Case mine = new Case(outcomes);
            String expected = oracle.describe(() -> oracle.nested(0, bodyFails));
            String actual = mine.describe(() -> subject.accept(mine));
            if (!expected.equals(actual)) {
                assertEquals(
                        expected, actual, "outcomes " + Integer.toString(outcomes, 3) + " in base 3, resource 0 last");
            }
        }
    }

    @Test
    void keepsTheBodysFailureEvenIfACloserThrowsItAgain() {
        IllegalStateException same = new IllegalStateException("same");
        IllegalStateException thrown = assertThrows(
                IllegalStateException.class,
                () -> Scope.run(scope -> {
                    scope.own(new Resource(0, new ArrayList<>(), same));
                    throw same;
                }));
        assertSame(same, thrown);
        assertEquals(0, thrown.getSuppressed().length);
    }
}
