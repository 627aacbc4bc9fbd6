package dev.lifecycle.impl.scope;

import dev.lifecycle.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Moves entries from one scope to another. */
final class Transfer {
    /*
     * Whoever locks two scopes, or asks where a scope hangs, holds LOCK: so the tree stands still for the check that
     * nothing is moved below itself, and the locks of two scopes cannot be taken in opposite orders. No user code under it.
     */
    private static final ReentrantLock LOCK = new ReentrantLock();

    private Transfer() {}

    static void all(BaseScope from, BaseScope to) {
        from.checkThread();
        to.checkThread();
        Node cold = from.node;
        String path = cold != null && cold.isSwept() ? cold.path() : null; // while it still hangs in its place
        LOCK.lock();
        try {
            if (from == to || isAbove(from, to)) {
                throw new IllegalArgumentException("target is "
                        + (from == to ? "the scope itself" : "below the scope that is to be moved into it")
                        + "; move to a scope outside of it");
            }
            move(from, to);
        } finally {
            LOCK.unlock();
        }
        if (cold != null) {
            Object trace = cold.takeTrace();
            boolean held = Node.isHeld(trace);
            Duration age = held ? Duration.ofNanos(cold.clock().nanos() - cold.moment) : Duration.ZERO;
            Tracking.end(cold, trace, held ? path : null, age);
            BaseScope.unlink(cold);
        }
        BaseScope.dropEmptied(from);
    }

    private static void move(BaseScope from, BaseScope to) {
        Moved entry = new Moved(from);
        List<BaseScope> confined = to.isShared() && from.isConfinedHere() ? confinedBelow(from) : List.of();
        int seen = from.lock();
        if (seen < 0) {
            throw Refusal.closed(from, "nothing was moved", null);
        }
        int next = seen;
        try {
            if ((seen & BaseScope.MOVED) != 0) {
                throw Refusal.closed(from, "nothing was moved", null);
            }
            Node cold = from.node();
            next |= BaseScope.COLD;
            String refused = to.offer(entry, 0);
            if (refused != null) {
                throw Refusal.refused(to, refused, "nothing was moved", null);
            }
            free(confined);
            cold.outcome = entry;
            from.threadRelease(null); // from now on any thread that closes `to`, or a handle, may come
            next = next & ~BaseScope.SUCCEEDED | BaseScope.MOVED;
        } finally {
            from.unlock(next);
        }
    }

    /** Lists the confined scopes below {@code from}, for the owner of all of them. */
    static List<BaseScope> confinedBelow(BaseScope from) {
        List<BaseScope> found = new ArrayList<>();
        found.add(from);
        for (int i = 0; i < found.size(); i++) {
            BaseScope at = found.get(i);
            int seen = at.lock(); // of a scope that was moved here others may close handles
            if (seen < 0) {
                continue;
            }
            try {
                if ((seen & BaseScope.PARENT) != 0) {
                    at.each(seen & BaseScope.COUNT, slot -> {
                        BaseScope child = slot instanceof Node node
                                ? node.scope
                                : slot instanceof Moved moved ? moved.scope : null;
                        if (child != null && !child.isShared() && child.state() != State.CLOSING) {
                            found.add(child);
                        }
                    });
                }
            } finally {
                at.unlock(seen);
            }
        }
        return found.subList(1, found.size());
    }

    /** Frees scopes from their thread, since any may close them; their owner takes the long way, with a lock, from here. */
    static void free(List<BaseScope> confined) {
        for (BaseScope scope : confined) {
            scope.threadRelease(null);
        }
    }

    private static boolean isAbove(BaseScope from, BaseScope to) {
        if ((from.wordVolatile() & BaseScope.PARENT) == 0) {
            return false; // nothing ever hung below it
        }
        for (BaseScope at = to; at != null; at = at.up()) {
            if (at == from) {
                return true;
            }
        }
        return false;
    }

    static BaseScope detach(BaseScope from) {
        from.checkThread();
        BaseScope to = from.sibling();
        Settings settings = from.settings();
        Node node = new Node(to, null, settings == null ? null : settings.forChildren);
        to.node = node;
        Consumer<Object> rehome = entry -> { // made here: nothing is allocated while the lock is held
            if (entry instanceof Linked linked) {
                linked.container = to;
            }
        };
        LOCK.lock();
        try {
            int seen = from.lock();
            if (seen < 0 || (seen & BaseScope.MOVED) != 0) {
                if (seen >= 0) {
                    from.unlock(seen);
                }
                throw Refusal.closed(from, "nothing was detached", null);
            }
            to.s0 = from.s0;
            to.s1 = from.s1;
            to.s2 = from.s2;
            to.s3 = from.s3;
            from.s0 = from.s1 = from.s2 = from.s3 = null;
            if (from.node != null) {
                node.more = from.node.more;
                from.node.more = null;
                if (from.node.budget != null) {
                    from.node.budget.clear();
                }
            }
            int count = seen & BaseScope.COUNT;
            int word = count | BaseScope.COLD | seen & BaseScope.PARENT;
            to.word = word | BaseScope.LOCK; // a handle that is at home already must not move the others meanwhile
            if ((seen & BaseScope.COLD) != 0) {
                to.each(count, rehome);
            }
            to.unlock(word);
            from.unlock(seen & ~BaseScope.COUNT);
        } finally {
            LOCK.unlock();
        }
        return to;
    }

    /** Moves one handle; returns the new one, or throws and leaves it where it is. */
    static <R> Handle<R> one(Handle<R> handle, BaseScope to) {
        to.checkThread();
        Handle<R> fresh = handle.copy();
        Node cold = to.node;
        long weight = cold == null || cold.budget == null ? 0 : cold.weigh(fresh.get());
        BaseScope from;
        LOCK.lock();
        try {
            from = handle.container; // stable: detachAll needs LOCK too
            String refused = from == null ? GONE : offer(handle, fresh, from, to, weight);
            if (refused == GONE) {
                throw handle.gone();
            }
            if (refused != null) {
                throw Refusal.refused(to, refused, "the resource stays where it is", null);
            }
        } finally {
            LOCK.unlock();
        }
        BaseScope.dropEmptied(from);
        return fresh;
    }

    private static final String GONE = "gone";

    private static @Nullable String offer(
            Handle<?> handle, Handle<?> fresh, BaseScope from, BaseScope to, long weight) {
        from.checkThread();
        int seen = from.lock();
        if (seen < 0) {
            return GONE;
        }
        int next = seen;
        try {
            if (handle.container != from) {
                return GONE;
            }
            if (from == to && (seen & BaseScope.MOVED) != 0) {
                return Refusal.CLOSED; // it stands in another scope, and takes nothing any more
            }
            if (from == to) {
                int count = from.push(seen & BaseScope.COUNT, fresh); // first: it may need memory
                next = seen & ~BaseScope.COUNT | from.remove(count, handle);
                handle.container = null;
                fresh.container = from;
                fresh.replace(handle);
            } else {
                String refused = to.offer(fresh, weight);
                if (refused != null) {
                    return refused;
                }
                next = from.removeLocked(seen, handle);
            }
            handle.moved();
            return null;
        } finally {
            from.unlock(next);
        }
    }
}
