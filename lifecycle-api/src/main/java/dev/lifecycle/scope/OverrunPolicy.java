package dev.lifecycle.scope;

/** What happens to a resource whose {@code close} takes longer than the scope's close deadline. */
public enum OverrunPolicy {
    /** Report it with the stack of the thread that is stuck in it, and wait on. */
    REPORT,
    /**
     * Report it and interrupt the thread once, then wait on. The interrupt reaches this closer only: it is withdrawn
     * if the closer ends without noticing.
     */
    INTERRUPT,
    /**
     * Report it and go on with the next resource. Closers run on a helper thread (a virtual one on JDK 21 and later);
     * an abandoned one stays behind on it and is interrupted once.
     */
    ABANDON
}
