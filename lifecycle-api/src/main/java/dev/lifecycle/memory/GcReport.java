package dev.lifecycle.memory;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/**
 * What a collection that was asked for brought. Bytes; -1 where something is not known.
 *
 * @param method as it was done; {@link GcMethod#AUTO} if nothing was
 * @param collector the collector of this virtual machine, like {@code G1}
 * @param heapBefore in use before
 * @param heapAfter in use after
 * @param committedBefore of the heap, had from the system before
 * @param committedAfter of the heap, had from the system after
 * @param residentBefore the resident set of the process before
 * @param residentAfter the resident set of the process after
 * @param objects that are alive; known with {@link GcMethod#LIVE_HISTOGRAM} alone
 * @param collections how many of the whole heap there were meanwhile
 * @param took how long it took
 * @param effective whether the whole heap was collected
 * @param note why not, or what to know; empty if there is nothing to say
 */
public record GcReport(
        GcMethod method,
        String collector,
        long heapBefore,
        long heapAfter,
        long committedBefore,
        long committedAfter,
        long residentBefore,
        long residentAfter,
        long objects,
        long collections,
        Duration took,
        boolean effective,
        String note) {

    private static final double MB = 1 << 20;

    /** Checks that nothing is null. */
    public GcReport {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(collector, "collector");
        Objects.requireNonNull(took, "took");
        Objects.requireNonNull(note, "note");
    }

    /**
     * Returns how much less is in use.
     *
     * @return bytes, at least 0
     */
    public long freed() {
        return Math.max(0, heapBefore - heapAfter);
    }

    /**
     * Returns one line, like {@code heap 1650.42 MB -> 1512.18 MB (freed 138.24 MB), committed 2048.00 MB -> 2048.00 MB, rss 2310.00 MB -> 2309.12 MB, G1, SYSTEM_GC, 412 ms}.
     *
     * @return without a line feed
     */
    public String logLine() {
        String line = String.format(
                Locale.ROOT,
                "heap %s -> %s (freed %s), committed %s -> %s, rss %s -> %s",
                shown(heapBefore),
                shown(heapAfter),
                shown(freed()),
                shown(committedBefore),
                shown(committedAfter),
                shown(residentBefore),
                shown(residentAfter));
        return line + (objects < 0 ? "" : ", " + objects + " objects") + ", " + collector + ", " + method + ", "
                + took.toMillis() + " ms" + (effective ? "" : ", not effective") + (note.isEmpty() ? "" : ": " + note);
    }

    private static String shown(long bytes) {
        return bytes < 0 ? "unknown" : String.format(Locale.ROOT, "%.2f MB", bytes / MB);
    }
}
