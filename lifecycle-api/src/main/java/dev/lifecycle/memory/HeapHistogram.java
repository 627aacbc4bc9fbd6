package dev.lifecycle.memory;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Names;
import dev.lifecycle.spi.HistogramSupport;
import java.io.IOException;
import java.io.Reader;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * How many objects of each class there are, and of how many bytes: taken from this JVM, or read from the text that the tools
 * of a JDK print.
 *
 * <p>Immutable, and so safe for use by several threads. Holds about 100 bytes a class.
 */
public final class HeapHistogram {
    /** The most rows of one histogram. A million classes are more than any program has loaded. */
    public static final int MAX_ROWS = 1_000_000;

    /** The most histograms that are compared at once. */
    public static final int MAX_COMPARED = 100;

    private final List<HistogramEntry> entries;
    private final HistogramOrigin origin;
    private final long instances;
    private final long bytes;

    private HeapHistogram(List<HistogramEntry> entries, HistogramOrigin origin, long instances, long bytes) {
        this.entries = entries;
        this.origin = origin;
        this.instances = instances;
        this.bytes = bytes;
    }

    /**
     * Makes a histogram of rows that were counted elsewhere.
     *
     * @param entries the rows, copied; in the order that {@link #entries} has
     * @param origin where they come from
     * @return a histogram
     * @throws IllegalArgumentException if there are more than {@link #MAX_ROWS}
     * @throws ArithmeticException if the sum of a column is no {@code long}
     */
    public static HeapHistogram of(List<HistogramEntry> entries, HistogramOrigin origin) {
        List<HistogramEntry> copy = List.copyOf(entries);
        if (copy.size() > MAX_ROWS) {
            throw new IllegalArgumentException("there are " + copy.size() + " rows; at most " + MAX_ROWS + " are kept");
        }
        long instances = 0;
        long bytes = 0;
        for (HistogramEntry entry : copy) {
            instances = Math.addExact(instances, entry.instances());
            bytes = Math.addExact(bytes, entry.bytes());
        }
        return new HeapHistogram(copy, Objects.requireNonNull(origin, "origin"), instances, bytes);
    }

    /**
     * Counts the objects of this JVM. The program stops while that is done; if the prediction is longer than the budget
     * allows, nothing is stopped and the call throws within a millisecond, or a tenth of a second the first time, when the beans of the platform are
     * looked up.
     *
     * <p>Pauses that were measured make later predictions better. One histogram is taken at a time; another caller waits.
     * Needs the modules {@code java.management}, {@code jdk.management} and {@code jdk.jfr}, without which the JDK finds no commands. {@link HistogramMode#ALL_AFTER_YOUNG} allocates, in small arrays that are
     * dropped at once, until a young collection is seen, at most one and a half of the young generation and half a second.
     *
     * @param mode which objects
     * @param budget for how long the program may stop
     * @return a new histogram, the class with the most bytes first
     * @throws PauseBudgetException if it would take longer
     * @throws UnsupportedOperationException if this virtual machine has no such command, or one of the modules is not there
     */
    public static HeapHistogram take(HistogramMode mode, PauseBudget budget) throws PauseBudgetException {
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(budget, "budget");
        return support().take(mode, budget);
    }

    /**
     * Tells for how long {@link #take} would stop the program: by the collector and the use of the heap, and by what earlier ones took.
     *
     * @param mode which objects
     * @return an estimate, meant to be right within a factor of two
     * @throws UnsupportedOperationException if one of the modules is not there
     */
    public static Duration predictPause(HistogramMode mode) {
        return support().predict(Objects.requireNonNull(mode, "mode"));
    }

    private static HistogramSupport support() {
        return Lifecycle.provider().part(HistogramSupport.class);
    }

    /**
     * Reads the first histogram of a text: what {@code jcmd PID GC.class_histogram}, {@code jmap -histo PID}, the virtual machine
     * itself with {@code -XX:+PrintClassHistogram}, or its log with {@code classhisto*=trace}, have printed. What stands before it
     * is skipped, what follows is not read. Numbers may have separators of thousands, as spreadsheets and pagers write them.
     *
     * <p>Time and space are linear in the text; a line has at most 200 000 characters, and the histogram begins within a million of lines, so
     * that no text can make this run for ever. The reader is left open.
     *
     * @param text where to read from
     * @return a histogram in the order of the text, of an unknown origin but for the process, if its number stands in a line of its own before
     * @throws MalformedHistogramException if there is no histogram, or its rows are not numbered one by one, or its end is missing, or
     *     the totals are not the sums of the rows
     * @throws IOException if reading fails
     */
    public static HeapHistogram parse(Reader text) throws IOException {
        return new HistogramParser(text).parse();
    }

    /**
     * Finds the classes that grow from one histogram to the next.
     *
     * @param ordered oldest first, all of the same mode; between 2 and {@link #MAX_COMPARED} of one process
     * @return what grew, ranked
     * @throws IllegalArgumentException if there are fewer or more, or they are known to be of different processes, or of different modes, or
     *     their times do not rise
     */
    public static HistogramDiff diff(List<HeapHistogram> ordered) {
        return HistogramDiff.of(ordered);
    }

    /**
     * Returns the number of objects.
     *
     * @return the sum of all rows
     */
    public long instances() {
        return instances;
    }

    /**
     * Returns the size of the objects.
     *
     * @return the sum of all rows, in bytes
     */
    public long bytes() {
        return bytes;
    }

    /**
     * Returns the rows.
     *
     * @return in the order of the text; the class with the most bytes first, if a tool of the JDK wrote it
     */
    public List<HistogramEntry> entries() {
        return entries;
    }

    /**
     * Tells whether only what was reachable is counted. False where that is not known: of a text, since it does not say, and where
     * {@link HistogramMode#LIVE} was asked for but the collector did not collect, like Shenandoah of JDK 17.
     *
     * @return {@link HistogramOrigin#trulyLive}
     */
    public boolean trulyLive() {
        return origin.trulyLive();
    }

    /**
     * Returns where it comes from.
     *
     * @return what is known of it
     */
    public HistogramOrigin origin() {
        return origin;
    }

    /**
     * Returns the same rows with another origin, for a text whose time or process is known from elsewhere.
     *
     * @param other what is known of it
     * @return another histogram
     */
    public HeapHistogram withOrigin(HistogramOrigin other) {
        return new HeapHistogram(entries, Objects.requireNonNull(other, "origin"), instances, bytes);
    }

    /**
     * Prints the first rows as a table, control characters escaped, and the total of all.
     *
     * @param top how many rows, at least 1
     * @return lines, each with its end
     * @throws IllegalArgumentException if {@code top} is less than 1
     */
    public String table(int top) {
        Tables.checkTop(top);
        StringBuilder out = new StringBuilder(" num     #instances         #bytes  class name (module)\n");
        out.append("-".repeat(55)).append('\n');
        int rank = 0;
        for (HistogramEntry entry : entries) {
            if (++rank > top) {
                break;
            }
            out.append(String.format(
                    Locale.ROOT,
                    "%4d: %13d  %13d  %s%s%n",
                    rank,
                    entry.instances(),
                    entry.bytes(),
                    Names.printable(entry.className()),
                    entry.module().isEmpty() ? "" : " (" + Names.printable(entry.module()) + ")"));
        }
        return out.append(String.format(Locale.ROOT, "Total %13d  %13d", instances, bytes))
                .append('\n')
                .toString()
                .replace("\r\n", "\n");
    }

    @Override
    public String toString() {
        return "HeapHistogram[" + instances + " instances, " + bytes + " bytes, " + entries.size() + " classes]";
    }
}
