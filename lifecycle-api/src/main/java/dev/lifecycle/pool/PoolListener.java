package dev.lifecycle.pool;

/** Hears what happens in a pool. Called on threads of the pool, one event after the other, with no lock held. */
@FunctionalInterface
public interface PoolListener {

    /**
     * Hears of an event. What it throws is logged. While it does not return, up to {@value ResourcePoolBuilder#MAX_EVENTS} further events
     * wait; more are dropped, and counted in the log.
     *
     * @param event what happened
     */
    void on(PoolEvent event);
}
