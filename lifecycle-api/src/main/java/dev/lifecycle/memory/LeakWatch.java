package dev.lifecycle.memory;

import dev.lifecycle.Managed;
import dev.lifecycle.Names;
import java.time.Duration;
import java.util.List;

/**
 * Tells whether this process leaks, what of it grows, and how sure that is: by the trend of its live heap, of its memory outside the heap, of its threads, descriptors and classes.
 *
 * <p><b>Growth that is none.</b> What a bounded component of the ownership tree holds below its bound is taken off: a cache that fills is {@link LeakVerdict#WARMING}, one past its bound is
 * a leak by itself. Growth with the {@linkplain LeakWatchBuilder#load load}, in steps, or of garbage that nobody collected yet is told apart as well. One healthy day in a hundred may be
 * called a leak, or as few as {@link LeakWatchBuilder#falseAlarms} says.
 *
 * <p><b>How long it takes.</b> Growth of 5, 20, 60 and 240 MB an hour is found after some 10, 4.5, 2.5 and 1.5 hours of looking on, beside noise of a usual size; {@link #confirm} finds it in
 * minutes, by stopping the program for some ten milliseconds several times. A finding without growth says which growth would have been found.
 *
 * <p>Holds a day of each series in 62 KB, and of the heap in 131 KB. It has one daemon thread, which reads all series four times a minute. All methods may be called from any thread. The method is described in
 * decision record 30.
 */
public interface LeakWatch extends Managed {

    /**
     * Starts the description of a watch.
     *
     * @param name for the tree, messages and log lines; see {@link Names#check}
     * @return a builder
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static LeakWatchBuilder builder(String name) {
        return new LeakWatchBuilder(name);
    }

    /**
     * Judges the process as a whole, by all series together. Takes some ten microseconds for each series.
     *
     * @return as of the last sample
     */
    LeakFinding finding();

    /**
     * Judges one series.
     *
     * @param series its name, see {@link #series}
     * @return as of the last sample
     * @throws IllegalArgumentException if there is no such series
     */
    LeakFinding finding(String series);

    /**
     * Lists what is watched.
     *
     * @return {@code heap.live}, {@code outside}, {@code resident}, {@code direct}, {@code metaspace}, {@code classes}, {@code threads}, {@code descriptors}, {@code finalizers},
     *     {@code leased}, {@code scopes}, as far as this system knows them, and those of the {@linkplain LeakWatchBuilder builder}
     */
    List<String> series();

    /**
     * Copies what is held of a series: for a chart.
     *
     * @param series its name
     * @return the minutes of the last day
     * @throws IllegalArgumentException if there is no such series
     */
    SeriesCurve curve(String series);

    /**
     * Looks actively, on this thread: takes histograms of the heap one after the other, and tells whether what is alive grows, and which classes do. Meant for a service under steady load;
     * what is logged meanwhile says when it is done.
     *
     * <p>Live histograms are exact and stop the program for longest. Where the budget does not allow for twelve of them, six histograms with garbage are taken: these name classes, and never
     * make a {@link LeakVerdict#LEAKING} by themselves.
     *
     * <p>Where memory outside the heap grows, free memory of the C library is given back to the system, to tell growth from what the library only keeps: that may take half of the time more.
     *
     * @param length from the first histogram to the last; three minutes or more
     * @param budget for how long the program may stop
     * @return verdict and classes, and the paths in the tree that hold what grows
     * @throws IllegalArgumentException if {@code length} is shorter than a second, or longer than a day
     * @throws PauseBudgetException if not even six histograms fit into the budget
     * @throws UnsupportedOperationException if no histogram can be taken, see {@link HeapHistogram#take}
     * @throws InterruptedException if the thread was interrupted
     */
    LeakFinding confirm(Duration length, PauseBudget budget) throws InterruptedException;

    /** Ends the watch. Idempotent. What was found can be asked for all the same. */
    @Override
    void close();
}
