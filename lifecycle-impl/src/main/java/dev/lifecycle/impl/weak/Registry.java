package dev.lifecycle.impl.weak;

import dev.lifecycle.Kind;
import dev.lifecycle.Managed;
import dev.lifecycle.State;
import dev.lifecycle.impl.scope.Place;
import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.time.TimeSource;
import dev.lifecycle.weak.RegistryClosedException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the weak maps and the interner have in common: a table, a hook, a place in the tree.
 *
 * @param <H> what the hook gets
 */
abstract class Registry<H> implements Place.Figures {
    final WeakTable table = new WeakTable(this::reaped);
    private final String name;
    private final @Nullable Evictions<H> evictions;
    private final AtomicLong collected = new AtomicLong();
    private final Place place;

    Registry(String name, Kind kind, @Nullable Consumer<? super H> onEvict, TimeSource clock) {
        this.name = name;
        this.evictions = onEvict == null ? null : new Evictions<>(name, onEvict, table.locks());
        this.place = new Place(name, kind, this, this::empty, SteadyClock.of(clock));
    }

    /** Hangs it in the tree. */
    final void enter(@Nullable Scope owner, Class<?> type) {
        place.enter(owner, this, type);
    }

    /** Takes from {@code node}, which has just left the table, what the hook is told of; null if it is not. Throws nothing. */
    abstract @Nullable H leave(WeakNode node);

    /** Whether the hook is told of what is left when it is closed. */
    boolean tellsAtClose() {
        return false;
    }

    /** On the reaper thread. */
    private void reaped(WeakNode node) {
        collected.incrementAndGet();
        H what = leave(node);
        if (what != null && evictions != null) {
            evictions.tell(what);
        }
    }

    /** Counts what left for another reason than that its node was reaped. */
    final void countCollected() {
        collected.incrementAndGet();
    }

    public void purge() {
        table.forEach(node -> {
            if (node.refersTo(null) && table.remove(node)) {
                collected.incrementAndGet();
                H what = leave(node);
                if (what != null && evictions != null) {
                    evictions.tellLater(what);
                }
            }
        });
    }

    public void clear() {
        table.clear(this::leave);
    }

    void empty() {
        table.shut(); // all of it, before the hook is called: it, and others meanwhile, may try to put something in
        table.clear(node -> {
            H what = leave(node);
            if (what != null && evictions != null && tellsAtClose()) {
                evictions.tellHere(what);
            }
        });
    }

    final RegistryClosedException closed() {
        return new RegistryClosedException(place.closed() + "; nothing was put in");
    }

    final void refuseIfClosed() {
        if (place.state() != State.OPEN) {
            throw closed();
        }
    }

    public final int approxSize() {
        return (int) Math.min(Integer.MAX_VALUE, table.count());
    }

    public final String name() {
        return name;
    }

    public final State state() {
        return place.state();
    }

    public final Managed managed() {
        return place.node();
    }

    public final void close() {
        place.close();
    }

    /** Returns the name and how many entries it has, like {@code prices 156}. */
    @Override
    public final String toString() {
        return name + " " + approxSize();
    }

    @Override
    public Map<String, Object> gauges() {
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("entries", approxSize());
        gauges.put("collected", collected.get());
        if (evictions != null) {
            gauges.put("hookFailures", evictions.failures());
            gauges.put("hookSkipped", evictions.skipped());
        }
        return gauges;
    }
}
