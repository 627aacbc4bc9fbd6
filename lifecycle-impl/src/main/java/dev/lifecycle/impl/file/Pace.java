package dev.lifecycle.impl.file;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** How fast all passes of a processor read together: each reserves the time of its next read. */
final class Pace {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int READS_A_SECOND = 20; // at least, so that nobody waits long for a large one

    private final long perSecond;
    private final AtomicLong free; // when the next read may begin

    Pace(long bytesPerSecond, long now) {
        perSecond = bytesPerSecond;
        free = new AtomicLong(now);
    }

    /** How many bytes of {@code wanted} are read at a time. */
    int most(int wanted) {
        return (int) Math.min(wanted, Math.max(1, perSecond / READS_A_SECOND));
    }

    private long time(int bytes) {
        return (long) ((double) bytes / perSecond * SECOND);
    }

    /** Takes back what was reserved, and did not come. */
    void refund(int bytes) {
        free.addAndGet(-time(bytes));
    }

    /** Returns when {@code bytes} may be read. */
    long reserve(int bytes, long now) {
        long time = time(bytes);
        while (true) {
            long seen = free.get();
            long at = seen - now > 0 ? seen : now;
            if (free.compareAndSet(seen, at + time)) {
                return at;
            }
        }
    }
}
