package dev.lifecycle.health;

import dev.lifecycle.memory.MemorySource;
import java.util.Objects;

/**
 * The memory of the process and what it counts against. In bytes; {@link MemorySource#UNKNOWN} where a figure is not known, as elsewhere than on linux.
 *
 * @param residentBytes what of the process is in memory
 * @param virtualBytes its address space
 * @param usedBytes what is charged against the limit: in a container its working set, that of other processes in it included; else the resident set
 * @param neededBytes what of it counts for the status: without file pages, and without the garbage in the heap as long as that can do no harm, see {@link MemorySource#container}; unknown until the live set is known
 * @param limitBytes of the container, or the physical memory
 * @param source what the limit is of
 */
public record MemoryInfo(
        long residentBytes, long virtualBytes, long usedBytes, long neededBytes, long limitBytes, Source source) {

    /** What a limit is of. */
    public enum Source {
        /** The control group of the process: {@code container}. */
        CONTAINER,
        /** The physical memory: {@code machine}. */
        MACHINE
    }

    /** Checks that nothing is null. */
    public MemoryInfo {
        Objects.requireNonNull(source, "source");
    }

    /**
     * Returns how full it is.
     *
     * @return {@code usedBytes} to {@code limitBytes}; {@link MemorySource#UNKNOWN} if one of them is not known
     */
    public double fraction() {
        return ofLimit(usedBytes);
    }

    /**
     * Returns how full it would be without garbage.
     *
     * @return {@code neededBytes} to {@code limitBytes}; {@link MemorySource#UNKNOWN} if one of them is not known
     */
    public double neededFraction() {
        return ofLimit(neededBytes);
    }

    private double ofLimit(long bytes) {
        return bytes < 0 || limitBytes <= 0 ? MemorySource.UNKNOWN : (double) bytes / limitBytes;
    }
}
