package dev.lifecycle.impl.memory.trend;

import dev.lifecycle.memory.LeakFinding;
import dev.lifecycle.memory.LeakVerdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** What several series look like together: which part of a process grows, and whether it can go on. */
public final class Diagnosis {
    private static final double SLACK = 0.01; // a bounded component may be above its bound for a moment
    private static final double GAVE_BACK = 0.5;
    private static final double SPIRAL = 0.5; // of the time in collections
    private static final double NEARLY_FULL = 0.9;
    private static final double BUSY = 0.2;
    private static final double MOSTLY_GARBAGE = 0.7;
    private static final int FUTILE_ROUNDS = 3;
    private static final double MOSTLY_ELSEWHERE = 4; // times as fast as the heap
    /** What a thread, a class or an open file may well take of the heap: what grows by less for each of them grows by them. */
    private static final double BYTES_A_PIECE = 64 * 1024;

    private static final double MB = 1024 * 1024;

    private Diagnosis() {}

    /**
     * A component that says what it holds; bounds of 0 or less are none.
     *
     * @param name its name
     * @param entries how many it holds
     * @param maxEntries how many it may hold
     * @param bytes how many bytes it holds, by its own estimate
     * @param maxBytes how many it may hold
     */
    public record Component(String name, long entries, long maxEntries, long bytes, long maxBytes) {
        /** Checks the name. */
        public Component {
            Objects.requireNonNull(name, "name");
        }

        /** Whether it has a bound: what has none explains no growth. */
        public boolean bounded() {
            return maxEntries > 0 || maxBytes > 0;
        }

        /** Whether it holds clearly more than it may. */
        public boolean pastBound() {
            return past(entries, maxEntries) || past(bytes, maxBytes);
        }

        private static boolean past(long held, long bound) {
            return bound > 0 && held - bound > Math.max(1, SLACK * bound);
        }
    }

    /**
     * What is known of a process.
     *
     * @param heap the finding on its live heap, less what bounded components hold
     * @param outside the finding on its memory outside the heap; INSUFFICIENT_DATA if it is not watched
     * @param components all that say what they hold
     * @param liveBytes what the last collection left
     * @param limitBytes of the heap, 0 for none
     * @param collecting the share of the last minutes that collections took, from 0 to 1
     * @param futileRounds rounds of trimming and collecting, one after the other, that gave back nothing to speak of
     * @param trimReturned the share of the growth outside that a trim of the allocator gave back, NaN if none was tried
     */
    public record Signs(
            LeakFinding heap,
            LeakFinding outside,
            List<Component> components,
            long liveBytes,
            long limitBytes,
            double collecting,
            int futileRounds,
            double trimReturned) {
        /** Copies the components. */
        public Signs {
            Objects.requireNonNull(heap, "heap");
            Objects.requireNonNull(outside, "outside");
            components = List.copyOf(components);
        }
    }

    /** What bounded components hold together: to be given to {@link TrendSeries#add(long, long, double, long)}. */
    public static long explained(List<Component> components) {
        long sum = 0;
        for (Component component : components) {
            if (component.bounded() && !component.pastBound()) {
                sum += Math.max(0, component.bytes());
            }
        }
        return sum;
    }

    /** The verdict on the whole, the gravest first. */
    public static LeakFinding judge(Signs signs) {
        LeakFinding heap = signs.heap();
        LeakFinding outside = signs.outside();
        double full = signs.limitBytes() > 0 ? (double) signs.liveBytes() / signs.limitBytes() : 0;
        if (signs.futileRounds() >= FUTILE_ROUNDS || (signs.collecting() >= SPIRAL && full >= NEARLY_FULL)) {
            return as(
                    heap,
                    LeakVerdict.RESTART_ADVISED,
                    format(
                            "a restart is advised: %.0f %% of the limit of %.0f MB is live, collections take %.0f %% of the time,"
                                    + " and %d round(s) of trimming in a row gave back nothing; %s",
                            100 * full,
                            signs.limitBytes() / MB,
                            100 * signs.collecting(),
                            signs.futileRounds(),
                            heap.explanation()));
        }
        for (Component component : signs.components()) {
            if (component.pastBound()) {
                return as(
                        heap,
                        LeakVerdict.LEAKING,
                        format(
                                "%s is past its bound: %d of %d entries, %.1f of %.1f MB; %s",
                                component.name(),
                                component.entries(),
                                component.maxEntries(),
                                component.bytes() / MB,
                                component.maxBytes() / MB,
                                heap.explanation()));
            }
        }
        boolean elsewhere =
                outside.verdict() == LeakVerdict.LEAKING && outside.perHour() > MOSTLY_ELSEWHERE * heap.perHour();
        if (heap.verdict() == LeakVerdict.LEAKING && !elsewhere) {
            return as(heap, LeakVerdict.LEAKING, heap.explanation() + unbounded(signs.components()));
        }
        if (outside.verdict() == LeakVerdict.LEAKING || outside.verdict() == LeakVerdict.GROWING) {
            if (signs.trimReturned() >= GAVE_BACK) {
                return as(
                        outside,
                        LeakVerdict.ALLOCATOR_RETENTION,
                        format(
                                "a trim of the allocator gave back %.0f %% of it: it keeps what was freed; %s",
                                100 * signs.trimReturned(), outside.explanation()));
            }
            if (outside.verdict() == LeakVerdict.LEAKING) {
                return as(
                        outside,
                        LeakVerdict.NATIVE_GROWTH,
                        format(
                                "the process grows outside the heap, which is %s; %s%s",
                                heap.verdict(),
                                outside.explanation(),
                                Double.isNaN(signs.trimReturned())
                                        ? "; trim the allocator to tell whether it only keeps what was freed"
                                        : format("; a trim gave back %.0f %%", 100 * signs.trimReturned())));
            }
        }
        if (heap.verdict() == LeakVerdict.WARMING) {
            return as(heap, LeakVerdict.WARMING, heap.explanation() + largest(signs.components()));
        }
        if (signs.collecting() >= BUSY && full < MOSTLY_GARBAGE && calm(heap.verdict())) {
            return as(
                    heap,
                    LeakVerdict.CHURN,
                    format(
                            "collections take %.0f %% of the time while %.0f %% of the limit is live: it is garbage that is made, not"
                                    + " kept; %s",
                            100 * signs.collecting(), 100 * full, heap.explanation()));
        }
        return heap;
    }

    /**
     * The verdict on the whole, once more: where something counted leaks, that says more than that memory grows.
     *
     * @param whole what {@link #judge} told
     * @param others the findings on all other series, the most telling first
     * @param owners what of the tree grows
     */
    public static LeakFinding narrow(LeakFinding whole, List<Counted> others, List<String> owners) {
        LeakFinding main = whole;
        StringBuilder also = new StringBuilder();
        for (Counted counted : others) {
            LeakFinding each = counted.finding();
            if (each.verdict() == LeakVerdict.LEAKING) {
                if (main == whole && tells(counted, whole)) {
                    main = each;
                } else {
                    also.append("; ").append(each.explanation());
                }
            }
        }
        if (main != whole && whole.isAlarm()) {
            also.append("; ").append(whole.explanation());
        }
        boolean grows = main.isAlarm() || main.verdict() == LeakVerdict.GROWING;
        return new LeakFinding(
                main.series(),
                main.verdict(),
                main.perHour(),
                main.low(),
                main.high(),
                main.detectable(),
                main.confidence(),
                main.window(),
                main.toLimit(),
                main.explanation() + also,
                whole.classes(),
                grows ? owners : List.of());
    }

    /**
     * The finding on a series beside the heap and what is outside it.
     *
     * @param unit of the series
     * @param finding on it
     */
    public record Counted(TrendSettings.Unit unit, LeakFinding finding) {}

    /** Whether growth of the one is likely to be what makes the whole grow. */
    private static boolean tells(Counted each, LeakFinding whole) {
        return switch (whole.verdict()) {
            case RESTART_ADVISED -> false;
            case LEAKING ->
                each.unit() == TrendSettings.Unit.PIECES
                        ? each.finding().series().equals("classes") // a loader holds all that its classes hold
                                || whole.perHour()
                                        <= BYTES_A_PIECE * each.finding().perHour()
                        : each.finding().perHour() > MOSTLY_ELSEWHERE * whole.perHour();
            default -> true;
        };
    }

    private static boolean calm(LeakVerdict verdict) {
        return switch (verdict) {
            case STABLE, SPIKE, STEPPED, LOAD_DRIVEN, INSUFFICIENT_DATA, SAWTOOTH_UNKNOWN -> true;
            default -> false;
        };
    }

    private static String unbounded(List<Component> components) {
        List<String> names = new ArrayList<>();
        for (Component component : components) {
            if (!component.bounded() && names.size() < 5) {
                names.add(component.name());
            }
        }
        return names.isEmpty() ? "" : "; without a bound: " + String.join(", ", names);
    }

    private static String largest(List<Component> components) {
        return components.stream()
                .filter(Component::bounded)
                .max(Comparator.comparingLong(Component::bytes))
                .map(c -> format(
                        "; the largest is %s with %.1f MB, %d of %d entries",
                        c.name(), c.bytes() / MB, c.entries(), c.maxEntries()))
                .orElse("");
    }

    private static LeakFinding as(LeakFinding of, LeakVerdict verdict, String explanation) {
        return new LeakFinding(
                of.series(),
                verdict,
                of.perHour(),
                of.low(),
                of.high(),
                of.detectable(),
                of.confidence(),
                of.window(),
                of.toLimit(),
                explanation,
                of.classes(),
                of.owners());
    }

    private static String format(String text, Object... with) {
        return String.format(Locale.ROOT, text, with);
    }
}
