package dev.lifecycle.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EntrantTest {
    private static final Source COUNTED = Source.named("cpp").orElseThrow();
    private static final Source WEIGHTED = Source.named("adaptsize-request").orElseThrow();

    /** The match itself fails on a broken bound and on more hits than Belady's. */
    @ParameterizedTest
    @EnumSource
    void keepsItsBoundAndStaysBelowBelady(Entrant entrant) {
        for (int seed = 0; seed < 2; seed++) {
            long[] keys = Sequences.zipf(seed, 3_000, 600, 0.6 + 0.4 * seed);
            Match match = new Match(COUNTED, Sequences.trace(keys));
            for (int bound : new int[] {1, 2, 3, 10, 100, 600}) {
                Outcome outcome = match.play(new Cell(COUNTED, bound), List.of(entrant), 2);
                if (outcome.has(entrant) && entrant != Entrant.GUAVA && bound >= 600) {
                    assertEquals(1, outcome.share(entrant), entrant + " has room for all at " + bound);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsItsBoundInBytes(Entrant entrant) {
        long[] keys = Sequences.zipf(1, 2_000, 800, 0.9);
        int[] weights = Arrays.stream(keys)
                .mapToInt(key -> 1 + new Random(key).nextInt(1_000))
                .toArray();
        Match match = new Match(WEIGHTED, new Trace(keys, weights));
        for (int bound : new int[] {500, 50_000}) {
            Outcome outcome = match.play(new Cell(WEIGHTED, bound), List.of(entrant), 2);
            if (outcome.has(entrant)) {
                assertTrue(outcome.weightRatio(entrant) <= 1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void countsWhatItHolds(Entrant entrant) {
        for (Cell cell : List.of(new Cell(COUNTED, 1_000), new Cell(WEIGHTED, 1_000))) {
            if (entrant.plays(cell)) {
                int weight = cell.weighted() ? 20 : 1;
                try (Replayed replayed = entrant.open(cell, 0)) {
                    assertEquals(0, replayed.held());
                    assertFalse(replayed.access(1, weight));
                    assertTrue(replayed.access(1, weight));
                    assertFalse(replayed.access(2, weight));
                    assertEquals(2 * weight, replayed.held(), cell.name());
                }
            }
        }
    }
}
