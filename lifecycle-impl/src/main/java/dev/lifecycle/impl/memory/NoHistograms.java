package dev.lifecycle.impl.memory;

import dev.lifecycle.memory.HeapHistogram;
import dev.lifecycle.memory.HistogramMode;
import dev.lifecycle.memory.PauseBudget;
import dev.lifecycle.spi.HistogramSupport;
import java.time.Duration;

/** Histograms of this JVM where the modules are missing that would take them. */
final class NoHistograms implements HistogramSupport {
    private final NoClassDefFoundError missing;

    NoHistograms(NoClassDefFoundError missing) {
        this.missing = missing;
    }

    @Override
    public Duration predict(HistogramMode mode) {
        throw none();
    }

    @Override
    public HeapHistogram take(HistogramMode mode, PauseBudget budget) {
        throw none();
    }

    private UnsupportedOperationException none() {
        return new UnsupportedOperationException(
                "a histogram needs the modules java.management, jdk.management and jdk.jfr, and this runtime is without the first; add them with --add-modules, to java or jlink",
                missing);
    }
}
