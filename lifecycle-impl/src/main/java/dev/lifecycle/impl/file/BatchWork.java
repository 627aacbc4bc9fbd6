package dev.lifecycle.impl.file;

import dev.lifecycle.file.FileContext;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.scope.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One batch while it is worked with. */
final class BatchWork implements FileContext {
    /*
     * `entries` are a range of the tree. Workers take them in order, so that those which were taken are a prefix: the batch ends there if it ends
     * early. Who takes an index writes its result and value; the thread of the run reads them once all workers are done, see Crew.
     *   I1  taken <= entries.size(); once `full`, with one entry taken, it does not grow.
     *   I2  inFlight >= charged, peak >= inFlight but for a moment; charged never falls.
     */
    private final TreeRun<?> run;
    private final long sequence;
    private final long budget;
    private final Scope scope = Scope.open(); // in no tree: it is the run's
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicLong charged = new AtomicLong();
    private final AtomicLong inFlight = new AtomicLong();
    private final AtomicLong peak = new AtomicLong();
    final AtomicLong bytes = new AtomicLong(); // that were read
    final AtomicLong allocated = new AtomicLong(); // negative where that is not known
    private volatile boolean full;
    final List<Entry> entries;
    private final @Nullable FileResult[] results;
    private final @Nullable Object[] values;

    BatchWork(TreeRun<?> run, long sequence, long budget, List<Entry> entries) {
        this.run = run;
        this.sequence = sequence;
        this.budget = budget;
        this.entries = entries;
        results = new FileResult[entries.size()];
        values = new Object[entries.size()];
    }

    /** Takes the next entry; returns its index, or -1 if no other one is to be begun. One is always admitted. */
    int take() {
        while (true) {
            int seen = taken.get();
            if (seen == entries.size() || run.isEnding()) {
                return -1;
            }
            if (seen > 0 && (full || run.endsBatch(this, entries.get(seen)))) {
                full = true;
                return -1;
            }
            if (taken.compareAndSet(seen, seen + 1)) {
                return seen;
            }
        }
    }

    /** Begins no other file. */
    void endEarly() {
        full = true;
    }

    void done(int index, FileResult result, @Nullable Object value) {
        results[index] = result;
        values[index] = value;
    }

    // ---- for handlers

    @Override
    public Scope scope() {
        return scope;
    }

    @Override
    public void charge(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException(
                    "bytes is " + bytes + "; it must not be negative. What is charged is given back with the batch");
        }
        charged.accumulateAndGet(bytes, BatchWork::sum);
        hold(bytes);
    }

    /** Counts memory until {@link #letGo}. */
    void hold(long bytes) {
        long now = inFlight.accumulateAndGet(bytes, BatchWork::sum);
        peak.accumulateAndGet(now, Math::max);
        if (now >= budget) {
            full = true;
        }
    }

    void letGo(long bytes) {
        inFlight.addAndGet(-bytes);
    }

    private static long sum(long one, long other) {
        long sum = one + other;
        return sum < 0 ? Long.MAX_VALUE / 2 : Math.min(sum, Long.MAX_VALUE / 2);
    }

    @Override
    public long batch() {
        return sequence;
    }

    @Override
    public void checkpoint() throws InterruptedException {
        run.checkpoint();
    }

    // ---- for the run, once its workers are done

    int taken() {
        return taken.get();
    }

    long charged() {
        return charged.get();
    }

    long peak() {
        return peak.get();
    }

    /** Those of the entries that were taken; one without a result is not there, which only a failure of the virtual machine leaves behind. */
    List<FileResult> results() {
        List<FileResult> all = new ArrayList<>(taken());
        for (int i = 0; i < taken(); i++) {
            FileResult result = results[i];
            if (result != null) {
                all.add(result);
            }
        }
        return all;
    }

    List<Object> values() {
        List<Object> all = new ArrayList<>(taken());
        for (int i = 0; i < taken(); i++) {
            Object value = values[i];
            if (value != null) {
                all.add(value);
            }
        }
        return all;
    }

    boolean invariantsHold() {
        return taken() <= entries.size() && charged.get() <= inFlight.get() && inFlight.get() <= peak.get();
    }
}
