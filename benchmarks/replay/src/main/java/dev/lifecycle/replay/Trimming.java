package dev.lifecycle.replay;

import dev.lifecycle.collect.BoundedCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Does trimming to a half keep the better half? Compares the uses of what stays, within the next accesses, with those of the half
 * that is used most: nobody can keep more.
 *
 * <p>{@code java -cp benchmarks/replay/target/replay.jar dev.lifecycle.replay.Trimming TRACES}
 */
public final class Trimming {
    private static final List<String> CELLS =
            List.of("sprite@1000", "web07@1200", "OLTP@2000", "orm-night@2500", "w106@8000", "address-gcc@1024");
    private static final int MOMENTS = 8; // of each trace, evenly spread
    private static final int HORIZON = 10; // accesses for each entry, in which uses count

    private Trimming() {}

    /** Takes the directory of the traces. */
    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            System.err.println("usage: Trimming TRACES");
            System.exit(2);
        }
        System.out.println("uses kept by trimTo(0.5), in per cent of what the best half would keep:");
        for (String name : CELLS) {
            String[] words = name.split("@", -1);
            Source source = Source.named(words[0]).orElseThrow();
            Kept kept = play(source.read(Path.of(args[0])), Integer.parseInt(words[1]));
            System.out.printf(
                    Locale.ROOT,
                    "%s: %.1f (%.1f by chance), %d moments%n",
                    name,
                    100.0 * kept.uses / kept.best,
                    50.0 * kept.all / kept.best,
                    kept.moments);
        }
    }

    /** Sums over all moments. */
    static final class Kept {
        int moments;
        long uses;
        long best;
        long all;
    }

    /** Plays a trace, and trims now and then; the cache must be full again by then. */
    static Kept play(Trace trace, int size) {
        Kept kept = new Kept();
        long[] keys = trace.keys();
        int step = Math.max(1, keys.length / (MOMENTS + 1));
        try (BoundedCache<Long, Long> cache =
                BoundedCache.<Long, Long>builder("trimmed").maximumSize(size).open()) {
            for (int i = 0; i < keys.length; i++) {
                long key = Trace.spread(keys[i], 0);
                if (cache.get(key) == null) {
                    cache.put(key, key);
                }
                if ((i + 1) % step == 0 && cache.size() == size) {
                    trim(cache, keys, i + 1, kept);
                }
            }
        }
        return kept;
    }

    private static void trim(BoundedCache<Long, Long> cache, long[] keys, int from, Kept kept) {
        Map<Long, Integer> uses = new HashMap<>();
        for (Long key : cache.asMap().keySet()) {
            uses.put(key, 0);
        }
        for (int i = from; i < Math.min(keys.length, from + HORIZON * cache.maximum()); i++) {
            uses.computeIfPresent(Trace.spread(keys[i], 0), (key, count) -> count + 1);
        }
        cache.trimTo(0.5);
        Set<Long> left = new HashSet<>(cache.asMap().keySet());
        int[] sorted =
                uses.values().stream().mapToInt(Integer::intValue).sorted().toArray();
        kept.moments++;
        for (int i = 0; i < sorted.length; i++) {
            kept.all += sorted[i];
            kept.best += i >= sorted.length - left.size() ? sorted[i] : 0;
        }
        uses.forEach((key, count) -> kept.uses += left.contains(key) ? count : 0);
    }
}
