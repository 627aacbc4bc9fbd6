package dev.lifecycle.impl.memory;

import dev.lifecycle.time.TimeSource;
import java.time.Duration;

/** What pauses took within the last sixty minutes, by the minute: so it stays small, and forgets up to a minute too late. Not thread-safe. */
public final class PauseLedger {
    private static final int MINUTES = 61;
    private static final long MINUTE = 60_000_000_000L;

    private final TimeSource time;
    private final long start;
    private final long[] spent = new long[MINUTES];
    private long newest;

    /** An empty one. */
    public PauseLedger(TimeSource time) {
        this.time = time;
        this.start = time.nanos();
    }

    /** Adds a pause that ended now. */
    public void add(Duration pause) {
        roll();
        spent[(int) (newest % MINUTES)] += pause.toNanos();
    }

    /** The sum. */
    public Duration spent() {
        roll();
        long sum = 0;
        for (long each : spent) {
            sum += each;
        }
        return Duration.ofNanos(sum);
    }

    private void roll() {
        long now = (time.nanos() - start) / MINUTE;
        for (int steps = 0; newest < now && steps < MINUTES; steps++) {
            newest++;
            spent[(int) (newest % MINUTES)] = 0;
        }
        if (newest < now) { // all were forgotten
            newest = now;
        }
    }
}
