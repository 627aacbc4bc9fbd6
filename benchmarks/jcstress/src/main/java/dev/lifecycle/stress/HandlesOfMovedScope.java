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

/**
 * A scope that was moved disappears from its target when its last resource is closed early, and not before: what is still in
 * it is closed with the target.
 *
 * <p>Broken if the look whether it is empty were made without its lock: an entry that another thread is just moving to a
 * lower slot is in neither, the scope seems empty and is dropped with it.
 */
public final class HandlesOfMovedScope {

    private HandlesOfMovedScope() {}

    /** Slots inside the scope: the lowest is taken out, and the others move down. */
    @JCStressTest
    @Outcome(id = "1, 1, 0, 1", expect = ACCEPTABLE, desc = "two closed early, the third with the target")
    @Outcome(id = "1, 1, 0, 0", expect = FORBIDDEN, desc = "lost: the moved scope was dropped with a resource in it")
    @Outcome(expect = FORBIDDEN, desc = "not each was closed once")
    @State
    public static class Inline {
        private final Scope target = Scope.open();
        private final Traced first = Traced.written();
        private final Traced second = Traced.written();
        private final Traced third = Traced.written();
        private final Owned<Traced> lowest;
        private final Owned<Traced> highest;

        public Inline() {
            Scope source = Scope.open();
            lowest = source.hold(first);
            source.hold(third);
            highest = source.hold(second);
            source.moveTo(target);
        }

        @Actor
        public void lowest() {
            lowest.close();
        }

        @Actor
        public void highest() {
            highest.close();
        }

        @Arbiter
        public void count(IIII_Result r) {
            r.r1 = first.closes();
            r.r2 = second.closes();
            r.r3 = third.closes();
            target.close();
            r.r4 = third.closes();
        }
    }

    /** Slots outside the scope, whose count is kept in two fields. */
    @JCStressTest
    @Outcome(id = "1, 1, 0, 1", expect = ACCEPTABLE, desc = "two closed early, the third with the target")
    @Outcome(id = "1, 1, 0, 0", expect = FORBIDDEN, desc = "lost: the moved scope was dropped with a resource in it")
    @Outcome(expect = FORBIDDEN, desc = "not each was closed once")
    @State
    public static class Chunk {
        private final Scope target = Scope.open();
        private final Traced first = Traced.written();
        private final Traced second = Traced.written();
        private final Traced third = Traced.written();
        private final Owned<Traced> middle;
        private final Owned<Traced> highest;

        @SuppressWarnings({"unchecked", "rawtypes"})
        public Chunk() {
            Scope source = Scope.open();
            Owned<Traced>[] filling = new Owned[4];
            for (int i = 0; i < 4; i++) {
                filling[i] = source.hold(Traced.written());
            }
            source.hold(third);
            middle = source.hold(first);
            highest = source.hold(second);
            for (Owned<Traced> filled : filling) {
                filled.close();
            }
            source.moveTo(target);
        }

        @Actor
        public void middle() {
            middle.close();
        }

        @Actor
        public void highest() {
            highest.close();
        }

        @Arbiter
        public void count(IIII_Result r) {
            r.r1 = first.closes();
            r.r2 = second.closes();
            r.r3 = third.closes();
            target.close();
            r.r4 = third.closes();
        }
    }

    /** The last two are closed at once: the scope is dropped once, and what else the target owns stays. */
    @JCStressTest
    @Outcome(id = "1, 1, 0, 1", expect = ACCEPTABLE, desc = "both closed early, the target's own with the target")
    @Outcome(expect = FORBIDDEN, desc = "not each was closed once, or something else was dropped")
    @State
    public static class Last {
        private final Scope target = Scope.open();
        private final Traced first = Traced.written();
        private final Traced second = Traced.written();
        private final Traced own = Traced.written();
        private final Owned<Traced> one;
        private final Owned<Traced> other;

        public Last() {
            Scope source = Scope.open();
            one = source.hold(first);
            other = source.hold(second);
            source.moveTo(target);
            target.own(own);
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
            r.r1 = first.closes();
            r.r2 = second.closes();
            r.r3 = own.closes();
            target.close();
            r.r4 = own.closes();
        }
    }

    /** A handle against the close of the target. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "closed by one of them, its neighbour with the target")
    @Outcome(expect = FORBIDDEN, desc = "lost, or closed by both")
    @State
    public static class TargetCloses {
        private final Scope target = Scope.open();
        private final Traced resource = Traced.written();
        private final Traced neighbour = Traced.written();
        private final Owned<Traced> handle;

        public TargetCloses() {
            Scope source = Scope.open();
            handle = source.hold(resource);
            source.own(neighbour);
            source.moveTo(target);
        }

        @Actor
        public void early() {
            handle.close();
        }

        @Actor
        public void close() {
            target.close();
        }

        @Arbiter
        public void count(II_Result r) {
            r.r1 = resource.closes();
            r.r2 = neighbour.closes();
        }
    }

    /** The same with the scope of one thread, which belongs to nobody once it is moved to a thread-safe one. */
    @JCStressTest
    @Outcome(id = "closed, 1, 1", expect = ACCEPTABLE, desc = "closed by one of them, its neighbour with the target")
    @Outcome(
            id = {"stranger, 0, 1", "stranger, 1, 1"},
            expect = FORBIDDEN,
            desc = "the handle was taken for one of a stranger")
    @Outcome(expect = FORBIDDEN, desc = "lost, or closed by both")
    @State
    public static class Confined {
        private final Scope target = Scope.open();
        private final Traced resource = Traced.written();
        private final Traced neighbour = Traced.written();
        private final Owned<Traced> handle;

        public Confined() {
            Scope source = Scope.confined();
            handle = source.hold(resource);
            source.own(neighbour);
            source.moveTo(target);
        }

        @Actor
        public void early(LII_Result r) {
            r.r1 = Attempt.of("closed", handle::close);
        }

        @Actor
        public void close() {
            target.close();
        }

        @Arbiter
        public void count(LII_Result r) {
            r.r2 = resource.closes();
            r.r3 = neighbour.closes();
        }
    }
}
