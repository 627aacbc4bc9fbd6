package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.scope.Owned;
import dev.lifecycle.scope.Scope;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLI_Result;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * Two scopes move into each other, or out of each other's way, at the same time: one after the other.
 *
 * <p>Broken if the locks of two scopes were taken without the common one (the test would hang), or the look whether the target
 * is below the source were made outside it: each would stand in the other, and nobody could close either.
 */
public final class CrossingMoves {

    private CrossingMoves() {}

    /** Each into the other: the second one finds its target closed, or itself below. */
    @JCStressTest
    @Outcome(
            id = {"moved, refused, 1, 1", "moved, below, 1, 1"},
            expect = ACCEPTABLE,
            desc = "the first move won")
    @Outcome(
            id = {"refused, moved, 1, 1", "below, moved, 1, 1"},
            expect = ACCEPTABLE,
            desc = "the second move won")
    @Outcome(expect = FORBIDDEN, desc = "a ring, or none moved, or not each resource was closed once")
    @State
    public static class Swap {
        private final Scope a = Scope.open();
        private final Scope b = Scope.open();
        private final Traced first = Traced.written();
        private final Traced second = Traced.written();

        public Swap() {
            a.own(first);
            b.own(second);
        }

        @Actor
        public void one(LLLL_Result r) {
            r.r1 = Attempt.of("moved", () -> a.moveTo(b));
        }

        @Actor
        public void other(LLLL_Result r) {
            r.r2 = Attempt.of("moved", () -> b.moveTo(a));
        }

        @Arbiter
        public void count(LLLL_Result r) {
            a.close();
            b.close();
            r.r3 = first.closes();
            r.r4 = second.closes();
        }
    }

    /** A child into its parent, the parent into a scope that is below the child: never allowed. */
    @JCStressTest
    @Outcome(id = "moved, below, 1", expect = ACCEPTABLE, desc = "the grandchild hangs in the parent now")
    @Outcome(expect = FORBIDDEN, desc = "a ring, or the resource was not closed once")
    @State
    public static class UpAndDown {
        private final Scope parent = Scope.open();
        private final Scope child = parent.child();
        private final Scope grandchild = child.child();
        private final Traced resource = Traced.written();

        public UpAndDown() {
            grandchild.own(resource);
        }

        @Actor
        public void up(LLI_Result r) {
            r.r1 = Attempt.of("moved", () -> child.moveTo(parent));
        }

        @Actor
        public void down(LLI_Result r) {
            r.r2 = Attempt.of("moved", () -> parent.moveTo(grandchild));
        }

        @Arbiter
        public void count(LLI_Result r) {
            parent.close();
            r.r3 = resource.closes();
        }
    }

    /** Two resources change places by their handles. */
    @JCStressTest
    @Outcome(id = "moved, moved, 1, 1", expect = ACCEPTABLE, desc = "each is closed by its new scope")
    @Outcome(expect = FORBIDDEN, desc = "a move failed, or a resource was not closed once")
    @State
    public static class Handles {
        private final Scope a = Scope.open();
        private final Scope b = Scope.open();
        private final Traced first = Traced.written();
        private final Traced second = Traced.written();
        private final Owned<Traced> inA = a.hold(first);
        private final Owned<Traced> inB = b.hold(second);

        @Actor
        public void one(LLLL_Result r) {
            r.r1 = Attempt.of("moved", () -> inA.moveTo(b));
        }

        @Actor
        public void other(LLLL_Result r) {
            r.r2 = Attempt.of("moved", () -> inB.moveTo(a));
        }

        @Arbiter
        public void count(LLLL_Result r) {
            a.close();
            r.r4 = second.closes();
            b.close();
            r.r3 = first.closes();
        }
    }

    /** A resource moves out of a scope that itself moves. */
    @JCStressTest
    @Outcome(
            id = "moved, moved, 1, 1",
            expect = ACCEPTABLE,
            desc = "the resource and the rest are closed by their new scopes")
    @Outcome(expect = FORBIDDEN, desc = "a move failed, or a resource was not closed once, or by the wrong scope")
    @State
    public static class HandleAndScope {
        private final Scope source = Scope.open();
        private final Scope a = Scope.open();
        private final Scope b = Scope.open();
        private final Traced first = Traced.written();
        private final Traced second = Traced.written();
        private final Owned<Traced> handle = source.hold(first);

        public HandleAndScope() {
            source.own(second);
        }

        @Actor
        public void one(LLLL_Result r) {
            r.r1 = Attempt.of("moved", () -> handle.moveTo(a));
        }

        @Actor
        public void all(LLLL_Result r) {
            r.r2 = Attempt.of("moved", () -> source.moveTo(b));
        }

        @Arbiter
        public void count(LLLL_Result r) {
            a.close();
            r.r3 = first.closes();
            b.close();
            r.r4 = second.closes();
        }
    }
}
