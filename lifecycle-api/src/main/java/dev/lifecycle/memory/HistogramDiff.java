package dev.lifecycle.memory;

import dev.lifecycle.Names;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The classes that grow, those first that a leak hunt wants to see: the application's before the JDK's, among these by the number
 * of intervals in which they grew, then by bytes. A class that leaks grows in each interval; one whose garbage is seen grows in half of them.
 *
 * <p>Made by {@link HeapHistogram#diff}, in time linear in the rows and, for each class that grew, square in the number of histograms. Immutable.
 */
public final class HistogramDiff {
    private static final Comparator<ClassGrowth> ORDER = Comparator.comparing(ClassGrowth::application)
            .thenComparing(ClassGrowth::grew)
            .thenComparing(ClassGrowth::bytes)
            .reversed()
            .thenComparing(ClassGrowth::className);

    private final List<ClassGrowth> ranked;
    private final int snapshots;
    private final long bytes;
    private final Optional<Duration> span;

    private HistogramDiff(List<ClassGrowth> ranked, int snapshots, long bytes, Optional<Duration> span) {
        this.ranked = ranked;
        this.snapshots = snapshots;
        this.bytes = bytes;
        this.span = span;
    }

    static HistogramDiff of(List<HeapHistogram> histograms) {
        List<HeapHistogram> ordered = List.copyOf(histograms);
        int n = ordered.size();
        if (n < 2 || n > HeapHistogram.MAX_COMPARED) {
            throw new IllegalArgumentException("there are " + n + " histograms; at least 2 and at most "
                    + HeapHistogram.MAX_COMPARED + " are compared, and five are the fewest that give an interval");
        }
        checkOne(ordered);
        double[] hours = hours(ordered);
        boolean timed = hours.length > 0;
        if (!timed) {
            hours = new double[n];
            for (int i = 0; i < n; i++) {
                hours[i] = i;
            }
        }
        SenSlope slope = new SenSlope(hours);
        List<ClassGrowth> grown = new ArrayList<>();
        for (Series each : series(ordered)) {
            long more = each.bytes[n - 1] - each.bytes[0];
            if (more > 0) {
                slope.fit(each.bytes);
                grown.add(new ClassGrowth(
                        each.name,
                        each.application,
                        more,
                        each.instances[n - 1] - each.instances[0],
                        each.grew(),
                        n - 1,
                        timed ? slope.median() : Double.NaN,
                        timed ? slope.low() : Double.NaN,
                        timed ? slope.high() : Double.NaN));
            }
        }
        grown.sort(ORDER);
        HeapHistogram first = ordered.get(0);
        HeapHistogram last = ordered.get(n - 1);
        Optional<Duration> span = timed
                ? Optional.of(Duration.between(
                        first.origin().at().orElseThrow(), last.origin().at().orElseThrow()))
                : Optional.empty();
        return new HistogramDiff(List.copyOf(grown), n, last.bytes() - first.bytes(), span);
    }

    private static void checkOne(List<HeapHistogram> ordered) {
        HistogramOrigin known = ordered.get(0).origin();
        for (int i = 1; i < ordered.size(); i++) {
            HistogramOrigin other = ordered.get(i).origin();
            if (!known.process().isEmpty()
                    && !other.process().isEmpty()
                    && !known.process().equals(other.process())) {
                throw new IllegalArgumentException(
                        "histogram " + (i + 1) + " is of process " + Names.quote(other.process())
                                + ", an earlier one of " + Names.quote(known.process())
                                + "; only those of one process, since one start of it, can be compared");
            }
            if (known.mode().isPresent()
                    && other.mode().isPresent()
                    && !known.mode().equals(other.mode())) {
                throw new IllegalArgumentException("histogram " + (i + 1) + " has the mode "
                        + other.mode().orElseThrow() + ", an earlier one "
                        + known.mode().orElseThrow()
                        + "; garbage in some and not in others would look like growth");
            }
            if (known.process().isEmpty() || known.mode().isEmpty()) {
                known = new HistogramOrigin(
                        known.process().isEmpty() ? other.process() : known.process(),
                        Optional.empty(),
                        known.mode().isEmpty() ? other.mode() : known.mode(),
                        false,
                        Duration.ZERO);
            }
        }
    }

    /** Since the first one; empty unless all times are known. */
    private static double[] hours(List<HeapHistogram> ordered) {
        if (ordered.stream().anyMatch(each -> each.origin().at().isEmpty())) {
            return new double[0];
        }
        double[] hours = new double[ordered.size()];
        Instant first = ordered.get(0).origin().at().orElseThrow();
        Instant before = first;
        for (int i = 1; i < hours.length; i++) {
            Instant at = ordered.get(i).origin().at().orElseThrow();
            if (!at.isAfter(before)) {
                throw new IllegalArgumentException("histogram " + (i + 1) + " is of " + at + ", the one before it of "
                        + before + "; give them in the order of their times");
            }
            Duration since = Duration.between(first, at);
            hours[i] = (since.getSeconds() + since.getNano() / 1e9) / 3600;
            before = at;
        }
        return hours;
    }

    private static Iterable<Series> series(List<HeapHistogram> ordered) {
        Map<String, Series> all = new HashMap<>();
        for (int i = 0; i < ordered.size(); i++) {
            for (HistogramEntry entry : ordered.get(i).entries()) {
                Series series = all.computeIfAbsent(
                        entry.family(), name -> new Series(name, entry.application(), ordered.size()));
                series.bytes[i] += entry.bytes();
                series.instances[i] += entry.instances();
            }
        }
        return all.values();
    }

    /** One class, through all histograms: classes of one name are one here. */
    private static final class Series {
        final String name;
        final boolean application;
        final long[] bytes;
        final long[] instances;

        Series(String name, boolean application, int n) {
            this.name = name;
            this.application = application;
            this.bytes = new long[n];
            this.instances = new long[n];
        }

        int grew() {
            int times = 0;
            for (int i = 1; i < bytes.length; i++) {
                if (bytes[i] > bytes[i - 1]) {
                    times++;
                }
            }
            return times;
        }
    }

    /**
     * Returns the classes that have more bytes at the end than at the beginning.
     *
     * @return the most suspicious one first
     */
    public List<ClassGrowth> ranked() {
        return ranked;
    }

    /**
     * Returns the number of histograms that were compared.
     *
     * @return at least 2
     */
    public int snapshots() {
        return snapshots;
    }

    /**
     * Returns how many more bytes there are in all classes together.
     *
     * @return negative if there are fewer
     */
    public long bytes() {
        return bytes;
    }

    /**
     * Returns the time between the first and the last histogram.
     *
     * @return empty unless the times of all of them are known
     */
    public Optional<Duration> span() {
        return span;
    }

    /**
     * Prints the first classes of {@link #ranked} as a table, control characters escaped.
     *
     * @param top how many rows, at least 1
     * @return lines, each with its end; one line if nothing grew
     * @throws IllegalArgumentException if {@code top} is less than 1
     */
    public String table(int top) {
        Tables.checkTop(top);
        if (ranked.isEmpty()) {
            return "no class has more bytes in the last of " + snapshots + " histograms than in the first\n";
        }
        StringBuilder out = new StringBuilder();
        out.append(String.format(
                Locale.ROOT,
                "%4s %7s %10s %10s %12s  %-25s %s%n",
                "rank",
                "grew",
                "bytes",
                "instances",
                "per hour",
                "95 % interval per hour",
                "class"));
        int rank = 0;
        for (ClassGrowth each : ranked) {
            if (++rank > top) {
                break;
            }
            out.append(String.format(
                    Locale.ROOT,
                    "%4d %7s %10s %+10d %12s  %-25s %s%s%n",
                    rank,
                    each.grew() + "/" + each.of(),
                    Tables.signed((double) each.bytes()),
                    each.instances(),
                    Tables.signed(each.bytesPerHour()),
                    Double.isNaN(each.low()) || Double.isInfinite(each.low())
                            ? "-"
                            : Tables.signed(each.low()) + " .. " + Tables.signed(each.high()),
                    Names.printable(each.className()),
                    each.application() ? "" : " (JDK)"));
        }
        return out.toString().replace("\r\n", "\n");
    }

    @Override
    public String toString() {
        return "HistogramDiff[" + snapshots + " histograms, " + ranked.size() + " classes grew]";
    }
}
