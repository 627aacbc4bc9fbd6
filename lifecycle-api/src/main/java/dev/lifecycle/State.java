package dev.lifecycle;

/** Where a {@link Managed} component stands; it only ever moves forward, in the order of the constants. */
public enum State {
    /** In use: accepts work and resources. */
    OPEN,
    /** {@code close} has begun: nothing new is accepted, what is owned is being released. */
    CLOSING,
    /** Everything owned was released or handed over. */
    CLOSED
}
