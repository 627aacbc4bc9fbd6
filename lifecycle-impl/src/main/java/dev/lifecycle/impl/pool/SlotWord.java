package dev.lifecycle.impl.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What is read and written whenever a slot is lent out and given back. Between the fields of two other classes, so that nothing else is in its cache line: at the end of an
 * object it was beside whatever the collector put there, and where all threads read that, two threads took three to five times as long.
 */
abstract class SlotWord<R> extends SlotRecord<R> {
    private static final int THREAD_BITS = 48; // a million threads a second for nine years
    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(SlotWord.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    volatile long word;

    /** Leases whose word is below it are closed without the lock. Plain: written by who owns the slot, or under the lock: then it holds from the next return on. */
    long limit;

    /** The number of the thread that took it, mixed with the stamp it took it with: nobody is named for what another one took just now. Plain: written by who owns the slot. */
    private long holder;

    /** Its loan, weakly. Volatile, since it is renewed while it is idle; see {@link Loans}. */
    volatile @Nullable LoanRef<R> ref;

    /** Who has it, where that was noted; belongs to the lease with its stamp. Racy: written by that one. */
    volatile @Nullable Note note;

    final Desk<R> desk;

    SlotWord(Desk<R> desk) {
        this.desk = desk;
    }

    final boolean replace(long seen, long next) {
        return WORD.compareAndSet(this, seen, next); // volatile
    }

    /** Notes who took it, with {@code stamp}. */
    final void heldBy(long thread, long stamp) {
        holder = thread ^ stamp * Line.GOLDEN;
    }

    /** Who took it with {@code stamp}, where that is in the word now; 0 if it is not noted yet. */
    final long holder(long stamp) {
        long thread = holder ^ stamp * Line.GOLDEN; // of another stamp: any number
        return thread >>> THREAD_BITS == 0 ? thread : 0;
    }

    /** The loan of its resource; null if the garbage collector took it. */
    final @Nullable Loan<R> loan() {
        LoanRef<R> known = ref;
        return known == null ? null : known.get();
    }
}
