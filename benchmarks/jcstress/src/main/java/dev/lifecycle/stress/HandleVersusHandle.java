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
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.LII_Result;
import org.openjdk.jcstress.infra.results.LLI_Result;

/**
 * Two threads use one handle, or two handles of one scope: the resource goes to one of them, and the slots stay in order.
 *
 * <p>Broken if {@code unlink} succeeded for two callers, or changed slots without the lock: a resource would be closed twice,
 * or another one would be taken out in its place.
 */
public final class HandleVersusHandle {

    private HandleVersusHandle() {}

    /** Both close it. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "closed once, and its neighbour with the scope")
    @Outcome(
            id = {"0, 1", "2, 1"},
            expect = FORBIDDEN,
            desc = "lost, or closed by both")
    @Outcome(expect = FORBIDDEN, desc = "the neighbour was taken out in its place")
    @State
    public static class CloseClose {
        private final Scope scope = Scope.open();
        private final Traced resource = Traced.written();
        private final Traced neighbour = Traced.written();
        private final Owned<Traced> handle = scope.hold(resource);

        public CloseClose() {
            scope.own(neighbour);
        }

        @Actor
        public void one() {
            handle.close();
        }

        @Actor
        public void other() {
            handle.close();
        }

        @Arbiter
        public void count(II_Result r) {
            scope.close();
            r.r1 = resource.closes();
            r.r2 = neighbour.closes();
        }
    }

    /** One closes it, one moves it. */
    @JCStressTest
    @Outcome(
            id = "moved, 0, 1",
            expect = ACCEPTABLE,
            desc = "moved first: the close of the used-up handle does nothing")
    @Outcome(id = "gone, 1, 1", expect = ACCEPTABLE, desc = "closed first")
    @Outcome(
            id = {"moved, 0, 0", "gone, 0, 0"},
            expect = FORBIDDEN,
            desc = "lost")
    @Outcome(expect = FORBIDDEN, desc = "closed, and moved as if it were open")
    @State
    public static class CloseMove {
        private final Scope scope = Scope.open();
        private final Scope target = Scope.open();
        private final Traced resource = Traced.written();
        private final Owned<Traced> handle = scope.hold(resource);

        @Actor
        public void close() {
            handle.close();
        }

        @Actor
        public void move(LII_Result r) {
            r.r1 = Attempt.of("moved", () -> handle.moveTo(target));
        }

        @Arbiter
        public void count(LII_Result r) {
            r.r2 = resource.closes();
            scope.close();
            target.close();
            r.r3 = resource.closes();
        }
    }

    /** One takes it out, one moves it. */
    @JCStressTest
    @Outcome(id = "released, gone, 0", expect = ACCEPTABLE, desc = "the caller has it")
    @Outcome(id = "gone, moved, 1", expect = ACCEPTABLE, desc = "the target has it")
    @Outcome(expect = FORBIDDEN, desc = "both have it, or nobody")
    @State
    public static class ReleaseMove {
        private final Scope scope = Scope.open();
        private final Scope target = Scope.open();
        private final Traced resource = Traced.written();
        private final Owned<Traced> handle = scope.hold(resource);

        @Actor
        public void release(LLI_Result r) {
            r.r1 = Attempt.of("released", handle::release);
        }

        @Actor
        public void move(LLI_Result r) {
            r.r2 = Attempt.of("moved", () -> handle.moveTo(target));
        }

        @Arbiter
        public void count(LLI_Result r) {
            scope.close();
            target.close();
            r.r3 = resource.closes();
        }
    }

    /** Two handles on neighbours: taking the lower one out moves the others. */
    @JCStressTest
    @Outcome(id = "1, 1, 0, 1", expect = ACCEPTABLE, desc = "two closed early, the third with the scope")
    @Outcome(expect = FORBIDDEN, desc = "another resource than the handle's own was closed, or one was lost")
    @State
    public static class Neighbours {
        private final Scope scope = Scope.open();
        private final Traced first = Traced.written();
        private final Traced second = Traced.written();
        private final Traced third = Traced.written();
        private final Owned<Traced> lower = scope.hold(first);
        private final Owned<Traced> upper = scope.hold(second);

        public Neighbours() {
            scope.hold(third);
        }

        @Actor
        public void lower() {
            lower.close();
        }

        @Actor
        public void upper() {
            upper.close();
        }

        @Arbiter
        public void count(IIII_Result r) {
            r.r1 = first.closes();
            r.r2 = second.closes();
            r.r3 = third.closes();
            scope.close();
            r.r4 = third.closes();
        }
    }
}
