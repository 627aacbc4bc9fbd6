package dev.lifecycle.impl.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.memory.HeapHistogram;
import dev.lifecycle.memory.HistogramEntry;
import dev.lifecycle.memory.HistogramOrigin;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LiveBytesTest {
    private static final int MB = 1 << 20;

    private static HeapHistogram histogram(Object... namesAndBytes) {
        List<HistogramEntry> rows = new ArrayList<>();
        for (int i = 0; i < namesAndBytes.length; i += 2) {
            rows.add(new HistogramEntry(
                    (String) namesAndBytes[i], "java.base@21", 1, ((Number) namesAndBytes[i + 1]).longValue()));
        }
        return HeapHistogram.of(rows, HistogramOrigin.unknown());
    }

    @Test
    void fillersWithNamesOfTheirOwnDoNotCount() {
        LiveBytes live = new LiveBytes(2);
        live.take(0, histogram("[B", 100, "[Ljdk.internal.vm.FillerElement;", 40, "jdk.internal.vm.FillerObject", 2));
        live.take(1, histogram("[B", 100));
        assertArrayEquals(new long[] {100, 100}, live.bytes(2));
    }

    @Test
    void arraysOfIntegersCountAsTheLeastOfTheReadingsAround() {
        LiveBytes live = new LiveBytes(10);
        for (int i = 0; i < 10; i++) { // all is moved at each fourth
            live.take(i, histogram("[B", 10 * MB + i, "[I", i % 4 == 3 ? 8 : 3 * MB, "java.lang.Object", 16));
        }
        long[] expected = LongStream.range(0, 10).map(i -> 10 * MB + i + 24).toArray();
        assertArrayEquals(expected, live.bytes(10));
    }

    @Test
    void aLeakOfArraysOfIntegersIsSeenAllTheSame() {
        LiveBytes live = new LiveBytes(30);
        for (int i = 0; i < 30; i++) {
            live.take(i, histogram("[I", (long) MB * i + (i % 4 == 0 ? 0 : 5 * MB)));
        }
        long[] seen = live.bytes(30);
        assertTrue(seen[29] - seen[0] >= 22L * MB, "" + (seen[29] - seen[0]) / MB);
        for (int i = 1; i < 30; i++) {
            assertTrue(seen[i] >= seen[i - 1], "at " + i);
        }
    }

    @Test
    void onlyTheFirstReadingsCountWhereNoMoreCame() {
        LiveBytes live = new LiveBytes(5);
        live.take(0, histogram("[I", 7));
        live.take(1, histogram("[I", 9));
        assertArrayEquals(new long[] {7, 7}, live.bytes(2));
        assertEquals(0, new LiveBytes(0).bytes(0).length);
    }
}
