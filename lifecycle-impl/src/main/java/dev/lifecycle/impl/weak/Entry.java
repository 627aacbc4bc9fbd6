package dev.lifecycle.impl.weak;

import dev.lifecycle.LifecycleException;
import dev.lifecycle.scope.Owned;
import dev.lifecycle.weak.Subscription;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A subscription: knows the slot of its listener, and not the listener, which nothing keeps once this is closed. */
final class Entry<E> implements Subscription {
    /*
     * States: NEW -> open, at a slot -> CLOSED, and NEW -> CLOSED where its scope ends before it was added. Guarded by the lock
     * of the hub, as is every write of `index`; only rebuilding moves an open entry to another slot. Who closes it, under the
     * lock, takes it out of the scope and gives the sample back: once, whoever races.
     */
    static final int NEW = -1;
    static final int CLOSED = -2;
    private static final VarHandle INDEX;

    static {
        try {
            INDEX = MethodHandles.lookup().findVarHandle(Entry.class, "index", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Link<E> link;
    final boolean isWeak;

    /** A slot, or a state. */
    int index = NEW;

    /** In which scope it hangs; written before it is added, and by who closes it. */
    private @Nullable Owned<?> inScope;

    /** Where it comes from, if that was looked at. As above. */
    private Growth.@Nullable Sample sample;

    Entry(Link<E> link, boolean isWeak) {
        this.link = link;
        this.isWeak = isWeak;
    }

    void enters(Owned<?> handle) {
        inScope = handle;
    }

    void comesFrom(Growth.@Nullable Sample where) {
        sample = where;
    }

    @Override
    public boolean isOpen() {
        // opaque: a close() that happens before is seen by any read, and others are seen in the end
        return (int) INDEX.getOpaque(this) >= 0 && !link.refersTo(null);
    }

    @Override
    public void close() {
        if (removed(false) || link.refersTo(null)) { // dropped listeners remove nothing, but the scope still has this
            leave();
        }
    }

    /** Called by its scope, which has let go of it. */
    void scopeEnded() {
        if (removed(false)) {
            inScope = null;
            forget();
        }
    }

    /** Called when the weak owner was collected. */
    void ownerGone() {
        if (removed(true)) {
            leave();
        }
    }

    private boolean removed(boolean gone) {
        Hub<E> hub = link.get();
        return hub != null && hub.remove(this, gone);
    }

    /** Takes it out of its scope: by who removed it, or by who never added it. */
    void leave() {
        Owned<?> handle = inScope;
        if (handle != null) {
            inScope = null;
            try {
                handle.release();
            } catch (LifecycleException gone) { // the scope is at it, or another thread's: that finds it closed
                forget();
                return;
            }
        }
        forget();
    }

    private void forget() {
        Growth.Sample where = sample;
        if (where != null) {
            sample = null;
            where.end();
        }
    }

    @Override
    public boolean closeAndAwait(Duration timeout) throws InterruptedException {
        Objects.requireNonNull(timeout, "timeout");
        close();
        Flights flights = link.flights;
        if (flights == null) {
            throw new UnsupportedOperationException("listeners " + link.name()
                    + " do not note what is being delivered; build them without untracked() to wait for it");
        }
        return flights.await(TimeUnit.NANOSECONDS.convert(timeout), link.clock);
    }

    /** Returns whose it is and where it stands; asks neither listener nor owner. */
    @Override
    public String toString() {
        return link.text() + (isOpen() ? "" : " (closed)");
    }
}
