package dev.lifecycle.impl.task;

import dev.lifecycle.impl.time.Backoff;
import dev.lifecycle.impl.time.StackRoom;
import dev.lifecycle.impl.time.Wheel;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.task.StackSample.Step;
import dev.lifecycle.task.TaskBody;
import dev.lifecycle.task.TaskCancelledException;
import dev.lifecycle.task.TaskException;
import dev.lifecycle.task.TaskFailedException;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskInfo;
import dev.lifecycle.task.TaskState;
import dev.lifecycle.task.TaskTimeoutException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One task: its handle, its entry in the registry and its timer in one object. */
class Task<T extends @Nullable Object> extends Watched implements TaskHandle<T> {
    /*
     * `status` has the TaskState in its low bits, and flags. All changes are compare-and-sets of the whole word.
     *
     *   QUEUED -> RUNNING                by a worker, with the lock of the lane
     *   QUEUED -> CANCELLED, TIMED_OUT   by whoever cancels; by the timer thread
     *   RUNNING -> CANCELLING            by whoever cancels; by the timer thread, for its age
     *   RUNNING -> SUCCEEDED, FAILED, TIMED_OUT and CANCELLING -> CANCELLED    by the thread of the body, when that has ended
     *   RUNNING -> TIMED_OUT and CANCELLING -> CANCELLED, with STUCK           by the timer thread; the body runs on
     *
     *   I1  Whoever makes the state final, and nobody else, finishes the task: writes `result`, counts it in its lane, ends its
     *       timer, and last replaces `waiters` by DONE and wakes those who wait. So who finds DONE sees the result.
     *   I2  An interrupt is sent only by who has set INTERRUPTING, before it clears it, and only while the state is RUNNING or
     *       CANCELLING, or STUCK is set. The thread of the body leaves the task by a compare-and-set to a word without these, from
     *       one without INTERRUPTING; then it clears its own flag of interruption. So no interrupt for this task comes later.
     *   I3  While SHIELDED is set, nobody sets INTERRUPTING, but HELD; who clears SHIELDED sends that interrupt itself. The
     *       exception is the timer thread when the time of the shield is over.
     *   I4  The task has its timer from before anything is due until its state is final, but while fire() runs. It is scheduled by
     *       who makes `timed` true: who submits it, the patrol, or who brings a deadline forward before that comes. Whoever ends it,
     *       or brings a deadline forward, writes that first, then cancels or re-arms; who schedules does that first, then looks
     *       again: so one of the two sees the other (Dekker's argument; there is a fence between the two on either side).
     */
    static final int STATE = 7;
    static final int INTERRUPTING = 1 << 3;
    static final int ASKED = 1 << 4; // told to stop: isCancelled()
    static final int INTERRUPTED = 1 << 5; // the ladder is beyond its interrupt
    static final int SHIELDED = 1 << 6;
    static final int HELD = 1 << 7;
    static final int STUCK = 1 << 8; // final, and the body runs
    static final long NEVER = Long.MAX_VALUE;

    static final int QUEUED = 0;
    static final int RUNNING = 1;
    static final int CANCELLING = 2;
    static final int SUCCEEDED = 3;
    static final int FAILED = 4;
    static final int CANCELLED = 5;
    static final int TIMED_OUT = 6;
    private static final TaskState[] STATES = { // by the numbers above
        TaskState.QUEUED,
        TaskState.RUNNING,
        TaskState.CANCELLING,
        TaskState.SUCCEEDED,
        TaskState.FAILED,
        TaskState.CANCELLED,
        TaskState.TIMED_OUT
    };
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.task");
    /*
     * Texts for moments at which there may be no memory. No constants: a literal is made where it is used first.
     */
    private static final String UNHEARD = String.valueOf("one who waits for a task could not be told");
    private static final String WAITED = String.valueOf("it has waited for ");
    private static final String RAN = String.valueOf("it has run for ");
    private static final String OLD = String.valueOf("it is older than ");
    private static final String LIFELESS = String.valueOf("no sign of life for ");
    private static final String ASKED_TO = String.valueOf("its soft timeout has passed");
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SAMPLE_UNTIL_LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    /** Frames of what must be done as a whole: to accept a task. */
    static final int ROOM = 32;

    /** The same, to end one. */
    static final int END_ROOM = 160;

    private static final VarHandle STATUS;
    private static final VarHandle TIMED;
    private static final VarHandle RUN;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATUS = lookup.findVarHandle(Task.class, "status", int.class);
            TIMED = lookup.findVarHandle(Task.class, "timed", boolean.class);
            RUN = lookup.findVarHandle(Task.class, "run", Run.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
        link(() -> (boolean) STATUS.compareAndSet((Task<?>) null, 0, 0));
        link(() -> (int) STATUS.getAndBitwiseAnd((Task<?>) null, 0));
        link(() -> (int) STATUS.getAndBitwiseOr((Task<?>) null, 0));
        link(() -> (boolean) TIMED.compareAndSet((Task<?>) null, false, true));
        link(() -> {
            RUN.setRelease((Task<?>) null, (Run) null);
            return false;
        });
    }

    /**
     * Initializes what submitting a task does not, but running one or giving one up: a class whose initializer meets a full heap is
     * lost for ever.
     */
    static void initialize() {
        Run.initialize();
        Step.HARD.name();
    }

    /** How and when a task ended that was cancelled or has timed out. */
    record Ending(String reason, @Nullable Throwable cause, long at) {}

    private static final Ending UNTOLD = new Ending("there was no memory to say why", null, 0);

    private Ending ending(String reason, @Nullable Throwable cause) {
        try {
            return new Ending(reason, cause, wheel().elapsed());
        } catch (OutOfMemoryError | LinkageError full) { // the task must have its outcome all the same
            return UNTOLD;
        }
    }

    private static String reason(String what, Object time) {
        try {
            return what + (time instanceof Long nanos ? Duration.ofNanos(nanos) : time);
        } catch (OutOfMemoryError | LinkageError full) { // what is due is done all the same
            return UNTOLD.reason;
        }
    }

    /** A task that a scope owns. */
    static final class OfScope<T extends @Nullable Object> extends Task<T> {
        private final OwnedTask<T> link;

        OfScope(Times times, Lane lane, TaskBody<T> body, long created, OwnedTask<T> link) {
            super(times, lane, body, created);
            this.link = link;
        }

        @Override
        void isAccepted() {
            link.isTask(this);
        }

        OwnedTask<T> link() {
            return link;
        }

        @Override
        String scopePath() {
            return link.path();
        }
    }

    /** A run of a periodic task. */
    static final class OfPeriodic extends Task<Object> {
        private final Periodic.Done watcher;

        /** Whether it can be cancelled: it is in its lane. */
        volatile boolean accepted;

        @SuppressWarnings("unchecked") // nobody asks for its result
        OfPeriodic(Manager manager, Times times, TaskBody<?> body, long created, Periodic.Done watcher) {
            super(times, manager.lane(), (TaskBody<Object>) body, created);
            this.watcher = watcher;
            slot = -1; // in no lane
        }

        /** Whether it is in its lane, or was; to be asked by the thread that submits it. */
        boolean cameIn() {
            return slot >= 0;
        }

        @Override
        void leftQuarantine() {
            watcher.bodyEnded();
        }

        @Override
        boolean isRunOfPeriodic() {
            return true;
        }
    }

    final Times times;
    final long created; // by the wheel's clock: nanoseconds since its origin, like all times here

    /** Where it is registered; written before it is added there. */
    Lane lane;

    /** Guarded by the lock of the lane: its slot there, and its number. */
    int slot;

    long sequence;

    /** Guarded by the lock of the type: whether it waits there, and the next one that does. */
    boolean isOfType;

    @Nullable
    Task<?> nextOfType;

    private volatile boolean timed; // once somebody has begun to schedule it
    private @Nullable TaskBody<T> body; // until it has run
    private volatile int status; // QUEUED
    private volatile @Nullable Run run; // from before it is RUNNING
    private @Nullable Object result; // the value, the failure, or an Ending

    Task(Times times, Lane lane, TaskBody<T> body, long created) {
        this.times = times;
        this.lane = lane;
        this.body = body;
        this.created = created;
    }

    @Override
    protected Wheel wheel() {
        return lane.manager.wheel;
    }

    /** Whether the bound of the queue is not for it: there is one at a time of each. */
    boolean isRunOfPeriodic() {
        return false;
    }

    /** Called when its body has ended, after it was given up. Throws nothing. */
    void leftQuarantine() {}

    // ---- running

    /** Makes it the task of {@code fresh}; by a worker, with the lock of the lane. */
    boolean claim(Run fresh) {
        RUN.setRelease(this, fresh); // before the compare-and-set: who sees it running can interrupt it
        if (STATUS.compareAndSet(this, QUEUED, RUNNING)) {
            return true;
        }
        run = null;
        return false;
    }

    /** Called once, when it is in its lane. */
    void isAccepted() {}

    /** Ends it without having run: it is that of {@code mine}, on the calling thread. */
    void fail(Run mine, Throwable why) {
        mine.begin(this);
        ended(mine, null, why);
    }

    /** Runs the body, on the thread of {@code mine}; returns whether that thread was given up meanwhile. Throws nothing. */
    boolean execute(Run mine) {
        T value = null;
        Throwable thrown = null;
        try {
            mine.begin(this);
            value = Objects.requireNonNull(body, "body").run(mine);
        } catch (Throwable failure) { // user code; also what the JVM throws for want of memory or stack
            thrown = failure;
        }
        return ended(mine, value, thrown);
    }

    private boolean ended(Run mine, @Nullable Object value, @Nullable Throwable thrown) {
        int seen;
        int next;
        do {
            seen = settled();
            int state = seen & STATE;
            if ((seen & STUCK) != 0) {
                next = seen & ~STUCK;
            } else if (state == CANCELLING) {
                next = CANCELLED;
            } else if (thrown == null) {
                next = SUCCEEDED;
            } else {
                boolean late =
                        (seen & INTERRUPTED) != 0 || (seen & ASKED) != 0 && thrown instanceof TaskCancelledException;
                next = late ? TIMED_OUT : FAILED;
            }
        } while (!STATUS.compareAndSet(this, seen, next));
        boolean interrupted = Thread.interrupted(); // after the last moment at which one could be sent, see I2
        mine.end(interrupted && (seen & INTERRUPTED) == 0, (seen & (INTERRUPTED | ASKED)) != 0);
        if ((seen & STUCK) != 0) {
            body = null;
            for (int looks = 0; !isDone(); looks++) {
                Backoff.pause(looks); // until it is counted as stuck: whoever gave it up is at it
            }
            lane.leftQuarantine(this);
            leftQuarantine();
            lane.manager.taskEnded();
            return true;
        }
        Object outcome = next == SUCCEEDED ? value : next == FAILED ? thrown : ending(mine.reasonOr(ASKED_TO), thrown);
        finish(next, outcome, false);
        return false;
    }

    /** Waits, for the few instructions of an interrupt, until none is being sent. */
    private int settled() {
        int seen = status;
        for (int looks = 0; (seen & INTERRUPTING) != 0; seen = status) {
            Backoff.pause(looks++);
        }
        return seen;
    }

    /** See I1. */
    private void finish(int state, @Nullable Object outcome, boolean onTimer) {
        finish(state, outcome, onTimer, false);
    }

    private void finish(int state, @Nullable Object outcome, boolean onTimer, boolean runsOn) {
        result = outcome;
        if (!runsOn) {
            body = null; // also of one that never ran: its handle may be kept
        }
        try {
            lane.finished(this, state, runsOn);
            if (!onTimer) {
                wheel().cancel(this);
            }
        } finally {
            Watcher all = done();
            tell(all, false, onTimer);
            lane.manager.taskEnded();
            tell(all, true, onTimer); // last: they may take long
        }
    }

    private void tell(@Nullable Watcher all, boolean users, boolean onTimer) {
        for (Watcher each = all; each != null; each = each.next) {
            if (each.callsUsers() == users) {
                try {
                    each.done(this, onTimer);
                } catch (Throwable noRoom) { // no memory, no stack: the others must be told all the same
                    LOG.warn(UNHEARD, noRoom);
                }
            }
        }
    }

    // ---- cancelling

    @Override
    public boolean cancel(String why) {
        Objects.requireNonNull(why, "reason");
        return cancel(why, false, lane.manager.graceNanos());
    }

    boolean cancel(String why, boolean onTimer, long grace) {
        StackRoom.need(END_ROOM);
        while (true) {
            int seen = status;
            if (seen == QUEUED) {
                if (STATUS.compareAndSet(this, seen, CANCELLED)) {
                    finish(CANCELLED, ending(why, null), onTimer);
                    return true;
                }
                continue;
            }
            Run mine = run;
            if ((seen & STATE) != RUNNING || mine == null) {
                return false;
            }
            mine.reason(why);
            mine.giveUpAt(after(wheel().elapsed(), grace));
            if (STATUS.compareAndSet(this, seen, seen & ~STATE | CANCELLING | ASKED)) {
                mine.sample(Step.INTERRUPT, this);
                interrupt(INTERRUPTED);
                mine.tellHooks(lane.manager);
                if (!onTimer) {
                    rearm();
                }
                return true;
            }
        }
    }

    /** Has the timer look as early as the deadlines ask for. */
    private void rearm() {
        long now = wheel().elapsed();
        long next = nextDeadline(now);
        if (next != NEVER && !wheel().rearm(this, now, next - now)) {
            startTimer(); // if it was, and is not pending, somebody else is at it, see I4
        }
    }

    /** Cancels it if it has not begun. */
    boolean withdraw(String why) {
        StackRoom.need(END_ROOM);
        if (STATUS.compareAndSet(this, QUEUED, CANCELLED)) {
            finish(CANCELLED, ending(why, null), false);
            return true;
        }
        return false;
    }

    /** Gives it up now, if its body runs and it has no outcome; not on the timer thread. */
    void abandon() {
        StackRoom.need(END_ROOM);
        Run mine = run;
        if (mine != null && mine.hasBegun()) {
            giveUp(mine, 0, false);
        }
    }

    /** Interrupts the body, if it runs; now, or when it leaves its shield. Returns whether it did. */
    boolean interrupt(int flags) {
        Run mine = run;
        while (mine != null) {
            int seen = status;
            int state = seen & STATE;
            if ((seen & STUCK) == 0 && state != RUNNING && state != CANCELLING || (seen & INTERRUPTING) != 0) {
                return false; // it has ended, or is being interrupted
            }
            boolean held = (seen & SHIELDED) != 0;
            if (STATUS.compareAndSet(this, seen, seen | flags | (held ? HELD : INTERRUPTING))) {
                if (!held) {
                    send(mine);
                }
                return true;
            }
        }
        return false;
    }

    private void send(Run mine) {
        try {
            mine.thread().interrupt();
        } catch (Throwable thrown) { // code of a user, where a thread factory made it
            LOG.warn("a thread of " + lane.manager.name() + " could not be interrupted", thrown);
        } finally {
            clear(INTERRUPTING);
        }
    }

    private int mark(int flags) {
        return (int) STATUS.getAndBitwiseOr(this, flags);
    }

    private int clear(int flags) {
        return (int) STATUS.getAndBitwiseAnd(this, ~flags);
    }

    // ---- shield

    /** Returns whether interrupts are held back from here. */
    boolean enterShield() {
        int seen;
        do {
            seen = settled();
            if ((seen & SHIELDED) != 0) {
                return false;
            }
        } while (!STATUS.compareAndSet(this, seen, seen | SHIELDED));
        return true;
    }

    /** Returns whether an interrupt was held back. */
    boolean leaveShield() {
        settled();
        return (clear(SHIELDED | HELD) & HELD) != 0;
    }

    // ---- deadlines

    /** Starts the timer of a task that is in its lane, unless somebody does, or did. */
    void startTimer() {
        if (timed || !TIMED.compareAndSet(this, false, true)) {
            return;
        }
        try {
            wheel().schedule(this, created, times.earliest); // never full, see Manager
        } catch (Throwable noThread) {
            timerFailed();
            throw noThread;
        }
        VarHandle.fullFence();
        if (status != QUEUED) {
            catchUp(after(created, times.earliest));
        }
    }

    /** The patrol may have passed by meanwhile. */
    void timerFailed() {
        timed = false;
        lane.manager.patrol.again();
    }

    @Override
    protected void fire() {
        long now = wheel().elapsed();
        long next = now + RETRY_NANOS;
        try {
            if (!step(now)) {
                return;
            }
            next = nextDeadline(now);
        } catch (VirtualMachineError | LinkageError full) { // no memory, maybe to load a class: again, in a while
            if (STATES[status & STATE].isFinal()) {
                throw full;
            }
        }
        wheel().schedule(this, now, next - now);
        VarHandle.fullFence();
        catchUp(next);
    }

    /** Looks, after the timer was set for {@code next}, at what has happened meanwhile, see I4. */
    private void catchUp(long next) {
        if (STATES[status & STATE].isFinal()) {
            wheel().cancel(this); // who ended it may have found nothing to cancel
        } else if (nextDeadline(wheel().elapsed()) < next) {
            rearm();
        }
    }

    /** Does what is due; returns whether the task goes on. */
    private boolean step(long now) {
        int seen = status;
        int state = seen & STATE;
        Times limits = times;
        if (STATES[state].isFinal()) {
            return false;
        }
        if (state == QUEUED) {
            if (now - created >= limits.queue) {
                String why = reason(WAITED, limits.spec.queueTimeout());
                if (STATUS.compareAndSet(this, QUEUED, TIMED_OUT)) {
                    finish(TIMED_OUT, ending(why, null), true);
                    return false;
                }
                return true;
            }
            return now - created < limits.age || !cancel(reason(OLD, limits.age), true, 0);
        }
        Run mine = run;
        if (mine == null || !mine.hasBegun()) {
            return true;
        }
        long ran = now - mine.started();
        if (ran >= limits.hard || now >= mine.giveUpAt()) {
            return !giveUp(mine, Math.max(0, ran - limits.hard), true);
        }
        if (state == RUNNING && now - created >= limits.age) {
            cancel(reason(OLD, limits.age), true, lane.manager.graceNanos());
            return true;
        }
        if ((seen & INTERRUPTED) == 0) {
            boolean lifeless = now - mine.beat() >= limits.heartbeat;
            if (lifeless || ran >= limits.interrupt) {
                mine.reason(
                        lifeless ? reason(LIFELESS, limits.spec.heartbeatTimeout()) : reason(RAN, limits.interrupt));
                if (lifeless) {
                    mine.giveUpAt(after(now, lane.manager.graceNanos()));
                }
                mine.sample(Step.INTERRUPT, this);
                interrupt(INTERRUPTED | ASKED);
                mine.tellHooks(lane.manager);
            } else if ((seen & ASKED) == 0 && ran >= limits.soft) {
                mine.sample(Step.SOFT, this);
                mark(ASKED);
                mine.tellHooks(lane.manager);
            }
        }
        if ((status & HELD) != 0 && now >= mine.shieldUntil()) {
            int before = clear(SHIELDED | HELD);
            if ((before & HELD) != 0) {
                interrupt(0);
            }
        }
        return true;
    }

    /** The earliest moment at which step() has something to do. */
    private long nextDeadline(long now) {
        Times limits = times;
        int seen = status;
        long next = after(created, limits.age);
        if ((seen & STATE) == QUEUED) {
            next = Math.min(next, after(created, limits.queue));
            return Math.min(next, after(now, limits.first)); // should it begin now
        }
        Run mine = run;
        if (mine == null || !mine.hasBegun()) {
            return now + SOON_NANOS;
        }
        if ((seen & STATE) == CANCELLING) {
            next = NEVER;
        }
        long started = mine.started();
        next = Math.min(next, Math.min(after(started, limits.hard), mine.giveUpAt()));
        if ((seen & INTERRUPTED) == 0) {
            next = Math.min(next, Math.min(after(started, limits.interrupt), after(mine.beat(), limits.heartbeat)));
            if ((seen & ASKED) == 0) {
                next = Math.min(next, after(started, limits.soft));
            }
        }
        return (seen & HELD) != 0 ? Math.min(next, mine.shieldUntil()) : next;
    }

    private static long after(long from, long time) {
        return time == NEVER || from > NEVER - time ? NEVER : from + time;
    }

    /** Gives up: it has its outcome, its thread is left to it. Returns whether it had none before. */
    private boolean giveUp(Run mine, long late, boolean onTimer) {
        if (late < SAMPLE_UNTIL_LATE_NANOS) { // else other deadlines wait
            mine.sample(Step.HARD, this);
        }
        String why = mine.reasonOr(reason(RAN, times.spec.hardTimeout()));
        int seen;
        int next;
        do {
            seen = status;
            int state = seen & STATE;
            if (STATES[state].isFinal()) {
                return true; // it ended by itself, just now
            }
            next = seen & ~STATE | STUCK | ASKED | (state == CANCELLING ? CANCELLED : TIMED_OUT);
        } while (!STATUS.compareAndSet(this, seen, next));
        try {
            mine.gaveUp();
            if (!mine.callers) {
                lane.manager.workers.gaveUp();
            }
        } finally { // also where there was no memory for a thread
            finish(next & STATE, ending(why, null), onTimer, true);
        }
        if ((seen & ASKED) == 0) {
            mine.tellHooks(lane.manager);
        }
        if ((seen & INTERRUPTED) == 0) { // both steps were due at once: the timer thread, or the machine, stood still
            interrupt(INTERRUPTED);
        }
        return true;
    }

    // ---- outcome

    @Override
    public T join() throws InterruptedException {
        await(lane.manager.clock, NEVER);
        return outcome();
    }

    @Override
    public T join(Duration wait) throws InterruptedException, TimeoutException {
        long nanos = TimeUnit.NANOSECONDS.convert(wait);
        if (!await(lane.manager.clock, Math.max(0, nanos))) {
            throw new TimeoutException("after " + wait + ": " + info());
        }
        return outcome();
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // the result of a body is a T, be it null
    T outcome() {
        Object outcome = result; // after DONE was seen
        if ((status & STATE) == SUCCEEDED) {
            return (T) outcome;
        }
        throw failure();
    }

    /** The exception of an outcome that is none. */
    TaskException failure() {
        Object outcome = result;
        TaskInfo info = info();
        String which = "task " + id() + " \"" + times.spec.name() + "\" of " + lane.manager.name();
        int state = status & STATE;
        if (state == FAILED) {
            return new TaskFailedException(which + " failed: " + Infos.text(outcome), (Throwable) outcome, info);
        }
        Ending ending = (Ending) outcome;
        String reason = ending == null ? "" : ending.reason;
        Throwable cause = ending == null ? null : ending.cause;
        return state == CANCELLED
                ? new TaskCancelledException(which + " was cancelled: " + reason, cause, info)
                : new TaskTimeoutException(which + " timed out: " + reason, cause, info);
    }

    @Override
    public CompletableFuture<T> toFuture() {
        Watcher.Promised<T> fresh = null;
        while (true) {
            Watcher head = watchers();
            for (Watcher each = head; each != null; each = each.next) {
                if (each instanceof Watcher.Promised<?> promised) {
                    @SuppressWarnings("unchecked") // only this task adds them
                    CompletableFuture<T> known = ((Watcher.Promised<T>) promised).future;
                    return known;
                }
            }
            if (fresh == null) {
                fresh = new Watcher.Promised<>(this);
            }
            if (head == Watcher.DONE) {
                fresh.complete(this);
                return fresh.future;
            }
            if (push(head, fresh)) {
                return fresh.future;
            }
        }
    }

    // ---- description

    static TaskState stateOf(int status) {
        return STATES[status & STATE];
    }

    @Override
    public long id() {
        return sequence * lane.manager.lanes.length + lane.number;
    }

    @Override
    public TaskState state() {
        return stateOf(status);
    }

    int status() {
        return status;
    }

    /** Whether a thread is in its body. */
    boolean isInside() {
        int seen = status;
        int state = seen & STATE;
        return state == RUNNING || state == CANCELLING || (seen & STUCK) != 0;
    }

    /** Whether it was cancelled before it began, for this very reason. */
    boolean wasWithdrawnBy(String why) {
        return wasWithdrawn() && result instanceof Ending ending && ending.reason.equals(why);
    }

    /** Whether it was cancelled before it began. */
    boolean wasWithdrawn() {
        return (status & STATE) == CANCELLED && run == null;
    }

    String scopePath() {
        return lane.manager.name();
    }

    @Nullable
    TaskBody<T> body() {
        return body;
    }

    /** When it ended without having begun. */
    long endedAt() {
        return isDone() && result instanceof Ending ending ? ending.at : wheel().elapsed();
    }

    @Nullable
    Run run() {
        return run;
    }

    @Override
    public TaskInfo info() {
        return Infos.of(this, status, run, endingReason());
    }

    private String endingReason() {
        Run mine = run;
        if (isDone() && result instanceof Ending ending && (status & STATE) >= CANCELLED) {
            return ending.reason;
        }
        int seen = status;
        return mine == null || (seen & (ASKED | INTERRUPTED)) == 0 ? "" : mine.reasonOr(ASKED_TO);
    }

    /** Returns what its info says, in one line. */
    @Override
    public String toString() {
        return info().toString();
    }
}
