package dev.lifecycle.weak;

/**
 * Emits on an executor: a bounded queue in front of {@link Listeners#emit}. Events are delivered one after the other, in the
 * order in which they were taken, by at most one task of the executor at a time; another listener is never called before the
 * one before it has returned. Thread-safe.
 *
 * <p>Failures of listeners go to the handler of the {@code Listeners}, if there is one, and are logged otherwise, at the first
 * and each doubling of their number. Every event that was emitted, the refused ones
 * included, is in just one of {@link #delivered}, {@link #dropped} and {@link #queued}, or is being delivered.
 *
 * @param <E> the type of the events
 */
public interface Emitter<E> extends AutoCloseable {

    /**
     * Puts {@code event} into the queue. Never waits, for a listener or for room; an executor that runs tasks on the calling
     * thread, though, makes that thread deliver.
     *
     * <p>If the executor refuses the task that delivers, what is queued by then is dropped and counted, and the next event tries
     * again. If it does so in the middle, when the task hands over to the next one, that task first delivers what is queued by
     * then, and tries once more.
     *
     * <p>An executor that throws the task away without a word, by a {@code DiscardPolicy} or in {@code shutdownNow()}, leaves
     * the events in the queue until it is full; then another task is handed over, at the first event for which there
     * is no room and each doubling of their number. If that one is refused, this is logged and what is queued stays: the first
     * task may still run.
     *
     * @param event not null
     * @return whether it was taken. One that was taken may still be dropped: as the oldest one, because the executor
     *     fails, or because the listeners are closed
     * @throws EmitterFullException if the queue is full and the policy is {@link Overflow#REJECT}
     * @throws ListenersClosedException if this emitter, or its listeners, are closed
     */
    boolean emit(E event);

    /**
     * Tells how many events wait.
     *
     * @return between 0 and {@link #capacity}
     */
    int queued();

    /**
     * Returns how many events wait at most.
     *
     * @return at least 1
     */
    int capacity();

    /**
     * Tells how many events were dropped: because the queue was full, the executor refused, or the listeners were closed.
     *
     * @return exact
     */
    long dropped();

    /**
     * Tells how many events were emitted to the listeners, whether or not some of these failed.
     *
     * @return exact
     */
    long delivered();

    /**
     * Takes no more events. Those that are queued are still delivered, by the executor: this does not wait for them. Closing the
     * {@code Listeners} closes their emitters; then, what is queued is dropped and counted. Idempotent.
     */
    @Override
    void close();
}
