package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LI_Result;

/**
 * A resource that is put in while the scope closes is closed once: by the scope, or by the refusal, which says so.
 *
 * <p>Broken if {@code own} wrote its slot without the lock, or {@code close} began beside a holder of it: the resource would
 * be lost. It would be seen half-written (100) if the lock were given back by less than a release.
 */
public final class OwnVersusClose {

    private OwnVersusClose() {}

    private static String own(Scope scope, Traced resource) {
        try {
            scope.own(resource.write());
            return "owned";
        } catch (ScopeClosedException refused) {
            return "refused";
        }
    }

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
            r.r1 = OwnVersusClose.own(scope, resource);
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
    @Outcome(expect = FORBIDDEN, desc = "one of the others was not closed once, or the closer missed what was written")
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
        public void own(LI_Result r) {
            r.r1 = OwnVersusClose.own(scope, resource);
        }

        @Actor
        public void close() {
            scope.close();
        }

        @Arbiter
        public void count(LI_Result r) {
            r.r2 = others.closes() == 4 ? resource.closes() : -1;
        }
    }
}
