package dev.lifecycle.collect;

import java.time.Duration;

/**
 * A session of a {@link SessionRegistry}, under one id. Immutable but for its state and its times: after a {@link
 * SessionRegistry#rotate rotation} another object stands for it, and this one keeps an id that is good for nothing. So a
 * request that came in with the old id cannot get to know the new one.
 *
 * <p>It tells nothing about whether it is still open; {@link SessionRegistry#find} with its id does. Its {@code toString}
 * has neither id nor principal.
 *
 * @param <S> the type of its state
 */
public interface Session<S> {

    /**
     * Returns what the client presents: who has it is taken for the principal. Send it over protected channels only, and
     * do not log it.
     *
     * @return 32 characters, letters, digits, hyphens and underscores
     */
    String id();

    /**
     * Returns whom it was opened for.
     *
     * @return never null
     */
    Object principal();

    /**
     * Returns what was made for it: the same object for all its life, shared by all requests of the session. Where states
     * are closed, this one may be closed at any moment; {@link SessionRegistry#borrow} prevents that.
     *
     * @return never null
     */
    S state();

    /**
     * Tells how long ago it was opened. A rotation does not count.
     *
     * @return not negative
     */
    Duration age();

    /**
     * Tells how long ago it was opened, touched, borrowed or rotated, whichever was last.
     *
     * @return not negative
     */
    Duration idle();
}
