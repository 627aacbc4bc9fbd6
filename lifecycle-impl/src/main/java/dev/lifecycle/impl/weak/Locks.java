package dev.lifecycle.impl.weak;

import dev.lifecycle.impl.time.Backoff;
import dev.lifecycle.impl.tree.Reaper;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The locks of a {@link WeakTable}, and what they guard besides its slots. This, and not the table, is what the reaper knows:
 * so a table that its users have dropped is collected, with its nodes, whatever their values refer to.
 */
final class Locks extends Reaper.Client {

    /** Keeps the words of a lock off the cache lines of its neighbour. */
    abstract static class Padding {
        long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;
    }

    /** The lock of a region. Its other fields are guarded by it. */
    static final class Lock extends Padding {
        /*
         * The lowest bit of the word says whether it is taken, the others are the version of the region: who gives it back
         * after a node came in adds one. By a statement, since a call might have no room on the stack and leave it taken; where
         * every nanosecond counts by RELEASE, and by the statement if there is no room for that.
         */
        static final VarHandle WORD;
        private static final VarHandle LIVE;

        static {
            try {
                MethodHandles.Lookup lookup = MethodHandles.lookup();
                WORD = lookup.findVarHandle(Lock.class, "word", int.class);
                LIVE = lookup.findVarHandle(Lock.class, "live", int.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        static final int TAKEN = 1;
        static final int VERSION = 2;

        volatile int word;
        int live;
        int used;
        boolean shut;

        /** Waits until it is free, and takes it; returns what the word was, and is to be again. */
        int lock() {
            int looks = 0;
            while (true) {
                int seen = word;
                if ((seen & TAKEN) == 0
                        && WORD.compareAndSet(this, seen, seen | TAKEN)) { // volatile: for the reaper's proof
                    return seen;
                }
                Backoff.pause(looks++);
            }
        }

        /** Acquire: pairs with the release of the lock by who brought a node in. */
        int version() {
            return (int) WORD.getAcquire(this) & ~TAKEN;
        }

        /** For figures, and for guesses that are checked later. */
        int liveOpaque() {
            return (int) LIVE.getOpaque(this);
        }
    }

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(Lock[].class);

    final WeakReference<WeakTable> table;
    private final @Nullable Lock[] locks;
    private final AtomicInteger errands = new AtomicInteger(); // that the reaper was sent on

    Locks(WeakTable table, int count) {
        this.table = new WeakReference<>(table);
        this.locks = new Lock[count];
    }

    /** The lock of a region; comes by a compare-and-set when it is first asked for, and stays. */
    Lock get(int region) {
        Lock known = (Lock) ELEMENT.getAcquire(locks, region);
        if (known != null) {
            return known;
        }
        Lock fresh = new Lock();
        Lock other = (Lock) ELEMENT.compareAndExchange(locks, region, null, fresh);
        return other == null ? fresh : other;
    }

    long count() {
        long count = 0;
        for (int i = 0; i < locks.length; i++) {
            Lock lock = (Lock) ELEMENT.getAcquire(locks, i);
            count += lock == null ? 0 : lock.liveOpaque();
        }
        return count;
    }

    /** Makes sure that the reaper runs; after a node came in. */
    void watching() {
        watch();
    }

    /** Makes the reaper thread call {@code errand}. */
    void send(Runnable errand) {
        errands.incrementAndGet(); // live, before it is said so
        boolean sent = false;
        try {
            summon(() -> {
                try {
                    errand.run();
                } finally {
                    errands.decrementAndGet();
                }
            });
            sent = true;
        } finally {
            if (!sent) {
                errands.decrementAndGet(); // no memory: or the reaper would wait for it for ever
            }
        }
    }

    @Override
    protected boolean isLive() {
        if (errands.get() > 0) {
            return true;
        }
        if (table.refersTo(null)) {
            return false;
        }
        for (int i = 0; i < locks.length; i++) {
            Lock lock =
                    (Lock) ELEMENT.getVolatile(locks, i); // after the write of attached: a lock is part of what is live
            if (lock != null) {
                int word = lock.lock();
                boolean live = lock.live > 0;
                lock.word = word;
                if (live) {
                    return true;
                }
            }
        }
        return false;
    }
}
