package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.task.LimitExceededException;
import dev.lifecycle.task.Limiter;
import dev.lifecycle.task.Permit;
import java.time.Duration;
import java.util.Optional;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A caller's wait is over while the permit it waits for is given back.
 *
 * <p>Broken if it left the queue, and looked at whether it was granted, in two steps: the permit would be lost.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "served")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "too late: the permit is free")
@Outcome(expect = FORBIDDEN, desc = "the permit was lost, or there twice")
@State
public class PermitTimeoutVersusGrant {
    private static final Duration SHORT = Duration.ofNanos(500);

    private final Limiter limiter = Limiter.builder("stress", 1).open();
    private final Permit permit = limiter.tryAcquire().orElseThrow();

    /** Kept: of a permit that is dropped, the place is free again once it is collected. */
    private Optional<Permit> taken = Optional.empty();

    @Actor
    public void ask(II_Result r) {
        try {
            taken = Optional.of(limiter.acquire(SHORT));
            r.r1 = 1;
        } catch (LimitExceededException | InterruptedException late) {
            r.r1 = 0;
        }
    }

    @Actor
    public void give() {
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
