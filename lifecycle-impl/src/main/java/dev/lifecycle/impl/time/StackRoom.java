package dev.lifecycle.impl.time;

/** Makes sure of room on the stack before something that must not be left half done. */
public final class StackRoom {
    private StackRoom() {}

    /**
     * Throws a {@link StackOverflowError} where that many frames would meet the end of the stack. Takes some two nanoseconds for each.
     *
     * @param frames of some 50 bytes, compiled, or 250, interpreted. Those of the caller may be interpreted still when this is
     *     compiled: five for each
     */
    public static void need(int frames) {
        use(frames, 1, 2, 3, 4, 5, 6, 7, 8);
    }

    private static long use(int frames, long a, long b, long c, long d, long e, long f, long g, long h) {
        return frames == 0
                ? a
                : use(frames - 1, b, c, d, e, f, g, h, a) + a * b + c * d; // they keep compiled frames from being small
    }
}
