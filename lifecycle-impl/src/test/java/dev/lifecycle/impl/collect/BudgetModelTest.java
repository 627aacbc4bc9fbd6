package dev.lifecycle.impl.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.collect.BudgetExceededException;
import dev.lifecycle.collect.OversizeElement;
import dev.lifecycle.spi.BudgetBufferConfig;
import dev.lifecycle.time.TimeSource;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/** A budget buffer against an obvious model: lists of groups that are summed up again each time. */
class BudgetModelTest {

    /** An element; its number tells it from others of the same weight. */
    private record Item(int number, long weight) {}

    /** What is done: with no weights, clears; with one, adds or pins; with more, adds a group. */
    private record Step(boolean pin, List<Long> weights) {}

    /** A way to build a buffer. */
    private record Settings(long budget, long lowWater, int maxElements, OversizeElement oversize) {}

    @Provide
    Arbitrary<Settings> settings() {
        Arbitrary<Long> budgets = Arbitraries.oneOf(
                Arbitraries.longs().between(1, 30), Arbitraries.longs().between(Long.MAX_VALUE - 30, Long.MAX_VALUE));
        Arbitrary<Integer> most = Arbitraries.oneOf(Arbitraries.integers().between(1, 9), Arbitraries.just(1 << 20));
        return Combinators.combine(
                        budgets, Arbitraries.integers().between(0, 4), most, Arbitraries.of(OversizeElement.class))
                .as((budget, quarters, max, oversize) ->
                        new Settings(budget, budget / 4 * quarters + (quarters == 4 ? budget % 4 : 0), max, oversize));
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Long> weights = Arbitraries.frequencyOf(
                Tuple.of(20, Arbitraries.longs().between(0, 12)),
                Tuple.of(2, Arbitraries.longs().between(13, 40)),
                Tuple.of(1, Arbitraries.longs().between(Long.MAX_VALUE - 40, Long.MAX_VALUE)));
        Arbitrary<Step> adds = weights.map(weight -> new Step(false, List.of(weight)));
        Arbitrary<Step> pins = weights.map(weight -> new Step(true, List.of(weight)));
        Arbitrary<Step> groups = weights.list().ofMinSize(2).ofMaxSize(4).map(group -> new Step(false, group));
        return Arbitraries.frequencyOf(
                        Tuple.of(20, adds),
                        Tuple.of(2, pins),
                        Tuple.of(8, groups),
                        Tuple.of(1, Arbitraries.just(new Step(false, List.of()))))
                .list()
                .ofMaxSize(80);
    }

    @Property(tries = 2_000)
    void behavesAsListsThatAreSummedUpEachTime(
            @ForAll("settings") Settings settings, @ForAll("steps") List<Step> steps) {
        Model model = new Model(settings);
        List<Item> weighed = new ArrayList<>();
        List<List<Item>> heard = new ArrayList<>();
        WeighedBuffer<Item> buffer = open(settings, weighed, heard);
        try {
            for (Step step : steps) {
                List<Item> items = model.items(step);
                int weighings = weighed.size();
                int batches = heard.size();
                if (items.isEmpty()) {
                    assertEquals(model.clear(), buffer.clear());
                } else {
                    List<Item> gone = step.pin ? model.pin(items.get(0)) : model.add(items);
                    if (gone == null) {
                        assertThrows(BudgetExceededException.class, () -> put(buffer, step, items));
                    } else {
                        put(buffer, step, items);
                        assertEquals(gone.isEmpty() ? List.of() : List.of(gone), heard.subList(batches, heard.size()));
                    }
                }
                List<Item> seen = weighed.subList(weighings, weighed.size());
                assertEquals(seen.stream().distinct().count(), seen.size(), "weighed once");
                assertTrue(buffer.invariantsHold());
                assertEquals(model.snapshot(), buffer.snapshot());
                assertEquals(model.weight(), buffer.weight());
                assertEquals(model.snapshot().size(), buffer.size());
                assertEquals(model.added, buffer.added());
                assertEquals(model.evicted, buffer.evicted());
            }
        } finally {
            buffer.close();
        }
        assertTrue(buffer.invariantsHold());
        assertEquals(List.of(), buffer.snapshot());
    }

    private static WeighedBuffer<Item> open(Settings settings, List<Item> weighed, List<List<Item>> heard) {
        return WeighedBuffer.open(
                new BudgetBufferConfig<>(
                        "model",
                        item -> {
                            weighed.add(item);
                            return item.weight;
                        },
                        settings.budget,
                        settings.lowWater,
                        settings.maxElements,
                        settings.oversize,
                        settings.oversize == OversizeElement.SHRINK
                                ? (item, room) -> new Item(item.number, room)
                                : null,
                        heard::add,
                        TimeSource.system()),
                null);
    }

    private static void put(WeighedBuffer<Item> buffer, Step step, List<Item> items) {
        if (step.pin) {
            buffer.pin(items.get(0));
        } else if (items.size() == 1) {
            buffer.add(items.get(0));
        } else {
            buffer.addGroup(items);
        }
    }

    /** The same without an idea of speed. */
    private static final class Model {
        private final Settings settings;
        private final BigInteger budget;
        private final List<Item> pinned = new ArrayList<>();
        private final List<List<Item>> groups = new ArrayList<>();
        private int numbers;
        long added;
        long evicted;

        Model(Settings settings) {
            this.settings = settings;
            this.budget = BigInteger.valueOf(settings.budget);
        }

        List<Item> items(Step step) {
            return step.weights.stream()
                    .map(weight -> new Item(numbers++, weight))
                    .toList();
        }

        private static BigInteger sum(List<Item> items) {
            return items.stream().map(item -> BigInteger.valueOf(item.weight)).reduce(BigInteger.ZERO, BigInteger::add);
        }

        private static boolean above(BigInteger sum, BigInteger limit) {
            return sum.compareTo(limit) > 0;
        }

        List<Item> snapshot() {
            return Stream.concat(pinned.stream(), groups.stream().flatMap(List::stream))
                    .toList();
        }

        long weight() {
            return sum(snapshot()).longValueExact();
        }

        int clear() {
            int count = snapshot().size() - pinned.size();
            groups.clear();
            return count;
        }

        /** Returns what leaves; null if it is refused. */
        @Nullable
        List<Item> pin(Item item) {
            if (pinned.size() >= settings.maxElements
                    || above(sum(pinned).add(BigInteger.valueOf(item.weight)), budget)) {
                return null;
            }
            List<Item> gone = evict(List.of(item));
            pinned.add(item);
            return gone;
        }

        /** Returns what leaves; null if it is refused. */
        @Nullable
        List<Item> add(List<Item> items) {
            if (pinned.size() + items.size() > settings.maxElements) {
                return null;
            }
            List<Item> group = items;
            BigInteger room = budget.subtract(sum(pinned));
            if (above(sum(items), room)) {
                switch (settings.oversize) {
                    case REJECT -> {
                        return null;
                    }
                    case KEEP_ALONE -> {
                        if (above(sum(pinned).add(sum(items)), BigInteger.valueOf(Long.MAX_VALUE))) {
                            return null;
                        }
                    }
                    case SHRINK -> group = shrunk(items, room);
                }
            }
            List<Item> gone = evict(group);
            groups.add(group);
            return gone;
        }

        /** Searches the largest cap with which they fit. */
        private static List<Item> shrunk(List<Item> items, BigInteger room) {
            long fits = 0;
            long tooMuch = Long.MAX_VALUE;
            while (tooMuch - fits > 1) {
                long middle = fits + (tooMuch - fits) / 2;
                if (above(sum(cut(items, middle)), room)) {
                    tooMuch = middle;
                } else {
                    fits = middle;
                }
            }
            return cut(items, fits);
        }

        private static List<Item> cut(List<Item> items, long cap) {
            return items.stream()
                    .map(item -> new Item(item.number, Math.min(item.weight, cap)))
                    .toList();
        }

        private List<Item> evict(List<Item> incoming) {
            BigInteger heavy = sum(incoming);
            boolean exceeded = above(sum(snapshot()).add(heavy), budget);
            BigInteger limit = exceeded ? BigInteger.valueOf(settings.lowWater) : budget;
            List<Item> gone = new ArrayList<>();
            while (!groups.isEmpty()
                    && (above(sum(snapshot()).add(heavy), limit)
                            || snapshot().size() + incoming.size() > settings.maxElements)) {
                gone.addAll(groups.remove(0));
            }
            added += incoming.size();
            evicted += gone.size();
            return gone;
        }
    }
}
