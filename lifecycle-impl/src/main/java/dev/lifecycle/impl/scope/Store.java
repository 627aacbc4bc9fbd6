package dev.lifecycle.impl.scope;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a scope, a stack: four inline, the rest in chunks that are linked from the newest to the oldest.
 *
 * <p>Nothing here is synchronised: the subclass guards it. A push never copies; a chunk of 1 023 slots costs 4 bytes an
 * entry. Taking an entry out of the middle leaves a hole, closed when holes outnumber entries: amortised constant time.
 */
abstract class Store {
    /*
     * Guarded by the scope's lock while it is open, then by the thread that closes it.
     *   I1  an inline slot is used before any chunk; chunks are in use only when all four inline positions are taken.
     *   I2  a Linked entry in a slot knows that slot: (chunk, index), with a null chunk for an inline one.
     *   I3  the newest position never is a hole.
     *   I4  more.holes counts the holes in chunks.
     * Inline positions may be holes only while chunks are in use; otherwise entries move down to fill them.
     */
    static final int INLINE = 4;

    private static final int FIRST_CHUNK = 8;
    private static final int LAST_CHUNK = 1_024;
    private static final int COMPACT_FROM = 32;

    @Nullable
    Object s0;

    @Nullable
    Object s1;

    @Nullable
    Object s2;

    @Nullable
    Object s3;

    /** The cold part; null for an anonymous scope with at most four entries. */
    @Nullable
    Node node;

    /** The chunks of a scope with more than four entries. */
    static final class More {
        @Nullable
        Object[] top = new Object[FIRST_CHUNK]; // [0] is the chunk below, the rest are slots

        int next = 1; // the first free index in top
        int bottom = 1; // the first index in use in the oldest chunk
        long positions; // slots in use, holes included
        long holes;
    }

    abstract Node node();

    final @Nullable Object inline(int i) {
        return i == 0 ? s0 : i == 1 ? s1 : i == 2 ? s2 : s3;
    }

    final void inline(int i, @Nullable Object entry) {
        if (i == 0) {
            s0 = entry;
        } else if (i == 1) {
            s1 = entry;
        } else if (i == 2) {
            s2 = entry;
        } else {
            s3 = entry;
        }
    }

    final @Nullable More more() {
        Node cold = node;
        return cold == null ? null : cold.more;
    }

    /** Puts {@code entry} on top; {@code count} inline positions are taken. Returns how many are then. */
    final int push(int count, Object entry) {
        if (count < INLINE) {
            inline(count, entry);
            if (entry instanceof Linked linked) {
                linked.chunk = null;
                linked.index = count;
            }
            return count + 1;
        }
        Node cold = node();
        More more = cold.more;
        if (more == null) {
            more = new More();
            cold.more = more;
        }
        append(more, entry);
        return INLINE;
    }

    private static void append(More more, Object entry) {
        @Nullable Object[] top = more.top;
        if (more.positions == 0) {
            more.bottom = more.next;
        }
        if (more.next == top.length) {
            @Nullable Object[] fresh = new Object[Math.min(top.length * 2, LAST_CHUNK)];
            fresh[0] = top;
            more.top = top = fresh;
            more.next = 1;
        }
        if (entry instanceof Linked linked) {
            linked.chunk = top;
            linked.index = more.next;
        }
        top[more.next++] = entry;
        more.positions++;
    }

    /** Takes the newest entry; {@code count} inline positions are taken. Null when there is none. */
    final @Nullable Object popMore() {
        More more = more();
        while (more != null && more.positions > 0) {
            Object entry = popPosition(more);
            if (entry != null) {
                return entry;
            }
            more.holes--;
        }
        return null;
    }

    private static @Nullable Object popPosition(More more) {
        if (more.next == 1) {
            more.top = below(more.top);
            more.next = more.top.length;
        }
        more.positions--;
        Object entry = more.top[--more.next];
        more.top[more.next] = null;
        if (entry instanceof Linked linked) {
            linked.chunk = null; // or a handle that is kept would keep all the chunks
        }
        return entry;
    }

    /** Takes {@code entry} out of its slot; {@code count} inline positions are taken. Returns how many are then. */
    final int remove(int count, Linked entry) {
        More more = more();
        if (entry.chunk != null && more != null) {
            entry.chunk[entry.index] = null;
            entry.chunk = null;
            more.holes++;
            trim(more);
            if (more.holes > COMPACT_FROM && more.holes > more.positions / 2) {
                compact(more);
            }
            return more.positions == 0 ? settle(count) : count;
        }
        inline(entry.index, null);
        if (more != null && more.positions > 0) {
            return count; // a hole among the inline positions
        }
        return settle(count);
    }

    /** Drops holes off the top (I3). An empty top chunk stays, so that opening and closing at its edge costs nothing. */
    private static void trim(More more) {
        while (more.positions > 0) {
            if (more.next == 1) {
                @Nullable Object[] below = below(more.top);
                if (below[below.length - 1] != null) {
                    return;
                }
                more.top = below;
                more.next = below.length;
            } else if (more.top[more.next - 1] != null) {
                return;
            } else {
                more.next--;
                more.positions--;
                more.holes--;
            }
        }
        more.next = 1;
    }

    /** Moves inline entries down over holes. */
    private int settle(int count) {
        int to = 0;
        for (int from = 0; from < count; from++) {
            Object entry = inline(from);
            if (entry != null) {
                if (to != from) {
                    inline(from, null);
                    inline(to, entry);
                    if (entry instanceof Linked linked) {
                        linked.index = to;
                    }
                }
                to++;
            }
        }
        return to;
    }

    /**
     * Moves the entries up over the holes, newest first, and cuts off what is then empty below. Allocates nothing: it
     * cannot fail half-way.
     */
    private static void compact(More more) {
        @Nullable Object[] source = more.top;
        @Nullable Object[] target = more.top;
        int from = more.next - 1;
        int to = from;
        long live = more.positions - more.holes;
        for (long left = live; left > 0; from--) {
            if (from == 0) {
                source = below(source);
                from = source.length; // the loop steps to the last slot
                continue;
            }
            Object entry = source[from];
            if (entry == null) {
                continue;
            }
            if (to == 0) {
                target = below(target);
                to = target.length - 1;
            }
            source[from] = null;
            target[to] = entry;
            if (entry instanceof Linked linked) {
                linked.chunk = target;
                linked.index = to;
            }
            to--;
            left--;
        }
        target[0] = null;
        more.bottom = to + 1;
        more.positions = live;
        more.holes = 0;
    }

    private static @Nullable Object[] below(@Nullable Object[] chunk) {
        Object below = chunk[0];
        if (below == null) {
            throw new AssertionError("no chunk below one of " + chunk.length);
        }
        return (@Nullable Object[]) below;
    }

    private static void eachInChunks(More more, Consumer<Object> action) {
        @Nullable Object[] chunk = more.top;
        for (int i = more.next - 1; chunk != null; ) {
            for (; i > 0; i--) {
                Object entry = chunk[i];
                if (entry != null) {
                    action.accept(entry);
                }
            }
            chunk = (@Nullable Object @Nullable []) chunk[0];
            i = chunk == null ? 0 : chunk.length - 1;
        }
    }

    /** Visits the entries, newest first, {@code count} inline positions being taken. */
    final void each(int count, Consumer<Object> action) {
        More more = more();
        if (more != null) {
            eachInChunks(more, action);
        }
        for (int i = count - 1; i >= 0; i--) {
            Object entry = inline(i);
            if (entry != null) {
                action.accept(entry);
            }
        }
    }

    /** Copies the newest entries, newest first, as many as there is room for; returns how many. */
    final int newest(int count, @Nullable Object[] into) {
        int taken = 0;
        More more = more();
        @Nullable Object[] chunk = more == null ? into : more.top;
        int i = more == null ? 0 : more.next;
        for (long left = more == null ? 0 : more.positions - more.holes; left > 0 && taken < into.length; ) {
            if (--i == 0) {
                chunk = below(chunk);
                i = chunk.length;
            } else if (chunk[i] != null) {
                into[taken++] = chunk[i];
                left--;
            }
        }
        for (int slot = count - 1; slot >= 0 && taken < into.length; slot--) {
            Object entry = inline(slot);
            if (entry != null) {
                into[taken++] = entry;
            }
        }
        return taken;
    }

    /** Counts the entries, {@code count} inline positions being taken. */
    final long size(int count) {
        long size = 0;
        for (int i = 0; i < count; i++) {
            if (inline(i) != null) {
                size++;
            }
        }
        More more = more();
        return more == null ? size : size + more.positions - more.holes;
    }

    /** Whether I1 to I4 hold, for tests. */
    final boolean slotsHold(int count) {
        More more = more();
        boolean chunked = more != null && more.positions > 0;
        for (int i = 0; i < INLINE; i++) {
            Object entry = inline(i);
            if (i >= count && entry != null
                    || i < count && entry == null && !chunked
                    || entry instanceof Linked linked && (linked.chunk != null || linked.index != i)) {
                return false;
            }
        }
        if (more == null) {
            return true;
        }
        long positions = 0;
        long holes = 0;
        @Nullable Object[] chunk = more.top;
        for (int last = more.next - 1; positions < more.positions; last = chunk.length - 1) {
            for (int i = last; i > 0 && positions < more.positions; i--, positions++) {
                Object entry = chunk[i];
                if (entry == null) {
                    holes++;
                } else if (entry instanceof Linked linked && (linked.chunk != chunk || linked.index != i)) {
                    return false;
                }
                if (chunk[0] == null && i < more.bottom) {
                    return false;
                }
            }
            if (positions < more.positions) {
                chunk = below(chunk);
            }
        }
        boolean topIsEntry = !chunked || more.next == 1 || more.top[more.next - 1] != null;
        return holes == more.holes && topIsEntry && (!chunked || count == INLINE);
    }
}
