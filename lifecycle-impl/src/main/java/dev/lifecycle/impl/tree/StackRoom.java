package dev.lifecycle.impl.tree;

/** Room on the stack of the calling thread: found before something begins that must not be cut in the middle. */
public final class StackRoom {

    private StackRoom() {}

    /**
     * Throws a {@link StackOverflowError} where so many frames would meet the end of the stack. Costs about 3 ns a frame.
     *
     * @param frames how many, of 100 to 250 bytes each
     */
    public static void need(int frames) {
        touch(frames, 1, 2, 3, 4, 5, 6, 7, 8);
    }

    private static long touch(int frames, long a, long b, long c, long d, long e, long f, long g, long h) {
        return frames == 0
                ? a
                : touch(frames - 1, b, c, d, e, f, g, h, a)
                        + a * b
                        + c * d; // they keep compiled frames from being small
    }
}
