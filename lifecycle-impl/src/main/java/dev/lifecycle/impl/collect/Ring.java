package dev.lifecycle.impl.collect;

import dev.lifecycle.impl.time.Backoff;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A ring that overwrites its oldest element: writers take turns, readers copy without a lock and find out afterwards what
 * was overwritten meanwhile.
 *
 * <p>Source of the reader's part: the broadcast buffer of Agrona (M. Thompson, T. Montgomery and others), where one writer
 * announces the end of what it is about to overwrite. Here writers take turns with a lock, slots hold references, so that
 * none is ever half written, and a drain replaces the array.
 */
final class Ring {
    /*
     * Elements are numbered from 0 on; numbers are compared by difference and may wrap.
     *   lock        FREE, LOCKED for a few instructions and never while user code runs, or CLOSED for ever
     *   generation  the array in use and the number of its first element, which stands at index 0; replaced with the lock
     *   next        the index of the next element; with the lock
     *   intent      the number after the element that is being written
     *   position    the number after the last element that was written
     *
     *   I1  the elements of the ring are those from max(generation.base, position - capacity) to position - 1; element k
     *       stands at index (k - base) mod capacity.
     *   I2  intent - 1 <= position <= intent.
     *   I3  a slot is null or holds an element that is in the ring, but for the one a writer is at.
     *
     * A writer stores intent, then the slot, then position, then lock, with a release fence before each: plain stores, for
     * which the stack suffices if it did for taking the lock. A reader loads the generation, position (acquire), the slots,
     * then, after an acquire fence, intent: if it got element k + capacity from the slot of k, it sees an intent above that
     * number, and drops k. What is left was in the ring at the first load and still
     * is at the last one. Another generation by then: it begins again. The lock is taken by a compare-and-set, so writers
     * see each other's plain fields.
     */
    private static final int FREE = 0;
    private static final int LOCKED = 1;
    private static final int CLOSED = 2;

    private static final int MAX_TRIES = 4;

    /** What {@link #add} returns when it is closed. */
    static final Object REFUSED = new Object();

    /** What {@link #tryAdd} returns when another writer is at it. */
    static final Object BUSY = new Object();

    private static final VarHandle LOCK = handle("lock", int.class);
    private static final VarHandle INTENT = handle("intent", long.class);
    private static final VarHandle POSITION = handle("position", long.class);

    private static final class Generation {
        final @Nullable Object[] slots;
        final long @Nullable [] times; // when each was added, where that is recorded
        final long base;
        final long lost; // how many elements were displaced before it

        Generation(@Nullable Object[] slots, long @Nullable [] times, long base, long lost) {
            this.slots = slots;
            this.times = times;
            this.base = base;
            this.lost = lost;
        }
    }

    private final int capacity;
    private int lock;
    private int next;
    private long intent;
    private long position;
    private volatile Generation generation;

    Ring(int capacity, boolean timed) {
        this(capacity, timed, 0);
    }

    /** Numbers its elements from {@code first} on: for tests. */
    Ring(int capacity, boolean timed, long first) {
        this.capacity = capacity;
        this.intent = first;
        this.position = first;
        this.generation = new Generation(new Object[capacity], timed ? new long[capacity] : null, first, 0);
    }

    private static VarHandle handle(String field, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(Ring.class, field, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    // ---- the lock --------------------------------------------------------------------------------------------------

    private int tryLock() {
        int seen = (int) LOCK.getVolatile(this);
        return seen == FREE ? (int) LOCK.compareAndExchange(this, FREE, LOCKED) : seen;
    }

    /** Takes the lock; false if it is closed. */
    private boolean lock() {
        for (int spins = 0; ; spins++) {
            int seen = tryLock();
            if (seen != LOCKED) {
                return seen == FREE;
            }
            Backoff.pause(spins);
        }
    }

    private void unlock(int to) {
        VarHandle.releaseFence();
        lock = to;
    }

    // ---- writing ---------------------------------------------------------------------------------------------------

    /** Puts {@code element} in; returns what it displaced, null if there was room, or {@link #REFUSED}. */
    @Nullable
    Object add(Object element, long now) {
        return lock() ? put(element, now) : REFUSED;
    }

    /** The same without waiting; {@link #BUSY} while another thread holds the lock. */
    @Nullable
    Object tryAdd(Object element, long now) {
        int seen = tryLock();
        return seen == FREE ? put(element, now) : seen == LOCKED ? BUSY : REFUSED;
    }

    /** For the holder of the lock, who gives it back. */
    private @Nullable Object put(Object element, long now) {
        Generation in = generation;
        int index = next;
        Object displaced = in.slots[index];
        long number = position;
        intent = number + 1;
        VarHandle.releaseFence();
        if (in.times != null) {
            in.times[index] = now;
        }
        in.slots[index] = element;
        next = index + 1 == capacity ? 0 : index + 1;
        VarHandle.releaseFence();
        position = number + 1;
        unlock(FREE);
        return displaced;
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    /** Copies the elements that are in the ring all through the call, oldest first. */
    Object[] copy() {
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            Object[] copied = tryCopy();
            if (copied != null) {
                return copied;
            }
        }
        if (!lock()) {
            return new Object[0];
        }
        try {
            return elements(generation, size(generation, position));
        } finally {
            unlock(FREE);
        }
    }

    /** Returns null if nothing was left of what it copied. */
    private Object @Nullable [] tryCopy() {
        Generation in = generation;
        long end = (long) POSITION.getAcquire(this);
        int size = size(in, end);
        Object[] copied = elements(in, size, end);
        VarHandle.acquireFence(); // the slots first
        long overwritten = (long) INTENT.getOpaque(this) - capacity;
        if (generation != in) {
            return null;
        }
        long gone = Math.max(0, overwritten - (end - size));
        if (gone == 0) {
            return copied;
        }
        return gone < size ? Arrays.copyOfRange(copied, (int) gone, size) : null;
    }

    private Object[] elements(Generation in, int size) {
        return elements(in, size, position);
    }

    private Object[] elements(Generation in, int size, long end) {
        Object[] copied = new Object[size];
        int from = (int) ((end - size - in.base) % capacity);
        int head = Math.min(size, capacity - from);
        System.arraycopy(in.slots, from, copied, 0, head);
        System.arraycopy(in.slots, 0, copied, head, size - head);
        return copied;
    }

    private int size(Generation in, long end) {
        return (int) Math.max(0, Math.min(end - in.base, capacity));
    }

    int size() {
        while (true) {
            Generation in = generation;
            int size = size(in, (long) POSITION.getAcquire(this));
            if (generation == in) {
                return size;
            }
        }
    }

    long added() {
        return (long) POSITION.getAcquire(this);
    }

    /** How many were displaced. */
    long dropped() {
        while (true) {
            Generation in = generation;
            long dropped = lost(in, (long) POSITION.getAcquire(this));
            if (generation == in) {
                return dropped;
            }
        }
    }

    private long lost(Generation in, long end) {
        return in.lost + Math.max(0, end - in.base - capacity);
    }

    /** When the oldest element was added; {@code now} if there is none. Only where times are recorded. */
    long oldest(long now) {
        if (!lock()) {
            return now;
        }
        try {
            Generation in = generation;
            int size = size(in, position);
            return size == 0 || in.times == null ? now : in.times[(int) ((position - size - in.base) % capacity)];
        } finally {
            unlock(FREE);
        }
    }

    // ---- taking out ------------------------------------------------------------------------------------------------

    /** Takes out all elements; oldest first. */
    Object[] drain() {
        if (size() == 0) {
            return new Object[0];
        }
        Generation before = generation;
        @Nullable Object[] slots = new Object[capacity]; // the large part, before the lock is taken
        long[] times = before.times == null ? null : new long[capacity];
        return replace(slots, times, FREE);
    }

    /** Ends it; returns what was left in it. Empty for all calls but the first. */
    Object[] close() {
        return replace(new Object[0], null, CLOSED);
    }

    private Object[] replace(@Nullable Object[] slots, long @Nullable [] times, int to) {
        if (!lock()) {
            return new Object[0];
        }
        int back = FREE;
        try {
            Generation before = generation;
            long end = position;
            Object[] taken = elements(before, size(before, end), end); // first: without memory all stays as it was
            generation = new Generation(slots, times, end, lost(before, end));
            next = 0;
            back = to;
            return taken;
        } finally {
            unlock(back);
        }
    }

    /** Whether the invariants hold; only while nobody else uses it. */
    boolean invariantsHold() {
        Generation in = generation;
        int size = size(in, position);
        if (lock == LOCKED || intent != position || lock == CLOSED && size > 0) {
            return false;
        }
        for (int i = 0; i < in.slots.length; i++) {
            int fromOldest = Math.floorMod(i - (int) ((position - size - in.base) % capacity), capacity);
            if ((in.slots[i] != null) != fromOldest < size) {
                return false;
            }
        }
        return true;
    }
}
