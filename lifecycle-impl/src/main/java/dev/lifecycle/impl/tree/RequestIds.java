package dev.lifecycle.impl.tree;

import dev.lifecycle.impl.time.Daemons;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** For which request each thread works. Costs one volatile read until there is a tracker. */
public final class RequestIds {
    /*
     * A thread keeps a stack of frames, by a ThreadLocal whose values consist of types of the JDK only: a worker of a container that outlives the library does not keep its class loader.
     *   stack[0]            long[2], the depth, and to whom the thread is telling something: a bit for each
     *   stack[1 + 3 * i]    long[6], the word of frame i: odd while it is open, and higher each time it is used again; after it, figures of who began it
     *   stack[2 + 3 * i]    its id; null if it is not used
     *   stack[3 + 3 * i]    WeakReference of a Runnable that hears that it was given up; null for none
     *   I1  only its thread touches the stack; others know words of it.
     *   I2  a word goes from odd to the next even number once, by compareAndSet: who does that has ended the frame.
     *   I3  a frame ended elsewhere stays until its thread looks: frames that are ended are taken off the top.
     *   I4  a frame that leaves the stack while it is open takes its word along: another one is made for the next.
     *   I5  figures are written by the thread of the stack, before the handle that holds the word is made. Who ends the frame reads them before it does so, with plain reads: compareAndSet keeps
     *       them before it, and where it succeeds, nobody has written since. A handle that is published by a race has them by its final fields.
     * A word is opened with release mode, which keeps what follows of the frame after its last end: a stale end finds another number, whenever it sees that. It is ended with compareAndSet, as
     * how many may end it is not known.
     */
    private static final int MOST = 8;
    private static final int WIDTH = 3;
    private static final int ROOM = 6;
    private static final int TOLD = 1; // of stack[0]
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
    private static final ThreadLocal<Object[]> STACK = new ThreadLocal<>();
    private static volatile boolean used;

    private RequestIds() {}

    /** From now on threads may work for requests. */
    public static void use() {
        used = true;
    }

    /**
     * Tells for which request the current thread works.
     *
     * @return its id; null for none
     */
    public static @Nullable String current() {
        return used ? top() : null;
    }

    private static @Nullable String top() {
        Object[] stack = known();
        if (stack == null) {
            return null;
        }
        int depth = settle(stack);
        return depth == 0 ? null : (String) stack[depth * WIDTH - 1];
    }

    /**
     * Begins a line of a log.
     *
     * @param message the line
     * @return with the id before it, if there is one
     */
    public static String prefix(String message) {
        String id = current();
        return id == null ? message : "[" + id + "] " + message;
    }

    /** Takes off what others have ended. Returns the depth. */
    private static int settle(Object[] stack) {
        long[] size = (long[]) stack[0];
        int depth = (int) size[0];
        while (depth > 0 && ((long) WORD.getVolatile((long[]) stack[depth * WIDTH - 2], 0) & 1) == 0) {
            clear(stack, --depth);
        }
        size[0] = depth;
        return depth;
    }

    @SuppressWarnings("NullAway") // nothing stays behind
    private static void clear(Object[] stack, int frame) {
        stack[2 + frame * WIDTH] = null;
        stack[3 + frame * WIDTH] = null;
    }

    /**
     * The current thread works for a request from now on.
     *
     * @param id of the request
     * @param givenUp runs if the thread begins so many more that this one cannot be kept; null for none
     * @return the word of it: {@code word[0]} is what {@link #end} wants; the other five are for figures of the caller, until it is ended
     */
    @SuppressWarnings("NullAway") // a frame that is not used
    public static long[] begin(String id, @Nullable WeakReference<? extends Runnable> givenUp) {
        Object[] stack = stack();
        int depth = settle(stack);
        if (depth == MOST) {
            giveUp(stack);
            depth--;
        }
        int at = 1 + depth * WIDTH;
        long[] word = (long[]) stack[at];
        if (word == null) {
            word = new long[ROOM];
            stack[at] = word;
        }
        stack[at + 1] = id;
        stack[at + 2] = givenUp;
        ((long[]) stack[0])[0] = depth + 1L;
        WORD.setRelease(word, 0, word[0] + 1); // plain read: nobody else writes a word that is even; release: see above
        return word;
    }

    /** Whether the current thread keeps a stack; for tests. */
    public static boolean hasStack() {
        return known() != null;
    }

    /** The stack of this thread; null for none. To ask makes an entry for null, which a virtual thread gives back. */
    private static Object @Nullable [] known() {
        Object[] stack = STACK.get();
        if (stack == null && Daemons.isVirtual(Thread.currentThread())) {
            STACK.remove();
        }
        return stack;
    }

    private static Object[] stack() {
        Object[] stack = STACK.get();
        if (stack == null) {
            stack = new Object[1 + MOST * WIDTH];
            stack[0] = new long[2];
            STACK.set(stack);
        }
        return stack;
    }

    /** Drops the oldest: its request was never ended, or is too far away. */
    @SuppressWarnings("NullAway") // a frame that is not used
    private static void giveUp(Object[] stack) {
        long[] word = (long[]) stack[1];
        long open = (long) WORD.getVolatile(word, 0);
        WeakReference<?> told = (WeakReference<?>) stack[3];
        System.arraycopy(stack, 1 + WIDTH, stack, 1, (MOST - 1) * WIDTH);
        Arrays.fill(stack, 1 + (MOST - 1) * WIDTH, stack.length, null);
        ((long[]) stack[0])[0] = MOST - 1;
        if ((open & 1) == 1 && WORD.compareAndSet(word, 0, open, open + 1) && told != null) {
            if (told.get() instanceof Runnable listener) {
                listener.run();
            }
        }
    }

    /**
     * Ends a request: the first one to do so does.
     *
     * @param word of {@link #begin}
     * @param open what it held then
     * @return whether this call ended it
     */
    public static boolean end(long[] word, long open) {
        return WORD.compareAndSet(word, 0, open, open + 1);
    }

    /**
     * Takes a request that was ended off the current thread, and those that were begun within it: the thread works for what it worked for before.
     *
     * @param word of {@link #begin}
     * @return false if another thread began it
     */
    public static boolean leave(long[] word) {
        Object[] stack = known();
        if (stack == null) {
            return false;
        }
        int depth = (int) ((long[]) stack[0])[0];
        int at = depth - 1;
        while (at >= 0 && stack[1 + at * WIDTH] != word) {
            at--;
        }
        if (at >= 0) {
            cut(stack, at, depth);
        }
        dropIfEmpty(stack);
        return at >= 0;
    }

    /** A virtual thread may live on: a million of them would keep a million stacks. */
    private static void dropIfEmpty(Object[] stack) {
        if (Daemons.isVirtual(Thread.currentThread()) && settle(stack) == 0 && ((long[]) stack[0])[TOLD] == 0) {
            STACK.remove();
        }
    }

    /**
     * The current thread is about to tell somebody something. Who is told may do what leads to telling again, without end: only the first one may.
     *
     * @param whom a bit
     * @return false if it is telling the same one already
     */
    public static boolean tell(long whom) {
        long[] state = (long[]) stack()[0];
        if ((state[TOLD] & whom) != 0) {
            return false;
        }
        state[TOLD] |= whom;
        return true;
    }

    /**
     * It has been told.
     *
     * @param whom of {@link #tell}
     */
    public static void told(long whom) {
        Object[] stack = stack();
        ((long[]) stack[0])[TOLD] &= ~whom;
        dropIfEmpty(stack);
    }

    @SuppressWarnings("NullAway") // a frame that is not used
    private static void cut(Object[] stack, int to, int depth) {
        for (int frame = depth - 1; frame >= to; frame--) {
            clear(stack, frame);
            if (frame > to) {
                stack[1 + frame * WIDTH] = null; // it may be open: its word is its own from now on
            }
        }
        ((long[]) stack[0])[0] = to;
    }

    /**
     * Ends what this thread has begun itself.
     *
     * @param word of {@link #begin}
     * @param open what it held then
     */
    public static void endHere(long[] word, long open) {
        end(word, open);
        leave(word);
    }
}
