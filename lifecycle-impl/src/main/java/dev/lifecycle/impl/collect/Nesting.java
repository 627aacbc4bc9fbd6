package dev.lifecycle.impl.collect;

import dev.lifecycle.spi.BudgetBufferConfig;

/**
 * How many listeners run on this thread, one within another. A listener that adds to the collection that called it may be
 * called for ever, and a stack that overflows may do so anywhere: this ends it earlier.
 */
final class Nesting {
    private static final ThreadLocal<Integer> DEPTH = new ThreadLocal<>(); // set only while a listener runs

    private Nesting() {}

    private static int depth() {
        Integer depth = DEPTH.get();
        return depth == null ? 0 : depth;
    }

    /** Whether no more listeners may be called. Looked at before a change of which they would hear. */
    static boolean full() {
        return depth() >= BudgetBufferConfig.MAX_DEPTH;
    }

    /** Calls {@code listener}. */
    static <E> void tell(Listener<E> listener, E element) {
        int depth = depth();
        DEPTH.set(depth + 1);
        try {
            listener.tell(element);
        } finally {
            if (depth == 0) {
                DEPTH.remove();
            } else {
                DEPTH.set(depth);
            }
        }
    }
}
