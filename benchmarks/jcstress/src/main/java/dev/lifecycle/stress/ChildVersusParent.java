package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.scope.Scope;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.LIZ_Result;
import org.openjdk.jcstress.infra.results.LI_Result;

/**
 * A child and its parent close at the same time, or the one opens while the other closes: nothing below a closed parent is
 * open, and each resource is released once.
 *
 * <p>Broken if the parent did not wait for a child that another thread closes, or a child were hung in after the closing
 * thread had passed.
 */
public final class ChildVersusParent {

    private ChildVersusParent() {}

    /** Both close: whichever returns, the child's resource is released; the parent's own is after the parent's close. */
    @JCStressTest
    @Outcome(id = "1, 1, 1, 1", expect = ACCEPTABLE, desc = "released before the close that promises it returned")
    @Outcome(
            id = "0, 1, 1, 1",
            expect = FORBIDDEN,
            desc = "the child's close returned before its resource was released")
    @Outcome(id = "1, 0, 1, 1", expect = FORBIDDEN, desc = "the parent's close did not wait for the child's")
    @Outcome(expect = FORBIDDEN, desc = "lost, or closed twice")
    @State
    public static class CloseBoth {
        private final Scope parent = Scope.open();
        private final Traced parents = Traced.written();
        private final Traced childs = Traced.written();
        private final Scope child;

        public CloseBoth() {
            parent.own(parents);
            child = parent.child();
            child.own(childs);
        }

        @Actor
        public void child(IIII_Result r) {
            child.close();
            r.r1 = childs.closes();
        }

        @Actor
        public void parent(IIII_Result r) {
            parent.close();
            r.r2 = childs.closes();
            r.r3 = parents.closes();
        }

        @Arbiter
        public void count(IIII_Result r) {
            r.r4 = childs.closes();
        }
    }

    /** A child is opened and given a resource. */
    @JCStressTest
    @Outcome(id = "opened, 1, false", expect = ACCEPTABLE, desc = "opened first, closed with the parent")
    @Outcome(
            id = "refused, 0, false",
            expect = ACCEPTABLE,
            desc = "too late: no child, and its resource was never opened")
    @Outcome(
            id = "refused, 1, false",
            expect = ACCEPTABLE,
            desc = "the child was closed in between and refused its resource")
    @Outcome(
            id = {"opened, 0, true", "opened, 0, false"},
            expect = FORBIDDEN,
            desc = "lost: the resource was never closed")
    @Outcome(expect = FORBIDDEN, desc = "a child outlived its parent, or closed twice")
    @State
    public static class Open {
        private final Scope parent = Scope.open();
        private final Traced resource = new Traced();
        private Scope child;

        @Actor
        public void open(LIZ_Result r) {
            r.r1 = Attempt.of("opened", () -> {
                child = parent.child();
                child.own(resource.write());
            });
        }

        @Actor
        public void close() {
            parent.close();
        }

        @Arbiter
        public void count(LIZ_Result r) {
            r.r2 = resource.closes();
            r.r3 = child != null && child.isOpen();
        }
    }

    /** Two children close, the second taking the place of the first: neither takes the other out. */
    @JCStressTest
    @Outcome(id = "1, 1, 0, 1", expect = ACCEPTABLE, desc = "both closed, the third with the parent")
    @Outcome(expect = FORBIDDEN, desc = "lost, closed twice, or the wrong one was taken out")
    @State
    public static class Siblings {
        private final Scope parent = Scope.open();
        private final Scope one = parent.child();
        private final Scope other = parent.child();
        private final Traced ones = Traced.written();
        private final Traced others = Traced.written();
        private final Traced thirds = Traced.written();

        public Siblings() {
            one.own(ones);
            other.own(others);
            parent.child().own(thirds);
        }

        @Actor
        public void one() {
            one.close();
        }

        @Actor
        public void other() {
            other.close();
        }

        @Arbiter
        public void count(IIII_Result r) {
            r.r1 = ones.closes();
            r.r2 = others.closes();
            r.r3 = thirds.closes();
            parent.close();
            r.r4 = thirds.closes();
        }
    }

    /** A mark that comes while the scope closes: hooks hear of it or they do not, once. */
    @JCStressTest
    @Outcome(
            id = {"Success, 1", "Unmarked, 1"},
            expect = ACCEPTABLE,
            desc = "marked in time, or too late")
    @Outcome(expect = FORBIDDEN, desc = "the hook did not run once")
    @State
    public static class Mark {
        private final Scope scope = Scope.open();
        private final Traced ran = Traced.written();
        private String exit = "none";

        public Mark() {
            scope.onExit(how -> {
                exit = how.getClass().getSimpleName();
                ran.close();
            });
        }

        @Actor
        public void mark() {
            scope.succeed("done");
        }

        @Actor
        public void close() {
            scope.close();
        }

        @Arbiter
        public void count(LI_Result r) {
            r.r1 = exit;
            r.r2 = ran.closes();
        }
    }
}
