package dev.lifecycle.impl.pool;

import dev.lifecycle.impl.leak.Frames;
import org.jspecify.annotations.Nullable;

/**
 * Who has a resource.
 *
 * @param stamp of the lease that this was said of
 * @param label as its holder said; empty if nothing
 * @param thread the name of the one that took it; empty if it was not noted
 * @param where it was taken, or null
 */
record Note(
        long stamp, String label, String thread, @Nullable Throwable where) {
    private static final StackTraceElement[] NOWHERE = {};

    /** A stack, without a message. */
    private static final class Where extends Throwable {
        private static final long serialVersionUID = 1L;

        Where() {
            super(null, null, false, true);
        }
    }

    /** What is noted of a lease that the calling thread takes. */
    static Note here(long stamp) {
        return new Note(stamp, "", Thread.currentThread().getName(), new Where());
    }

    static StackTraceElement[] stack(@Nullable Note note) {
        return note == null || note.where == null ? NOWHERE : Frames.trim(note.where.getStackTrace());
    }
}
