package dev.lifecycle;

/**
 * A component that hangs in the ownership tree: named, observable, closed exactly once by its owner.
 *
 * <p>Every component of this library is one; implement it to let your own appear in the snapshot of the scope that
 * owns it. All methods may be called from any thread at any time, {@link #snapshot} also while others work.
 */
public interface Managed extends AutoCloseable {

    /**
     * Returns the name given when it was opened.
     *
     * @return never blank
     */
    String name();

    /**
     * Returns what sort of component this is.
     *
     * @return the kind, the same for the whole life of the component
     */
    Kind kind();

    /**
     * Returns where it stands now.
     *
     * @return the state; it may be outdated when the caller looks at it
     */
    State state();

    /**
     * Describes it and what it owns. Never waits for traffic and never stops it; the figures may belong to slightly
     * different moments.
     *
     * @return the description, immutable
     */
    Snapshot snapshot();

    /** Releases everything it owns. Idempotent: a second call waits for a running first one and returns normally. */
    @Override
    void close();
}
