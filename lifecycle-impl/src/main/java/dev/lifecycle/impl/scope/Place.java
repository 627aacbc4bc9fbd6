package dev.lifecycle.impl.scope;

import dev.lifecycle.LifecycleException;
import dev.lifecycle.Managed;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.impl.leak.LibraryDetector;
import dev.lifecycle.impl.leak.Token;
import dev.lifecycle.impl.tree.Components;
import dev.lifecycle.impl.tree.Described;
import dev.lifecycle.leak.Site;
import dev.lifecycle.scope.CloseAction;
import dev.lifecycle.scope.Owned;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a component hangs: in the scope that owns it or, without one, under the eye of the leak detector. And its one
 * close: what makes it a component rather than an object.
 */
public final class Place {
    private final Managed component;
    private final TimeSource clock;
    private final long opened;
    private final Scope life =
            new SharedScope(); // its close is the component's: once, awaited by others, whoever races
    private volatile long closedAt;
    private volatile @Nullable String closedBy; // null while it is open
    private @Nullable Object tracked; // what its user holds, while it has no owner
    private @Nullable Token token;
    private volatile @Nullable Owned<Managed> inOwner;

    /**
     * Opens the component.
     *
     * @param component what the tree shows
     * @param closer closes it; called once
     * @param clock of its age; must not throw
     */
    public Place(Managed component, CloseAction closer, TimeSource clock) {
        this.component = component;
        this.clock = clock;
        this.opened = clock.nanos();
        life.defer(() -> {
            closedAt = clock.nanos();
            closedBy = Thread.currentThread().getName();
            closer.run();
        });
    }

    /**
     * Hangs it in the tree, once, before anybody else knows it.
     *
     * @param owner closes it; null leaves that to the caller
     * @param user what the caller holds: without an owner, it is a leak to drop it
     * @param type the public type of {@code user}
     * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed; the component is then, too
     */
    public void enter(@Nullable Scope owner, Object user, Class<?> type) {
        if (owner != null) {
            inOwner = owner.hold(component);
        } else {
            tracked = user;
            token = LibraryDetector.instance().trackAlways(user, new Description(component.name(), type.getName()));
        }
        Components.opened(component);
    }

    /** Where it stands. */
    public State state() {
        return life.state();
    }

    /** Closes it, once: a second call waits for the first. */
    public void close() {
        life.close();
        Owned<Managed> handle = inOwner;
        if (handle != null) {
            inOwner = null;
            try {
                handle.release();
            } catch (LifecycleException gone) { // its owner is at it, or is another thread's: that one finds it closed
                return;
            }
        }
        if (token != null && tracked != null) {
            token.close(tracked);
        }
    }

    /**
     * Says since when it is closed, for the message of an exception.
     *
     * @return like {@code BoundedBuffer quotes is closed since PT2S, by thread main}
     */
    public String closed() {
        String by = closedBy;
        return component.kind() + " " + component.name() + " is closed"
                + (by == null ? "" : " since " + Duration.ofNanos(clock.nanos() - closedAt) + ", by thread " + by);
    }

    /**
     * Describes it.
     *
     * @param gauges its figures
     * @return without children
     */
    public Snapshot snapshot(Map<String, Object> gauges) {
        State state = state();
        Duration age = state == State.CLOSED ? Duration.ZERO : Duration.ofNanos(Math.max(0, clock.nanos() - opened));
        return new Snapshot(0, component.name(), component.kind(), state, age, gauges, List.of());
    }

    /**
     * Says where a scope hangs.
     *
     * @param scope of whichever implementation
     * @return its path in the tree; its name, if it is none of this implementation
     */
    public static String pathOf(Scope scope) {
        return scope instanceof BaseScope ours ? Refusal.path(ours) : scope.name();
    }

    /** Does not refer to the component. */
    private record Description(String label, String type) implements Described {
        @Override
        public String scopePath() {
            return "";
        }

        @Override
        public @Nullable Site site() {
            return null;
        }
    }
}
