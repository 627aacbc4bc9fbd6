package dev.lifecycle;

/**
 * The right to use a value that somebody else owns, until {@link #close}.
 *
 * <p>The owner cannot release the value while a lease on it is open. Close it from any thread, best by
 * try-with-resources. A lease that is dropped instead of closed is reported by the leak detector and given back.
 *
 * @param <T> the type of the value
 */
public interface Lease<T> extends AutoCloseable {

    /**
     * Returns the leased value. Do not keep it beyond {@link #close}.
     *
     * @return the value
     * @throws IllegalStateException if this lease is closed
     */
    T get();

    /**
     * Says what the lease is for, for reports that list holders.
     *
     * @param what a short text, see {@link Names#check}
     * @return this
     * @throws IllegalArgumentException if {@code what} cannot be printed on one line
     */
    Lease<T> label(String what);

    /**
     * Declares the value unfit: nobody is given it any more, and it is closed once the last lease on it is closed.
     * This lease stays open. Only the first cause is kept.
     *
     * @param cause why, for reports and for the exception that later callers get
     */
    void invalidate(Throwable cause);

    /** Gives the value back. Idempotent; never throws for what the release of the value does. */
    @Override
    void close();
}
