package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.task.Limiter;
import dev.lifecycle.task.Permit;
import java.util.Optional;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Two threads close one permit, and one of them takes the place again.
 *
 * <p>Broken if a close looked at whether the permit is open, and gave the place back, in two steps: the second close would give
 * back what the next one holds.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "taken again, and held")
@Outcome(id = "0, 1", expect = FORBIDDEN, desc = "not free after a close has returned")
@Outcome(expect = FORBIDDEN, desc = "the place was given back twice")
@State
public class PermitDoubleClose {
    private final Limiter limiter = Limiter.builder("stress", 1).open();
    private final Permit permit = limiter.tryAcquire().orElseThrow();

    /** Kept: of a permit that is dropped, the place is free again once it is collected. */
    private Optional<Permit> taken = Optional.empty();

    @Actor
    public void closeAndTake(II_Result r) {
        permit.close();
        taken = limiter.tryAcquire();
        r.r1 = taken.isPresent() ? 1 : 0;
    }

    @Actor
    public void close() {
        permit.close();
    }

    @Arbiter
    public void look(II_Result r) {
        Optional<Permit> free = limiter.tryAcquire();
        r.r2 = free.isPresent() ? 1 : 0;
        free.ifPresent(Permit::close);
        taken.ifPresent(Permit::close);
        limiter.close();
    }
}
