package dev.lifecycle.replay;

import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import java.util.stream.Stream;

/** Who takes part. The order is that of the columns. */
enum Entrant {
    LIFECYCLE(
            "lifecycle", Bound.HARD, Luck.SEEDED, plain(LifecycleReplayed::counted), plain(LifecycleReplayed::weighed)),
    CAFFEINE("Caffeine", Bound.SOFT, Luck.SEEDED, plain(CaffeineReplayed::counted), plain(CaffeineReplayed::weighed)),
    GUAVA("Guava", Bound.SOFT, Luck.SEEDED, plain(GuavaReplayed::counted), plain(GuavaReplayed::weighed)),
    CACHE2K("cache2k", Bound.SOFT, Luck.SEEDED, plain(Cache2kReplayed::counted), plain(Cache2kReplayed::weighed)),
    LRU("LRU", Bound.HARD, Luck.NONE, plain(Lru::new), plain(Lru::new)),
    SIEVE("SIEVE", Bound.HARD, Luck.NONE, plain(Sieve::new), null),
    S3_FIFO("S3-FIFO", Bound.HARD, Luck.NONE, plain(S3Fifo::new), null),
    GDSF("GDSF", Bound.HARD, Luck.NONE, null, plain(Gdsf::new));

    /** What exceeding the bound means. */
    enum Bound {
        /** A fault: the run fails. */
        HARD,
        /** A remark: the entrant does not promise to keep its bound at every moment. */
        SOFT
    }

    /** Whether another seed, which spreads the keys in another way, may give another result. */
    enum Luck {
        SEEDED,
        NONE
    }

    /** Opens an empty cache. The keys are spread by the seed already; a cache that draws lots may use it too. */
    @FunctionalInterface
    interface Opener {
        Replayed open(long bound, long seed);
    }

    private final String title;
    private final Bound bound;
    private final Luck luck;
    private final Opener counted; // null: does not play cells bounded by entries
    private final Opener weighed; // null: does not play cells bounded by bytes

    Entrant(String title, Bound bound, Luck luck, Opener counted, Opener weighed) {
        this.title = title;
        this.bound = bound;
        this.luck = luck;
        this.counted = counted;
        this.weighed = weighed;
    }

    /** The name in tables; in lower case, the name in options. */
    String title() {
        return title;
    }

    String option() {
        return title.toLowerCase(Locale.ROOT);
    }

    Bound bound() {
        return bound;
    }

    Luck luck() {
        return luck;
    }

    boolean plays(Cell cell) {
        return opener(cell) != null;
    }

    /** Opens an empty cache with the bound of a cell that this entrant {@linkplain #plays plays}. */
    Replayed open(Cell cell, long seed) {
        return opener(cell).open(cell.bound(), seed);
    }

    private static Opener plain(LongFunction<Replayed> opener) {
        return (bound, seed) -> opener.apply(bound);
    }

    private Opener opener(Cell cell) {
        return cell.weighted() ? weighed : counted;
    }

    static List<String> options() {
        return Stream.of(values()).map(Entrant::option).toList();
    }
}
