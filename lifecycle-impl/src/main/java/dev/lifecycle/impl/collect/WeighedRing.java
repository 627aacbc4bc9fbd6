package dev.lifecycle.impl.collect;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A queue of elements with their weights, in groups that leave together. Not thread-safe: its owner's lock guards it. */
final class WeighedRing {
    /*
     * The element k after the oldest stands at index (head + k) mod length, its weight beside it. The sign bit of a weight
     * says that the element belongs to the group of the one before it.
     *
     *   I1  length is 0 or a power of two, size <= length.
     *   I2  slots outside the queue are null.
     *   I3  weight is the sum of the weights without their sign bits.
     *   I4  the oldest element begins a group.
     *
     * Only reserve() allocates; what it fails to allocate changes nothing.
     */
    private static final int MIN_LENGTH = 8;
    private static final int SPARSE = 4; // shrinks when so many times longer than needed
    private static final long FOLLOWS = Long.MIN_VALUE;
    private static final @Nullable Object[] NO_SLOTS = {};
    private static final long[] NO_WEIGHTS = {};

    private @Nullable Object[] slots = NO_SLOTS;
    private long[] weights = NO_WEIGHTS;
    private int head;
    private int size;
    private long weight;

    int size() {
        return size;
    }

    long weight() {
        return weight;
    }

    private int index(int fromOldest) {
        return (head + fromOldest) & (slots.length - 1);
    }

    /** What the element {@code fromOldest} weighs. */
    long weightAt(int fromOldest) {
        return weights[index(fromOldest)] & ~FOLLOWS;
    }

    /** Whether the element {@code at} is in the group of the one before it; false behind the last element. */
    boolean follows(int at) {
        return at < size && (weights[index(at)] & FOLLOWS) != 0;
    }

    /** Makes the arrays fit for {@code more} elements, fewer if negative, and no longer than is reasonable. */
    void reserve(int more) {
        int needed = Math.max(size, size + more);
        if (needed > slots.length || needed < slots.length / SPARSE && slots.length > MIN_LENGTH) {
            int length = Integer.highestOneBit(Math.max(needed, MIN_LENGTH) * 2 - 1);
            @Nullable Object[] newSlots = new Object[length];
            long[] newWeights = new long[length];
            int beforeWrap = Math.min(size, slots.length - head);
            System.arraycopy(slots, head, newSlots, 0, beforeWrap);
            System.arraycopy(slots, 0, newSlots, beforeWrap, size - beforeWrap);
            System.arraycopy(weights, head, newWeights, 0, beforeWrap);
            System.arraycopy(weights, 0, newWeights, beforeWrap, size - beforeWrap);
            slots = newSlots;
            weights = newWeights;
            head = 0;
        }
    }

    /** Adds an element, for which there is room; in the group of the one before it, if {@code follows}. */
    void append(Object element, long elementWeight, boolean follows) {
        int at = index(size);
        slots[at] = element;
        weights[at] = follows ? elementWeight | FOLLOWS : elementWeight;
        size++;
        weight += elementWeight;
    }

    /** Takes out the oldest elements, whole groups. */
    void drop(int count) {
        for (int i = 0; i < count; i++) {
            int at = index(i);
            weight -= weights[at] & ~FOLLOWS;
            slots[at] = null;
        }
        head = slots.length == 0 ? 0 : index(count);
        size -= count;
    }

    /** Copies the oldest elements to {@code target}, from {@code offset} on. */
    void copy(int count, @Nullable Object[] target, int offset) {
        int beforeWrap = Math.min(count, slots.length - head);
        System.arraycopy(slots, head, target, offset, beforeWrap);
        System.arraycopy(slots, 0, target, offset + beforeWrap, count - beforeWrap);
    }

    /** Takes out all. */
    void clear() {
        slots = NO_SLOTS;
        weights = NO_WEIGHTS;
        head = 0;
        size = 0;
        weight = 0;
    }

    /** Whether the invariants hold. */
    boolean invariantsHold() {
        if (Integer.bitCount(slots.length) > 1 || weights.length != slots.length || size > slots.length || follows(0)) {
            return false;
        }
        long sum = 0;
        for (int i = 0; i < size; i++) {
            sum += weightAt(i);
        }
        boolean full = true;
        for (int i = 0; i < slots.length; i++) {
            full &= (slots[index(i)] != null) == i < size;
        }
        return full
                && sum == weight
                && Arrays.stream(slots).filter(each -> each != null).count() == size;
    }
}
