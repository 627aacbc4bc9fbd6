package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A value is put while a reader finds that the old one has expired: the new one stays, and the old one leaves once.
 *
 * <p>Broken if an expired entry were taken out by its key, not by its identity.
 */
@JCStressTest
@Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "the new value is there, the old one left once")
@Outcome(id = "-1, 1", expect = FORBIDDEN, desc = "the new value was taken for the old one")
@Outcome(expect = FORBIDDEN, desc = "the old value left twice or never")
@State
public class PutVersusExpire {
    private static final AtomicLong NOW = new AtomicLong();
    private static final TimeSource CLOCK = new TimeSource() { // one for all: a clock has a timer thread
                @Override
                public long nanos() {
                    return NOW.get();
                }

                @Override
                public void parkNanos(Object blocker, long nanos) {
                    LockSupport.parkNanos(blocker, Math.min(nanos, TimeUnit.MILLISECONDS.toNanos(100)));
                }
            };

    private final AtomicInteger left = new AtomicInteger(); // of the old value
    private final BoundedCache<Integer, Integer> cache = BoundedCache.<Integer, Integer>builder("stress")
            .maximumSize(10)
            .expireAfter((key, value) -> value == 1 ? Duration.ofSeconds(1) : Duration.ofDays(1_000_000))
            .timeSource(CLOCK)
            .onRemoval((key, value, cause) -> left.addAndGet(value == 1 ? 1 : 0))
            .open();

    public PutVersusExpire() {
        cache.put(1, 1);
        NOW.addAndGet(TimeUnit.SECONDS.toNanos(1));
    }

    @Actor
    public void put() {
        cache.put(1, 2);
    }

    @Actor
    public void read() {
        cache.get(1);
    }

    @Arbiter
    public void look(II_Result r) {
        Integer kept = cache.get(1);
        r.r1 = kept == null ? -1 : kept;
        r.r2 = left.get();
        cache.close();
    }
}
