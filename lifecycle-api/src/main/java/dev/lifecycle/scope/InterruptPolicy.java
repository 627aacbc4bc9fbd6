package dev.lifecycle.scope;

/** Whether closers see an interrupt that was meant for the thread that closes the scope. */
public enum InterruptPolicy {
    /**
     * They do not: the flag is cleared while they run and set again afterwards, so that a closer that waits, like
     * {@link java.util.concurrent.ExecutorService#awaitTermination}, is not cut short.
     */
    SHIELD,
    /** They do. The flag is left alone. */
    DELIVER
}
