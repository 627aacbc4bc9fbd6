package dev.lifecycle.memory;

import java.util.Locale;
import java.util.Objects;

/**
 * What one request took.
 *
 * @param id of the request
 * @param route of the request
 * @param nanos how long it took
 * @param allocatedBytes what its thread allocated meanwhile; -1 if that is not known: on virtual threads, and where another thread ended it
 * @param heapBefore use of the heap of the process, garbage included, as it began; up to 100 ms old; -1 if it is not known
 * @param heapAfter the same as it ended
 * @param processWide whether other requests ran meanwhile, so that the heap tells nothing of this one
 * @param suspect whether it, or its route, seems to keep memory; see {@link RequestTracker}
 */
public record RequestRecord(
        String id,
        String route,
        long nanos,
        long allocatedBytes,
        long heapBefore,
        long heapAfter,
        boolean processWide,
        boolean suspect) {
    private static final double MB = 1024.0 * 1024;
    private static final long NANOS_A_MILLI = 1_000_000;

    /** Checks what must not be null. */
    public RequestRecord {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(route, "route");
    }

    /**
     * Prints it.
     *
     * @return like {@code [7f3a] POST /api/chat duration=1234ms | memory=125MB->128MB | delta=+3.0MB | alloc=1.0MB}; then {@code process-wide} behind the delta where others ran, and
     *     {@code LEAK_SUSPECTED} at the end where that can be meant; {@code n/a} for what is not known
     */
    public String logLine() {
        boolean known = heapBefore >= 0 && heapAfter >= 0;
        StringBuilder line = new StringBuilder(128)
                .append('[')
                .append(id)
                .append("] ")
                .append(route)
                .append(" duration=")
                .append(nanos / NANOS_A_MILLI)
                .append("ms | memory=");
        if (known) {
            line.append(String.format(
                    Locale.ROOT,
                    "%.0fMB->%.0fMB | delta=%+.1fMB",
                    heapBefore / MB,
                    heapAfter / MB,
                    (heapAfter - heapBefore) / MB));
        } else {
            line.append("n/a | delta=n/a");
        }
        if (processWide) {
            line.append(" process-wide");
        }
        line.append(" | alloc=")
                .append(allocatedBytes < 0 ? "n/a" : String.format(Locale.ROOT, "%.1fMB", allocatedBytes / MB));
        return suspect ? line.append(" LEAK_SUSPECTED").toString() : line.toString();
    }
}
