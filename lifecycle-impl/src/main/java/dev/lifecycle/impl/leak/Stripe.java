package dev.lifecycle.impl.leak;

import dev.lifecycle.impl.leak.Origin.Use;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Keeps the hot fields of a stripe off the cache lines of its neighbour. */
abstract class Padding {
    long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;
}

/**
 * A part of the open tokens of a detector, and their counts. Threads are spread over the parts.
 *
 * <p>A stack of nodes, each an array: adding and ending take constant time, and a collector can mark the tokens in
 * parallel, which it cannot along a linked list.
 */
final class Stripe extends Padding {
    /*
     * Every field is guarded by `locked`: 0 free, 1 taken.
     *   I1  slots [0, size) of the head and all slots of the nodes below hold OPEN tokens, which know their slot; the other
     *       slots of the head are null.
     *   I2  the head is empty only when it is the bottom.
     *   I3  opened == open + closed + leaked + forgotten, open being the number of tokens in slots.
     *   I4  once shut, no token is added.
     *
     * The lock is taken by a compare-and-set (volatile: Reaper's proof needs it) and given back by the statement locked = 0, or
     * by a release where every nanosecond counts, with that statement where the stack has no room for a call. In between, the
     * code calls nothing and allocates nothing; so neither a stack overflow nor a lack of memory can leave it taken. A method
     * that gives it back would not do: it may have no room itself. It is held for some ten instructions (for 4 096 comparisons
     * by the sweep). Who finds it taken spins, then yields, since the holder may have been preempted, then parks.
     *
     * Ending a token moves the last one into its slot, as CleanableList of JDK 24 does (JDK-8343704, "Bad GC parallelism with
     * processing Cleaner queues"); differs by the striping, the lock, and by the growth of nodes from 32 slots.
     */
    private static final VarHandle LOCKED;
    private static final int FIRST_NODE = 32; // so that the first slots of neighbours do not share a cache line
    private static final int LAST_NODE = 4_096;
    private static final int SPINS = 64;
    private static final int YIELDS = 64;

    /** No token will be overdue. */
    static final long NEVER = Long.MAX_VALUE;

    /** Ages below this, in nanoseconds, are of tokens that were reported; true ones would be 73 years off. */
    private static final long REPORTED = Long.MIN_VALUE / 4;

    static {
        try {
            LOCKED = MethodHandles.lookup().findVarHandle(Stripe.class, "locked", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Detector<?> owner;
    private final boolean timed;
    private volatile int locked;
    private Node head;
    private int size; // of the head
    private @Nullable Node spare; // an empty one, so that opening and closing at the edge of a node allocates nothing
    private boolean shut;
    private long opened;
    private long closed;
    private long leaked;
    private long forgotten;

    /** A piece of the stack. */
    static final class Node {
        final @Nullable Token[] slots;

        /** When the token of the same slot was opened; empty if nobody asks. */
        final long[] since;

        int size;

        @Nullable
        Node below;

        Node(int capacity, boolean timed) {
            slots = new @Nullable Token[capacity];
            since = new long[timed ? capacity : 0];
        }
    }

    /** What a stripe counted. */
    record Counts(long opened, long closed, long leaked, long forgotten) {
        static final Counts ZERO = new Counts(0, 0, 0, 0);

        long open() {
            return opened - closed - leaked - forgotten;
        }

        Counts plus(Counts other) {
            return new Counts(
                    opened + other.opened, closed + other.closed, leaked + other.leaked, forgotten + other.forgotten);
        }
    }

    Stripe(Detector<?> owner, boolean timed) {
        this.owner = owner;
        this.timed = timed;
        this.head = new Node(FIRST_NODE, timed);
    }

    private void lock() {
        if (!LOCKED.compareAndSet(this, 0, 1)) {
            lockSlowly();
        }
    }

    private void lockSlowly() {
        for (int i = 1; locked != 0 || !LOCKED.compareAndSet(this, 0, 1); i++) {
            if (i <= SPINS) {
                Thread.onSpinWait();
            } else if (i <= SPINS + YIELDS) {
                Thread.yield();
            } else {
                LockSupport.parkNanos(this, 50_000);
            }
        }
    }

    /** Whether another thread is at it; racy, to choose a stripe. */
    boolean isBusy() {
        return locked != 0;
    }

    /** Begins to hold {@code token}, opened at {@code since}; returns false if shut. */
    boolean add(Token token, long since) {
        Node fresh = null;
        while (true) {
            lock();
            Node top = head;
            int at = size;
            int capacity = top.slots.length;
            if (shut) {
                locked = 0;
                return false;
            }
            if (at == capacity) {
                Node next = spare != null ? spare : fresh;
                if (next == null) {
                    locked = 0;
                    fresh = new Node(Math.min(capacity * 2, LAST_NODE), timed);
                    continue;
                }
                spare = null;
                next.below = top;
                head = next;
                top = next;
                at = 0;
            }
            top.slots[at] = token;
            if (timed) {
                top.since[at] = since;
            }
            size = at + 1;
            token.node = top;
            token.index = at;
            token.state = Token.OPEN;
            opened++;
            try {
                LOCKED.setRelease(this, 0);
            } catch (StackOverflowError noFrame) {
                locked = 0;
            }
            return true;
        }
    }

    /** Ends {@code token} with one of CLOSED, LEAKED, FORGOTTEN; returns its state before, or -1 if it had ended before. */
    int end(Token token, int how) {
        lock();
        int before = token.state;
        Node node = token.node;
        if ((before & Token.OPEN) == 0 || node == null) {
            locked = 0;
            return -1;
        }
        int at = token.index;
        Node top = head;
        int last = size - 1;
        Token moved = top.slots[last];
        if (moved != token && moved != null) {
            node.slots[at] = moved;
            moved.node = node;
            moved.index = at;
            if (timed) {
                node.since[at] = top.since[last];
            }
        }
        top.slots[last] = null;
        size = last;
        Node below = top.below;
        if (last == 0 && below != null) {
            spare = top; // it keeps its link, see next()
            head = below;
            size = below.slots.length;
        }
        token.node = null;
        token.state = before & ~Token.OPEN | how;
        if (how == Token.CLOSED) {
            closed++;
        } else if (how == Token.LEAKED) {
            leaked++;
        } else {
            forgotten++;
        }
        try {
            LOCKED.setRelease(this, 0);
        } catch (StackOverflowError noFrame) {
            locked = 0;
        }
        return before;
    }

    /** Notes a use of an object with a captured stack. */
    void use(Origin origin, Use use) {
        @Nullable Use[] fresh = new @Nullable Use[Origin.MAX_USES];
        int first = Origin.MAX_USES - 1;
        lock();
        @Nullable Use[] uses = origin.uses;
        if (uses == null) {
            origin.uses = uses = fresh;
        }
        long n = origin.used++;
        uses[n == 0 ? 0 : 1 + (int) ((n - 1) % first)] = use;
        locked = 0;
    }

    /** Copies the uses, oldest first; the slots after them stay null. */
    @Nullable
    Use[] uses(Origin origin) {
        @Nullable Use[] copy = new @Nullable Use[Origin.MAX_USES];
        int rest = Origin.MAX_USES - 1;
        lock();
        @Nullable Use[] uses = origin.uses;
        if (uses != null) {
            copy[0] = uses[0];
            long n = origin.used;
            long from = n - 1 > rest ? n - rest : 1;
            int to = 1;
            for (long use = from; use < n; use++) {
                copy[to++] = uses[1 + (int) ((use - 1) % rest)];
            }
        }
        locked = 0;
        return copy;
    }

    Counts counts() {
        lock();
        long o = opened;
        long c = closed;
        long l = leaked;
        long f = forgotten;
        locked = 0;
        return new Counts(o, c, l, f);
    }

    boolean isEmpty() {
        lock();
        boolean empty = opened == closed + leaked + forgotten;
        locked = 0;
        return empty;
    }

    /** Takes no more tokens, and ends those that are there. */
    void shut() {
        lock();
        shut = true;
        locked = 0;
        for (Token token = last(); token != null; token = last()) {
            int before = end(token, Token.FORGOTTEN);
            if (before >= 0 && !Token.isBeingReported(before)) {
                token.forgetWhat();
            }
        }
    }

    private @Nullable Token last() {
        lock();
        Node top = head;
        Token last = size == 0 ? null : top.slots[size - 1];
        locked = 0;
        return last;
    }

    /**
     * Steps from node to node, newest first, with null before the first and after the last. Such a walk misses no token
     * that is there from its begin to its end: tokens move to lower places only, and a node that was taken off keeps its
     * link to the one below.
     */
    @Nullable
    Node next(@Nullable Node before) {
        lock();
        Node next = before == null ? head : before.below;
        locked = 0;
        return next;
    }

    /** Returns the nanoseconds until the first token of {@code node} is overdue, 0 if one is, NEVER if none will be. */
    long untilOverdue(Node node, long now, long limit) {
        long left = NEVER;
        lock();
        for (int i = (node == head ? size : node.slots.length) - 1; i >= 0; i--) {
            if (node.slots[i] == null) {
                break; // the node was taken off
            }
            long age = now - node.since[i];
            if (age >= limit) {
                left = 0;
                break;
            }
            if (age > REPORTED && limit - (age < 0 ? 0 : age) < left) {
                left = limit - (age < 0 ? 0 : age);
            }
        }
        locked = 0;
        return left;
    }

    /** Marks one token of {@code node} that is overdue, and returns it; null if there is none. */
    @Nullable
    Token markOverdue(Node node, long now, long limit) {
        Token found = null;
        lock();
        for (int i = (node == head ? size : node.slots.length) - 1; i >= 0; i--) {
            if (now - node.since[i] >= limit) {
                found = node.slots[i];
                if (found != null) {
                    found.state |= Token.OVERDUE;
                    node.since[i] = now - 2 * REPORTED;
                    break;
                }
            }
        }
        locked = 0;
        return found;
    }

    /** Marks an overdue token as reported. Returns its state: if it was closed meanwhile, the caller reports that too. */
    int markHeld(Token token) {
        lock();
        int state = token.state |= Token.HELD;
        locked = 0;
        return state;
    }

    /** Whether I1 to I3 hold, for tests. */
    boolean invariantsHold() {
        lock();
        boolean hold = true;
        long open = 0;
        for (Node node = head; node != null; node = node.below) {
            hold &= node != head || size > 0 || node.below == null;
            for (int i = 0; i < node.slots.length; i++) {
                Token token = node.slots[i];
                if (node == head && i >= size) {
                    hold &= token == null;
                } else {
                    open++;
                    hold &= token != null
                            && token.node == node
                            && token.index == i
                            && (token.state & (Token.OPEN | Token.ENDED)) == Token.OPEN;
                }
            }
        }
        hold &= opened == open + closed + leaked + forgotten;
        locked = 0;
        return hold;
    }
}
