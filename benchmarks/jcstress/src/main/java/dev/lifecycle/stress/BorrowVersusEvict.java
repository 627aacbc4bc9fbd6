package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.Lease;
import dev.lifecycle.collect.BoundedCache;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A value is borrowed while its entry is taken out: it is open under the lease, and closed once after it.
 *
 * <p>Broken if the lease were counted after a look at whether the value is open, or entry and leases in two words.
 */
@JCStressTest
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "borrowed first: open under the lease, closed after it")
@Outcome(id = "-1, 1", expect = ACCEPTABLE, desc = "too late: there was none, and it is closed")
@Outcome(expect = FORBIDDEN, desc = "closed under a lease, twice, or never")
@State
public class BorrowVersusEvict {
    private final BoundedCache<Integer, Traced> cache = BoundedCache.<Integer, Traced>builder("stress")
            .maximumSize(10)
            .closeValues()
            .open();
    private final Traced value = Traced.written();

    public BorrowVersusEvict() {
        cache.put(1, value);
    }

    @Actor
    public void borrow(II_Result r) {
        r.r1 = -1;
        try (Lease<Traced> lease = cache.borrow(1)) {
            if (lease != null) {
                r.r1 = lease.get().closes();
            }
        }
    }

    @Actor
    public void evict() {
        cache.invalidate(1);
    }

    @Arbiter
    public void count(II_Result r) {
        r.r2 = value.closes();
        cache.close();
    }
}
