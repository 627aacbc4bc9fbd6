package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.scope.Scope;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.LII_Result;
import org.openjdk.jcstress.infra.results.LI_Result;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * A resource that is put in while the scope closes is closed once: by the scope, or by the refusal, which says so.
 *
 * <p>Broken if {@code own} wrote its slot without the lock, or {@code close} began beside a holder of it: the resource would
 * be lost. It would be seen half-written (100) if the lock were given back by less than a release.
 */
public final class OwnVersusClose {

    private OwnVersusClose() {}

    /** The short way of both: a slot inside the scope, no cold part. */
    @JCStressTest
    @Outcome(id = "owned, 1", expect = ACCEPTABLE, desc = "put in first, closed by the scope")
    @Outcome(id = "refused, 1", expect = ACCEPTABLE, desc = "too late, closed by the refusal")
    @Outcome(
            id = {"owned, 0", "refused, 0"},
            expect = FORBIDDEN,
            desc = "lost: nobody closed it")
    @Outcome(
            id = {"owned, 2", "refused, 2"},
            expect = FORBIDDEN,
            desc = "closed by both")
    @Outcome(expect = FORBIDDEN, desc = "the closer missed what was written before")
    @State
    public static class First {
        private final Scope scope = Scope.open();
        private final Traced resource = new Traced();

        @Actor
        public void own(LI_Result r) {
            r.r1 = Attempt.of("owned", () -> scope.own(resource.write()));
        }

        @Actor
        public void close() {
            scope.close();
        }

        @Arbiter
        public void count(LI_Result r) {
            r.r2 = resource.closes();
        }
    }

    /** The long way of both: the first slot outside the scope, made under the lock. */
    @JCStressTest
    @Outcome(id = "owned, 1, 4", expect = ACCEPTABLE, desc = "put in first, closed by the scope")
    @Outcome(id = "refused, 1, 4", expect = ACCEPTABLE, desc = "too late, closed by the refusal")
    @Outcome(
            id = {"owned, 0, 4", "refused, 0, 4"},
            expect = FORBIDDEN,
            desc = "lost: nobody closed it")
    @Outcome(
            id = {"owned, 2, 4", "refused, 2, 4"},
            expect = FORBIDDEN,
            desc = "closed by both")
    @Outcome(expect = FORBIDDEN, desc = "the other four were not closed once each, or something was not seen")
    @State
    public static class Fifth {
        private final Scope scope = Scope.open();
        private final Traced others = Traced.written();
        private final Traced resource = new Traced();

        public Fifth() {
            for (int i = 0; i < 4; i++) {
                scope.own(others);
            }
        }

        @Actor
        public void own(LII_Result r) {
            r.r1 = Attempt.of("owned", () -> scope.own(resource.write()));
        }

        @Actor
        public void close() {
            scope.close();
        }

        @Arbiter
        public void count(LII_Result r) {
            r.r2 = resource.closes();
            r.r3 = others.closes();
        }
    }

    /** Two threads put something in while nobody closes: neither overwrites the slot of the other. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both are in, both are closed")
    @Outcome(
            id = {"0, 1", "1, 0", "0, 0"},
            expect = FORBIDDEN,
            desc = "one overwrote the other")
    @Outcome(expect = FORBIDDEN, desc = "closed twice, or what was written was not seen")
    @State
    public static class Own {
        private final Scope scope = Scope.open();
        private final Traced first = new Traced();
        private final Traced second = new Traced();

        @Actor
        public void one() {
            scope.own(first.write());
        }

        @Actor
        public void other() {
            scope.own(second.write());
        }

        @Arbiter
        public void count(II_Result r) {
            scope.close();
            r.r1 = first.closes();
            r.r2 = second.closes();
        }
    }

    /** Room for one: a budget is not overdrawn by two who ask at once, and the one who is refused loses nothing. */
    @JCStressTest
    @Outcome(id = "owned, full, 0, 1", expect = ACCEPTABLE, desc = "the first is in, the second was closed")
    @Outcome(id = "full, owned, 1, 0", expect = ACCEPTABLE, desc = "the second is in, the first was closed")
    @Outcome(expect = FORBIDDEN, desc = "overdrawn, or both refused, or not closed as said")
    @State
    public static class Budget {
        private final Scope scope = Scope.builder().maxResources(1).open();
        private final Traced first = new Traced();
        private final Traced second = new Traced();

        @Actor
        public void one(LLLL_Result r) {
            r.r1 = Attempt.of("owned", () -> scope.own(first.write()));
        }

        @Actor
        public void other(LLLL_Result r) {
            r.r2 = Attempt.of("owned", () -> scope.own(second.write()));
        }

        @Arbiter
        public void count(LLLL_Result r) {
            r.r3 = first.closes();
            r.r4 = second.closes();
        }
    }
}
