package dev.lifecycle.impl.pool;

import org.jspecify.annotations.Nullable;

/** A caller that found nothing idle at first sight, and what became of it. */
final class Waiter<R> {
    /*
     * NEW -> QUEUED -> GRANTED, FAILED, GONE, LATE or CLOSED; NEW -> GRANTED: there was one after all; NEW -> OWNS: the caller is to validate it. All with the lock of
     * the desk. `state` is volatile: who waits reads it without the lock, and sees what was written before it.
     */
    static final int NEW = 0;
    static final int QUEUED = 1;
    static final int GRANTED = 2;
    static final int OWNS = 3;
    static final int FAILED = 4;
    static final int GONE = 5;
    static final int CLOSED = 6;
    static final int LATE = 7;

    final Thread thread = Thread.currentThread();
    final long threadId = thread.getId();
    final long since;
    final long deadline;
    final boolean mayQueue;
    volatile int state;

    /** What it was granted, or has to validate; held here, so that a lease that is on its way is not taken for a dropped one. */
    @Nullable
    Loan<R> loan;

    long stamp;

    @Nullable
    Throwable failure;

    // with the lock
    boolean patient; // it waits as long as the pool says; so, in the queue, its deadline is not before that of another
    // such one before it
    boolean watched; // and Deadlines see to it
    int bypassed;
    boolean lookedInVain; // another one was faster: it is not woken again for nothing
    boolean isFirst; // and `firstSince` says from when on that counts
    long firstSince;
    volatile boolean signalled; // something was left idle for it; also read by it

    @Nullable
    Waiter<R> before;

    @Nullable
    Waiter<R> after; // once out of the queue, the next one that is to be woken

    Waiter(long since, long deadline, boolean mayQueue) {
        this.since = since;
        this.deadline = deadline;
        this.mayQueue = mayQueue;
    }
}
