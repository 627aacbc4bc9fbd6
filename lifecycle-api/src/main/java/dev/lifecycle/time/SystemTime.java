package dev.lifecycle.time;

import java.util.concurrent.locks.LockSupport;

/** {@link System#nanoTime} and ordinary parking. */
enum SystemTime implements TimeSource {
    INSTANCE;

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public void parkNanos(Object blocker, long nanos) {
        LockSupport.parkNanos(blocker, nanos);
    }

    @Override
    public String toString() {
        return "TimeSource.system()";
    }
}
