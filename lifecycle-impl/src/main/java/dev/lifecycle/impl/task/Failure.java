package dev.lifecycle.impl.task;

/** An outcome: there is no value, and why. */
record Failure(Throwable cause) {

    /** For when there is no memory to say more. */
    static final Failure UNKNOWN = new Failure(new IllegalStateException("the thread that made it failed"));
}
