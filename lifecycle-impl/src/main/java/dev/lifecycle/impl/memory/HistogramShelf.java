package dev.lifecycle.impl.memory;

import dev.lifecycle.memory.HeapHistogram;
import dev.lifecycle.memory.HistogramEntry;
import dev.lifecycle.memory.HistogramOrigin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps some histograms of this process in room that was there before the first of them: what one keeps would be seen as growth in the next.
 *
 * <p>Classes beyond the room, which is a quarter more than the first histogram had, are left out.
 */
final class HistogramShelf {
    private final Map<Name, Integer> rows = new HashMap<>();
    private final HistogramOrigin origin; // of the first
    private final long[] seconds; // since the epoch
    private final int[] nanos;
    private int kept;
    private final long[][] instances;
    private final long[][] bytes;

    private record Name(String className, String module) {}

    /** Room for so many, as large as {@code first}, which is not kept. */
    HistogramShelf(int histograms, HeapHistogram first) {
        int room = first.entries().size() * 5 / 4 + 100;
        origin = first.origin();
        seconds = new long[histograms];
        nanos = new int[histograms];
        instances = new long[histograms][room];
        bytes = new long[histograms][room];
        for (HistogramEntry each : first.entries()) {
            rows.put(new Name(each.className(), each.module()), rows.size());
        }
    }

    void add(HeapHistogram histogram) {
        Instant taken = histogram.origin().at().orElse(Instant.EPOCH);
        seconds[kept] = taken.getEpochSecond();
        nanos[kept] = taken.getNano();
        int at = kept++;
        for (HistogramEntry each : histogram.entries()) {
            Name name = new Name(each.className(), each.module());
            Integer row = rows.get(name);
            if (row == null && rows.size() < instances[at].length) {
                row = rows.size();
                rows.put(name, row);
            }
            if (row != null) {
                instances[at][row] += each.instances();
                bytes[at][row] += each.bytes();
            }
        }
    }

    List<HeapHistogram> all() {
        List<HeapHistogram> all = new ArrayList<>();
        for (int at = 0; at < kept; at++) {
            List<HistogramEntry> entries = new ArrayList<>();
            for (Map.Entry<Name, Integer> each : rows.entrySet()) {
                int row = each.getValue();
                if (instances[at][row] > 0) {
                    entries.add(new HistogramEntry(
                            each.getKey().className(), each.getKey().module(), instances[at][row], bytes[at][row]));
                }
            }
            all.add(HeapHistogram.of(entries, origin.withAt(Instant.ofEpochSecond(seconds[at], nanos[at]))));
        }
        return all;
    }
}
