package dev.lifecycle.impl.task;

import dev.lifecycle.impl.time.Sweeper;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Goes round the tasks that have lived for a while, on the timer thread, and starts their timers: most tasks end before, and never meet
 * the wheel.
 */
final class Patrol implements Sweeper.Check {
    /*
     * OFF -> STARTING -> ON -> OFF. Who submits puts the task into its lane, or sets `again` (volatile), then reads `state`, and has the sweeper call
     * this unless it is ON: several may, each for itself, since it is ON only after one has succeeded. check() makes ON OFF (volatile), then
     * looks at both once more: one of the two sees the other (Dekker). Who fails leaves STARTING, and the next one tries.
     *
     * While it is on, the sweeper knows the wheel, too: so that timers can be started while the heap is full.
     * All else is the timer thread's.
     */
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** What may be due sooner after its submission has its timer started at once. */
    private static final long FAR_NANOS = 2 * PERIOD_NANOS;

    private static final int LINGER = 8; // rounds that find nothing new
    private static final int PAGE = 256;
    private static final int PAGES = 16; // in one call of check(): other deadlines wait
    private static final int OFF = 0;
    private static final int STARTING = 1;
    private static final int ON = 2;
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Patrol.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Manager manager;
    private final long[] passed; // for each lane: the number of the first task that was not looked at
    private final @Nullable Task<?>[] page;
    private int quiet;
    private volatile boolean again;
    private volatile int state;

    Patrol(Manager manager) {
        this.manager = manager;
        this.passed = new long[manager.lanes.length];
        this.page = new @Nullable Task<?>[PAGE];
    }

    /** Whether tasks of {@code times} may be left to this, once they are in. */
    static boolean isFor(Times times) {
        return times.earliest > FAR_NANOS;
    }

    boolean isOn() {
        return state == ON;
    }

    /** Makes sure that it comes, for a task that is in its lane. */
    void start() {
        if (state == ON) {
            return;
        }
        STATE.compareAndSet(this, OFF, STARTING);
        try {
            manager.wheel.hold();
            Sweeper.of(manager.clock).add(this, PERIOD_NANOS);
        } catch (Throwable noThread) {
            state = STARTING;
            throw noThread;
        }
        STATE.compareAndSet(this, STARTING, ON);
    }

    /** Has it look at all tasks once more: a timer could not be started after it had passed. Throws nothing. */
    void again() {
        again = true; // volatile, before the look at `state`
        try {
            start();
        } catch (Throwable noThread) { // then with the next task that is submitted
            return;
        }
    }

    /** Comes no more: nothing is left, nor will be. A clock of a test may stand still from here. */
    void end() {
        Sweeper.of(manager.clock).remove(this);
    }

    @Override
    public long check(long reading) {
        try {
            boolean any = again;
            if (any) {
                again = false;
                Arrays.fill(passed, 0);
            }
            int pages = 0;
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
        } catch (Throwable full) { // a VirtualMachineError has this called again; anything else would be a defect
            state = STARTING;
            throw full;
        }
        if (manager.hasQueued()) {
            manager.signalFromTimer(); // who submitted may have met the end of its stack before it could
        }
        return quiet < LINGER || !ends() ? PERIOD_NANOS : DONE;
    }

    private void round(Lane lane, int number, long until) {
        int count = lane.copy(passed[number], page);
        try {
            for (int i = 0; i < count; i++) {
                Task<?> task = page[i];
                if (task != null) { // never null: for the nullness checker
                    if (!task.state().isFinal()) {
                        task.startTimer();
                    }
                    passed[number] = task.sequence + 1;
                }
            }
        } finally {
            Arrays.fill(page, 0, count, null);
        }
        if (count < page.length && until - passed[number] > 0) {
            passed[number] = until; // the others have ended
        }
    }

    /** Returns whether this is not called any more, unless somebody starts it. */
    private boolean ends() {
        quiet = 0;
        if (!STATE.compareAndSet(this, ON, OFF)) { // volatile, before the second look
            STATE.compareAndSet(this, STARTING, ON); // somebody is about to do this, or has failed: it is called
            return false;
        }
        boolean more = again;
        for (int i = 0; i < passed.length; i++) {
            more |= manager.lanes[i].nextSequence() != passed[i];
        }
        if (more) {
            STATE.compareAndSet(this, OFF, ON); // or somebody is starting it
            return false;
        }
        manager.wheel.release();
        if (state != OFF) {
            manager.wheel.hold(); // somebody did, just before
        }
        return true;
    }
}
