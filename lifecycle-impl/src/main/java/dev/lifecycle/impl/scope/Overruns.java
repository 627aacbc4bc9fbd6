package dev.lifecycle.impl.scope;

import dev.lifecycle.leak.Site;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Overrun;
import dev.lifecycle.scope.OverrunPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The closers of one run that exceeded the deadline: noticed on the timer's thread, read by the run's. */
final class Overruns {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Noticed> noticed = new ArrayList<>(); // guarded by lock

    private record Noticed(
            Object slot, @Nullable Site opened, Duration ran, StackTraceElement[] stack, OverrunPolicy done) {}

    void add(Object slot, @Nullable Site opened, Duration ran, StackTraceElement[] stack, OverrunPolicy done) {
        lock.lock();
        try {
            if (noticed.size() < CloseReport.MAX_LISTED) {
                noticed.add(new Noticed(slot, opened, ran, stack, done));
            }
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return noticed.size();
        } finally {
            lock.unlock();
        }
    }

    /** The overruns from the one with the given index on; asks their labels, which is user code. */
    List<Overrun> from(int index) {
        List<Noticed> some;
        lock.lock();
        try {
            some = List.copyOf(noticed.subList(index, noticed.size()));
        } finally {
            lock.unlock();
        }
        return some.stream()
                .map(one -> new Overrun(Labels.of(one.slot), one.opened, one.ran, one.stack, one.done))
                .toList();
    }
}
