package dev.lifecycle.impl.tree;

import dev.lifecycle.impl.time.Backoff;
import dev.lifecycle.impl.time.Daemons;
import dev.lifecycle.impl.time.Sweeper;
import dev.lifecycle.time.TimeSource;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Tells references of the library that their referent was collected, on one daemon thread: {@code lifecycle-reaper}.
 *
 * <p>A {@link Client} makes references with {@link #queue} that implement {@link Reapable}, and calls {@link Client#watch}
 * after it began to hold one. The thread runs while a client has something to watch and ends up to a second after, so that
 * it pins no class loader.
 */
public final class Reaper {
    /*
     * Guarded by `locked`: CLIENTS, thread, quiet, failed, retryAt, and every write of Client.attached and of visit, save the
     * one in callOut that sets it (only `thread` does, and only where it is null).
     *   I1  whenever it is free: thread is non-null while CLIENTS is not empty, and attached is true for just its members.
     *   I2  a client that is live, and whose last watch() that follows its becoming live has returned, is attached
     *       (unless no thread could be started: the next watch() after a second tries again).
     *   I3  only `thread` begins to call reap(). One that was replaced because it was stuck in a call leaves when the call
     *       returns; `visit` is never that call any more.
     *
     * I2 is Dekker's argument. The client becomes live under a lock of its own, which it takes by a volatile
     * compare-and-set (L), then reads `attached` in watch() (R, volatile). A round writes false to `attached` (W,
     * volatile), then looks whether the client is live under the same lock (M). In the one total order of volatile actions,
     * either W precedes R: then watch() finds the client detached, waits for the round to end, and attaches it. Or L < R < W
     * < M: then M had to wait for the client to give back its lock, sees it live, and the round keeps it. (A client that
     * becomes live by a volatile write, L, and looks by a volatile read, M, gives the same.) Nothing else can be lost:
     * references wait in the queue and not in the thread, so that what is enqueued while none runs is taken by the next one,
     * and while no client is live nobody waits for it.
     *
     * Leaf locks of clients are taken under it (isLive), so clients call nothing of this class while they hold one.
     */
    private static final long ROUND_MILLIS = 500;
    private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(ROUND_MILLIS);
    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final ReferenceQueue<Object> QUEUE = new ReferenceQueue<>();
    private static final List<Client> CLIENTS = new ArrayList<>();
    private static @Nullable Thread thread;
    private static boolean quiet; // the last round found no client
    private static boolean failed; // the last start did
    private static long retryAt; // by System.nanoTime, where failed

    /**
     * Given back by a statement: who attaches a client may be at the end of its stack, where a call to unlock would have no room,
     * and the reaper would be nobody's for ever. Held for a few instructions, and for the start of a thread. Not re-entrant.
     */
    private static volatile int locked;

    private static final int FREE = 0;
    private static final int TAKEN = 1;
    private static final VarHandle LOCKED;
    private static volatile @Nullable Visit visit; // what the thread is in, see callOut
    private static volatile long watching; // within how many nanoseconds watchVisit will be called; 0 if it will not
    private static volatile @Nullable Express express; // what is served before references

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            LOCKED = lookup.findStaticVarHandle(Reaper.class, "locked", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Reaper() {}

    /** A reference that wants to know that its referent was collected. */
    @FunctionalInterface
    public interface Reapable {
        /** Called on the reaper thread after the referent was collected, at most once. What it throws is logged. */
        void reap();
    }

    /** A holder of references. */
    public abstract static class Client {
        private volatile boolean attached;

        /** For subclasses. */
        protected Client() {}

        /**
         * Tells whether there is anything to wait for. Called with a lock of the reaper held: must not block, nor call
         * it. Looks under the lock, or by the volatile reads, that belongs to what was written before {@link #watch}.
         *
         * @return whether it holds references that wait, or has rung
         */
        protected abstract boolean isLive();

        /** Makes sure that the reaper runs; costs one volatile read when it does. Call it after becoming live. */
        protected final void watch() {
            if (!attached) {
                attach(this);
            }
        }

        /**
         * Makes the reaper thread call {@code reapable} soon. Call it when live.
         *
         * @param reapable what to call, once
         */
        protected final void summon(Reapable reapable) {
            watch();
            new Summons(reapable).enqueue();
        }
    }

    /** A client that is served before references: a million of them may be waiting. There is one. */
    public abstract static class Express extends Client {
        /** For subclasses. */
        protected Express() {}

        /** Whether it is to be looked at again. */
        public enum Served {
            /** There is nothing to do until it rings. */
            ALL,
            /** There is more; a reference may come between. */
            SOME,
            /** The calling thread is the reaper no more, see {@link #callOut}. */
            LEFT_BEHIND
        }

        /**
         * Serves what waits. On the reaper thread, before each reference.
         *
         * @return what is next
         */
        protected abstract Served serve();

        /** Makes the reaper thread call {@link #serve} soon. Call it when live. */
        protected final void ring() {
            express = this;
            watch();
            new Summons(Express::nothing).enqueue();
        }

        private static void nothing() {}
    }

    /** Not a reference to anything: a message to the thread, in the queue that it waits for. */
    private static final class Summons extends PhantomReference<Object> implements Reapable {
        private final Reapable target;

        Summons(Reapable target) {
            super(QUEUE, QUEUE); // some referent: null would do, but for the nullness checker
            this.target = target;
        }

        @Override
        public void reap() {
            target.reap();
        }
    }

    /** A call from the reaper thread into code of a user, which may never return. */
    public interface CallOut {
        /** The call. */
        void run();

        /** Called, on another thread of the library, when {@link #run} takes so long that the reaper goes on without it. */
        void stuck();
    }

    private static final class Visit {
        final CallOut call;
        final Thread thread;
        final long limit;
        volatile long since;

        Visit(CallOut call, long limit) {
            this.call = call;
            this.limit = limit;
            thread = Thread.currentThread();
            since = System.nanoTime();
        }

        void end() {
            lock(); // not while replaced() makes up its mind
            try {
                if (visit == this) {
                    visit = null;
                }
            } finally {
                locked = FREE;
            }
        }
    }

    /**
     * Returns the queue for references that implement {@link Reapable}.
     *
     * @return always the same
     */
    public static ReferenceQueue<Object> queue() {
        return QUEUE;
    }

    private static void lock() {
        int looks = 0;
        while (locked != FREE || !LOCKED.compareAndSet(FREE, TAKEN)) { // volatile
            Backoff.pause(looks++);
        }
    }

    private static void attach(Client client) {
        Throwable failure = null;
        lock();
        try {
            if (!client.attached) {
                if (thread == null) {
                    failure = start();
                }
                if (thread != null) {
                    CLIENTS.add(client);
                    client.attached = true;
                }
            }
        } finally {
            locked = FREE;
        }
        if (failure != null) {
            log("the thread that finds leaks could not be started; tried again in a second", failure);
        }
    }

    /**
     * Starts a thread, and makes it the reaper; not within a second of a failure. The caller holds the lock. Returns what
     * prevented it.
     */
    private static @Nullable Throwable start() {
        if (failed && System.nanoTime() - retryAt < 0) {
            return null;
        }
        Thread before = thread;
        try {
            Thread fresh = Daemons.thread("lifecycle-reaper", Reaper::run);
            thread = fresh;
            fresh.start();
            quiet = false;
            failed = false;
            return null;
        } catch (Throwable noThread) {
            thread = before;
            failed = true;
            retryAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            return noThread;
        }
    }

    private static void run() {
        Thread self = Thread.currentThread();
        long roundAt = System.nanoTime();
        while (true) {
            try {
                if (isReplaced(self)) { // also where the call that it was stuck in has thrown
                    return;
                }
                Express first = express;
                Express.Served served = first == null || !first.isLive() ? Express.Served.ALL : first.serve();
                if (served == Express.Served.LEFT_BEHIND) {
                    return;
                }
                Reference<?> collected = served == Express.Served.SOME ? QUEUE.poll() : next();
                if (collected instanceof Reapable reapable) {
                    reapable.reap();
                }
                long now = System.nanoTime();
                if (now - roundAt >= ROUND_NANOS || collected == null && served == Express.Served.ALL) {
                    roundAt = now;
                    if (ends(self)) {
                        return;
                    }
                }
            } catch (Throwable failure) { // a defect of the library, or no memory: say so and go on
                survive(failure);
            }
        }
    }

    /** Must not throw, and what it does may: without memory not even the text of a message can be had. */
    private static void survive(Throwable failure) {
        try {
            log("the reaper goes on after a failure", failure);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1)); // no memory: do not spin
        } catch (Throwable noRoom) {
            Thread.yield();
        }
    }

    private static @Nullable Reference<?> next() {
        try {
            return QUEUE.remove(ROUND_MILLIS);
        } catch (InterruptedException ignored) { // nobody may stop this thread
            return null;
        }
    }

    private static boolean isReplaced(Thread self) {
        lock();
        try {
            return thread != self;
        } finally {
            locked = FREE;
        }
    }

    /** Ends a round of {@code self}; returns whether it was the last. */
    private static boolean ends(Thread self) {
        lock();
        try {
            if (thread != self) {
                return true;
            }
            CLIENTS.removeIf(Reaper::detached);
            boolean idle = CLIENTS.isEmpty();
            if (idle && quiet) {
                thread = null;
                return true;
            }
            quiet = idle;
            return false;
        } finally {
            locked = FREE;
        }
    }

    /** Lets go of the clients that are not live. Package-private for tests. */
    static void round() {
        lock();
        try {
            CLIENTS.removeIf(Reaper::detached);
        } finally {
            locked = FREE;
        }
    }

    /** Detaches {@code client} unless it is live; the caller holds the lock. */
    private static boolean detached(Client client) {
        if (client.isLive()) {
            return false;
        }
        client.attached = false; // volatile, before the second look: see I2
        if (client.isLive()) {
            client.attached = true;
            return false;
        }
        return true;
    }

    /**
     * Calls into code of a user from the reaper thread. Should that take longer than a second, another thread becomes the
     * reaper.
     *
     * @param call the call; what it throws is thrown
     * @return whether the calling thread still is the reaper; if not, it must return from {@link Reapable#reap} at once
     */
    public static boolean callOut(CallOut call) {
        return callOut(call, STUCK_NANOS);
    }

    /**
     * The same for calls that should not take as long, and for several in a row.
     *
     * @param call the call; {@link #goOn} between two of them
     * @param limit nanoseconds, after which another thread becomes the reaper; at most a second
     * @return whether the calling thread still is the reaper
     */
    public static boolean callOut(CallOut call, long limit) {
        Visit mine = new Visit(call, limit);
        visit = mine; // volatile, before the read of watching: Dekker's argument again, with watchVisit
        long watch = watching;
        if (watch == 0 || watch > limit) {
            watching = limit; // before the call that may undo it
            try {
                Sweeper.of(TimeSource.system()).add(WATCH, limit);
            } catch (Throwable noThread) { // no timer thread: a call that is stuck goes unnoticed, until the next one
                watching = 0;
                log("calls to code of users are not watched for being stuck", noThread);
            }
        }
        try {
            call.run();
        } finally {
            mine.end();
        }
        return !isReplaced(mine.thread);
    }

    /**
     * Begins another call within a {@link #callOut}: the limit is that of each.
     *
     * @return whether the calling thread still is the reaper; if not, it must return
     */
    public static boolean goOn() {
        Visit mine = visit;
        if (mine == null || mine.thread != Thread.currentThread()) {
            return false;
        }
        mine.since = System.nanoTime();
        return true;
    }

    private static final Sweeper.Check WATCH = now -> watchVisit(); // one object: the sweeper knows it by identity

    /**
     * On the timer thread: looks whether the reaper is stuck in a call. One that begins after the first line finds that nobody watches,
     * and asks for a call of this; one that began before is seen.
     */
    private static long watchVisit() {
        watching = 0; // volatile, before the read of visit
        Visit seen = visit;
        if (seen == null) {
            return Sweeper.Check.DONE;
        }
        long left = seen.limit - (System.nanoTime() - seen.since);
        if (left <= 0) {
            if (replaced(seen)) {
                seen.call.stuck();
            }
            left = seen.limit;
        }
        watching = left; // who began meanwhile, and wants it earlier, has asked for that
        return left;
    }

    /** Starts another reaper if {@code stuck} still is; returns whether it did. */
    private static boolean replaced(Visit stuck) {
        lock();
        try {
            if (visit != stuck || thread != stuck.thread) {
                return false; // returned just now
            }
            visit = null; // before the next thread may have one of its own
            start(); // without memory or threads to do so, the next look is soon
            if (thread == stuck.thread) {
                visit = stuck;
                return false;
            }
            return true;
        } finally {
            locked = FREE;
        }
    }

    private static void log(String message, Throwable cause) {
        try {
            System.getLogger("dev.lifecycle.leak").log(Level.ERROR, message, cause);
        } catch (Throwable ignored) { // the log is what failed: no other place is left to say so
        }
    }

    /** Whether {@code client} is attached, for tests. */
    static boolean isAttached(Client client) {
        lock();
        try {
            return client.attached;
        } finally {
            locked = FREE;
        }
    }

    /** Whether the thread runs, for tests. */
    static boolean isRunning() {
        lock();
        try {
            return thread != null;
        } finally {
            locked = FREE;
        }
    }

    /** Whether I1 holds, for tests. */
    static boolean invariantsHold() {
        lock();
        try {
            return (CLIENTS.isEmpty() || thread != null) && CLIENTS.stream().allMatch(client -> client.attached);
        } finally {
            locked = FREE;
        }
    }
}
