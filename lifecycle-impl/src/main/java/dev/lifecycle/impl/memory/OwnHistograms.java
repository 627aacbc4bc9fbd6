package dev.lifecycle.impl.memory;

import dev.lifecycle.memory.HeapHistogram;
import dev.lifecycle.memory.HistogramMode;
import dev.lifecycle.memory.HistogramOrigin;
import dev.lifecycle.memory.PauseBudget;
import dev.lifecycle.spi.HistogramSupport;
import dev.lifecycle.time.TimeSource;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Histograms of this JVM, by its diagnostic command {@code GC.class_histogram}: it needs no attaching, and works where explicit collections are disabled.
 *
 * <p>The lock is held while a histogram is taken, model and ledger are guarded by it. No code of a user runs under it.
 */
public final class OwnHistograms implements HistogramSupport {
    /** Of this process: its model learns from all callers. */
    public static final HistogramSupport INSTANCE = ofThisProcess();

    private final TimeSource time;
    private final Vm vm;
    private final ReentrantLock lock = new ReentrantLock();
    private final PauseModel model;
    private final PauseLedger ledger;

    /** What is asked of the virtual machine. */
    interface Vm {
        /** Its collector. */
        CollectorKind collector();

        /** Bytes in the heap that a histogram of this mode would meet. */
        long used(HistogramMode mode);

        /** How many collections of the whole heap, or of its old part, there were. */
        long fullCollections();

        /** Has a young collection, unless that takes too long. */
        void collectYoung();

        /** Makes the first histogram take no longer than others. */
        void prepare();

        /** The text of a histogram. */
        String histogram(boolean live);

        /** Which process this is, start included. */
        String process();
    }

    private static HistogramSupport ofThisProcess() {
        try {
            return new OwnHistograms(TimeSource.system(), new PlatformVm());
        } catch (NoClassDefFoundError missing) {
            return new NoHistograms(missing);
        }
    }

    OwnHistograms(TimeSource time, Vm vm) {
        this.time = time;
        this.vm = vm;
        this.model = new PauseModel(vm.collector());
        this.ledger = new PauseLedger(time);
    }

    @Override
    public Duration predict(HistogramMode mode) {
        lock.lock();
        try {
            return model.predict(mode, vm.used(mode));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public HeapHistogram take(HistogramMode mode, PauseBudget budget) {
        lock.lock();
        try {
            long used = vm.used(mode);
            PauseRules.check(
                    mode,
                    model.predict(mode, used),
                    ledger.spent(),
                    budget,
                    model.why(used),
                    mode == HistogramMode.LIVE ? "Try ALL_AFTER_YOUNG, or raise perSnapshot" : "Raise perSnapshot");
            vm.prepare();
            if (mode == HistogramMode.ALL_AFTER_YOUNG) {
                vm.collectYoung();
            }
            return taken(mode);
        } finally {
            lock.unlock();
        }
    }

    private HeapHistogram taken(HistogramMode mode) {
        boolean live = mode == HistogramMode.LIVE;
        long collections = live ? vm.fullCollections() : 0;
        long start = time.nanos();
        String text = vm.histogram(live);
        Duration took = Duration.ofNanos(time.nanos() - start); // of the text, too: it is at most that
        Instant now = Instant.now();
        ledger.add(took);
        HeapHistogram counted;
        try {
            counted = HeapHistogram.parse(new StringReader(text));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        model.learn(mode, counted.instances(), counted.bytes(), took);
        return counted.withOrigin(new HistogramOrigin(
                vm.process(), Optional.of(now), Optional.of(mode), live && vm.fullCollections() > collections, took));
    }
}
