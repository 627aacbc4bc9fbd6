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

/**
 * While everything of a scope moves to another one, a resource that is put into either is closed once.
 *
 * <p>Broken if {@code moveTo} set MOVED outside the lock: what is put in behind its back would stand in a scope that its
 * target has taken, or nobody closes.
 */
public final class MoveVersusOwn {

    private MoveVersusOwn() {}

    /** Into the scope that moves. */
    @JCStressTest
    @Outcome(id = "owned, 0, 1", expect = ACCEPTABLE, desc = "put in first, moved along, closed by the target")
    @Outcome(id = "refused, 1, 1", expect = ACCEPTABLE, desc = "too late, closed by the refusal")
    @Outcome(
            id = {"owned, 0, 0", "refused, 0, 0"},
            expect = FORBIDDEN,
            desc = "lost: nobody closed it")
    @Outcome(expect = FORBIDDEN, desc = "closed early or twice")
    @State
    public static class Source {
        private final Scope source = Scope.open();
        private final Scope target = Scope.open();
        private final Traced resource = new Traced();

        @Actor
        public void move() {
            source.moveTo(target);
        }

        @Actor
        public void own(LII_Result r) {
            r.r1 = Attempt.of("owned", () -> source.own(resource.write()));
        }

        @Arbiter
        public void count(LII_Result r) {
            r.r2 = resource.closes();
            target.close();
            r.r3 = resource.closes();
        }
    }

    /** Into the target: both get a slot of their own. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the resource and what was moved are closed")
    @Outcome(
            id = {"0, 1", "1, 0", "0, 0"},
            expect = FORBIDDEN,
            desc = "one overwrote the other")
    @Outcome(expect = FORBIDDEN, desc = "closed twice")
    @State
    public static class Target {
        private final Scope source = Scope.open();
        private final Scope target = Scope.open();
        private final Traced resource = new Traced();
        private final Traced moved = Traced.written();

        public Target() {
            source.own(moved);
        }

        @Actor
        public void move() {
            source.moveTo(target);
        }

        @Actor
        public void own() {
            target.own(resource.write());
        }

        @Arbiter
        public void count(II_Result r) {
            target.close();
            r.r1 = resource.closes();
            r.r2 = moved.closes();
        }
    }
}
