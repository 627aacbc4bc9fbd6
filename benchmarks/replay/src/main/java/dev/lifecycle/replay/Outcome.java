package dev.lifecycle.replay;

import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * A played cell.
 *
 * @param accesses of the trace
 * @param weight of all accesses
 * @param limit the hits that no cache can exceed
 * @param scores one for each seed
 */
record Outcome(Cell cell, long accesses, long weight, Score limit, Map<Entrant, List<Score>> scores) {

    boolean has(Entrant entrant) {
        return scores.containsKey(entrant);
    }

    /** Hits over accesses, mean of the seeds. */
    double hitRatio(Entrant entrant) {
        return mean(entrant, Score::hits) / accesses;
    }

    /** Weight of the hits over that of the accesses, mean of the seeds. */
    double weightRatio(Entrant entrant) {
        return mean(entrant, Score::hitWeight) / weight;
    }

    /** Hits over the limit, mean of the seeds. */
    double share(Entrant entrant) {
        return limit.hits() == 0 ? 1 : mean(entrant, Score::hits) / limit.hits();
    }

    /** The distance of the best seed from the worst, as hit ratio. */
    double spread(Entrant entrant) {
        var hits = scores.get(entrant).stream().mapToLong(Score::hits).summaryStatistics();
        return (double) (hits.getMax() - hits.getMin()) / accesses;
    }

    /** The most held above the bound. */
    long excess(Entrant entrant) {
        return scores.get(entrant).stream().mapToLong(Score::excess).max().orElse(0);
    }

    private double mean(Entrant entrant, ToLongFunction<Score> figure) {
        return scores.get(entrant).stream().mapToLong(figure).average().orElseThrow();
    }
}
