package dev.lifecycle.impl.memory;

import dev.lifecycle.memory.HeapHistogram;
import dev.lifecycle.memory.HistogramEntry;
import java.util.Set;

/**
 * What lives, by a row of histograms, without the garbage that a full collection leaves where it lies. The serial and the parallel collector do not move a part of the old generation
 * that is nearly full of live objects, and write filler objects over the dead ones there, up to 5 % of the heap; each fourth collection of the serial one moves all. So the sum of a
 * histogram jumps by megabytes though nothing has changed. Not thread-safe.
 */
public final class LiveBytes {
    /** As they are called since JDK 21. */
    private static final Set<String> FILLERS =
            Set.of("[Ljdk.internal.vm.FillerElement;", "jdk.internal.vm.FillerObject");

    /** What they are before: objects like those of a program, so only the least of several readings is believed. */
    private static final Set<String> MAYBE_FILLERS = Set.of("[I", "java.lang.Object");

    private static final int AROUND =
            3; // readings before and after: with its own, one of a full compaction is among them

    private final long[] sure;
    private final long[] maybe;

    /**
     * For some readings.
     *
     * @param readings how many, at most
     */
    public LiveBytes(int readings) {
        sure = new long[readings];
        maybe = new long[readings];
    }

    /**
     * Takes a reading.
     *
     * @param at its number, from 0; they come in order
     * @param live of objects that live
     */
    public void take(int at, HeapHistogram live) {
        long fillers = 0;
        maybe[at] = 0;
        for (HistogramEntry each : live.entries()) {
            if (FILLERS.contains(each.className())) {
                fillers += each.bytes();
            } else if (MAYBE_FILLERS.contains(each.className())) {
                maybe[at] += each.bytes();
            }
        }
        sure[at] = live.bytes() - fillers - maybe[at];
    }

    /**
     * Returns what lived at each of the first readings.
     *
     * @param readings how many
     * @return bytes, a new array
     */
    public long[] bytes(int readings) {
        long[] all = new long[readings];
        for (int i = 0; i < readings; i++) {
            long least = Long.MAX_VALUE;
            for (int k = Math.max(0, i - AROUND); k <= Math.min(readings - 1, i + AROUND); k++) {
                least = Math.min(least, maybe[k]);
            }
            all[i] = sure[i] + least;
        }
        return all;
    }
}
