package dev.lifecycle.tests.api;

import java.util.Objects;

/** All memory there is, and all of a stack; for small JVMs of their own. */
public final class Heap {
    private static Object[] hoard;
    private static int depth;

    private Heap() {}

    /** Meets the end of the stack. */
    public static void recurse() {
        depth++;
        recurse();
        depth--; // lest it be a tail call
    }

    /** Fills the heap, which stays full, and throws what says so. */
    public static void fill() {
        OutOfMemoryError last = null;
        for (int size = 1 << 15; size > 0; ) {
            try {
                Object[] more = new Object[size];
                more[0] = hoard;
                hoard = more;
            } catch (OutOfMemoryError full) {
                last = full;
                size /= 32;
            }
        }
        throw Objects.requireNonNull(last);
    }

    /** Lets go of it. */
    public static void empty() {
        hoard = null;
    }
}
