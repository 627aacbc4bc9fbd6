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
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** How many there are of each kind and name; of the first so many, the others together. */
final class Tallies {
    private static final Kind OTHER_KINDS = new Kind(WeakRegistry.OTHERS);

    private record Key(Kind kind, String name) {
        // as it would be, but not linked at its first call: where that is at the end of the stack, it is spoiled for
        // ever
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && kind.name().equals(key.kind.name()) && name.equals(key.name);
        }

        @Override
        public int hashCode() {
            return kind.name().hashCode() * 31 + name.hashCode();
        }
    }

    /** Those of one kind and name. */
    static final class Tally {
        /*
         * `alive` is at least 0 while the tally is in use, and far below once it was given up, for ever: set by who found it 0,
         * in one step. Who adds an instance and finds it so takes back what it added, and looks for another tally.
         */
        private static final long GIVEN_UP = Long.MIN_VALUE / 2;

        final Kind kind;
        final String name;
        final AtomicLong alive = new AtomicLong();
        final AtomicLong added = new AtomicLong();

        private Tally(Key key) {
            this.kind = key.kind;
            this.name = key.name;
        }

        /** Counts one more; returns false if this was given up. */
        boolean enters() {
            if (alive.incrementAndGet() > 0) {
                return true;
            }
            alive.decrementAndGet();
            return false;
        }

        boolean isGivenUp() {
            return alive.get() < 0;
        }

        private boolean giveUp() {
            return alive.compareAndSet(0, GIVEN_UP);
        }

        private Count count() {
            return new Count(kind, name, alive.get(), added.get());
        }
    }

    private static final int WORTH = WeakRegistryConfig.MAX_TALLIES / 8;
    private static final int PATIENCE = 256;

    private final ConcurrentHashMap<Key, Tally> tallies = new ConcurrentHashMap<>();
    private int
            fruitless; // racy: how often there was no room since tallies were given up in vain; 0 if it was worth it

    /** The one for what comes with this kind and name. */
    Tally of(Kind kind, String name) {
        Tally known = tallies.get(new Key(kind, name));
        if (known != null) {
            return known;
        }
        if (tallies.size() < WeakRegistryConfig.MAX_TALLIES || givesUpSome()) { // racy: a few more do no harm
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

    /** Gives up those of which none is alive, unless that was in vain a moment ago; returns whether there is room now. */
    private boolean givesUpSome() {
        if (fruitless++ % PATIENCE != 0) {
            return false;
        }
        int before = tallies.size();
        tallies.values().removeIf(Tally::giveUp);
        int after = tallies.size();
        if (before - after >= WORTH) {
            fruitless = 0;
        }
        return after < WeakRegistryConfig.MAX_TALLIES;
    }

    private Tally make(Kind kind, String name) {
        return tallies.computeIfAbsent(new Key(kind, name), Tally::new); // no code of users: a record of strings
    }

    /** Puts right what is not as {@code count} counts it; returns false where somebody came in or went meanwhile. */
    boolean recount(ToLongFunction<Tally> count) {
        boolean right = true;
        for (Tally tally : tallies.values()) {
            long before = tally.alive.get();
            if (before >= 0) {
                long counted = count.applyAsLong(tally);
                right &= tally.alive.compareAndSet(before, counted);
            }
        }
        return right;
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
        tallies.forEach((key, tally) -> now.put(key, Math.max(0, tally.alive.get())));
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
