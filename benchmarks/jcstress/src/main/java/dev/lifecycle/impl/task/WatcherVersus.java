package dev.lifecycle.impl.task;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** Those who wait for a task are kept in a list that is swept without a lock: each one that still waits is told, once. */
public class WatcherVersus {
    private static final int FEW = 32; // with that many it is swept first

    private WatcherVersus() {}

    private static final class Waiter extends Watcher {
        volatile boolean over;
        int told; // by the one who ends the task

        @Override
        void done(Task<?> task, boolean onTimer) {
            told++;
        }

        @Override
        boolean isOver() {
            return over;
        }
    }

    private static final class Waiters {
        final Task<Integer> task;
        private final Waiter[] all;

        Waiters(int count) {
            Lane lane = Stage.lane();
            task = Stage.task(lane);
            lane.add(task);
            all = new Waiter[count];
            for (int i = 0; i < count; i++) {
                all[i] = new Waiter();
                task.add(all[i]);
            }
        }

        /** Some of them have gone: all but each fourth. */
        void go(int from) {
            for (int i = from; i < all.length; i += 2) {
                all[i].over = i % 4 != 0;
            }
        }

        boolean wereTold() {
            boolean once = true;
            for (Waiter each : all) {
                once &= each.told == 1 || each.over && each.told == 0;
            }
            return once;
        }
    }

    /**
     * One more comes, and sweeps, while the task ends.
     *
     * <p>Broken if a sweep cut off what it has passed over: who tells may stand there.
     */
    @JCStressTest
    @Outcome(
            id = {"true, true", "false, true"},
            expect = ACCEPTABLE,
            desc = "in and told, or too late")
    @Outcome(expect = FORBIDDEN, desc = "one is not told, or twice")
    @State
    public static class SweepEnd {
        private final Stage.Meeting both = new Stage.Meeting();
        private final Waiters waiters = new Waiters(FEW - 1);
        private final Waiter late = new Waiter();

        public SweepEnd() {
            waiters.go(0);
            waiters.go(1);
        }

        @Actor
        public void add(ZZ_Result r) {
            both.meet(50);
            r.r1 = waiters.task.add(late);
        }

        @Actor
        public void end() {
            both.meet(50);
            waiters.task.cancel("test");
        }

        @Arbiter
        public void look(ZZ_Result r) {
            r.r2 = waiters.wereTold() && late.told == (r.r1 ? 1 : 0);
        }
    }

    /**
     * Two come and sweep at once, while others go.
     *
     * <p>Broken if a sweep linked anything to one that may be taken out.
     */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "all are told")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "one is not told, or twice")
    @State
    public static class SweepSweep {
        private final Stage.Meeting both = new Stage.Meeting();
        private final Waiters waiters = new Waiters(FEW - 1);
        private final Waiter one = new Waiter();
        private final Waiter other = new Waiter();

        @Actor
        public void one() {
            both.meet(20);
            waiters.go(0);
            waiters.task.add(one);
        }

        @Actor
        public void other() {
            both.meet(20);
            waiters.go(1);
            waiters.task.add(other);
        }

        @Arbiter
        public void look(Z_Result r) {
            waiters.task.cancel("test");
            r.r1 = waiters.wereTold() && one.told == 1 && other.told == 1;
        }
    }

    /**
     * The last one goes, and takes itself out, while another one comes.
     *
     * <p>Broken if it replaced the head of the list without a look at what that is by now.
     */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "all are told")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "one is not told, or twice")
    @State
    public static class PruneAdd {
        private final Stage.Meeting both = new Stage.Meeting();
        private final Waiters waiters = new Waiters(3);
        private final Waiter one = new Waiter();

        @Actor
        public void prune() {
            both.meet(10);
            waiters.go(1);
            waiters.all[2].over = true;
            waiters.task.prune();
        }

        @Actor
        public void add() {
            both.meet(20);
            waiters.task.add(one);
        }

        @Arbiter
        public void look(Z_Result r) {
            waiters.task.cancel("test");
            r.r1 = waiters.wereTold() && one.told == 1;
        }
    }
}
