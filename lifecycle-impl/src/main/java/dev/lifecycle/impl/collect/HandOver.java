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
     * place before it moves head (volatile), so a writer that sees the room sees it empty. The places are
     * made (volatile) by the first writer, who looks for the lock afterwards: so nobody need wait for them, either.
     */
    static final int SIZE = 128;

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final VarHandle ELEMENTS;

    static {
        try {
            ELEMENTS = MethodHandles.lookup().findVarHandle(HandOver.class, "elements", Object[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable Object @Nullable [] elements; // null until somebody does not get the lock
    private final AtomicInteger tail = new AtomicInteger();
    private final AtomicInteger head = new AtomicInteger(); // written with the lock

    /** Returns false if it is full, or there is no memory for it. */
    boolean offer(Object element) {
        @Nullable Object[] places = places();
        if (places == null) {
            return false;
        }
        while (true) {
            int place = tail.get();
            if (place - head.get() >= SIZE) {
                return false;
            }
            if (tail.compareAndSet(place, place + 1)) {
                ELEMENT.setVolatile(places, place & SIZE - 1, element);
                return true;
            }
        }
    }

    private @Nullable Object @Nullable [] places() {
        if (elements == null) {
            try {
                ELEMENTS.compareAndSet(this, null, new Object[SIZE]);
            } catch (OutOfMemoryError full) {
                return null;
            }
        }
        return elements;
    }

    /** Returns the oldest element, which keeps its place; with the lock. */
    @Nullable
    Object peek() {
        @Nullable Object[] places = elements;
        return places == null ? null : ELEMENT.getAcquire(places, head.get() & SIZE - 1);
    }

    /** Gives the place of the oldest element free, after {@link #peek} returned it; with the lock. */
    void drop() {
        @Nullable Object[] places = elements;
        int place = head.get();
        if (places != null) {
            places[place & SIZE - 1] = null;
            head.set(place + 1);
        }
    }

    /** Whether there is something to take. Volatile: after the caller has released the lock, or has put something in. */
    boolean isReady() {
        @Nullable Object[] places = elements;
        return places != null && ELEMENT.getVolatile(places, head.get() & SIZE - 1) != null;
    }

    /** Whether nothing is in it, nor about to be. */
    boolean isEmpty() {
        return head.get() == tail.get();
    }
}
