package dev.lifecycle.impl.task;

import org.jspecify.annotations.Nullable;

/** A caller that waits for a permit, in the queue of a {@link Gate}. */
final class Waiter {
    /*
     * NEW -> QUEUED -> GRANTED, GONE or CLOSED, all with the lock of the gate. `state` is volatile: who waits reads it without the
     * lock, and sees slot and stamp, which are written before GRANTED.
     */
    static final int NEW = 0;
    static final int QUEUED = 1;
    static final int GRANTED = 2;
    static final int GONE = 3;
    static final int CLOSED = 4;

    final Thread thread = Thread.currentThread();
    final Loan loan;
    volatile int state;
    int slot;
    long stamp;

    @Nullable
    Waiter before;

    @Nullable
    Waiter after; // once out of the queue, the next one that is to be woken

    Waiter(Loan loan) {
        this.loan = loan;
    }
}
