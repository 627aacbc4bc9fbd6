package dev.lifecycle.pool;

/** What a pool does to name those who do not give back. Each level does what the ones before it do. */
public enum LeakLevel {
    /** Nothing: a lease that is dropped is lost, and its resource with it. */
    OFF,
    /** Leases that are held for too long are reported, with the thread that took them and what it does; dropped ones are found and given back. */
    AGE,
    /** Once a lease is suspicious or was dropped, the next thousand borrowers are noted with their stack, so that the next report names the line. */
    ADAPTIVE,
    /** Each borrower is noted with its stack: some microseconds for each. */
    ALWAYS
}
