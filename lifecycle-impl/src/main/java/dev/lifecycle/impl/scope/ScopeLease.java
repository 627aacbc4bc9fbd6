package dev.lifecycle.impl.scope;

import dev.lifecycle.Kind;
import dev.lifecycle.Lease;
import dev.lifecycle.Names;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.scope.UseAfterCloseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One lease on a guarded resource. */
final class ScopeLease<R> implements Lease<R> {

    /** What the guarded resource knows of a lease; does not refer to it. Ends once. */
    static final class Holder {
        private final GuardedResource<?> guarded;
        private final long since;
        private final String thread = Thread.currentThread().getName();
        private final AtomicBoolean ended = new AtomicBoolean();
        private volatile @Nullable String label;

        Holder(GuardedResource<?> guarded, long since) {
            this.guarded = guarded;
            this.since = since;
        }

        /** Gives the lease back: true for the first call. */
        boolean end() {
            if (ended.compareAndSet(false, true)) {
                guarded.giveBack(this);
                return true;
            }
            return false;
        }

        String describe(long now) {
            return (label == null ? "a lease" : label) + " of thread " + thread + " for " + Duration.ofNanos(now - since);
        }

        Snapshot snapshot(long now) {
            return new Snapshot(
                    0,
                    label == null ? "lease" : label,
                    LEASE,
                    State.OPEN,
                    Duration.ofNanos(Math.max(0, now - since)),
                    Map.of("thread", thread),
                    List.of());
        }
    }

    private static final Kind LEASE = new Kind("Lease");

    private final R resource;
    private final Holder holder;

    private ScopeLease(R resource, Holder holder) {
        this.resource = resource;
        this.holder = holder;
    }

    static <R> Lease<R> track(R resource, Holder holder) {
        return new ScopeLease<>(resource, holder);
    }

    @Override
    public R get() {
        if (holder.ended.get()) {
            throw new UseAfterCloseException("this lease is closed; take a new one", null);
        }
        return resource;
    }

    @Override
    public Lease<R> label(String what) {
        holder.label = Names.check(what, "label");
        return this;
    }

    @Override
    public void invalidate(Throwable cause) {
        holder.guarded.invalidate(Objects.requireNonNull(cause, "cause"));
    }

    @Override
    public void close() {
        holder.end();
    }
}
