package dev.lifecycle.impl.collect;

import dev.lifecycle.collect.Session;
import dev.lifecycle.time.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What all the ids of a session stand for, one after the other: the value in the cache. Does not refer to the registry. */
final class SessionEntry<S> {
    /*
     * current: a handle --> another one, by a rotation; --> one that is over, by whoever ends the session under its id, for ever.
     * Each by a compare-and-set from the handle that the caller's id is of, so an id that was rotated away can do neither. A
     * session that ends otherwise ends by the death of its node, whatever current is.
     */
    private static final VarHandle CURRENT = handle("current", Handle.class);
    private static final VarHandle USED = handle("used", long.class);

    final Object principal;
    final S state;
    private final TimeSource clock;
    private final long opened;
    private volatile Handle<S> current;

    @SuppressWarnings("unused") // but by USED, opaque: of two touches at once either may count
    private long used; // a reading of the clock

    SessionEntry(String id, Object principal, S state, TimeSource clock) {
        this.principal = principal;
        this.state = state;
        this.clock = clock;
        this.opened = clock.nanos();
        this.used = opened;
        this.current = new Handle<>(id, this, false);
    }

    private static VarHandle handle(String field, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(SessionEntry.class, field, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The session under its newest id, also when it has ended. */
    Handle<S> current() {
        return current;
    }

    /** The session, if {@code id} is its id of now. */
    @Nullable
    Handle<S> current(String id) {
        Handle<S> seen = current;
        return !seen.over && SessionIds.same(seen.id, id) ? seen : null;
    }

    /** Makes another id good in the place of the one of {@code seen}; null if that is good no more. */
    @Nullable
    Handle<S> rotate(Handle<S> seen, String id) {
        Handle<S> fresh = new Handle<>(id, this, false);
        return CURRENT.compareAndSet(this, seen, fresh) ? fresh : null;
    }

    /** Makes the id of {@code seen} good no more, and no other in its place; false if it was not. */
    boolean end(Handle<S> seen) {
        return CURRENT.compareAndSet(this, seen, new Handle<>(seen.id, this, true));
    }

    void used() {
        USED.setOpaque(this, clock.nanos());
    }

    /** How long ago it was used. */
    long idleNanos() {
        return Math.max(0, clock.nanos() - (long) USED.getOpaque(this));
    }

    /** A session under one id. */
    static final class Handle<S> implements Session<S> {
        private final String id;
        private final SessionEntry<S> entry;
        private final boolean over;

        private Handle(String id, SessionEntry<S> entry, boolean over) {
            this.id = id;
            this.entry = entry;
            this.over = over;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public Object principal() {
            return entry.principal;
        }

        @Override
        public S state() {
            return entry.state;
        }

        @Override
        public Duration age() {
            return Duration.ofNanos(Math.max(0, entry.clock.nanos() - entry.opened));
        }

        @Override
        public Duration idle() {
            return Duration.ofNanos(entry.idleNanos());
        }

        /** Returns its times, and nothing that is secret or personal. */
        @Override
        public String toString() {
            return "session, age " + age() + ", idle " + idle();
        }
    }
}
