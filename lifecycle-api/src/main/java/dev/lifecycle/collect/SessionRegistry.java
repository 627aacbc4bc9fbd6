package dev.lifecycle.collect;

import dev.lifecycle.Lease;
import dev.lifecycle.Managed;
import dev.lifecycle.Names;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a service: each has an id that nobody can guess, a principal, and a state, and ends when it was not used for
 * a while. There is a bound on how many there are; what has ended leaves, even if nobody calls any more.
 *
 * <p>Thread-safe. Looking a session up takes no lock. What the sessions of a principal are is kept in step with what is open, so
 * that {@link #invalidatePrincipal} reaches all of them: also one whose id is being rotated, and none is left in an index
 * after it has ended. No code of yours is called with a lock held: not the factory, the listener, what closes a state, a
 * predicate, nor, but for those of principals, {@code equals}.
 *
 * <p>A registry that is full ends sessions that are little used, chosen as {@link BoundedCache} does. A flood of sessions that
 * are opened and never touched displaces those of the flood, and not those that are at work. It may be above its bound for
 * a moment like a cache. Memory: about 300 bytes a session, besides principal and state.
 *
 * <p>A registry opened with {@link SessionRegistryBuilder#closeStates()} closes each state once, when its session has ended and no
 * {@link #borrow lease} has it any more.
 *
 * <p>Ids are looked up by a part that is no secret, and compared in a time that does not depend on where they differ. They
 * stand in no message, log line or snapshot. A text that is no id at all is one that is not found.
 *
 * <p>After {@link #close} all methods but {@link #size}, {@link #principals} and those of {@link Managed} throw {@link
 * CollectionClosedException}.
 *
 * @param <S> the type of the states
 */
public interface SessionRegistry<S> extends Managed {

    /**
     * Starts the description of a registry.
     *
     * @param name for the tree, messages and log lines; see {@link Names#check}
     * @param factory makes the state of a new session, from its principal: never null, and another one for each
     * @param <S> the type of the states
     * @return a builder; its time-out and its bound must be set
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static <S> SessionRegistryBuilder<S> builder(String name, Function<Object, ? extends S> factory) {
        return new SessionRegistryBuilder<>(name, factory);
    }

    /**
     * Opens a session. Where there is a {@linkplain SessionRegistryBuilder#maximumPerPrincipal limit for a principal} and it is
     * exceeded, the least recently used one of its others ends.
     *
     * @param principal whose it is; compared by {@code equals}, which must not change, like its {@code hashCode}
     * @return an open session; its id has 144 bits by chance that are secret
     * @throws NullPointerException if the factory returns null
     * @throws IllegalArgumentException if states are closed, and the one the factory made cannot be
     */
    Session<S> open(Object principal);

    /**
     * Looks a session up, without touching it.
     *
     * @param id as the client presents it
     * @return empty if there is no such session: it has ended, the id was rotated, or never was one
     */
    Optional<Session<S>> find(String id);

    /**
     * Marks a session as used: it goes on for another {@linkplain SessionRegistryBuilder#timeout time-out}, unless its {@linkplain
     * SessionRegistryBuilder#absoluteTimeout absolute one} comes earlier.
     *
     * @param id as the client presents it
     * @return whether there is such a session. Then it does not time out before that time, however close it was
     */
    boolean touch(String id);

    /**
     * Touches a session and borrows its state: that is not closed before the lease is, whatever becomes of the session.
     * {@link Lease#invalidate} ends the session.
     *
     * @param id as the client presents it
     * @return null if there is no such session; fit for {@code try}-with-resources all the same
     * @throws UnsupportedOperationException if the registry does not close states
     */
    @Nullable
    Lease<S> borrow(String id);

    /**
     * Gives a session another id, and touches it. The old id is good for nothing from the moment on from which the new one
     * is good: there is none at which both are, or neither is. Of two calls with one id, one succeeds. The state stays the
     * same object, and an absolute time-out goes on.
     *
     * @param id as the client presents it
     * @return the session under its new id; empty if there is no such session, or if it ends at the same time
     */
    Optional<Session<S>> rotate(String id);

    /**
     * Ends a session.
     *
     * @param id as the client presents it
     * @return whether there was such a session
     */
    boolean invalidate(String id);

    /**
     * Ends all sessions of a principal: O(sessions of the principal). When it returns, none that was open when it was called
     * is left, under whichever id.
     *
     * @param principal whose sessions
     * @return how many there were
     */
    int invalidatePrincipal(Object principal);

    /**
     * Ends the sessions that {@code predicate} accepts, old ones for example: O(size).
     *
     * @param predicate called with no lock held; what it throws ends the call, and what has ended stays so
     * @return how many there were
     */
    long invalidateIf(Predicate<? super Session<S>> predicate);

    /**
     * Returns the sessions of a principal, without touching them.
     *
     * @param principal whose sessions
     * @return newest first; immutable
     */
    List<Session<S>> sessions(Object principal);

    /**
     * Tells how many principals have a session.
     *
     * @return at least 0; with those whose sessions have timed out and are not removed yet
     */
    int principals();

    /**
     * Tells how many sessions there are.
     *
     * @return at least 0; with those that have timed out and are not removed yet
     */
    long size();

    /** Ends all sessions. */
    @Override
    void close();
}
