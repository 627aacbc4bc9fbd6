package dev.lifecycle.impl.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much longer than alone anything takes on this machine now: by how long the calling thread has waited for a processor while it wanted one. */
final class Contention {
    private static final long FEWEST_NANOS = 20_000_000;
    private static final double MOST = 8;

    private Contention() {}

    /** At least 1; that too if the kernel does not tell, see {@code /proc/PID/schedstat} in the kernel's sched-stats. */
    static double factor(Path proc) {
        try (InputStream in = Files.newInputStream(proc.resolve("thread-self").resolve("schedstat"))) {
            return factor(new String(in.readNBytes(200), StandardCharsets.US_ASCII));
        } catch (IOException unknown) {
            return 1;
        }
    }

    /** Nanoseconds on a processor, nanoseconds of waiting for one, turns. */
    static double factor(String schedstat) {
        String[] fields = schedstat.strip().split(" ", -1);
        try {
            double ran = Long.parseLong(fields[0]);
            double waited = fields.length < 2 ? 0 : Long.parseLong(fields[1]);
            return ran < FEWEST_NANOS || waited < 0 ? 1 : Math.min(MOST, (ran + waited) / ran);
        } catch (NumberFormatException unknown) {
            return 1;
        }
    }
}
