package dev.lifecycle.task;

/** On what threads tasks run. */
public enum ThreadMode {
    /** On virtual ones from JDK 24 on, where blocking in {@code synchronized} does not hold a carrier; else on platform ones. */
    AUTO,
    /** On platform threads, which are used again. */
    PLATFORM,
    /** On virtual threads, one for each task; needs JDK 21. */
    VIRTUAL
}
