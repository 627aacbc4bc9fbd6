package dev.lifecycle.impl.pool;

import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Failure;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** The figures of a pool that only grow. */
final class Counts {
    final LongAdder timeouts = new LongAdder();
    final LongAdder rejected = new LongAdder();
    final LongAdder created = new LongAdder();
    final LongAdder destroyed = new LongAdder();
    final LongAdder createFailures = new LongAdder();
    final LongAdder resetFailures = new LongAdder();
    final LongAdder validationFailures = new LongAdder();
    final AtomicLong byAge = new AtomicLong(); // these three also under the lock, where an adder might allocate
    final AtomicLong byUses = new AtomicLong();
    final AtomicLong byRequest = new AtomicLong();
    final LongAdder suspected = new LongAdder();
    final LongAdder drainOverruns = new LongAdder();
    final LongAdder collected = new LongAdder();
    final LongAdder destroyFailures = new LongAdder();
    private final List<Failure> ends = new CopyOnWriteArrayList<>(); // the first ones

    void destroyFailed(String title, Throwable thrown) {
        destroyFailures.increment();
        if (ends.size() < CloseReport.MAX_SUPPRESSED) { // or a few more, where several fail at once
            ends.add(new Failure("a resource of " + title, null, thrown));
        }
    }

    /** The first ends of resources that failed. */
    List<Failure> ends() {
        return List.copyOf(ends);
    }
}
