package dev.lifecycle.impl.collect;

import org.jspecify.annotations.Nullable;

/**
 * The entries that expire, by deadline: a hierarchical timing wheel.
 *
 * <p>Source: G. Varghese, T. Lauck, "Hashed and Hierarchical Timing Wheels", SOSP 1987. What differs: a deadline that was
 * put off is only noticed when its slot is due, so that a read need not move the entry.
 */
final class Wheel {
    /*
     * Guarded by the policy lock. Four levels of 32 slots: of 134 ms, 4.3 s, 137 s and 73 min each; what is due later waits in
     * `far`, and is looked at when the last level takes a step. Time is that of the cache, from 0 on.
     *   I1  time never goes back.
     *   I2  an entry in a slot of level i was, when it got there, due at most 31 slots of that level after `time`.
     *   I3  an entry whose deadline is more than one slot of level 0 before `time` is in `due`.
     * Lists are circular, around a node that is made with the first entry of a slot.
     */
    private static final int LEVELS = 4;
    private static final int SLOTS = 32;
    private static final int FIRST_SHIFT = 27;
    private static final int STEP = 5;

    /** How long after its deadline an entry is found, at most, if somebody looks. */
    static final long LATE = 1L << FIRST_SHIFT;

    private final CacheNode.@Nullable Timed[] lists = new CacheNode.Timed[LEVELS * SLOTS];
    private final CacheNode.Timed far = list();
    private final CacheNode.Timed due = list();
    private long time;
    private int size;

    private static CacheNode.Timed list() {
        CacheNode.Timed head = new CacheNode.Timed(Wheel.class, 0, null, CacheNode.NEVER);
        head.earlier = head;
        head.later = head;
        return head;
    }

    private static int shift(int level) {
        return FIRST_SHIFT + STEP * level;
    }

    boolean contains(CacheNode.Timed node) {
        return node.later != null;
    }

    int size() {
        return size;
    }

    /** Puts {@code node} in, which is in no list. */
    void add(CacheNode.Timed node) {
        append(listOf(node.deadline()), node);
        size++;
    }

    private CacheNode.Timed listOf(long deadline) {
        if (deadline <= time) {
            return due;
        }
        for (int level = 0; level < LEVELS; level++) {
            long tick = deadline >>> shift(level);
            if (tick - (time >>> shift(level)) < SLOTS) {
                return slot(level, tick);
            }
        }
        return far;
    }

    private CacheNode.Timed slot(int level, long tick) {
        int index = level * SLOTS + (int) (tick & SLOTS - 1);
        CacheNode.Timed list = lists[index];
        if (list == null) {
            list = list();
            lists[index] = list;
        }
        return list;
    }

    private static void append(CacheNode.Timed list, CacheNode.Timed node) {
        CacheNode.Timed last = list.earlier == null ? list : list.earlier; // never null: for the nullness checker
        node.earlier = last;
        node.later = list;
        last.later = node;
        list.earlier = node;
    }

    /** Takes {@code node} out, if it is in. */
    void remove(CacheNode.Timed node) {
        CacheNode.Timed before = node.earlier;
        CacheNode.Timed after = node.later;
        if (before != null && after != null) {
            before.later = after;
            after.earlier = before;
            node.earlier = null;
            node.later = null;
            size--;
        }
    }

    /** Goes on to {@code now}; moves lists only, in time that does not depend on their length. */
    void advance(long now) {
        if (now <= time) {
            return;
        }
        for (int level = 0; level < LEVELS; level++) {
            long from = time >>> shift(level);
            long to = now >>> shift(level);
            if (from == to) {
                break;
            }
            long passed = Math.min(to - from, SLOTS);
            long first = level == 0 ? from : from + 1; // of level 0, the slot that `now` is in has entries to come
            for (long tick = first; tick < first + passed; tick++) {
                CacheNode.Timed list = lists[level * SLOTS + (int) (tick & SLOTS - 1)];
                if (list != null) {
                    moveAll(list);
                }
            }
            if (level == LEVELS - 1) {
                moveAll(far);
            }
        }
        time = now;
    }

    /** Has the entries looked at that are due at about this moment: those of the slot that it is in. */
    void hurry() {
        CacheNode.Timed list = lists[(int) (time >>> FIRST_SHIFT & SLOTS - 1)];
        if (list != null) {
            moveAll(list);
        }
    }

    private void moveAll(CacheNode.Timed list) {
        CacheNode.Timed first = list.later;
        CacheNode.Timed last = list.earlier;
        CacheNode.Timed end = due.earlier;
        if (first == null || last == null || end == null || first == list) {
            return;
        }
        list.later = list;
        list.earlier = list;
        end.later = first;
        first.earlier = end;
        last.later = due;
        due.earlier = last;
    }

    /**
     * Takes out one entry that has expired.
     *
     * @param budget how many entries are looked at, at most
     * @return null if there is none among those looked at, or at all: {@link #isDue} tells
     */
    CacheNode.@Nullable Timed poll(int budget) {
        for (int i = 0; i < budget; i++) {
            CacheNode.Timed node = due.later;
            if (node == null || node == due) {
                return null;
            }
            remove(node);
            if (node.seal(time)) {
                return node;
            }
            add(node);
        }
        return null;
    }

    /** Whether there is something to look at. */
    boolean isDue() {
        return due.later != due;
    }

    /** How long until there may be something to do; {@link CacheNode#NEVER} if it is empty. */
    long delay() {
        if (size == 0) {
            return CacheNode.NEVER;
        }
        if (isDue()) {
            return 0;
        }
        long delay = CacheNode.NEVER;
        for (int level = 0; level < LEVELS; level++) {
            long now = time >>> shift(level);
            for (int i = level == 0 ? 0 : 1; i <= SLOTS; i++) {
                CacheNode.Timed list = lists[level * SLOTS + (int) (now + i & SLOTS - 1)];
                if (list != null && list.later != list) {
                    long tick = level == 0 ? now + i + 1 : now + i;
                    delay = Math.min(delay, (tick << shift(level)) - time);
                    break;
                }
            }
        }
        int last = shift(LEVELS - 1);
        return far.later == far ? delay : Math.min(delay, ((time >>> last) + 1 << last) - time);
    }

    /** Whether the invariants hold. */
    boolean invariantsHold() {
        int count = count(far) + count(due);
        for (CacheNode.Timed list : lists) {
            count += list == null ? 0 : count(list);
        }
        return count == size;
    }

    private static int count(CacheNode.Timed list) {
        int count = 0;
        for (CacheNode.Timed node = list.later; node != null && node != list; node = node.later) {
            count++;
        }
        return count;
    }
}
