package dev.lifecycle.impl.task;

import dev.lifecycle.impl.time.Backoff;
import dev.lifecycle.impl.time.StackRoom;
import dev.lifecycle.impl.time.Wheel;
import dev.lifecycle.impl.time.WheelNode;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.spi.TaskManagerConfig;
import dev.lifecycle.task.Overlap;
import dev.lifecycle.task.PeriodicTask;
import dev.lifecycle.task.Schedule;
import dev.lifecycle.task.TaskBody;
import dev.lifecycle.task.TaskCancelledException;
import dev.lifecycle.task.TaskInfo;
import dev.lifecycle.task.TaskState;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One that runs again and again: a timer that submits a task each time it fires. */
final class Periodic extends WheelNode implements PeriodicTask {
    /*
     * Guarded by `locked` (0 free, 1 taken; given back by that statement, with nothing called or allocated in between): due,
     * busy, waiting, failing, the writes of the counts, and what Done says of itself.
     *   I1  busy is true from before a run is submitted until its body has ended, or it is known that it never begins: one at a time.
     *       Who makes it true, or keeps it for the next run, and nobody else, writes `current`, until it is made false.
     *   I2  waiting is the number of runs that were due while it was busy and are still to come; 0 while it is not busy.
     *   I3  due is when the next run is, by the wheel's clock; the timer is set for it or, after a failure has put it off, for a moment
     *       before; but while fire() runs, while a run with fixed delay is on its way, and after the end.
     *   I4  each run that came into its lane is reported to its Done, once. A run that was given up is counted then; the next one begins
     *       after its body has ended, which is told to Done, too, maybe before.
     * `reason` is set once, and ends it. Who ends it writes that, then looks whether the current run was accepted; who submits
     * writes that it was, then looks at the reason: so one of the two cancels the run (Dekker's argument), and not before it is in a lane.
     * `over` follows, for those who join.
     */
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.task");
    private static final VarHandle LOCKED;
    private static final VarHandle REASON;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            LOCKED = lookup.findVarHandle(Periodic.class, "locked", int.class);
            REASON = lookup.findVarHandle(Periodic.class, "reason", String.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Manager manager;
    private final Times times;
    private final TaskBody<?> body;
    private final long id;
    private final long created;
    private final Overlap overlap;
    private final boolean fixedDelay;
    private final long period;
    private final long initialDelay;
    private final long grace; // NEVER: any run may be late
    private final long backoff; // 0: none
    private final long maxBackoff;
    private final CompletableFuture<Void> end = new End();
    private final ConcurrentLinkedQueue<Watcher.Parked> joining = new ConcurrentLinkedQueue<>();
    private volatile int locked;
    private volatile @Nullable String reason;
    private volatile boolean over;
    private volatile Task.@Nullable OfPeriodic current;
    private long due;
    private boolean busy;
    private int waiting;
    private int failing; // runs in a row that have failed, at most 63
    private long runs;
    private long failures;
    private long missed;

    Periodic(Manager manager, Schedule schedule, Times times, TaskBody<?> body, long id) {
        this.manager = manager;
        this.times = times;
        this.body = body;
        this.id = id;
        created = manager.wheel.elapsed();
        overlap = schedule.overlap();
        fixedDelay = schedule.fixedDelay();
        period = TimeUnit.NANOSECONDS.convert(schedule.period());
        initialDelay = TimeUnit.NANOSECONDS.convert(schedule.initialDelay());
        grace = Times.nanos(schedule.misfireGrace());
        backoff = TimeUnit.NANOSECONDS.convert(schedule.backoff());
        maxBackoff = TimeUnit.NANOSECONDS.convert(schedule.maxBackoff());
    }

    void begin() {
        due = later(created, initialDelay);
        manager.wheel.schedule(this, created, initialDelay);
    }

    private static long later(long moment, long by) {
        return by > Long.MAX_VALUE - moment ? Long.MAX_VALUE : moment + by;
    }

    @Override
    protected Wheel wheel() {
        return manager.wheel;
    }

    // ---- runs

    @Override
    protected void fire() {
        if (reason != null) {
            return;
        }
        long now = manager.wheel.elapsed();
        lock();
        long early = due - now;
        if (early > 0) { // a failure has put it off
            locked = 0;
            again(now, early);
            return;
        }
        long last = due;
        long count = 1;
        if (!fixedDelay) {
            count += Math.max(0, now - due) / period; // all that are due by now
            last = due + (count - 1) * period;
            due = later(last, period);
        }
        boolean late = now - last > grace;
        boolean starts = !busy && !late;
        long left = count - (starts ? 1 : 0); // to wait, or to be missed
        if (overlap == Overlap.QUEUE && grace == Task.NEVER) {
            long room = (long) TaskManagerConfig.MAX_RUNS_WAITING - waiting;
            long kept = Math.min(left, room);
            waiting += (int) kept;
            left -= kept;
        } else if (overlap != Overlap.SKIP && busy && !late) {
            int kept = waiting == 0 || overlap == Overlap.QUEUE && waiting < TaskManagerConfig.MAX_RUNS_WAITING ? 1 : 0;
            waiting += kept;
            left -= kept;
        }
        missed += left;
        busy |= starts;
        long wait = due - now;
        locked = 0;
        if (starts) {
            submit(true);
        }
        if (!fixedDelay || late) { // with a fixed delay, the end of the run sets the timer
            again(now, fixedDelay ? period : wait);
        }
    }

    /** Sets the timer, unless it has ended. */
    private void again(long now, long wait) {
        if (fixedDelay) {
            due = later(now, wait); // nobody else is at it
        }
        manager.wheel.schedule(this, now, wait);
        VarHandle.fullFence();
        if (reason != null) { // who ended it may have found no timer to cancel
            manager.wheel.cancel(this);
        }
    }

    /** Submits a run; `busy` is set for it. */
    private void submit(boolean onTimer) {
        Task.OfPeriodic task = null;
        try {
            Done watcher = new Done();
            task = new Task.OfPeriodic(manager, times, body, manager.wheel.elapsed(), watcher);
            task.add(watcher);
            current = task;
            watcher.submitter = Thread.currentThread();
            try {
                manager.acceptRun(task, onTimer);
            } catch (Throwable refused) { // full, without a thread, no memory: the next one may be luckier
                if (!task.cameIn()) {
                    throw refused;
                }
                task.withdraw("it could not be submitted"); // else it was withdrawn, or it runs
            } finally {
                watcher.submitter = null;
            }
        } catch (Throwable refused) {
            if (task == null || !task.cameIn()) {
                notRun();
                return;
            }
        }
        task.accepted = true; // volatile, before the read of reason
        String why = reason;
        if (why != null) {
            task.cancel(why);
        }
    }

    private void notRun() {
        lock();
        current = null;
        busy = false;
        missed += 1 + waiting;
        waiting = 0;
        locked = 0;
        if (fixedDelay && reason == null) {
            again(manager.wheel.elapsed(), period);
        }
    }

    /** Hears that a run is over. */
    final class Done extends Watcher {
        private @Nullable Thread submitter; // while it submits: compared with themselves by others, plain is enough
        private boolean bodyEnded; // of a run that was given up
        private boolean awaited; // its body is
        private long extra; // how much later the next one is

        @Override
        void done(Task<?> task, boolean onTimer) {
            if (submitter == Thread.currentThread()) { // which has withdrawn it
                notRun();
            } else {
                ended(this, task, onTimer);
            }
        }

        /** Called after {@link Task#STUCK} was cleared. */
        void bodyEnded() {
            try {
                stuckOneEnded(this);
            } catch (Throwable noTimer) { // for want of memory or stack
                LOG.warn("a periodic task could not go on", noTimer);
            }
        }
    }

    private void ended(Done run, Task<?> task, boolean onTimer) {
        long now = manager.wheel.elapsed();
        boolean runsOn =
                (task.status() & Task.STUCK) != 0; // read before bodyEnded, which is written after it is cleared
        TaskState state = task.state();
        boolean failed = state != TaskState.SUCCEEDED && state != TaskState.CANCELLED;
        lock();
        runs++;
        long extra = 0;
        if (failed) {
            failures++;
            if (backoff > 0) {
                extra = backoff > maxBackoff >> failing ? maxBackoff : backoff << failing;
            }
            failing += failing < Long.SIZE - 1 ? 1 : 0;
        } else {
            failing = 0;
        }
        long count = failures;
        if (extra > 0) {
            missed += waiting;
            waiting = 0;
            if (!fixedDelay) {
                due = extra > Long.MAX_VALUE - due ? Long.MAX_VALUE : due + extra;
            }
        }
        run.extra = extra;
        boolean bodyRuns = runsOn && !run.bodyEnded;
        run.awaited = bodyRuns;
        boolean more = !bodyRuns && waiting > 0 && reason == null;
        if (more) {
            waiting--;
        } else if (!bodyRuns) {
            current = null;
            busy = false;
        }
        locked = 0;
        try {
            if (!bodyRuns) {
                next(more, now, extra, onTimer);
            }
        } finally {
            if (failed && Long.bitCount(count) == 1) { // the first, and at each doubling
                complain(task, count, onTimer);
            }
        }
    }

    private void stuckOneEnded(Done run) {
        long now = manager.wheel.elapsed();
        lock();
        run.bodyEnded = true;
        boolean mine = run.awaited; // else ended() is yet to come, and goes on
        boolean more = mine && waiting > 0 && reason == null;
        if (more) {
            waiting--;
        } else if (mine) {
            current = null;
            busy = false;
        }
        long extra = run.extra;
        locked = 0;
        if (mine) {
            next(more, now, extra, false);
        }
    }

    /** Goes on after a run that ended at {@code now}: with {@code more} at once, or at its time. */
    private void next(boolean more, long now, long extra, boolean onTimer) {
        if (more) {
            submit(onTimer);
        } else if (fixedDelay && reason == null) {
            again(now, later(period, extra));
        }
    }

    /** Throws nothing: a failure of a user may not even have a message. */
    private void complain(Task<?> task, long count, boolean onTimer) {
        try {
            String message = "a run of periodic task \"" + name() + "\" of " + manager.name() + " did not succeed, "
                    + count + " so far; it goes on";
            if (onTimer) { // handlers are code of users
                manager.courier.send(() -> LOG.warn(message, failureOf(task)));
            } else {
                LOG.warn(message, failureOf(task));
            }
        } catch (Throwable noMemory) { // it is counted
            return;
        }
    }

    private static Throwable failureOf(Task<?> task) {
        try {
            return task.failure();
        } catch (Throwable broken) { // by its message
            return broken;
        }
    }

    // ---- the end

    @Override
    public boolean cancel(String why) {
        boolean first = end(Objects.requireNonNull(why, "reason"));
        Task.OfPeriodic run = current;
        if (first && run != null && run.accepted) {
            run.cancel(why);
        }
        return first;
    }

    /** Begins no run from here. */
    boolean end(String why) {
        StackRoom.need(Task.ROOM);
        if (!REASON.compareAndSet(this, null, why)) {
            return false;
        }
        try {
            manager.wheel.cancel(this);
            manager.periodics().forget(this);
        } finally {
            over = true; // volatile, before the look for those who join
            joining.forEach(Watcher.Parked::wake);
            completeFuture(why); // last: what depends on it is code of users
        }
        return true;
    }

    private void completeFuture(String why) {
        try {
            end.completeExceptionally(wasCancelled(why));
        } catch (Throwable noMemory) { // toFuture() tries again
            return;
        }
    }

    private TaskCancelledException wasCancelled(String why) {
        return new TaskCancelledException(
                "periodic task \"" + name() + "\" of " + manager.name() + " was cancelled: " + why, null, info());
    }

    @Override
    public boolean isActive() {
        return reason == null;
    }

    @Override
    public Void join() throws InterruptedException {
        try {
            return join(Duration.ofSeconds(Long.MAX_VALUE));
        } catch (TimeoutException never) {
            throw new IllegalStateException("292 years are over", never);
        }
    }

    @Override
    public Void join(Duration wait) throws InterruptedException, TimeoutException {
        Watcher.Parked self = new Watcher.Parked(manager.clock, Thread.currentThread());
        joining.add(self); // before the first look
        try {
            if (!self.await(() -> over, this, Math.max(0, TimeUnit.NANOSECONDS.convert(wait)))) {
                throw new TimeoutException("after " + wait + ": " + info());
            }
        } finally {
            joining.remove(self);
        }
        throw wasCancelled(Objects.requireNonNull(reason, "reason"));
    }

    @Override
    public CompletableFuture<Void> toFuture() {
        String why = reason;
        if (over && why != null && !end.isDone()) {
            completeFuture(why);
        }
        return end;
    }

    /** To cancel it cancels the periodic task. */
    private final class End extends CompletableFuture<Void> {
        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean first = super.cancel(mayInterruptIfRunning);
            if (first) {
                Periodic.this.cancel("its future was cancelled");
            }
            return first;
        }

        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new CompletableFuture<>();
        }
    }

    // ---- description

    @Override
    public String name() {
        return times.spec.name();
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public TaskState state() {
        return reason != null ? TaskState.CANCELLED : current == null ? TaskState.QUEUED : TaskState.RUNNING;
    }

    @Override
    public long runs() {
        lock();
        long count = runs;
        locked = 0;
        return count;
    }

    @Override
    public long failures() {
        lock();
        long count = failures;
        locked = 0;
        return count;
    }

    @Override
    public long missed() {
        lock();
        long count = missed;
        locked = 0;
        return count;
    }

    @Override
    public TaskInfo info() {
        Task<?> run = current;
        long age = Math.max(0, manager.wheel.elapsed() - created);
        TaskInfo now = run == null ? null : run.info();
        String why = reason;
        return new TaskInfo(
                id,
                name(),
                times.spec.type(),
                times.spec.tags(),
                state(),
                Instant.now().minusNanos(age),
                now == null ? Duration.ofNanos(age) : now.queued(),
                now == null ? Duration.ZERO : now.running(),
                now == null ? Duration.ZERO : now.sinceHeartbeat(),
                now == null ? "" : now.thread(),
                manager.name(),
                now == null ? "" : now.note(),
                why == null ? "" : why,
                false,
                now == null ? List.of() : now.samples());
    }

    @Override
    public String toString() {
        return info().toString();
    }

    private void lock() {
        int looks = 0;
        while (locked != 0 || !LOCKED.compareAndSet(this, 0, 1)) { // volatile
            Backoff.pause(looks++);
        }
    }
}
