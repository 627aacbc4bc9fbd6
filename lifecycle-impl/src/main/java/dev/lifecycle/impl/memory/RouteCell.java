package dev.lifecycle.impl.memory;

import java.util.concurrent.atomic.LongAdder;

/** What is counted of a route. Any thread. */
final class RouteCell {
    final String name;
    final int index;
    final Durations durations = new Durations();
    final LongAdder allocated = new LongAdder();
    final LongAdder unmeasured = new LongAdder(); // those of which it is not known
    volatile boolean suspected; // its requests keep more than they may

    RouteCell(String name, int index) {
        this.name = name;
        this.index = index;
    }

    void add(long nanos, long bytes) {
        durations.add(nanos);
        if (bytes < 0) {
            unmeasured.increment();
        } else {
            allocated.add(bytes);
        }
    }
}
