package dev.lifecycle.impl.leak;

import dev.lifecycle.impl.tree.Reaper;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.leak.LeakDetector.Registration;
import dev.lifecycle.leak.LeakListener;
import dev.lifecycle.leak.LeakReport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Tells listeners of reports, each of each once, whatever they do; first the log and the flight recorder. */
final class Sinks {
    /*
     * tell() runs on the reaper thread only. A listener that blocks it for a second makes Reaper go on with another
     * thread, which finds the round in `current` and carries on behind the listener; that one is passed over (and counted as
     * failed) until it returns.
     *   I1  each sink of a round is claimed once, by an atomic increment, by the thread that calls it.
     *   I2  a sink is called by one thread at a time: `busy` is set by the reaper before the call, cleared by the same
     *       thread after it. The next reaper reads it after the replacement, which happens-after (Reaper's lock).
     */
    static final int MAX = 256;
    private static final SafeLog LOG = new SafeLog(LogSink.NAME);

    private final ReentrantLock lock = new ReentrantLock();
    private volatile List<Sink> sinks; // immutable; written under the lock
    private final AtomicLong failures = new AtomicLong();
    private final Runnable ring;
    private volatile @Nullable Round current;

    private static final class Sink {
        final LeakListener listener;
        volatile boolean busy;

        Sink(LeakListener listener) {
            this.listener = listener;
        }
    }

    private static final class Round {
        final LeakReport report;
        final List<Sink> sinks;
        final AtomicInteger next = new AtomicInteger();

        Round(LeakReport report, List<Sink> sinks) {
            this.report = report;
            this.sinks = sinks;
        }
    }

    private final class Call implements Reaper.CallOut {
        private final Sink sink;
        private final LeakReport report;

        Call(Sink sink, LeakReport report) {
            this.sink = sink;
            this.report = report;
        }

        @Override
        public void run() {
            sink.busy = true;
            try {
                sink.listener.onLeak(report);
            } catch (Throwable failure) {
                failed(sink, failure);
            } finally {
                sink.busy = false;
            }
        }

        @Override
        public void stuck() {
            failures.incrementAndGet();
            ring.run();
        }
    }

    /** Makes sinks; {@code ring} makes the reaper call {@link #tell} again. */
    Sinks(Runnable ring) {
        this.ring = ring;
        this.sinks = List.of(new Sink(new LogSink()), new Sink(new FlightRecorderSink()));
    }

    Registration add(LeakListener listener) {
        Sink sink = new Sink(listener);
        lock.lock();
        try {
            if (sinks.size() >= MAX) {
                throw new IllegalStateException("there are " + sinks.size()
                        + " listeners, which is the limit. Look for one that is added repeatedly and never removed");
            }
            List<Sink> more = new ArrayList<>(sinks);
            more.add(sink);
            sinks = List.copyOf(more);
        } finally {
            lock.unlock();
        }
        return () -> remove(sink);
    }

    private void remove(Sink sink) {
        lock.lock();
        try {
            List<Sink> fewer = new ArrayList<>(sinks);
            fewer.remove(sink); // compared by identity: Sink has no equals
            sinks = List.copyOf(fewer);
        } finally {
            lock.unlock();
        }
    }

    /** Tells what is to be told. On the reaper thread. */
    void tell(Reports reports) {
        while (true) {
            Round round = current;
            if (round == null) {
                LeakReport report = reports.nextUntold();
                if (report == null) {
                    return;
                }
                round = new Round(report, sinks);
                current = round;
            }
            for (int i = round.next.getAndIncrement(); i < round.sinks.size(); i = round.next.getAndIncrement()) {
                Sink sink = round.sinks.get(i);
                if (sink.busy) {
                    failures.incrementAndGet();
                } else if (!Reaper.callOut(new Call(sink, round.report))) {
                    return; // another thread is the reaper now
                }
            }
            current = null;
        }
    }

    private void failed(Sink sink, Throwable failure) {
        long count = failures.incrementAndGet();
        if (Long.bitCount(count) == 1 && !(sink.listener instanceof LogSink)) { // the first, and at each doubling
            try {
                LOG.warn("a leak listener failed, " + sink.listener.getClass().getName(), failure);
            } catch (Throwable noRoom) { // not even for the text; it is counted, and others are still to be told
                return;
            }
        }
    }

    boolean isTelling() {
        return current != null;
    }

    void countFailure() {
        failures.incrementAndGet();
    }

    long failures() {
        return failures.get();
    }
}
