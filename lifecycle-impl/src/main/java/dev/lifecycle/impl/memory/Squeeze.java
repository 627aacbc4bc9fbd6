package dev.lifecycle.impl.memory;

import dev.lifecycle.Kind;
import dev.lifecycle.Managed;
import dev.lifecycle.Pressure;
import dev.lifecycle.Shrinkable;
import dev.lifecycle.impl.scope.Census;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.memory.CleanupResult;
import dev.lifecycle.memory.CleanupResult.Given;
import dev.lifecycle.spi.MemoryGuardConfig;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks components to shrink, and restores them. */
final class Squeeze {
    /*
     * Guarded by `lock`: `asked`, those that are smaller now, in the order in which they were asked first. Weakly, since one that was dropped needs no restoring. Code of users is called
     * without the lock, a component by one thread at a time but for one that hangs.
     */
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.memory");
    private static final int PORTIONS = 10; // in which all are restored

    private final MemoryGuardConfig config;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Asked> asked = new ArrayList<>();
    private volatile boolean over;
    final AtomicLong failures = new AtomicLong();
    final AtomicLong given = new AtomicLong();

    private static final class Asked extends WeakReference<Shrinkable> {
        final Order order;

        Asked(Shrinkable shrinkable, Order order) {
            super(shrinkable);
            this.order = order;
        }
    }

    Squeeze(MemoryGuardConfig config) {
        this.config = config;
    }

    /** A round. */
    final class Round implements Hands.Work {
        private final Pressure level;
        private final long wanted;
        private final Consumer<CleanupResult> ended;
        private final ReentrantLock own = new ReentrantLock(); // guards all below
        private @Nullable Iterator<Shrinkable> rest; // null before it begins
        private String current = "";
        private int called;
        private int failed;
        private long sum;
        private final List<Given> gave = new ArrayList<>();
        final CompletableFuture<CleanupResult> done = new CompletableFuture<>();

        Round(Pressure level, long wanted, Consumer<CleanupResult> ended) {
            this.level = level;
            this.wanted = wanted;
            this.ended = ended;
        }

        @Override
        public boolean step() {
            Shrinkable next = next();
            if (next == null) {
                CleanupResult result = result();
                if (done.complete(result)) {
                    ended.accept(result);
                }
                return false;
            }
            long bytes = ask(next);
            own.lock();
            try {
                called++;
                failed += bytes < 0 ? 1 : 0;
                if (bytes > 0) {
                    sum = sum + bytes < 0 ? Long.MAX_VALUE : sum + bytes;
                    gave.add(given(next, bytes));
                }
            } finally {
                own.unlock();
            }
            if (bytes > 0) {
                given.addAndGet(bytes);
            }
            return true;
        }

        private @Nullable Shrinkable next() {
            own.lock();
            try {
                Iterator<Shrinkable> left = rest;
                if (left == null) {
                    left = inOrder().iterator();
                    rest = left;
                }
                while (left.hasNext()) {
                    Shrinkable next = left.next();
                    if (sum < wanted || Order.of(next) == Order.WORK) {
                        current = nameOf(next);
                        return next;
                    }
                }
                return null;
            } finally {
                own.unlock();
            }
        }

        /** Returns what it gave; negative if it failed. */
        private long ask(Shrinkable next) {
            remember(next);
            long bytes;
            try {
                bytes = Math.max(0, next.shrink(level, Math.max(0, wanted - sumSoFar())));
            } catch (Throwable ofUser) {
                fail(next, "could not shrink", ofUser);
                bytes = -1;
            }
            if (over) { // volatile: all were restored meanwhile, this one perhaps too early
                new EachOf(List.of(next), Pressure.NORMAL).step();
            }
            return bytes;
        }

        private long sumSoFar() {
            own.lock();
            try {
                return sum;
            } finally {
                own.unlock();
            }
        }

        /** Ends it for those who wait for it; what hangs in it goes on. */
        @Override
        public void drop() {
            done.complete(result());
        }

        private CleanupResult result() {
            own.lock();
            try {
                List<Given> most = gave.stream()
                        .sorted(Comparator.comparingLong(Given::bytes).reversed())
                        .limit(CleanupResult.MAX_GIVEN)
                        .toList();
                return new CleanupResult(level, wanted, sum, called, failed, most, false);
            } finally {
                own.unlock();
            }
        }

        @Override
        public String current() {
            own.lock();
            try {
                return "to shrink " + current;
            } finally {
                own.unlock();
            }
        }
    }

    /** All that can shrink now, the cheapest first, each once. */
    private List<Shrinkable> inOrder() {
        Set<Shrinkable> all = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Shrinkable> ordered = new ArrayList<>();
        for (Shrinkable each : config.shrinkables()) {
            if (all.add(each)) {
                ordered.add(each);
            }
        }
        for (Census.Found<Shrinkable> each : Census.below(config.within(), Shrinkable.class)) {
            if (all.add(each.component())) {
                ordered.add(each.component());
            }
        }
        ordered.sort(Comparator.comparing(Order::of)); // stable: in the order of the tree otherwise
        return ordered;
    }

    private void remember(Shrinkable next) {
        lock.lock();
        try {
            asked.removeIf(each -> each.refersTo(null));
            for (Asked each : asked) {
                if (each.refersTo(next)) {
                    return;
                }
            }
            asked.add(new Asked(next, Order.of(next)));
        } finally {
            lock.unlock();
        }
    }

    /** Returns work that adapts those that limit work to a level that fell, but is not back to normal. */
    Hands.Work easing(Pressure level) {
        return new EachOf(take(Order.WORK, Integer.MAX_VALUE, false), level);
    }

    /** Returns work that restores some of those that were asked; null if there are none. */
    Hands.@Nullable Work restoring() {
        List<Shrinkable> some = take(null, PORTIONS, true);
        return some.isEmpty() ? null : new EachOf(some, Pressure.NORMAL);
    }

    /** Restores all, here, for good. */
    void end() {
        over = true;
        EachOf all = new EachOf(take(null, 1, true), Pressure.NORMAL);
        while (all.step()) {}
    }

    /** Those of an order, or of all, the dearest first: so many parts of them; forgets them if they are taken away. */
    private List<Shrinkable> take(@Nullable Order order, int portions, boolean away) {
        lock.lock();
        try {
            asked.removeIf(each -> each.refersTo(null));
            int most = order == null ? (asked.size() + portions - 1) / portions : asked.size();
            List<Shrinkable> taken = new ArrayList<>();
            for (int i = asked.size() - 1; i >= 0 && taken.size() < most; i--) {
                Asked each = asked.get(i);
                Shrinkable shrinkable = order == null || each.order == order ? each.get() : null;
                if (shrinkable != null) {
                    taken.add(shrinkable);
                }
                if (away && (shrinkable != null || order == null)) {
                    asked.remove(i);
                }
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Whether any is smaller than it would be. */
    boolean isAny() {
        lock.lock();
        try {
            return !asked.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Restores each, and tells it of a lower level if there still is one. */
    private final class EachOf implements Hands.Work {
        private final Iterator<Shrinkable> rest; // guarded by this object's lock, as is current
        private final Pressure level;
        private final ReentrantLock own = new ReentrantLock();
        private String current = "";

        EachOf(List<Shrinkable> all, Pressure level) {
            rest = all.iterator();
            this.level = level;
        }

        @Override
        public boolean step() {
            Shrinkable next;
            own.lock();
            try {
                if (!rest.hasNext()) {
                    return false;
                }
                next = rest.next();
                current = nameOf(next);
            } finally {
                own.unlock();
            }
            try {
                next.restore();
                if (level != Pressure.NORMAL) {
                    next.shrink(level, 0);
                }
            } catch (Throwable ofUser) {
                fail(next, "could not be restored", ofUser);
            }
            return true;
        }

        @Override
        public String current() {
            own.lock();
            try {
                return "to restore " + current;
            } finally {
                own.unlock();
            }
        }
    }

    private void fail(Shrinkable who, String what, Throwable failure) {
        failures.incrementAndGet();
        LOG.warn("memory guard " + config.name() + ": " + nameOf(who) + " " + what, failure);
    }

    private static String nameOf(Shrinkable shrinkable) {
        try {
            return shrinkable instanceof Managed managed
                    ? managed.kind() + " " + managed.name()
                    : shrinkable.getClass().getName();
        } catch (RuntimeException ofUser) {
            return shrinkable.getClass().getName();
        }
    }

    private static Given given(Shrinkable shrinkable, long bytes) {
        try {
            return shrinkable instanceof Managed managed
                    ? new Given(managed.name(), managed.kind(), bytes)
                    : new Given(shrinkable.getClass().getName(), Kind.RESOURCE, bytes);
        } catch (RuntimeException ofUser) {
            return new Given(shrinkable.getClass().getName(), Kind.RESOURCE, bytes);
        }
    }
}
