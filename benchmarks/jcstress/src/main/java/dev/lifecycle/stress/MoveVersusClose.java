package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.scope.Scope;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LII_Result;

/**
 * Everything moves, or nothing does: a close of either scope finds all resources on one side.
 *
 * <p>Broken if {@code moveTo} hung its entry in the target before it held the source, or the target did not wait for the
 * mover: resources would be closed by both, or by nobody.
 */
public final class MoveVersusClose {

    private MoveVersusClose() {}

    /** The source closes. */
    @JCStressTest
    @Outcome(id = "moved, 0, 1", expect = ACCEPTABLE, desc = "moved first: the target closes it")
    @Outcome(id = "refused, 1, 1", expect = ACCEPTABLE, desc = "too late: the source closed it")
    @Outcome(
            id = {"moved, 0, 0", "refused, 0, 0"},
            expect = FORBIDDEN,
            desc = "lost: nobody closed it")
    @Outcome(expect = FORBIDDEN, desc = "closed by both, or by the wrong one")
    @State
    public static class Source {
        private final Scope source = Scope.open();
        private final Scope target = Scope.open();
        private final Traced resource = Traced.written();

        public Source() {
            source.own(resource);
        }

        @Actor
        public void move(LII_Result r) {
            r.r1 = Attempt.of("moved", () -> source.moveTo(target));
        }

        @Actor
        public void close() {
            source.close();
        }

        @Arbiter
        public void count(LII_Result r) {
            r.r2 = resource.closes();
            target.close();
            r.r3 = resource.closes();
        }
    }

    /** The target closes. */
    @JCStressTest
    @Outcome(id = "moved, 1, 1", expect = ACCEPTABLE, desc = "moved first: the target closed it")
    @Outcome(id = "refused, 0, 1", expect = ACCEPTABLE, desc = "too late: it stayed, the source closes it")
    @Outcome(id = "moved, 0, 0", expect = FORBIDDEN, desc = "lost: the target was closed without it")
    @Outcome(id = "moved, 0, 1", expect = FORBIDDEN, desc = "said to have moved, and still in the source")
    @Outcome(expect = FORBIDDEN, desc = "closed by both, or by the wrong one")
    @State
    public static class Target {
        private final Scope source = Scope.open();
        private final Scope target = Scope.open();
        private final Traced resource = Traced.written();

        public Target() {
            source.own(resource);
        }

        @Actor
        public void move(LII_Result r) {
            r.r1 = Attempt.of("moved", () -> source.moveTo(target));
        }

        @Actor
        public void close() {
            target.close();
        }

        @Arbiter
        public void count(LII_Result r) {
            r.r2 = resource.closes();
            source.close();
            r.r3 = resource.closes();
        }
    }

    /** A child moves out of a parent that closes. */
    @JCStressTest
    @Outcome(id = "moved, 0, 1", expect = ACCEPTABLE, desc = "moved out first: the target closes it")
    @Outcome(id = "refused, 1, 1", expect = ACCEPTABLE, desc = "too late: the parent closed it")
    @Outcome(
            id = {"moved, 0, 0", "refused, 0, 0"},
            expect = FORBIDDEN,
            desc = "lost: nobody closed it")
    @Outcome(expect = FORBIDDEN, desc = "closed by both, or by the wrong one")
    @State
    public static class Parent {
        private final Scope parent = Scope.open();
        private final Scope child = parent.child();
        private final Scope target = Scope.open();
        private final Traced resource = Traced.written();

        public Parent() {
            child.own(resource);
        }

        @Actor
        public void move(LII_Result r) {
            r.r1 = Attempt.of("moved", () -> child.moveTo(target));
        }

        @Actor
        public void close() {
            parent.close();
        }

        @Arbiter
        public void count(LII_Result r) {
            r.r2 = resource.closes();
            target.close();
            r.r3 = resource.closes();
        }
    }
}
