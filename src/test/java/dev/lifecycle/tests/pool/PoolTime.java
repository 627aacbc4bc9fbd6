package dev.lifecycle.tests.pool;

import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.TimeSource;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;

/** A clock that a test moves, and with it the rounds of a pool: when {@link #pass} returns, those that were due are done. */
final class PoolTime implements TimeSource {
    static final Duration ROUND = Duration.ofMillis(100);

    private final VirtualTime time = new VirtualTime(Long.MAX_VALUE - 1_000_000_000L); // readings wrap after a second
    private volatile long alarm; // when the timer thread wakes
    private volatile boolean asleep;
    private volatile Thread sleeper; // whom nobody wakes

    @Override
    public long nanos() {
        return time.nanos();
    }

    @Override
    public void parkNanos(Object blocker, long nanos) {
        parkUntil(blocker, nanos() + nanos);
    }

    @Override
    public void parkUntil(Object blocker, long deadline) {
        boolean isTimer = Thread.currentThread().getName().equals("lifecycle-timer");
        if (isTimer) {
            alarm = deadline;
            asleep = true;
        }
        try {
            time.parkUntil(blocker, deadline);
        } finally {
            if (isTimer) {
                asleep = false;
            }
        }
    }

    @Override
    public void unpark(Thread thread) {
        if (thread != sleeper) {
            time.unpark(thread);
        }
    }

    /** Keeps a thread that waits from waking. */
    void letSleep(Thread thread) {
        sleeper = thread;
    }

    /** Wakes it. */
    void wakeSleeper() {
        Thread thread = sleeper;
        sleeper = null;
        time.unpark(thread);
    }

    /** How many threads wait by this clock, the timer thread included. */
    int parked() {
        return time.parked();
    }

    /** After how long the timer thread will wake. */
    Duration untilRound() {
        awaitRound();
        return Duration.ofNanos(alarm - nanos());
    }

    /** Lets time pass, round by round. */
    void pass(Duration total) {
        pass(total, ROUND);
    }

    /** Lets time pass in steps. */
    void pass(Duration total, Duration step) {
        Duration left = total;
        while (left.compareTo(step) > 0) {
            leap(step);
            left = left.minus(step);
        }
        leap(left);
    }

    /** Lets all of it pass at once. */
    void leap(Duration by) {
        time.advance(by);
        awaitRound();
    }

    /** Lets time pass, whether or not anybody goes round. */
    void leapBlindly(Duration by) {
        time.advance(by);
    }

    private void awaitRound() {
        Await.until("the round is done", () -> asleep && alarm - nanos() > 0);
    }
}
