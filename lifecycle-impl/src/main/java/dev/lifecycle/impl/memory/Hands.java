package dev.lifecycle.impl.memory;

import dev.lifecycle.impl.time.Daemons;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.time.TimeSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Runs code of users for a guard, one piece after the other; goes on without a piece that takes too long. */
final class Hands {
    /*
     * Guarded by `lock`: all below. `turn` is the number of the thread that works; one that finds another number has been replaced, and ends.
     *   I1  while `work` has any, a thread of the present turn is there.
     *   I2  pieces are run one after the other, but for those of threads that were replaced, at most MOST_STUCK.
     */
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.memory");
    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LINGER_MILLIS = 500; // real time: a virtual clock may stand still
    private static final int MOST_STUCK = 4;

    private final String name;
    private final TimeSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Work> work = new ArrayDeque<>();
    private @Nullable Thread thread;
    private int turn;
    private boolean inPiece;
    private long began; // of the piece
    private int stuck;
    private boolean complained;
    private boolean stopped;

    /** Some pieces of work. May be called by another thread while a piece hangs, for the next one. */
    interface Work {
        /** Does the next piece; returns whether there are more. */
        boolean step();

        /** It is given up. */
        default void drop() {}

        /** Says what the piece is that hangs, for the log. */
        String current();
    }

    Hands(String name, TimeSource clock) {
        this.name = name;
        this.clock = clock;
    }

    /** Does it after all there is. */
    void add(Work some) {
        lock.lock();
        try {
            if (stopped) {
                return;
            }
            work.add(some);
            if (thread == null) {
                start();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void start() {
        turn++;
        int mine = turn;
        Thread fresh = Daemons.thread("lifecycle-memory-act-" + name, () -> run(mine));
        thread = fresh;
        try {
            fresh.start();
        } catch (Throwable none) { // no memory for a thread: the next add() or look() tries again
            thread = null;
            throw none;
        }
    }

    private void run(int mine) {
        while (true) {
            Work next = await(mine);
            if (next == null) {
                return;
            }
            if (ended(mine, next, step(next))) {
                return;
            }
        }
    }

    private boolean step(Work next) {
        try {
            return next.step();
        } catch (Throwable failure) { // no memory, as pieces catch what users throw
            next.drop();
            LOG.warn("memory guard " + name + ": some of what it has to do was left out", failure);
            return false;
        }
    }

    private @Nullable Work await(int mine) {
        lock.lock();
        try {
            boolean waited = false;
            while (turn == mine && work.isEmpty() && !stopped) {
                if (waited) {
                    thread = null;
                    return null;
                }
                waited = !changed.await(LINGER_MILLIS, TimeUnit.MILLISECONDS);
            }
            if (turn != mine || stopped) {
                return null;
            }
            inPiece = true;
            complained = false;
            began = clock.nanos();
            return work.element();
        } catch (InterruptedException strange) { // nobody has this thread: a piece may have interrupted it
            thread = null;
            if (!work.isEmpty() && turn == mine) {
                start();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether the thread ends. */
    private boolean ended(int mine, Work some, boolean more) {
        lock.lock();
        try {
            if (turn != mine) {
                stuck--;
                return true;
            }
            inPiece = false;
            if (!more) {
                work.remove(some);
            }
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    /** Looks whether a piece takes too long, and goes on without it. */
    void look(long now) {
        String hangs;
        lock.lock();
        try {
            if (!work.isEmpty() && thread == null && !stopped) {
                start();
            }
            if (stopped || !inPiece || now - began < SLOW_NANOS || complained && stuck == MOST_STUCK) {
                return;
            }
            complained = true;
            hangs = work.element().current() + " takes longer than 5 s; "
                    + (stuck < MOST_STUCK
                            ? "the others are called without it"
                            : "so do " + stuck + " others: all wait");
            if (stuck < MOST_STUCK) {
                stuck++;
                inPiece = false;
                start();
            }
        } finally {
            lock.unlock();
        }
        LOG.warn("memory guard " + name + ": " + hangs);
    }

    /** How many threads hang in a piece that others do not wait for. */
    int stuck() {
        lock.lock();
        try {
            return stuck;
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is anything to do. */
    boolean isIdle() {
        lock.lock();
        try {
            return work.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Begins no other piece. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            work.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean invariantsHold() {
        lock.lock();
        try {
            return (work.isEmpty() || thread != null || stopped) && stuck >= 0 && stuck <= MOST_STUCK;
        } finally {
            lock.unlock();
        }
    }
}
