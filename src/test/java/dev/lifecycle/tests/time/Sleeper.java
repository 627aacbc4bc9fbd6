package dev.lifecycle.tests.time;

import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A thread that sleeps by a virtual clock, as a caller of {@link dev.lifecycle.time.TimeSource#parkNanos} should. */
final class Sleeper extends Thread {
    private final VirtualTime clock;
    private final long[] naps;

    /** How far the clock was after each nap, from the start of the first. */
    final List<Long> wokenAfter = new CopyOnWriteArrayList<>();

    volatile boolean wasInterrupted;

    private Sleeper(VirtualTime clock, long... naps) {
        this.clock = clock;
        this.naps = naps;
        setDaemon(true);
    }

    /** Starts a thread and waits until it sleeps. */
    static Sleeper start(VirtualTime clock, long... naps) {
        int before = clock.parked();
        Sleeper sleeper = new Sleeper(clock, naps);
        sleeper.start();
        Await.until("sleeps", () -> clock.parked() == before + 1);
        return sleeper;
    }

    @Override
    public void run() {
        long start = clock.nanos();
        for (long nap : naps) {
            sleep(clock, nap);
            wokenAfter.add(clock.nanos() - start);
        }
        wasInterrupted = isInterrupted();
    }

    /** Sleeps for {@code nap} by {@code clock}, or until the calling thread is interrupted. */
    static void sleep(VirtualTime clock, long nap) {
        long deadline = clock.nanos() + nap;
        while (deadline - clock.nanos() > 0 && !Thread.currentThread().isInterrupted()) {
            clock.parkUntil(clock, deadline);
        }
    }
}
