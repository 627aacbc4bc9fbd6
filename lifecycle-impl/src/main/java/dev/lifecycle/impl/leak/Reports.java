package dev.lifecycle.impl.leak;

import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Reports by kind, label and origin: those that wait to be drained, and those that listeners are still to hear. */
final class Reports {
    /*
     * All fields are guarded by `lock`; keys are texts, so no code of a user runs under it.
     *   I1  waiting, totals and untold each hold at most MAX.
     *   I2  every report is counted: in `waiting`, in the result of a drain(), or in `dropped`.
     * `totals` outlives drain(), so that a program that drains often does not make listeners hear each leak.
     */
    static final int MAX = LeakDetector.MAX_REPORTS;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, LeakReport> waiting = new LinkedHashMap<>();
    private final Map<String, Long> totals = new LinkedHashMap<>(16, 0.75f, true);
    private final ArrayDeque<LeakReport> untold = new ArrayDeque<>();
    private long dropped;

    /**
     * Not a record: its hashCode would leave a trail from the JDK to our class loader, in a soft reference (JDK 21 on, see
     * ObjectMethods).
     */
    private static String key(LeakReport report) {
        return String.join("\n", report.kind().name(), report.label(), report.origin());
    }

    /** Adds {@code report}, which stands for as many as its count says. Returns whether listeners are to hear of it. */
    boolean add(LeakReport report) {
        String key = key(report);
        lock.lock();
        try {
            LeakReport known = waiting.get(key);
            if (known != null) {
                LeakReport better = known.stack().length == 0 && report.stack().length > 0 ? report : known;
                waiting.put(key, withCount(better, total(report, known.count())));
            } else if (waiting.size() < MAX) {
                waiting.put(key, report);
            } else {
                dropped = sum(dropped, report.count());
            }
            long before = totals.getOrDefault(key, 0L);
            long after = total(report, before);
            totals.put(key, after);
            if (totals.size() > MAX) {
                totals.remove(totals.keySet().iterator().next());
            }
            if (Long.highestOneBit(before) == Long.highestOneBit(after)) {
                return false;
            }
            if (untold.size() == MAX) { // a listener is slow: what it has not heard can still be drained
                return false;
            }
            untold.add(withCount(report, after));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A report of growth has the present number: it contains those of the reports before it. */
    private static long total(LeakReport report, long before) {
        return report.kind() == LeakReport.Kind.GROWING
                ? Math.max(before, report.count())
                : sum(before, report.count());
    }

    private static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    private static LeakReport withCount(LeakReport r, long count) {
        return new LeakReport(
                r.kind(),
                r.type(),
                r.label(),
                r.acquired(),
                r.stack(),
                r.touches(),
                r.thread(),
                r.age(),
                count,
                r.scopePath());
    }

    /** Counts a report that could not be made. */
    void drop() {
        lock.lock();
        try {
            dropped = sum(dropped, 1);
        } finally {
            lock.unlock();
        }
    }

    List<LeakReport> drain() {
        lock.lock();
        try {
            List<LeakReport> all = new ArrayList<>(waiting.values());
            waiting.clear();
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the next report that listeners are to hear. */
    @Nullable
    LeakReport nextUntold() {
        lock.lock();
        try {
            return untold.poll();
        } finally {
            lock.unlock();
        }
    }

    boolean hasUntold() {
        lock.lock();
        try {
            return !untold.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    /** Whether I1 holds, for tests. */
    boolean invariantsHold() {
        lock.lock();
        try {
            return waiting.size() <= MAX && totals.size() <= MAX && untold.size() <= MAX;
        } finally {
            lock.unlock();
        }
    }
}
