package dev.lifecycle.impl.leak;

import org.jspecify.annotations.Nullable;

/** What is known of an opening beyond the site: when, and, where its stack was captured, by whom and what came after. */
final class Origin {
    /** The most uses kept: the first and the last of them. */
    static final int MAX_USES = dev.lifecycle.leak.LeakReport.MAX_TOUCHES;

    final long openedAt;
    final @Nullable Trace trace;
    final String thread;

    /** Guarded by the lock of the token's stripe. */
    @Nullable
    Use @Nullable [] uses;

    /** How many uses there were. Guarded as above. */
    long used;

    /** One use; the stack is null where it was beyond the rate. */
    record Use(
            @Nullable Object hint,
            String thread,
            long at,
            @Nullable Trace trace) {}

    Origin(long openedAt, @Nullable Trace trace) {
        this.openedAt = openedAt;
        this.trace = trace;
        this.thread = trace == null ? "" : nameOf(Thread.currentThread());
    }

    static String nameOf(Thread thread) {
        String name = thread.getName();
        return name.isEmpty() ? "thread #" + thread.getId() : name; // virtual threads have no name of their own
    }

    /** Where use number {@code n} is kept, counted from 0. */
    static int slot(long n) {
        return n == 0 ? 0 : 1 + (int) ((n - 1) % (MAX_USES - 1));
    }
}
