package dev.lifecycle.impl.task;

import dev.lifecycle.impl.time.Backoff;
import dev.lifecycle.impl.time.Daemons;
import dev.lifecycle.impl.time.StackRoom;
import dev.lifecycle.impl.time.Sweeper;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.task.ThreadMode;
import dev.lifecycle.time.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The threads of a manager: begun when there is work, idle for a while, replaced when they are stuck. */
final class Workers {
    /*
     * Guarded by `locked` (0 free, 1 taken; given back by that statement, with no code of others called and nothing allocated in
     * between): live, idle, idling, beginning, replaced, limit, `isIdle`, `below` and `settled` of each worker; and the writes of
     * searching, unreplaced, spare and over, which are read without it.
     *   I1  live is the number of threads that are beginning, idle or at work. Those that are stuck are not: they are replaced, or
     *       unreplaced. live + unreplaced is at most maxConcurrency.
     *   I2  idle is a stack of `idling` live threads that are parked, or about to be. Who takes one off has counted it as searching,
     *       and wakes it.
     *   I3  searching is the number of threads that run, or were woken, for work, and have not found or missed any yet.
     *   I4  beginning is the number of live threads that do not run yet. Each is settled once, by its worker, which turns it into one
     *       that searches, or by who could not begin it; a worker that comes later, or again, does nothing.
     *   I5  live - idling is at most the limit, and maxConcurrency - unreplaced, save after the limit was lowered: then `over` is set,
     *       and threads that come from a task, or were woken, look for no other, but become idle.
     *   I6  spare is not 0 while I5 allows one more thread, and one is idle or none is beginning: one begins at a time, save those
     *       that take the place of a virtual thread.
     *
     * No task waits while a thread could run it. Who adds a task gives back the lock of its lane, then reads searching and spare in
     * signal(). Who makes searching 0 or spare positive does that first, then reads the locks of all lanes: a thread that has missed,
     * and is idle or ends; one that has begun, and polls; who raises the limit, or gives a thread up. All of it is volatile: one of
     * the two sees the other (Dekker). A thread that finds a task signals in its turn if there are more. Where a thread could not be
     * begun, those that are at work come to its tasks; if there are none, it is tried again.
     */
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.task");

    /** Made with the class: there may be no memory for it later. */
    private static final String NO_THREAD = String.valueOf("could not begin a thread");

    private static final long KEEP_ALIVE_NANOS =
            TimeUnit.SECONDS.toNanos(2); // real time: a clock of tests may stand still
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long NO_MEMORY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** Frames of what must be done as a whole: to begin a thread, or to count it out again. */
    private static final int ROOM = 64;

    private static final int SYNCHRONIZED_UNPINS = 24; // JEP 491

    /** Looks of a thread that has found nothing, some 10 us, before it parks: to be woken takes about as long, of the time of who submits. */
    private static final int LOOKS = 256;

    private static final VarHandle LOCKED;

    static {
        try {
            LOCKED = MethodHandles.lookup().findVarHandle(Workers.class, "locked", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Manager manager;
    private final String prefix;
    private final @Nullable ThreadFactory factory;
    private final boolean virtual;
    private final int maxConcurrency;
    private final int maxReplaced;
    private volatile int locked;
    private volatile int searching;
    private volatile int spare;
    private volatile boolean over;
    private int limit;
    private int live;
    private int beginning;
    private @Nullable Worker idle;
    private int idling;
    private int replaced;
    private volatile int unreplaced;
    private boolean ends; // no thread waits for work from here
    private final AtomicLong begun = new AtomicLong();
    private volatile boolean retrying;

    Workers(
            Manager manager,
            String name,
            ThreadMode mode,
            @Nullable ThreadFactory factory,
            int maxConcurrency,
            int maxQuarantined) {
        this.manager = manager;
        this.prefix = "lifecycle-" + name + "-";
        this.factory = factory;
        this.virtual = mode == ThreadMode.VIRTUAL
                || mode == ThreadMode.AUTO && Runtime.version().feature() >= SYNCHRONIZED_UNPINS;
        this.maxConcurrency = maxConcurrency;
        this.maxReplaced = maxQuarantined;
        this.limit = maxConcurrency;
        this.spare = maxConcurrency;
    }

    boolean callsFactory() {
        return factory != null;
    }

    // ---- work

    /** Wakes or begins a thread if none is at it; returns false if there is no thread at all, and none can be begun. */
    boolean signal() {
        if (!wakesNone()) {
            return true;
        }
        try {
            StackRoom.need(ROOM); // of a user
        } catch (StackOverflowError end) { // a thread that ends after this comes to the task, as to any
            return locked >= 0 && live > 0; // always the first; but it is read before: see Lane.hasReady()
        }
        return begin(false);
    }

    /** Whether {@link #signal} would have something to do. Two volatile reads. */
    boolean wantOne() {
        return searching == 0 && spare != 0;
    }

    /** Wakes a thread if none is at it; returns whether one must be begun for that. */
    private boolean wakesNone() {
        if (!wantOne()) {
            return false;
        }
        Worker woken = null;
        boolean none = false;
        lock();
        if (searching == 0 && spare != 0) {
            woken = idle;
            if (woken == null) {
                none = true;
            } else {
                takeIdle(woken);
            }
        }
        locked = 0;
        if (woken != null) {
            LockSupport.unpark(woken.thread);
        }
        return none;
    }

    /** Has the top of the stack search, with the lock; it must be woken. */
    private void takeIdle(Worker top) {
        idle = top.below;
        idling--;
        top.below = null;
        top.isIdle = false;
        int now = searching + 1;
        searching = now;
        count();
    }

    /** How many more may run, negative if too many do; with the lock. */
    private int free() {
        return Math.min(limit, maxConcurrency - unreplaced) - (live - idling);
    }

    /** Updates `spare` and `over`, with the lock. */
    private void count() {
        int free = free();
        spare = idle == null && beginning != 0 ? 0 : Math.max(0, free);
        over = free < 0;
    }

    /**
     * Begins a thread, if that is what is missing still, or in place of the calling one. Returns false if there is no thread at all.
     * Throws nothing.
     */
    private boolean begin(boolean inMyPlace) {
        lock();
        boolean begins = inMyPlace || searching == 0 && spare != 0 && idle == null;
        if (begins) {
            live += inMyPlace ? 0 : 1;
            beginning++;
            count();
        }
        locked = 0;
        Worker fresh = null;
        try {
            if (begins) {
                fresh = new Worker();
                start(thread(fresh));
            }
            return true;
        } catch (Throwable failure) { // no memory, no stack, no threads, or code of a user
            return missed(fresh, failure);
        }
    }

    private static void start(@Nullable Thread thread) {
        if (thread == null) {
            throw new IllegalStateException("the thread factory returned null");
        }
        if (thread.getState() != Thread.State.NEW) {
            throw new IllegalStateException("the thread factory returned " + thread
                    + ", which has been started already. Return one that was not");
        }
        thread.start();
    }

    private boolean missed(@Nullable Worker fresh, Throwable failure) {
        lock();
        boolean runs = fresh != null && fresh.settled; // all the same
        if (!runs) {
            if (fresh != null) {
                fresh.settled = true;
            }
            live--;
            beginning--;
            count();
        }
        boolean none = live <= 0;
        boolean noneRuns = live - beginning <= 0;
        locked = 0;
        if (runs) {
            return true;
        }
        if (noneRuns) {
            retry();
        }
        complain(NO_THREAD, failure);
        return !none;
    }

    private void complain(String what, Throwable failure) {
        try {
            LOG.warn("task manager " + manager.name() + " " + what, failure);
        } catch (Throwable full) { // no memory or stack for the text
            return;
        }
    }

    private @Nullable Thread thread(Worker worker) {
        ThreadFactory own = factory;
        if (own != null) {
            return own.newThread(worker);
        }
        long number = begun.incrementAndGet();
        return virtual ? Daemons.worker(prefix + number, worker) : Daemons.thread(prefix + number, worker);
    }

    /** Tries again in a while: tasks may wait that nobody adds to. */
    void retry() {
        if (!retrying) {
            retrying = true;
            try {
                Sweeper.of(TimeSource.system()).add(this::tryAgain, RETRY_NANOS);
            } catch (Throwable noThread) { // nor memory or stack: the next task tries
                retrying = false;
            }
        }
    }

    private long tryAgain(long now) {
        retrying = false;
        if (manager.hasQueued()) {
            manager.signalFromTimer();
        }
        return Sweeper.Check.DONE;
    }

    /** A thread and what it does. */
    private final class Worker implements Runnable {
        @Nullable
        Thread thread; // written before it is idle

        @Nullable
        Worker below; // in the stack of idle ones

        boolean isIdle;
        boolean settled;

        @Override
        public void run() {
            if (!settles()) {
                return; // it was given up, or somebody runs it again
            }
            Thread self = Thread.currentThread(); // not always the one that the factory returned
            thread = self;
            boolean counted = true;
            while (true) {
                try {
                    Run fresh = new Run(self);
                    Task<?> task = over ? null : manager.poll(fresh);
                    if (task == null && !virtual && (counted || searches())) {
                        counted = true;
                        task = linger(fresh);
                    }
                    if (counted) {
                        counted = false;
                        found(task != null);
                    }
                    if (task == null) {
                        if (virtual) {
                            leave();
                            return;
                        }
                        if (!awaitWork()) {
                            return;
                        }
                        counted = true;
                        continue;
                    }
                    if (!manager.run(task, fresh)) {
                        return;
                    }
                    if (virtual) {
                        passOn();
                        return;
                    }
                } catch (VirtualMachineError
                        | LinkageError noMemory) { // for a Run, or to load a class: nothing was taken yet
                    LockSupport.parkNanos(NO_MEMORY_NANOS);
                } catch (Throwable defect) { // of the library: say so, and go on
                    complain("met a defect in one of its threads, which goes on", defect);
                    LockSupport.parkNanos(RETRY_NANOS);
                }
            }
        }

        /** Looks for a while longer, counted as searching: who submits meanwhile need not wake anybody. */
        private @Nullable Task<?> linger(Run fresh) {
            for (int i = 1; i <= LOOKS && !over; i++) {
                if (manager.hasQueued()) {
                    Task<?> task = manager.poll(fresh);
                    if (task != null) {
                        return task;
                    }
                }
                Thread.onSpinWait(); // no yield: it counts as searching, and would be away
            }
            return null;
        }

        /** Searches again, unless others do. */
        private boolean searches() {
            if (searching != 0) {
                return false;
            }
            lock();
            boolean only = searching == 0;
            if (only) {
                searching = 1;
            }
            locked = 0;
            return only;
        }

        /** From here it searches; returns false if it was settled before. */
        private boolean settles() {
            lock();
            boolean first = !settled;
            if (first) {
                settled = true;
                beginning--;
                int now = searching + 1;
                searching = now;
                count();
            }
            locked = 0;
            return first;
        }

        /** Waits to be woken; returns false if nobody did for long, and it must end. */
        private boolean awaitWork() {
            lock();
            if (ends) {
                live--;
                count();
                locked = 0;
                return false;
            }
            below = idle;
            idle = this;
            idling++;
            isIdle = true;
            count();
            locked = 0;
            if (manager.hasQueued()) {
                signal(); // it takes the top of the stack: this one, or another
            }
            long deadline = System.nanoTime() + KEEP_ALIVE_NANOS;
            while (true) {
                long left = deadline - System.nanoTime();
                if (left > 0) {
                    LockSupport.parkNanos(Workers.this, left);
                }
                lock();
                boolean mine = isIdle;
                if (mine && left <= 0) {
                    drop();
                }
                locked = 0;
                if (!mine) {
                    return true;
                }
                if (left <= 0) {
                    return false;
                }
                Thread.interrupted(); // nobody interrupts an idle thread for a reason of ours
            }
        }

        /** Takes it off the stack, with the lock. */
        private void drop() {
            Worker above = null;
            for (Worker each = idle; each != this && each != null; each = each.below) {
                above = each;
            }
            if (above == null) {
                idle = below;
            } else {
                above.below = below;
            }
            below = null;
            isIdle = false;
            idling--;
            live--;
            count();
        }
    }

    /** Ends the search of one; if it has a task and there are more, another one searches. Throws nothing. */
    private void found(boolean any) {
        lock();
        int now = searching - 1;
        searching = now;
        locked = 0;
        if (any && manager.hasQueued()) {
            try {
                callAnother();
            } catch (
                    Throwable
                            noMemory) { // to load or to link what is used for the first time: the task must run all the
                // same
                retry();
            }
        }
    }

    private void callAnother() {
        if (wakesNone()) {
            if (factory == null) {
                begin(false);
            } else {
                beginElsewhere();
            }
        }
    }

    /** The calling thread has a task, which must not wait for a factory, that is for code of a user. */
    private void beginElsewhere() {
        try {
            manager.courier.send(this::signal);
        } catch (Throwable full) { // no memory: this thread comes back
            return;
        }
    }

    /** A thread ends that has found nothing to do. */
    private void leave() {
        lock();
        live--;
        count();
        locked = 0;
        if (manager.hasQueued()) {
            signal();
        }
    }

    /** A virtual thread ends: each task has its own. */
    private void passOn() {
        if (!over && manager.hasQueued()) {
            begin(true);
        } else {
            leave();
        }
    }

    // ---- quarantine

    /** A thread is stuck: it is replaced, if not too many are. On the timer thread. */
    void gaveUp() {
        lock();
        live--;
        if (replaced < maxReplaced) {
            replaced++;
        } else {
            int now = unreplaced + 1;
            unreplaced = now;
        }
        count();
        locked = 0;
        if (manager.hasQueued()) {
            manager.signalFromTimer();
        }
    }

    /** The calling thread was stuck; returns whether it goes on, since it was not replaced. */
    boolean rejoins() {
        lock();
        boolean goesOn = unreplaced > 0; // whichever it is: one more may work from here
        if (goesOn) {
            live++;
            int now = unreplaced - 1;
            unreplaced = now;
        } else {
            replaced--;
        }
        count();
        locked = 0;
        return goesOn;
    }

    int quarantined() {
        lock();
        int stuck = replaced + unreplaced;
        locked = 0;
        return stuck;
    }

    /** Whether nothing can run any more: all threads are stuck. */
    boolean isBlocked() {
        return unreplaced >= maxConcurrency; // a lower limit leaves room beside those that are stuck
    }

    // ---- limit

    /** Lowers or raises how many tasks run at once, to at least one. */
    void limit(int threads) {
        lock();
        limit = threads;
        count();
        locked = 0;
        if (manager.hasQueued()) {
            manager.signalFromTimer();
        }
    }

    int limit() {
        lock();
        int now = limit;
        locked = 0;
        return now;
    }

    int maxConcurrency() {
        return maxConcurrency;
    }

    /** Ends the threads that are idle, and those that will be. */
    void end() {
        while (true) {
            lock();
            ends = true;
            Worker worker = idle;
            if (worker != null) {
                takeIdle(worker); // it will find nothing
            }
            locked = 0;
            if (worker == null) {
                return;
            }
            LockSupport.unpark(worker.thread);
        }
    }

    private void lock() {
        int looks = 0;
        while (locked != 0 || !LOCKED.compareAndSet(this, 0, 1)) { // volatile
            Backoff.pause(looks++);
        }
    }

    /** Whether the invariants hold, for tests. */
    boolean invariantsHold() {
        lock();
        int waiting = 0;
        boolean hold = true;
        for (Worker each = idle; each != null; each = each.below) {
            waiting++;
            hold &= each.isIdle;
        }
        hold &= waiting == idling && replaced >= 0 && unreplaced >= 0 && replaced <= maxReplaced;
        hold &= searching >= 0 && beginning >= 0 && searching + beginning <= live - idling;
        hold &= live + unreplaced <= maxConcurrency && over == (free() < 0);
        hold &= spare != 0 || free() <= 0 || idle == null && beginning != 0;
        locked = 0;
        return hold;
    }
}
