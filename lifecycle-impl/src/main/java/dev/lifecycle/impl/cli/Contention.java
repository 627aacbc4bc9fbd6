package dev.lifecycle.impl.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much longer than alone anything takes on this machine now: by how long the calling thread has waited for a processor while it wanted one, lately.
 * Not thread-safe: one thread asks.
 */
final class Contention {
    /** On a processor; what is told of less is left to chance. */
    private static final long FEWEST_NANOS = 10_000_000;

    private static final double MOST = 8;

    private final Path schedstat;
    private double ranBefore;
    private double waitedBefore;
    private double factor = 1;

    Contention(Path proc) {
        this.schedstat = proc.resolve("thread-self").resolve("schedstat");
    }

    /**
     * At least 1, and at most 8; since the last time that is long enough ago. The same as before if the kernel does not tell, see {@code /proc/PID/schedstat} in the
     * kernel's sched-stats.
     */
    double factor() {
        try (InputStream in = Files.newInputStream(schedstat)) {
            take(new String(in.readNBytes(200), StandardCharsets.US_ASCII));
        } catch (IOException unknown) {
            return factor;
        }
        return factor;
    }

    /** Nanoseconds on a processor, nanoseconds of waiting for one, turns. */
    void take(String told) {
        String[] fields = told.strip().split(" ", -1);
        try {
            double ran = Long.parseLong(fields[0]);
            double waited = fields.length < 2 ? 0 : Long.parseLong(fields[1]);
            if (ran - ranBefore < FEWEST_NANOS || waited < waitedBefore) {
                return;
            }
            factor = Math.min(MOST, 1 + (waited - waitedBefore) / (ran - ranBefore));
            ranBefore = ran;
            waitedBefore = waited;
        } catch (NumberFormatException unknown) {
            // as before
        }
    }
}
