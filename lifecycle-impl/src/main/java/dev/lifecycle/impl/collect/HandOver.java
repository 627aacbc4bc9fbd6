package dev.lifecycle.impl.collect;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A bounded queue from those who do not get a lock to the one who has it. */
final class HandOver {
    /*
     * tail - head are taken, at most SIZE. A writer claims the place `tail` by a compare-and-set, then stores its element
     * (volatile: before it looks for the lock). The reader, who has the lock, takes elements in order (acquire) and stops at a
     * place that is claimed and still empty: its writer looks for the lock afterwards, and nobody waits for it. It clears the
     * place before it moves head (volatile), so a writer that sees the room sees it empty.
     */
    static final int SIZE = 128;

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(Object[].class);

    private final @Nullable Object[] elements = new Object[SIZE];
    private final AtomicInteger tail = new AtomicInteger();
    private final AtomicInteger head = new AtomicInteger(); // written with the lock

    /** Returns false if it is full. */
    boolean offer(Object element) {
        while (true) {
            int place = tail.get();
            if (place - head.get() >= SIZE) {
                return false;
            }
            if (tail.compareAndSet(place, place + 1)) {
                ELEMENT.setVolatile(elements, place & SIZE - 1, element);
                return true;
            }
        }
    }

    /** Returns the oldest element, which keeps its place; with the lock. */
    @Nullable
    Object peek() {
        return ELEMENT.getAcquire(elements, head.get() & SIZE - 1);
    }

    /** Gives the place of the oldest element free, after {@link #peek} returned it; with the lock. */
    void drop() {
        int place = head.get();
        elements[place & SIZE - 1] = null;
        head.set(place + 1);
    }

    /** Whether there is something to take. Volatile: after the caller has released the lock, or has put something in. */
    boolean isReady() {
        return ELEMENT.getVolatile(elements, head.get() & SIZE - 1) != null;
    }

    /** Whether nothing is in it, nor about to be. */
    boolean isEmpty() {
        return head.get() == tail.get();
    }
}
