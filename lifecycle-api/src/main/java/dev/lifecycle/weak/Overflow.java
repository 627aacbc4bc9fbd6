package dev.lifecycle.weak;

/** What an {@link Emitter} does with an event when its queue is full. */
public enum Overflow {
    /** The oldest event in the queue is dropped and counted; the new one is taken. */
    DROP_OLDEST,
    /** The new event is dropped and counted. */
    DROP_NEWEST,
    /** The new event is not taken, and the caller is told by an {@link EmitterFullException}. */
    REJECT
}
