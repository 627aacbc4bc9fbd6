package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.Lease;
import dev.lifecycle.scope.Guarded;
import dev.lifecycle.scope.Scope;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.LII_Result;

/**
 * A resource that is lent out is not closed while a lease is open, and is closed once.
 *
 * <p>Broken if a lease could be given after the close has looked for holders, or the last holder and the closing thread both
 * took themselves for the one who closes.
 */
public final class GuardedVersusClose {

    private GuardedVersusClose() {}

    /** A lease is taken while the scope closes. */
    @JCStressTest
    @Outcome(id = "lent, 0, 1", expect = ACCEPTABLE, desc = "lent first: open until the lease was given back")
    @Outcome(id = "gone, 0, 1", expect = ACCEPTABLE, desc = "too late")
    @Outcome(id = "lent, 1, 1", expect = FORBIDDEN, desc = "closed under an open lease")
    @Outcome(expect = FORBIDDEN, desc = "lost, or closed twice")
    @State
    public static class Lend {
        private final Scope scope = Scope.open();
        private final Traced resource = Traced.written();
        private final Guarded<Traced> guarded = scope.share(resource);

        @Actor
        public void lend(LII_Result r) {
            r.r1 = Attempt.of("lent", () -> {
                try (Lease<Traced> lease = guarded.lease()) {
                    r.r2 = lease.get().closes();
                }
            });
        }

        @Actor
        public void close() {
            scope.close();
        }

        @Arbiter
        public void count(LII_Result r) {
            r.r3 = resource.closes();
        }
    }

    /** The last lease is given back while the scope closes: the close that waits for it is woken, and closes. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "closed before the scope's close returned")
    @Outcome(
            id = {"0, 1", "0, 0"},
            expect = FORBIDDEN,
            desc = "the scope's close returned before")
    @Outcome(expect = FORBIDDEN, desc = "closed twice")
    @State
    public static class GiveBack {
        private final Scope scope = Scope.open();
        private final Traced resource = Traced.written();
        private final Lease<Traced> lease = scope.share(resource).lease();

        @Actor
        public void giveBack() {
            lease.close();
        }

        @Actor
        public void close(II_Result r) {
            scope.close();
            r.r1 = resource.closes();
        }

        @Arbiter
        public void count(II_Result r) {
            r.r2 = resource.closes();
        }
    }

    /** The last lease on a resource that was found unfit is given back while the scope closes: either may close it. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "closed once")
    @Outcome(id = "0", expect = FORBIDDEN, desc = "lost: each left it to the other")
    @Outcome(expect = FORBIDDEN, desc = "closed by both")
    @State
    public static class Invalid {
        private static final RuntimeException UNFIT = new RuntimeException("unfit");

        private final Scope scope = Scope.open();
        private final Traced resource = Traced.written();
        private final Lease<Traced> lease = scope.share(resource).lease();

        public Invalid() {
            lease.invalidate(UNFIT);
        }

        @Actor
        public void giveBack() {
            lease.close();
        }

        @Actor
        public void close() {
            scope.close();
        }

        @Arbiter
        public void count(I_Result r) {
            r.r1 = resource.closes();
        }
    }

    /** It is closed early by two threads: the second waits for the first. */
    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "closed before either returned")
    @Outcome(
            id = {"0, 1, 1", "1, 0, 1", "0, 0, 1"},
            expect = FORBIDDEN,
            desc = "one returned before it was closed")
    @Outcome(expect = FORBIDDEN, desc = "lost, or closed twice")
    @State
    public static class CloseClose {
        private final Scope scope = Scope.open();
        private final Traced resource = Traced.written();
        private final Guarded<Traced> guarded = scope.share(resource);

        @Actor
        public void one(III_Result r) {
            guarded.close();
            r.r1 = resource.closes();
        }

        @Actor
        public void other(III_Result r) {
            guarded.close();
            r.r2 = resource.closes();
        }

        @Arbiter
        public void count(III_Result r) {
            r.r3 = resource.closes();
        }
    }

    /** It is closed early while its scope closes. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "closed once, and before the guarded close returned")
    @Outcome(id = "0, 1", expect = FORBIDDEN, desc = "the guarded close did not wait for the scope's")
    @Outcome(expect = FORBIDDEN, desc = "lost, or closed twice")
    @State
    public static class CloseScope {
        private final Scope scope = Scope.open();
        private final Traced resource = Traced.written();
        private final Guarded<Traced> guarded = scope.share(resource);

        @Actor
        public void early(II_Result r) {
            guarded.close();
            r.r1 = resource.closes();
        }

        @Actor
        public void close() {
            scope.close();
        }

        @Arbiter
        public void count(II_Result r) {
            r.r2 = resource.closes();
        }
    }
}
