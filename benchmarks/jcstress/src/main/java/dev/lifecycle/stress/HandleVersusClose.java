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
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.LII_Result;
import org.openjdk.jcstress.infra.results.LI_Result;

/**
 * A handle and the close of its scope compete for one resource: exactly one of them gets it.
 *
 * <p>Broken if {@code unlink} looked at the state before it held the lock and not after, or the closing thread ran an entry
 * without taking it out of its slot.
 */
public final class HandleVersusClose {

    private HandleVersusClose() {}

    /** The handle takes the resource out. */
    @JCStressTest
    @Outcome(id = "released, 0", expect = ACCEPTABLE, desc = "taken out first: open, the caller owns it")
    @Outcome(id = "gone, 1", expect = ACCEPTABLE, desc = "too late: closed by the scope")
    @Outcome(id = "released, 1", expect = FORBIDDEN, desc = "the caller was given a resource that the scope closed")
    @Outcome(id = "gone, 0", expect = FORBIDDEN, desc = "lost: neither has it")
    @Outcome(expect = FORBIDDEN, desc = "closed twice")
    @State
    public static class Release {
        private final Scope scope = Scope.open();
        private final Traced resource = Traced.written();
        private final Owned<Traced> handle = scope.hold(resource);

        @Actor
        public void release(LI_Result r) {
            r.r1 = Attempt.of("released", handle::release);
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

    /** The handle closes the resource early. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "closed by one of them; so is its neighbour, by the scope")
    @Outcome(id = "0, 1", expect = FORBIDDEN, desc = "lost: each left it to the other")
    @Outcome(id = "2, 1", expect = FORBIDDEN, desc = "closed by both")
    @Outcome(expect = FORBIDDEN, desc = "its neighbour was lost or closed twice")
    @State
    public static class Close {
        private final Scope scope = Scope.open();
        private final Traced resource = Traced.written();
        private final Traced neighbour = Traced.written();
        private final Owned<Traced> handle = scope.hold(resource);

        public Close() {
            scope.own(neighbour);
        }

        @Actor
        public void early() {
            handle.close();
        }

        @Actor
        public void close() {
            scope.close();
        }

        @Arbiter
        public void count(II_Result r) {
            r.r1 = resource.closes();
            r.r2 = neighbour.closes();
        }
    }

    /** The handle moves the resource elsewhere while its scope closes. */
    @JCStressTest
    @Outcome(id = "moved, 0, 1", expect = ACCEPTABLE, desc = "moved first: closed by the target")
    @Outcome(id = "gone, 1, 1", expect = ACCEPTABLE, desc = "too late: closed by its scope")
    @Outcome(
            id = {"moved, 0, 0", "gone, 0, 0"},
            expect = FORBIDDEN,
            desc = "lost: nobody closed it")
    @Outcome(expect = FORBIDDEN, desc = "closed by both, or by the wrong one")
    @State
    public static class Move {
        private final Scope scope = Scope.open();
        private final Scope target = Scope.open();
        private final Traced resource = Traced.written();
        private final Owned<Traced> handle = scope.hold(resource);

        @Actor
        public void move(LII_Result r) {
            r.r1 = Attempt.of("moved", () -> handle.moveTo(target));
        }

        @Actor
        public void close() {
            scope.close();
        }

        @Arbiter
        public void count(LII_Result r) {
            r.r2 = resource.closes();
            target.close();
            r.r3 = resource.closes();
        }
    }

    /** The handle moves the resource into a scope that closes. */
    @JCStressTest
    @Outcome(id = "moved, 1, 1", expect = ACCEPTABLE, desc = "moved first: closed by the target")
    @Outcome(id = "refused, 0, 1", expect = ACCEPTABLE, desc = "too late: it stays, its scope closes it")
    @Outcome(
            id = {"moved, 0, 0", "refused, 0, 0"},
            expect = FORBIDDEN,
            desc = "lost: nobody closed it")
    @Outcome(expect = FORBIDDEN, desc = "closed by both, or by the wrong one")
    @State
    public static class MoveIn {
        private final Scope scope = Scope.open();
        private final Scope target = Scope.open();
        private final Traced resource = Traced.written();
        private final Owned<Traced> handle = scope.hold(resource);

        @Actor
        public void move(LII_Result r) {
            r.r1 = Attempt.of("moved", () -> handle.moveTo(target));
        }

        @Actor
        public void close() {
            target.close();
        }

        @Arbiter
        public void count(LII_Result r) {
            r.r2 = resource.closes();
            scope.close();
            r.r3 = resource.closes();
        }
    }
}
