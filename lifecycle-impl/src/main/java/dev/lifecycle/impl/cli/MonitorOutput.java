package dev.lifecycle.impl.cli;

import dev.lifecycle.memory.LeakFinding;

/** Where samples are shown. Not thread-safe, but for {@link #close}. */
interface MonitorOutput extends AutoCloseable {
    /** Shows a sample, and what all of them look like. */
    void show(MonitorCsv.Row row, LeakFinding finding);

    /** Shows a line about the process, from the next sample on at the latest. */
    void note(String text);

    /** Leaves a terminal as it was; any thread, any number of times. */
    @Override
    default void close() {}
}
