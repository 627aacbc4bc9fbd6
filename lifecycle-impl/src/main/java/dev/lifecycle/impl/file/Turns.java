package dev.lifecycle.impl.file;

import dev.lifecycle.impl.time.Backoff;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Who may touch the channel of a pass: its reader while it reads, and whoever cancels it while its reader is in code of a user. */
final class Turns {
    /*
     * HANDLING -> READING -> HANDLING, by the reader; CANCELLED is added by another thread, once, and stays.
     *   I1  READING is set by beginRead, which fails once CANCELLED is set: so whoever adds it to HANDLING has the channel for itself.
     *   I2  whoever adds it to READING waits until the reader has left its read, a little.
     */
    private static final int HANDLING = 0;
    private static final int READING = 1;
    private static final int CANCELLED = 2;
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

    boolean isCancelled() {
        return state >= CANCELLED;
    }

    /** Returns false if it is cancelled. */
    boolean beginRead() {
        return STATE.compareAndSet(this, HANDLING, READING); // volatile
    }

    void endRead() {
        STATE.getAndBitwiseAnd(this, CANCELLED); // volatile
    }

    /** Cancels it; returns whether the channel is the caller's, to be closed. Else its reader closes it, when its read returns. */
    boolean cancel() {
        int before = (int) STATE.getAndBitwiseOr(this, CANCELLED); // volatile
        for (int looks = 0; before == READING && (state & READING) != 0 && looks < PATIENCE; looks++) {
            Backoff.pause(looks);
        }
        return before == HANDLING;
    }
}
