package dev.lifecycle.file;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Files that were worked with, together: a range of the tree, in its order.
 *
 * @param sequence 1 for the first one of the tree, also where that is resumed
 * @param files how many
 * @param bytes that were read
 * @param took from the beginning of its first file to the end of its last
 * @param allocated bytes that its handlers and readers allocated; -1 where the virtual machine does not tell
 * @param inFlightPeak the most bytes that were {@linkplain FileContext#charge charged}, or held as text, at once
 * @param charged bytes, to its end
 * @param replayed whether it may have been seen before: it is the first one after a run was resumed
 * @param results of its files, in the order of the tree; also of entries that could not be handed over
 * @param values what its handlers made, without the nulls, in the same order
 */
public record Batch(
        long sequence,
        int files,
        long bytes,
        Duration took,
        long allocated,
        long inFlightPeak,
        long charged,
        boolean replayed,
        List<FileResult> results,
        List<Object> values) {

    /** Copies the lists. */
    public Batch {
        Objects.requireNonNull(took, "took");
        results = List.copyOf(results);
        values = List.copyOf(values);
    }

    /**
     * Returns what its handlers made, of one type.
     *
     * @param type of all of them
     * @param <R> that type
     * @return the values, in the order of the tree
     * @throws ClassCastException if one is of another type
     */
    public <R> List<R> values(Class<R> type) {
        return values.stream().map(type::cast).toList();
    }
}
