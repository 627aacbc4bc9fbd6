package dev.lifecycle.impl.file;

import dev.lifecycle.impl.time.Backoff;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Who may touch the channel of a pass: its reader while it reads, and whoever cancels it while its reader is in code of a user. */
class Turns {
    /*
     * HANDLING -> READING -> HANDLING, by the reader; CANCELLED is added by another thread, CLOSED by either, once each, and they stay.
     *   I1 READING is set by beginRead, which fails once CANCELLED or CLOSED is set: so whoever finds CANCELLED without READING has the channel for
     *       itself, as its reader has, who may close it at the same time: the one who adds CLOSED does.
     *   I2  whoever cancels waits until the reader has left its read, a little.
     */
    private static final int HANDLING = 0;
    private static final int READING = 1;
    private static final int CANCELLED = 2;
    private static final int CLOSED = 4;
    private static final int PATIENCE = 5_000; // pauses of 20 microseconds: a read of the page cache is long over
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Turns.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile int state = HANDLING;

    final boolean isCancelled() {
        return (state & CANCELLED) != 0;
    }

    /** Before the channel is opened or read; returns false if it is cancelled, or closed. */
    final boolean beginRead() {
        return STATE.compareAndSet(this, HANDLING, READING); // volatile
    }

    final void endRead() {
        STATE.getAndBitwiseAnd(this, ~READING); // volatile
    }

    /** Cancels it; returns whether no read goes on, so that the caller may close the channel. Else its reader closes it, when its read returns. */
    final boolean cancel() {
        STATE.getAndBitwiseOr(this, CANCELLED); // volatile
        for (int looks = 0; (state & READING) != 0 && looks < PATIENCE; looks++) {
            Backoff.pause(looks);
        }
        return (state & READING) == 0;
    }

    /** Returns whether the caller is the one who closes the channel. */
    final boolean beginClose() {
        return ((int) STATE.getAndBitwiseOr(this, CLOSED) & CLOSED) == 0; // volatile
    }
}
