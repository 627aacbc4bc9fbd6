package dev.lifecycle.health;

/** How a process does, from best to worst. The rules are those of {@link HealthSnapshot}. */
public enum HealthStatus {
    /** Nothing is known that somebody should look at. */
    UP,
    /** Somebody should look at it in working hours; the process serves. */
    WARN,
    /** Somebody should look at it now; the process may be better off without new work. */
    CRITICAL
}
