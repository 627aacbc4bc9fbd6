package dev.lifecycle.impl.task;

import dev.lifecycle.impl.time.Sweeper;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Goes round the tasks that have lived for a while, on the timer thread, and starts their timers: most tasks end before, and never meet
 * the wheel.
 */
final class Patrol implements Sweeper.Check {
    /*
     * `on`: whether the sweeper knows of this. Who submits puts the task into its lane (volatile), then reads `on`; check() writes false
     * to it (volatile), then looks at the lanes once more: one of the two sees the other (Dekker). All else is the timer thread's.
     */
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** What may be due sooner after its submission has its timer started at once. */
    private static final long FAR_NANOS = 2 * PERIOD_NANOS;

    private static final int LINGER = 8; // rounds that find nothing new
    private static final int PAGE = 256;
    private static final int PAGES = 16; // in one call of check(): other deadlines wait
    private static final VarHandle ON;

    static {
        try {
            ON = MethodHandles.lookup().findVarHandle(Patrol.class, "on", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Manager manager;
    private final long[] passed; // for each lane: the number of the first task that was not looked at
    private final @Nullable Task<?>[] page;
    private int quiet;
    private volatile boolean on;

    Patrol(Manager manager) {
        this.manager = manager;
        this.passed = new long[manager.lanes.length];
        this.page = new @Nullable Task<?>[PAGE];
    }

    /** Whether tasks of {@code times} may be left to this. */
    static boolean isFor(Times times) {
        return times.earliest > FAR_NANOS;
    }

    boolean isOn() {
        return on;
    }

    /** Makes sure that it comes, for a task that is in its lane. */
    void start() {
        if (!on && ON.compareAndSet(this, false, true)) {
            try {
                Sweeper.of(manager.clock).add(this, PERIOD_NANOS);
            } catch (Throwable noThread) {
                on = false;
                throw noThread;
            }
        }
    }

    /** Comes no more: nothing is left, nor will be. A clock of a test may stand still from here. */
    void end() {
        Sweeper.of(manager.clock).remove(this);
    }

    @Override
    public long check(long reading) {
        if (manager.hasQueued()) {
            manager.signalFromTimer(); // who submitted may have met the end of its stack before it could
        }
        int pages = 0;
        boolean any = false;
        for (int i = 0; i < passed.length; i++) {
            Lane lane = manager.lanes[i];
            long until = lane.nextSequence();
            any |= until - passed[i] > 0;
            while (until - passed[i] > 0) {
                if (pages++ == PAGES) {
                    return 0;
                }
                round(lane, i, until);
            }
        }
        quiet = any ? 0 : quiet + 1;
        return quiet < LINGER || !ends() ? PERIOD_NANOS : DONE;
    }

    private void round(Lane lane, int number, long until) {
        int count = lane.copy(passed[number], page);
        for (int i = 0; i < count; i++) {
            Task<?> task = page[i];
            page[i] = null;
            if (task != null) { // never null: for the nullness checker
                if (!task.state().isFinal()) {
                    task.startTimer();
                }
                passed[number] = task.sequence + 1;
            }
        }
        if (count < page.length && until - passed[number] > 0) {
            passed[number] = until; // the others have ended
        }
    }

    /** Returns whether this is not called any more, unless somebody starts it. */
    private boolean ends() {
        quiet = 0;
        on = false; // volatile, before the second look
        for (int i = 0; i < passed.length; i++) {
            if (manager.lanes[i].nextSequence() != passed[i]) {
                return !ON.compareAndSet(this, false, true);
            }
        }
        return true;
    }
}
