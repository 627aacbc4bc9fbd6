package dev.lifecycle.impl.task;

import dev.lifecycle.impl.time.WheelNode;
import dev.lifecycle.time.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The part of a task that is waited for: a stack of those who do, in whose place comes DONE. */
abstract class Watched extends WheelNode {
    /*
     * `waiters` is changed by compare-and-set, by any thread that comes or has gone, until whoever has finished the task puts DONE there,
     * for ever: who comes later is told so. Links are written before a watcher is pushed, and later only to pass over one that is over.
     */
    private static final int FEW = 32;
    private static final VarHandle WAITERS;

    static {
        try {
            WAITERS = MethodHandles.lookup().findVarHandle(Watched.class, "waiters", Watcher.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
        link(() -> (boolean) WAITERS.compareAndSet((Watched) null, Watcher.DONE, Watcher.DONE));
        link(() -> (Watcher) WAITERS.getAndSet((Watched) null, Watcher.DONE));
    }

    /** The JVM links such a call, with these very types, when it is first made, and needs memory then: an outcome must not wait for it. */
    static void link(Supplier<Object> call) {
        try {
            throw new ExceptionInInitializerError("a call without a receiver returned " + call.get());
        } catch (NullPointerException linked) { // it fails only then
            return;
        }
    }

    private volatile @Nullable Watcher waiters;

    /** Waits until {@code waiters} is DONE; returns whether it is. */
    final boolean await(TimeSource clock, long nanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (waiters == Watcher.DONE) {
            return true;
        }
        Watcher.Parked self = new Watcher.Parked(clock, Thread.currentThread());
        if (!add(self)) {
            return true;
        }
        try {
            return self.await(this::isDone, this, nanos);
        } finally {
            prune();
        }
    }

    /** Has {@code waiter} told when it is done; returns false, and does not, if it is. */
    final boolean add(Watcher waiter) {
        Watcher head;
        do {
            head = waiters;
            if (head == Watcher.DONE) {
                return false;
            }
        } while (!push(head, waiter));
        return true;
    }

    final boolean push(@Nullable Watcher head, Watcher waiter) {
        waiter.next = head;
        waiter.depth = head == null ? 1 : head.depth + 1;
        waiter.sweepAt = head == null ? FEW : head.sweepAt;
        if (!WAITERS.compareAndSet(this, head, waiter)) {
            return false;
        }
        if (waiter.depth >= waiter.sweepAt) {
            sweep(waiter);
        }
        return true;
    }

    /**
     * Takes out those behind {@code first} that wait no more: repeated waits with a time limit must not pile up. Several threads may
     * be at it: a link only ever passes over such, so that at worst one of them is linked again.
     */
    private static void sweep(Watcher first) {
        int live = 1;
        Watcher last = first;
        for (Watcher each = first.next; each != null; each = each.next) {
            if (each.isOver()) {
                last.next = each.next;
            } else {
                last = each;
                live++;
            }
        }
        first.depth = live;
        first.sweepAt = Math.max(FEW, 2 * live);
    }

    /** Drops what waits no more at the head of the list. */
    final void prune() {
        Watcher head = waiters;
        if (head == null || head == Watcher.DONE || !head.isOver()) {
            return; // the others go with a sweep
        }
        Watcher rest = head.next;
        while (rest != null && rest.isOver()) {
            rest = rest.next;
        }
        WAITERS.compareAndSet(this, head, rest);
    }

    final boolean isDone() {
        return waiters == Watcher.DONE;
    }

    /** Makes it done; returns those who are to be told. */
    final @Nullable Watcher done() {
        return (Watcher) WAITERS.getAndSet(this, Watcher.DONE);
    }

    /** The head of the stack, or DONE. */
    final @Nullable Watcher watchers() {
        return waiters;
    }
}
