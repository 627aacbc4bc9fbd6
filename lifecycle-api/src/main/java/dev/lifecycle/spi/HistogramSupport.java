package dev.lifecycle.spi;

import dev.lifecycle.memory.HeapHistogram;
import dev.lifecycle.memory.HistogramMode;
import dev.lifecycle.memory.PauseBudget;
import java.time.Duration;

/** The part of an implementation that needs {@code java.management}, {@code jdk.management} and {@code jdk.jfr}, see {@link LifecycleProvider#part}. */
public interface HistogramSupport {

    /**
     * See {@link HeapHistogram#take}.
     *
     * @param mode which objects
     * @param budget for how long the program may stop
     * @return a new histogram
     * @throws dev.lifecycle.memory.PauseBudgetException if it would take longer
     */
    HeapHistogram take(HistogramMode mode, PauseBudget budget);

    /**
     * See {@link HeapHistogram#predictPause}.
     *
     * @param mode which objects
     * @return an estimate
     */
    Duration predict(HistogramMode mode);
}
