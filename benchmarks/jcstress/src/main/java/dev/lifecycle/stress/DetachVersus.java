package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.scope.Owned;
import dev.lifecycle.scope.Scope;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.LII_Result;

/**
 * While everything is taken out of a scope into a new one, each resource belongs to one of the two.
 *
 * <p>Broken if the slots were handed over without the lock of the old scope, or the entries were told their new scope after
 * others could reach it: a handle would take another entry out of the wrong scope.
 */
public final class DetachVersus {

    private DetachVersus() {}

    /** A resource is put in. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both are closed, the new one by either scope")
    @Outcome(expect = FORBIDDEN, desc = "one was lost or closed twice")
    @State
    public static class Own {
        private final Scope scope = Scope.open();
        private final Traced before = Traced.written();
        private final Traced resource = new Traced();
        private Scope detached;

        public Own() {
            scope.own(before);
        }

        @Actor
        public void detach() {
            detached = scope.detachAll();
        }

        @Actor
        public void own() {
            scope.own(resource.write());
        }

        @Arbiter
        public void count(II_Result r) {
            scope.close();
            detached.close();
            r.r1 = before.closes();
            r.r2 = resource.closes();
        }
    }

    /** The scope closes. */
    @JCStressTest
    @Outcome(id = "detached, 0, 1", expect = ACCEPTABLE, desc = "detached first: the new scope closes it")
    @Outcome(id = "refused, 1, 1", expect = ACCEPTABLE, desc = "too late: the old one closed it")
    @Outcome(expect = FORBIDDEN, desc = "lost, closed twice, or by the wrong one")
    @State
    public static class Close {
        private final Scope scope = Scope.open();
        private final Traced resource = Traced.written();
        private Scope detached;

        public Close() {
            scope.own(resource);
        }

        @Actor
        public void detach(LII_Result r) {
            r.r1 = Attempt.of("detached", () -> detached = scope.detachAll());
        }

        @Actor
        public void close() {
            scope.close();
        }

        @Arbiter
        public void count(LII_Result r) {
            r.r2 = resource.closes();
            if (detached != null) {
                detached.close();
            }
            r.r3 = resource.closes();
        }
    }

    /** A child closes while it changes its parent. */
    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "closed early; its neighbour by the new scope")
    @Outcome(expect = FORBIDDEN, desc = "lost, closed twice, or the wrong one was taken out")
    @State
    public static class Child {
        private final Scope scope = Scope.open();
        private final Traced childs = Traced.written();
        private final Traced neighbour = Traced.written();
        private final Scope child = scope.child();
        private Scope detached;

        public Child() {
            child.own(childs);
            scope.own(neighbour);
        }

        @Actor
        public void detach() {
            detached = scope.detachAll();
        }

        @Actor
        public void close() {
            child.close();
        }

        @Arbiter
        public void count(III_Result r) {
            r.r1 = childs.closes();
            scope.close();
            r.r2 = neighbour.closes();
            detached.close();
            r.r3 = neighbour.closes();
        }
    }

    /**
     * A handle closes, in a store with many holes: taking one more out moves the entries together, while they are being
     * told their new scope.
     */
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "closed early, everything else once by the new scope")
    @Outcome(
            expect = FORBIDDEN,
            desc = "(early, lost, closed twice or left behind): a handle looked into the wrong scope")
    @State
    public static class Compaction {
        private static final int ENTRIES = 70;
        private static final int HOLES = 34; // of 68 beyond the first four: with one more, the entries move together

        private final Scope scope = Scope.open();
        private final List<Traced> rest = new ArrayList<>();
        private final List<Owned<Traced>> handles = new ArrayList<>();
        private final Traced early = Traced.written();
        private final Owned<Traced> handle;
        private Scope detached;

        public Compaction() {
            for (int i = 0; i < ENTRIES; i++) {
                Traced resource = Traced.written();
                rest.add(resource);
                handles.add(scope.hold(resource));
            }
            handle = scope.hold(early);
            Traced top = Traced.written();
            rest.add(top);
            handles.add(scope.hold(top));
            for (int i = 4; i < 4 + HOLES; i++) {
                handles.get(i).close();
            }
        }

        @Actor
        public void detach() {
            detached = scope.detachAll();
        }

        @Actor
        public void close() {
            handle.close();
        }

        @Arbiter
        public void count(III_Result r) {
            r.r1 = early.closes();
            for (Owned<Traced> each : handles) {
                each.close(); // finds its slot, wherever it is by now
            }
            scope.close();
            String left = Attempt.of("nothing", detached::close);
            r.r3 = left.equals("nothing") ? 0 : 1;
            for (Traced each : rest) {
                r.r2 += each.closes() == 0 ? 1 : 0;
                r.r3 += each.closes() > 1 ? 1 : 0;
            }
        }
    }
}
