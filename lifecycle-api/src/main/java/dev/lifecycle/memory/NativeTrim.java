package dev.lifecycle.memory;

import java.time.Duration;
import java.util.Objects;

/**
 * What came of asking the allocator of the C library to give free memory back to the system.
 *
 * @param supported whether there is such a command: with the GNU library, on Linux, and the modules {@code jdk.management} and {@code jdk.jfr}
 * @param residentBefore the resident set of the process before, in bytes; -1 if it is not known
 * @param residentAfter the same after
 * @param took how long it took
 */
public record NativeTrim(boolean supported, long residentBefore, long residentAfter, Duration took) {

    /** Checks that nothing is null. */
    public NativeTrim {
        Objects.requireNonNull(took, "took");
    }

    /**
     * Returns how much less is resident.
     *
     * @return bytes, at least 0
     */
    public long freed() {
        return Math.max(0, residentBefore - residentAfter);
    }
}
