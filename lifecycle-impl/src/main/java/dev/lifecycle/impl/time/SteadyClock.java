package dev.lifecycle.impl.time;

import dev.lifecycle.time.TimeSource;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A clock of a user that cannot make the library fail: one that throws stands still at its last reading, so no deadline is
 * missed for a wrong reason and nothing that must be released waits for it.
 */
public final class SteadyClock implements TimeSource {
    private static final PerClock<TimeSource> ALL = new PerClock<>(SteadyClock::around);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final TimeSource clock;
    private final AtomicBoolean complained = new AtomicBoolean();
    private volatile long last;

    private SteadyClock(TimeSource clock) {
        this.clock = clock;
    }

    /**
     * Returns {@code clock} made safe to use.
     *
     * @param clock any clock
     * @return the same one for the same clock; the clock of the JVM is safe as it is
     */
    public static TimeSource of(TimeSource clock) {
        return clock instanceof SteadyClock ? clock : ALL.of(clock);
    }

    private static TimeSource around(TimeSource clock) {
        return clock == TimeSource.system() ? clock : new SteadyClock(clock);
    }

    @Override
    public long nanos() {
        try {
            long now = clock.nanos();
            last = now;
            return now;
        } catch (Throwable broken) {
            complain(broken);
            return last;
        }
    }

    @Override
    public void parkNanos(Object blocker, long nanos) {
        try {
            clock.parkNanos(blocker, nanos);
        } catch (Throwable broken) {
            pause(blocker, broken);
        }
    }

    @Override
    public void parkUntil(Object blocker, long deadline) {
        try {
            clock.parkUntil(blocker, deadline);
        } catch (Throwable broken) {
            pause(blocker, broken);
        }
    }

    @Override
    public void unpark(Thread thread) {
        try {
            clock.unpark(thread);
        } catch (Throwable broken) {
            complain(broken);
            LockSupport.unpark(thread);
        }
    }

    private void pause(Object blocker, Throwable broken) {
        complain(broken);
        LockSupport.parkNanos(blocker, LONGEST_PAUSE_NANOS);
    }

    private void complain(Throwable broken) {
        if (complained.compareAndSet(false, true)) {
            try {
                System.getLogger("dev.lifecycle.time")
                        .log(Level.ERROR, "a " + clock.getClass().getName() + " failed; its time stands still", broken);
            } catch (Throwable log) { // there is nowhere left to say it
                return;
            }
        }
    }
}
