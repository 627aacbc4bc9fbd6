package dev.lifecycle.impl.scope;

import dev.lifecycle.Kind;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.Managed;
import dev.lifecycle.Pressure;
import dev.lifecycle.Shrinkable;
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
    private volatile @Nullable Scope owner; // while it is open
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
        closesBy(closer);
    }

    /**
     * Opens a component that is not itself what the tree shows, so that its public type need not be {@link Managed}.
     *
     * @param name of the component
     * @param kind of the component
     * @param figures the component
     * @param closer closes it; called once
     * @param clock of its age; must not throw
     */
    @SuppressWarnings("this-escape") // the node asks for the place only when the tree does
    public Place(String name, Kind kind, Figures figures, CloseAction closer, TimeSource clock) {
        this.component = figures instanceof Shrinkable shrinkable
                ? new ShrinkableNode(name, kind, figures, shrinkable)
                : new Node(name, kind, figures);
        this.clock = clock;
        this.opened = clock.nanos();
        closesBy(closer);
    }

    /** A component that is not itself what the tree shows; its {@code toString} is. It may be {@link Shrinkable}. */
    public interface Figures {
        /** Its gauges by name, in the order in which they are shown; modifiable. */
        Map<String, Object> gauges();

        /** What it consists of; most show none. */
        default List<Snapshot> children() {
            return List.of();
        }
    }

    /** What the tree shows, see the constructors. */
    public Managed node() {
        return component;
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
            this.owner = owner;
            inOwner = owner.hold(component);
        } else {
            tracked = user;
            token = LibraryDetector.instance().trackAlways(user, new Description(component.name(), type.getName()));
        }
        Components.opened(component);
    }

    private void closesBy(CloseAction closer) {
        life.defer(() -> {
            closedAt = clock.nanos();
            closedBy = Thread.currentThread().getName();
            closer.run();
        });
    }

    /** Where it stands. */
    public State state() {
        return life.state();
    }

    /** Closes it, once: a second call waits for the first. */
    public void close() {
        life.close();
        owner = null;
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
     * Says where it hangs.
     *
     * @return the path of the scope it was opened in, as that hangs now, and its name, like {@code app/quotes}; its name
     *     alone without an owner, or once it is closed
     */
    public String path() {
        Scope above = owner;
        return above == null ? component.name() : pathOf(above) + "/" + component.name();
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
        return snapshot(gauges, List.of());
    }

    private Snapshot snapshot(Map<String, Object> gauges, List<Snapshot> children) {
        State state = state();
        Duration age = state == State.CLOSED ? Duration.ZERO : Duration.ofNanos(Math.max(0, clock.nanos() - opened));
        return new Snapshot(0, component.name(), component.kind(), state, age, gauges, children);
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

    private class Node implements Managed {
        private final String name;
        private final Kind kind;
        private final Figures figures;

        Node(String name, Kind kind, Figures figures) {
            this.name = name;
            this.kind = kind;
            this.figures = figures;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Kind kind() {
            return kind;
        }

        @Override
        public State state() {
            return Place.this.state();
        }

        @Override
        public Snapshot snapshot() {
            return Place.this.snapshot(figures.gauges(), figures.children());
        }

        @Override
        public void close() {
            Place.this.close();
        }

        @Override
        public String toString() {
            return figures.toString();
        }
    }

    private final class ShrinkableNode extends Node implements Shrinkable {
        private final Shrinkable shrinkable;

        ShrinkableNode(String name, Kind kind, Figures figures, Shrinkable shrinkable) {
            super(name, kind, figures);
            this.shrinkable = shrinkable;
        }

        @Override
        public long shrink(Pressure level, long bytesWanted) {
            return shrinkable.shrink(level, bytesWanted);
        }

        @Override
        public void restore() {
            shrinkable.restore();
        }
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
