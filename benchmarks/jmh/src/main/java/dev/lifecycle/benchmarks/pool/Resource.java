package dev.lifecycle.benchmarks.pool;

/** What is pooled. As large as a connection, so that no two share a cache line: peers that keep their state in it would suffer. */
public class Resource {
    /** Read by who has it. */
    long value = 1;

    // two cache lines: processors fetch them in pairs
    long p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;
}
