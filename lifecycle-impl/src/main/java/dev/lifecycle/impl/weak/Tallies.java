package dev.lifecycle.impl.weak;

import dev.lifecycle.Kind;
import dev.lifecycle.spi.WeakRegistryConfig;
import dev.lifecycle.weak.WeakRegistry;
import dev.lifecycle.weak.WeakRegistry.Count;
import dev.lifecycle.weak.WeakRegistry.Growth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** How many there are of each kind and name; of the first so many, the others together. */
final class Tallies {
    private static final Kind OTHER_KINDS = new Kind(WeakRegistry.OTHERS);

    private record Key(Kind kind, String name) {}

    /** Those of one kind and name. */
    static final class Tally {
        final Kind kind;
        final String name;
        final AtomicLong alive = new AtomicLong();
        final AtomicLong added = new AtomicLong();

        private Tally(Key key) {
            this.kind = key.kind;
            this.name = key.name;
        }

        private Count count() {
            return new Count(kind, name, alive.get(), added.get());
        }
    }

    private final ConcurrentHashMap<Key, Tally> tallies = new ConcurrentHashMap<>();

    /** The one for what comes with this kind and name. */
    Tally of(Kind kind, String name) {
        Tally known = tallies.get(new Key(kind, name));
        if (known != null) {
            return known;
        }
        if (tallies.size() < WeakRegistryConfig.MAX_TALLIES) { // racy: a few more do no harm
            return make(kind, name);
        }
        Tally others = tallies.get(new Key(kind, WeakRegistry.OTHERS));
        if (others != null) {
            return others;
        }
        return tallies.size() < 2 * WeakRegistryConfig.MAX_TALLIES
                ? make(kind, WeakRegistry.OTHERS)
                : make(OTHER_KINDS, WeakRegistry.OTHERS);
    }

    private Tally make(Kind kind, String name) {
        return tallies.computeIfAbsent(new Key(kind, name), Tally::new); // no code of users: a record of strings
    }

    List<Count> counts() {
        List<Count> counts = new ArrayList<>();
        for (Tally tally : tallies.values()) {
            Count count = tally.count();
            if (count.alive() > 0) {
                counts.add(count);
            }
        }
        counts.sort(Comparator.comparingLong(Count::alive).reversed());
        return counts;
    }

    Map<Kind, Long> kinds() {
        Map<Kind, Long> sums = new HashMap<>();
        counts().forEach(count -> sums.merge(count.kind(), count.alive(), Long::sum));
        Map<Kind, Long> sorted = new LinkedHashMap<>();
        sums.entrySet().stream()
                .sorted(Map.Entry.<Kind, Long>comparingByValue().reversed())
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return sorted;
    }

    List<Growth> growthSince(List<Count> before) {
        Map<Key, Long> now = new HashMap<>();
        tallies.forEach((key, tally) -> now.put(key, tally.alive.get()));
        List<Growth> growths = new ArrayList<>();
        for (Count count : before) {
            Long alive = now.remove(new Key(count.kind(), count.name()));
            growths.add(new Growth(count.kind(), count.name(), count.alive(), alive == null ? 0 : alive));
        }
        now.forEach((key, alive) -> growths.add(new Growth(key.kind, key.name, 0, alive)));
        growths.removeIf(growth -> growth.by() == 0);
        growths.sort(Comparator.comparingLong(Growth::by).reversed());
        return growths;
    }
}
