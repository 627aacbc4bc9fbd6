package dev.lifecycle.impl.scope;

import dev.lifecycle.Kind;
import dev.lifecycle.Lease;
import dev.lifecycle.Names;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.impl.leak.LibraryDetector;
import dev.lifecycle.impl.leak.Token;
import dev.lifecycle.impl.tree.Described;
import dev.lifecycle.impl.tree.Reaper;
import dev.lifecycle.leak.Site;
import dev.lifecycle.scope.UseAfterCloseException;
import java.lang.ref.PhantomReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One lease on a guarded resource. */
final class ScopeLease<R> implements Lease<R> {

    /**
     * What the guarded resource knows of a lease: refers to it only so that its collection is noticed. Ends once, by a close
     * or by the reaper.
     */
    static final class Holder extends PhantomReference<ScopeLease<?>>
            implements Reaper.Reapable, Reaper.CallOut, Described {
        private final GuardedResource<?> guarded;
        private final long since;
        private final String thread = Thread.currentThread().getName();
        private final AtomicBoolean ended = new AtomicBoolean();
        private volatile @Nullable String label;

        Holder(ScopeLease<?> lease, GuardedResource<?> guarded, long since) {
            super(lease, Reaper.queue());
            this.guarded = guarded;
            this.since = since;
        }

        @Override
        public void reap() {
            Reaper.callOut(this); // the last lease closes what was abandoned or invalidated
        }

        @Override
        public void run() {
            end();
        }

        @Override
        public void stuck() {
            Tracking.LOG.warn("closing a " + Labels.ofClass(guarded)
                    + ", whose last lease was dropped, takes long: its thread is " + "left to it");
        }

        @Override
        public String type() {
            return Lease.class.getName();
        }

        @Override
        public String label() {
            return label == null ? "lease of " + Labels.ofClass(guarded) : label;
        }

        @Override
        public String scopePath() {
            return guarded.path();
        }

        @Override
        public @Nullable Site site() {
            return null;
        }

        /** Gives the lease back: true for the first call. */
        boolean end() {
            if (ended.compareAndSet(false, true)) {
                OPEN.count.decrementAndGet();
                guarded.giveBack(this);
                return true;
            }
            return false;
        }

        String describe(long now) {
            return (label == null ? "a lease" : label) + " of thread " + thread + " for "
                    + Duration.ofNanos(now - since);
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

    /** The open leases of all resources: the reaper runs while there are any. */
    private static final class Open extends Reaper.Client {
        final AtomicLong count = new AtomicLong();

        void opened() {
            count.incrementAndGet();
            watch();
        }

        @Override
        protected boolean isLive() {
            return count.get() > 0;
        }
    }

    private static final Open OPEN = new Open();
    private static final Kind LEASE = new Kind("Lease");

    private final R resource;
    private final Holder holder;
    private final Token token;

    ScopeLease(R resource, GuardedResource<?> guarded, long now) {
        this.resource = resource;
        this.holder = new Holder(this, guarded, now);
        this.token = LibraryDetector.instance().trackAlways(this, holder);
    }

    /** What the guarded resource keeps. */
    Holder holder() {
        return holder;
    }

    /** Called once the guarded resource has taken it in. */
    void opened() {
        OPEN.opened();
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
        if (holder.end()) {
            token.close(this);
        }
    }

    /** Forgets a lease that was refused. */
    void refused() {
        token.close(this);
    }
}
