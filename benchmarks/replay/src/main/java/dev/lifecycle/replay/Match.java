package dev.lifecycle.replay;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Replays one trace through entrants, and fails on what cannot be. */
final class Match {
    private final Trace trace;
    private final Belady belady; // null: a weighted trace, for which the optimum is beyond computing

    Match(Source source, Trace trace) {
        this.trace = trace;
        this.belady = source.weighted() ? null : new Belady(trace.keys());
    }

    /**
     * Plays a cell.
     *
     * @param entrants those that play it; the others are left out
     * @param seeds how many, from 0; one is enough for an entrant without luck
     * @throws Violation with the cell's name
     */
    Outcome play(Cell cell, List<Entrant> entrants, int seeds) {
        Score limit = limit(cell);
        Map<Entrant, List<Score>> scores = new EnumMap<>(Entrant.class);
        for (Entrant entrant : entrants) {
            if (!entrant.plays(cell)) {
                continue;
            }
            String what = cell.name() + ", " + entrant.title();
            List<Score> all = new ArrayList<>();
            for (int seed = 0; seed < (entrant.luck() == Entrant.Luck.SEEDED ? seeds : 1); seed++) {
                Score score = replay(what, entrant.open(cell, seed), cell.bound(), entrant.bound(), trace, seed);
                check(what, score, limit);
                all.add(score);
            }
            scores.put(entrant, all);
        }
        return new Outcome(cell, trace.length(), trace.weight(), limit, scores);
    }

    /** Belady's hits; in a weighted cell, those of a cache without a bound. */
    private Score limit(Cell cell) {
        if (belady == null) {
            return replay("", new Lru(Long.MAX_VALUE), Long.MAX_VALUE, Entrant.Bound.HARD, trace, 0);
        }
        long hits = belady.hits(cell.bound());
        return new Score(hits, hits, 0);
    }

    /** Replays the whole trace, looks at the bound after every access, and closes. */
    static Score replay(String what, Replayed replayed, long bound, Entrant.Bound promise, Trace trace, long seed) {
        long[] keys = trace.keys();
        long hits = 0;
        long hitWeight = 0;
        long excess = 0;
        try (replayed) {
            for (int i = 0; i < keys.length; i++) {
                int weight = trace.weight(i);
                if (replayed.access(Trace.spread(keys[i], seed), weight)) {
                    hits++;
                    hitWeight += weight;
                }
                long held = replayed.held();
                if (held > bound) {
                    if (promise == Entrant.Bound.HARD) {
                        throw new Violation(
                                what + ": holds " + held + " after access " + i + "; its bound is " + bound);
                    }
                    excess = Math.max(excess, held - bound);
                }
            }
        }
        return new Score(hits, hitWeight, excess);
    }

    static void check(String what, Score score, Score limit) {
        if (score.hits() > limit.hits() || score.hitWeight() > limit.hitWeight()) {
            throw new Violation(what + ": " + score.hits() + " hits, of weight " + score.hitWeight()
                    + "; there can be no more than " + limit.hits() + ", of weight " + limit.hitWeight());
        }
    }
}
