package dev.lifecycle.impl.task;

import dev.lifecycle.impl.time.Backoff;
import dev.lifecycle.impl.time.WheelNode;
import dev.lifecycle.impl.tree.Reaper;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.scope.Overrun;
import dev.lifecycle.scope.OverrunPolicy;
import dev.lifecycle.task.Timer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The timeouts that are due, of all timers, on their way to the executors of users: on the reaper thread. */
final class HandOver extends Reaper.Express {
    /*
     * Guarded by `locked` (0 free, 1 taken): head, tail, told, runs, and next of what is in the queue. The lock is taken by a compare-and-set and given back by
     * the statement `locked = 0`; held for a few instructions; in between nothing is called and nothing allocated.
     *   I1  head..tail is the queue, oldest first; both are null when it is empty.
     *   I2  runs has the calls of serve() that are in an executor: that of the reaper, and those of threads it has left behind, which
     *       are at most MAX_LEFT_BEHIND. With that many, serve() hands over nothing.
     * `rung` is true from when the reaper was rung until it begins to look at the queue. Who adds after that look began finds it false;
     * who added before is found, since both take the lock.
     */
    static final HandOver INSTANCE = new HandOver();

    private static final SafeLog LOG = new SafeLog("dev.lifecycle.task");
    private static final long LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int MANY = 1_000; // before a reference has its turn
    private static final int MAX_RUNS = Timer.MAX_LEFT_BEHIND + 1;
    private static final VarHandle LOCKED;

    static {
        try {
            LOCKED = MethodHandles.lookup().findVarHandle(HandOver.class, "locked", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile int locked;
    private @Nullable WheelNode head;
    private @Nullable WheelNode tail;
    private final @Nullable Run[] runs = new Run[MAX_RUNS];
    private boolean told;
    private volatile boolean rung;

    private HandOver() {}

    private void lock() {
        int looks = 0;
        while (locked != 0 || !LOCKED.compareAndSet(this, 0, 1)) { // volatile
            Backoff.pause(looks++);
        }
    }

    @Override
    protected boolean isLive() {
        lock();
        boolean is = head != null;
        locked = 0;
        return is;
    }

    /** Puts {@code timeout} in the queue. On the timer thread. */
    void add(UserTimeout timeout) {
        lock();
        WheelNode last = tail;
        if (last == null) {
            head = timeout;
        } else {
            last.next = timeout;
        }
        tail = timeout;
        locked = 0;
        wakeUp();
    }

    private void wakeUp() {
        if (!rung) {
            rung = true;
            try {
                ring();
            } catch (Throwable noMemory) { // the next one tries again; the reaper looks by itself, too, while it runs
                rung = false;
                throw noMemory;
            }
        }
    }

    private @Nullable UserTimeout poll() {
        lock();
        WheelNode first = head;
        if (first != null) {
            head = first.next;
            first.next = null;
            tail = head == null ? null : tail;
        }
        locked = 0;
        return (UserTimeout) first;
    }

    @Override
    protected Served serve() {
        rung = false; // volatile, before the queue is looked at
        Run run = new Run();
        if (!enter(run)) {
            return Served.ALL;
        }
        boolean isReaper;
        try {
            isReaper = Reaper.callOut(run, LIMIT_NANOS);
        } finally {
            leave(run);
        }
        boolean more = isLive();
        if (isReaper) {
            return more ? Served.SOME : Served.ALL;
        }
        if (more) {
            wakeUp(); // the others may have waited for this thread to come back
        }
        return Served.LEFT_BEHIND;
    }

    /** Makes {@code run} one of those that hand over, unless there are too many; says so once. */
    private boolean enter(Run run) {
        int free = -1;
        int others = 0;
        boolean tell = false;
        lock();
        for (int i = 0; i < MAX_RUNS; i++) {
            if (runs[i] == null) {
                free = i;
            } else {
                others++;
            }
        }
        if (others >= Timer.MAX_LEFT_BEHIND) {
            free = -1;
            tell = !told;
            told = true;
        } else {
            runs[free] = run;
        }
        locked = 0;
        if (tell) {
            LOG.warn(others
                    + " threads are stuck in Executor.execute, called for timeouts; other timeouts wait until one"
                    + " comes back. Give Timer.schedule executors that neither block nor run the action themselves. Stuck: "
                    + names());
        }
        return free >= 0;
    }

    private void leave(Run run) {
        lock();
        for (int i = 0; i < MAX_RUNS; i++) {
            if (runs[i] == run) {
                runs[i] = null;
            }
        }
        told = false;
        locked = 0;
    }

    private List<Run> running() {
        @Nullable Run[] copy = new @Nullable Run[MAX_RUNS];
        lock();
        for (int i = 0; i < MAX_RUNS; i++) {
            copy[i] = runs[i];
        }
        locked = 0;
        List<Run> running = new ArrayList<>();
        for (Run run : copy) {
            if (run != null) {
                running.add(run);
            }
        }
        return running;
    }

    private Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        running().forEach(run -> names.add(run.executor));
        return names;
    }

    /** How many threads are stuck. */
    int leftBehind() {
        int stuck = 0;
        for (Run run : running()) {
            stuck += run.isStuck ? 1 : 0;
        }
        return stuck;
    }

    /** Whether a thread other than the calling one is giving a timeout of {@code timer} to an executor. */
    boolean isHandingOver(WheelTimer timer) {
        for (Run run : running()) {
            if (run.timer == timer && run.thread != Thread.currentThread()) {
                return true;
            }
        }
        return false;
    }

    /** Describes those that do that. */
    List<Overrun> overruns(WheelTimer timer) {
        List<Overrun> found = new ArrayList<>();
        for (Run run : running()) {
            if (run.timer == timer && run.thread != Thread.currentThread()) {
                Duration ran = Duration.ofNanos(System.nanoTime() - run.since);
                found.add(new Overrun(run.executor, null, ran, run.thread.getStackTrace(), OverrunPolicy.ABANDON));
            }
        }
        return found;
    }

    /** Takes back those of {@code timer} that wait here; returns how many. The others wait meanwhile. */
    int cancel(WheelTimer timer) {
        lock();
        WheelNode all = head;
        head = null;
        tail = null;
        locked = 0;
        int cancelled = 0;
        WheelNode kept = null;
        WheelNode last = null;
        while (all != null) {
            WheelNode each = all;
            all = each.next;
            if (((UserTimeout) each).timer() == timer) {
                each.next = null;
                boolean taken = ((UserTimeout) each).take();
                timer.dropped(taken);
                cancelled += taken ? 1 : 0;
            } else {
                if (last == null) {
                    kept = each;
                } else {
                    last.next = each;
                }
                last = each;
            }
        }
        if (last != null) {
            lock();
            last.next = head; // those that came meanwhile come after
            head = kept;
            tail = last.next == null ? last : tail;
            locked = 0;
            wakeUp();
        }
        return cancelled;
    }

    /** The calls into executors, one after the other, until the queue is empty or this thread is left behind. */
    static final class Run implements Reaper.CallOut {
        final Thread thread = Thread.currentThread();
        volatile @Nullable WheelTimer timer; // whose timeout is being handed over
        volatile String executor = "";
        volatile long since;
        volatile boolean isStuck;

        @Override
        public void run() {
            int left = MANY;
            UserTimeout each = INSTANCE.poll();
            while (each != null) {
                each.handOver(this);
                timer = null;
                each = Reaper.goOn() && --left > 0 ? INSTANCE.poll() : null;
            }
        }

        void begin(WheelTimer whose, @Nullable Executor to) {
            since = System.nanoTime();
            executor = to == null ? "" : to.getClass().getName();
            timer = whose; // volatile: after the two others
        }

        @Override
        public void stuck() {
            isStuck = true;
        }
    }
}
