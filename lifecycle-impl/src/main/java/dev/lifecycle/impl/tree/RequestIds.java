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
     *   stack[0]            long[1], the depth
     *   stack[1 + 3 * i]    long[1], the word of frame i: odd while it is open, and higher each time it is used again
     *   stack[2 + 3 * i]    its id; null if it is not used
     *   stack[3 + 3 * i]    WeakReference of a Runnable that hears that it was given up; null for none
     *   I1  only its thread touches the stack; others know words of it.
     *   I2  a word goes from odd to the next even number once, by compareAndSet: who does that has ended the frame.
     *   I3  a frame ended elsewhere stays until its thread looks: frames that are ended are taken off the top.
     *   I4  a frame that leaves the stack while it is open takes its word along: another one is made for the next.
     * The word is accessed with volatile mode: how many may end a frame is not known.
     */
    private static final int MOST = 8;
    private static final int WIDTH = 3;
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
        Object[] stack = STACK.get();
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
     * @return the word of it: {@code word[0]} is what {@link #end} wants
     */
    @SuppressWarnings("NullAway") // a frame that is not used
    public static long[] begin(String id, @Nullable WeakReference<? extends Runnable> givenUp) {
        Object[] stack = STACK.get();
        if (stack == null) {
            stack = new Object[1 + MOST * WIDTH];
            stack[0] = new long[1];
            STACK.set(stack);
        }
        int depth = settle(stack);
        if (depth == MOST) {
            giveUp(stack);
            depth--;
        }
        int at = 1 + depth * WIDTH;
        long[] word = (long[]) stack[at];
        if (word == null) {
            word = new long[1];
            stack[at] = word;
        }
        stack[at + 1] = id;
        stack[at + 2] = givenUp;
        ((long[]) stack[0])[0] = depth + 1L;
        WORD.setVolatile(word, 0, word[0] + 1); // plain: nobody else writes a word that is even
        return word;
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
        Object[] stack = STACK.get();
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
        if (Daemons.isVirtual(Thread.currentThread()) && settle(stack) == 0) {
            STACK.remove(); // it may live on: a million of them would keep a million stacks
        }
        return at >= 0;
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
