package dev.lifecycle.impl.task;

import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.task.StackSample;
import dev.lifecycle.task.StackSample.Step;
import dev.lifecycle.task.TaskCancelledException;
import dev.lifecycle.task.TaskContext;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What there is of a task only while its body runs: made by the worker before it looks for one. */
final class Run implements TaskContext {
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.task");
    private static final int MAX_NOTE = 256;
    private static final ConcurrentLinkedQueue<Hook> OVER = new ConcurrentLinkedQueue<>(); // stays empty
    private static final VarHandle REASON;
    private static final VarHandle SAMPLES;
    private static final VarHandle HOOKS;
    private static final VarHandle STARTED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            REASON = lookup.findVarHandle(Run.class, "reason", String.class);
            SAMPLES = lookup.findVarHandle(Run.class, "samples", List.class);
            HOOKS = lookup.findVarHandle(Run.class, "hooks", ConcurrentLinkedQueue.class);
            STARTED = lookup.findVarHandle(Run.class, "started", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
        Watched.link(() -> (ConcurrentLinkedQueue<?>) HOOKS.getAndSet((Run) null, OVER));
        Watched.link(() -> {
            REASON.compareAndSet((Run) null, null, "");
            return false;
        });
        Watched.link(() -> {
            HOOKS.compareAndSet((Run) null, OVER, OVER);
            return false;
        });
        Watched.link(() -> {
            STARTED.setRelease((Run) null, 0L);
            return false;
        });
    }

    private final Thread thread;

    /** Whether the body runs on the thread that submitted it. */
    boolean callers;

    private @Nullable Task<?> task; // written before `started`
    private boolean interruptedByOthers; // for its own thread

    // Zero and null say that there is none: a volatile field that is written in the constructor costs a fence, for each
    // task.
    private volatile long started; // the moment and 1
    private volatile long ended; // the moment and 1
    private volatile long beat; // 0: at the start
    private volatile long giveUpAt;
    private volatile long shieldUntil; // once the task was SHIELDED
    private volatile @Nullable String note;
    private volatile @Nullable String reason; // the first one stays
    private volatile @Nullable List<StackSample> samples; // replaced, never changed
    private volatile @Nullable ConcurrentLinkedQueue<Hook> hooks; // OVER once they were told, or need not be any more

    /** Has been done by the call. */
    static void initialize() {}

    Run(Thread thread) {
        this.thread = thread;
    }

    Thread thread() {
        return thread;
    }

    // ---- by the worker

    void isCallers() {
        callers = true;
    }

    /** Whether an interrupt came during the body that this task did not send. */
    boolean wasInterruptedByOthers() {
        return interruptedByOthers;
    }

    void begin(Task<?> mine) {
        task = mine;
        long now = mine.wheel().elapsed();
        STARTED.setRelease(this, now + 1);
        if (!callers && Thread.interrupted() && isTold(mine.status())) {
            thread.interrupt(); // its own: who sends one says so first. Any other was left by what ran here before
        }
    }

    private static boolean isTold(int status) {
        return (status & (Task.ASKED | Task.INTERRUPTED)) != 0;
    }

    void end(boolean byOthers, boolean wasTold) {
        interruptedByOthers = byOthers;
        boolean givenUp = hasEnded();
        if (!givenUp) {
            ended = task().wheel().elapsed() + 1;
        }
        if (wasTold && !givenUp) {
            tellHooks(task().lane.manager); // who told it is about to: then it is done
        } else {
            hooks = OVER; // a handle may be kept
        }
    }

    // ---- by those who watch

    boolean hasBegun() {
        return started != 0;
    }

    private boolean hasEnded() {
        return ended != 0;
    }

    long started() {
        return started - 1;
    }

    long beat() {
        return Math.max(started(), beat);
    }

    /** How long it has run, or did. */
    long ran(long now) {
        long until = hasEnded() ? ended - 1 : now;
        return hasBegun() ? Math.max(0, until - started()) : 0;
    }

    void gaveUp() {
        ended = task().wheel().elapsed() + 1;
    }

    long giveUpAt() {
        long moment = giveUpAt;
        return moment == 0 ? Task.NEVER : moment;
    }

    void giveUpAt(long moment) {
        if (moment < giveUpAt()) { // two at once: either is right
            giveUpAt = Math.max(1, moment);
        }
    }

    long shieldUntil() {
        return shieldUntil;
    }

    String note() {
        String text = note;
        return text == null ? "" : text;
    }

    void reason(String why) {
        REASON.compareAndSet(this, null, why);
    }

    String reasonOr(String other) {
        String known = reason;
        return known == null ? other : known;
    }

    List<StackSample> samples() {
        List<StackSample> all = samples;
        return all == null ? List.of() : all;
    }

    /** Keeps a sample of the stack, if there is memory for it. Throws nothing: it is worth no deadline. */
    void sample(Step why, Task<?> of) {
        try {
            add(take(why, of.wheel().elapsed()), of);
        } catch (Throwable noRoom) {
            return;
        }
    }

    private void add(StackSample sample, Task<?> of) {
        if (!of.isInside()) {
            return; // it has ended meanwhile: this may be the stack of another task
        }
        List<StackSample> before;
        List<StackSample> after;
        do {
            before = samples;
            if (before != null && before.size() >= 8) {
                return;
            }
            after = before == null ? new ArrayList<>() : new ArrayList<>(before);
            after.add(sample);
        } while (!SAMPLES.compareAndSet(this, before, after));
    }

    StackSample take(Step why, long now) {
        StackTraceElement[] frames = thread.getStackTrace();
        int kept = Math.min(frames.length, StackSample.MAX_FRAMES);
        return new StackSample(
                why, Duration.ofNanos(ran(now)), thread.getName(), Arrays.asList(Arrays.copyOf(frames, kept)));
    }

    // ---- by the body

    private Task<?> task() {
        Task<?> mine = task;
        if (mine == null) {
            throw new IllegalStateException("the task has not begun"); // a body gets this only once it has
        }
        return mine;
    }

    @Override
    public long id() {
        return task().id();
    }

    @Override
    public boolean isCancelled() {
        return (task().status() & Task.ASKED) != 0;
    }

    @Override
    public void checkpoint() {
        if (isCancelled()) {
            throw new TaskCancelledException(
                    "task " + id() + " stops: " + reasonOr("its soft timeout has passed"), null, null);
        }
    }

    @Override
    public Duration remaining() {
        Task<?> mine = task();
        long hard = mine.times.hard;
        long left = hard == Task.NEVER
                ? Task.NEVER
                : Math.max(0, hard - (mine.wheel().elapsed() - started()));
        return Duration.ofNanos(left);
    }

    @Override
    public void heartbeat() {
        beat = task().wheel().elapsed();
    }

    @Override
    public void progress(String text) {
        Objects.requireNonNull(text, "note");
        note = text.length() > MAX_NOTE ? text.substring(0, MAX_NOTE) : text;
        heartbeat();
    }

    @Override
    public <T extends @Nullable Object> T shield(Duration max, Callable<T> cleanup) throws Exception {
        Objects.requireNonNull(cleanup, "cleanup");
        long nanos = TimeUnit.NANOSECONDS.convert(max);
        if (nanos <= 0) {
            throw new IllegalArgumentException("max is " + max + "; it must be positive");
        }
        Task<?> mine = task();
        if (Thread.currentThread() != thread || hasEnded()) {
            throw new IllegalStateException("only the thread of a task that has no outcome yet can shield its cleanup");
        }
        if ((mine.status() & Task.SHIELDED) != 0) { // only this thread sets it
            throw new IllegalStateException("this task is within a shield already");
        }
        long now = mine.wheel().elapsed();
        shieldUntil =
                nanos > Task.NEVER - now ? Task.NEVER : now + nanos; // before: who has an interrupt held back reads it
        mine.enterShield();
        boolean interrupted = Thread.interrupted(); // sent before: it comes again after
        try {
            return cleanup.call();
        } finally {
            if (mine.leaveShield() || interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    // ---- hooks

    private static final class Hook implements Registration {
        private final Runnable action;
        private final AtomicBoolean spent = new AtomicBoolean();

        Hook(Runnable action) {
            this.action = action;
        }

        void call() {
            if (spent.compareAndSet(false, true)) {
                try {
                    action.run();
                } catch (Throwable failure) { // user code
                    LOG.warn("an action that a task has left for its cancellation failed", failure);
                }
            }
        }

        @Override
        public void close() {
            spent.set(true);
        }
    }

    @Override
    public Registration onCancel(Runnable action) {
        Hook hook = new Hook(Objects.requireNonNull(action, "action"));
        ConcurrentLinkedQueue<Hook> all = hooks;
        while (all == null) {
            HOOKS.compareAndSet(this, null, new ConcurrentLinkedQueue<Hook>());
            all = hooks;
        }
        if (all != OVER) {
            all.removeIf(old -> old.spent.get());
            all.add(hook);
        }
        if (isCancelled()) { // who told it may have looked before it was there
            hook.call();
        }
        return hook;
    }

    /** Has the actions of a task that was told to stop called, on a thread of the library. Throws nothing. */
    void tellHooks(Manager manager) {
        if (hooks == null || !isCancelled()) {
            return; // a hook that comes now looks for itself; or it has ended meanwhile
        }
        @SuppressWarnings("unchecked") // the type of the field
        ConcurrentLinkedQueue<Hook> all = (ConcurrentLinkedQueue<Hook>) HOOKS.getAndSet(this, OVER);
        if (all == null || all.isEmpty()) {
            return;
        }
        try {
            manager.courier.send(() -> {
                for (Hook hook = all.poll(); hook != null; hook = all.poll()) {
                    hook.call();
                }
            });
        } catch (Throwable full) { // no memory: at the next step, or when it ends
            if (!hasEnded()) {
                HOOKS.compareAndSet(this, OVER, all);
            }
        }
    }
}
