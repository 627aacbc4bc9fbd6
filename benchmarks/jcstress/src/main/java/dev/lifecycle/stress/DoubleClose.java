package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.scope.Scope;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Of two closes the second waits for the first: whichever returns, everything is released, once.
 *
 * <p>Broken if {@code close} returned on seeing CLOSING, or CLOSED were set before the last closer ended: one of the
 * threads would see 0.
 */
public final class DoubleClose {

    private DoubleClose() {}

    /** The short way: an anonymous scope with few resources. */
    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "released before either returned")
    @Outcome(
            id = {"0, 1, 1", "1, 0, 1", "0, 0, 1"},
            expect = FORBIDDEN,
            desc = "one returned before it was released")
    @Outcome(expect = FORBIDDEN, desc = "lost, or closed twice")
    @State
    public static class Short {
        private final Scope scope = Scope.open();
        private final Traced resource = Traced.written();

        public Short() {
            scope.own(resource);
        }

        @Actor
        public void one(III_Result r) {
            scope.close();
            r.r1 = resource.closes();
        }

        @Actor
        public void other(III_Result r) {
            scope.close();
            r.r2 = resource.closes();
        }

        @Arbiter
        public void count(III_Result r) {
            r.r3 = resource.closes();
        }
    }

    /** The long way: with a child, whose resource is the one that counts. */
    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "released before either returned")
    @Outcome(
            id = {"0, 1, 1", "1, 0, 1", "0, 0, 1"},
            expect = FORBIDDEN,
            desc = "one returned before it was released")
    @Outcome(expect = FORBIDDEN, desc = "lost, or closed twice")
    @State
    public static class Long {
        private final Scope scope = Scope.open();
        private final Traced resource = Traced.written();

        public Long() {
            scope.child().own(resource);
        }

        @Actor
        public void one(III_Result r) {
            scope.close();
            r.r1 = resource.closes();
        }

        @Actor
        public void other(III_Result r) {
            scope.close();
            r.r2 = resource.closes();
        }

        @Arbiter
        public void count(III_Result r) {
            r.r3 = resource.closes();
        }
    }

    /** One of them asynchronous, on an executor that runs it at once. */
    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "released before close returned and the stage completed")
    @Outcome(
            id = {"0, 1, 1", "1, 0, 1", "0, 0, 1"},
            expect = FORBIDDEN,
            desc = "one ended before it was released")
    @Outcome(expect = FORBIDDEN, desc = "lost, or closed twice")
    @State
    public static class Async {
        private final Scope scope = Scope.open();
        private final Traced resource = Traced.written();

        public Async() {
            scope.own(resource);
        }

        @Actor
        public void one(III_Result r) {
            scope.closeAsync(Runnable::run).toCompletableFuture().join();
            r.r1 = resource.closes();
        }

        @Actor
        public void other(III_Result r) {
            scope.close();
            r.r2 = resource.closes();
        }

        @Arbiter
        public void count(III_Result r) {
            r.r3 = resource.closes();
        }
    }
}
