package dev.lifecycle.impl.collect;

import dev.lifecycle.Lease;
import dev.lifecycle.Names;
import dev.lifecycle.impl.leak.LibraryDetector;
import dev.lifecycle.leak.LeakDetector.Tracker;
import dev.lifecycle.scope.UseAfterCloseException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A lease on a value of a cache. One in some hundreds is tracked, so that one that is dropped tells where it was taken. */
final class CacheLease<V> implements Lease<V> {
    private static final VarHandle CLOSED;

    static {
        try {
            CLOSED = MethodHandles.lookup().findVarHandle(CacheLease.class, "closed", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Holding holding;
    private final Holding.Loan loan; // see Holding: kept reachable
    private final Upkeep upkeep;
    private final @Nullable CacheNode node; // the entry it was taken from
    private final Tracker<Object> tracker;
    private volatile boolean closed;

    CacheLease(Holding holding, Holding.Loan loan, Upkeep upkeep, @Nullable CacheNode node) {
        this.holding = holding;
        this.loan = loan;
        this.upkeep = upkeep;
        this.node = node;
        this.tracker = LibraryDetector.instance().track(this);
    }

    @Override
    @SuppressWarnings("unchecked") // the cache puts nothing else in
    public V get() {
        if (closed) {
            throw new UseAfterCloseException("this lease is closed; borrow again", null);
        }
        return (V) holding.value;
    }

    @Override
    public Lease<V> label(String what) {
        tracker.touch(Names.check(what, "label"));
        return this;
    }

    @Override
    public void invalidate(Throwable cause) {
        Objects.requireNonNull(cause, "cause");
        if (node != null) {
            upkeep.remove(node);
        }
    }

    @Override
    public void close() {
        if (CLOSED.compareAndSet(this, false, true)) {
            tracker.close(this);
            holding.dropLease();
            Reference.reachabilityFence(loan);
        }
    }
}
