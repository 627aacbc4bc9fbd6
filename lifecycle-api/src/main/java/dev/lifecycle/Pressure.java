package dev.lifecycle;

/** How scarce memory is, from none to worst; each level asks for all that the ones before ask for. */
public enum Pressure {
    /** No pressure: bounds are as configured. */
    NORMAL,
    /** Drop what is cheapest to make again: cold cache entries, idle resources above the minimum. */
    TRIM,
    /** Drop what can be made again at all. */
    CLEANUP,
    /** Keep only what running work needs; refuse heavy work. */
    EMERGENCY
}
