package dev.lifecycle.impl.collect;

import org.jspecify.annotations.Nullable;

/**
 * A list of slots, linked through themselves, oldest first; knows what they weigh together.
 *
 * <p>Invariants: {@code first} has nothing before it, {@code last} nothing after it, both are null or neither; who follows by
 * {@code after} is followed back by {@code before}; {@code count} and {@code weight} are those of the members.
 */
final class Deque {
    private final byte region; // of all members, and of no other slot
    private @Nullable Slot first;
    private @Nullable Slot last;
    private long count;
    private long weight; // count * Integer.MAX_VALUE at most, which fits: there are fewer than 2^32 objects

    Deque(byte region) {
        this.region = region;
    }

    @Nullable
    Slot first() {
        return first;
    }

    long count() {
        return count;
    }

    long weight() {
        return weight;
    }

    void addLast(Slot slot) {
        Slot tail = last;
        slot.before = tail;
        slot.after = null;
        if (tail == null) {
            first = slot;
        } else {
            tail.after = slot;
        }
        last = slot;
        joined(slot);
    }

    void remove(Slot slot) {
        Slot before = slot.before;
        Slot after = slot.after;
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.before = before;
        }
        left(slot);
    }

    void moveToLast(Slot slot) {
        if (slot != last) {
            remove(slot);
            addLast(slot);
        }
    }

    /** Puts {@code now} in the place of {@code old}. */
    void replace(Slot old, Slot now) {
        Slot before = old.before;
        Slot after = old.after;
        now.before = before;
        now.after = after;
        if (before == null) {
            first = now;
        } else {
            before.after = now;
        }
        if (after == null) {
            last = now;
        } else {
            after.before = now;
        }
        left(old);
        joined(now);
    }

    private void joined(Slot slot) {
        slot.region = region;
        count++;
        weight += slot.weight();
    }

    private void left(Slot slot) {
        slot.before = null; // keeps no neighbour alive
        slot.after = null;
        slot.region = Slot.NONE;
        count--;
        weight -= slot.weight();
    }

    /** Whether the invariants hold: walks the list. */
    boolean invariantsHold() {
        long members = 0;
        long sum = 0;
        Slot behind = null;
        for (Slot slot = first; slot != null; slot = slot.after) {
            if (slot.before != behind || slot.region != region || members == count) {
                return false;
            }
            members++;
            sum += slot.weight();
            behind = slot;
        }
        return behind == last && members == count && sum == weight;
    }
}
