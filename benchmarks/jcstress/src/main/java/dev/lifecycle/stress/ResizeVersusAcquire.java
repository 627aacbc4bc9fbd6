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
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A limit is lowered from two to one while one permit is given back and another one taken. One is held all the time.
 *
 * <p>Broken if a place that is given back while it should be blocked were given out again, or blocked for nothing.
 */
@JCStressTest
@Outcome(
        id = "0, 1, 0",
        expect = ACCEPTABLE,
        desc = "lowered first, or refused before the other was given back: one is held")
@Outcome(id = "1, 2, 0", expect = ACCEPTABLE, desc = "taken before it was lowered: two are held, for now")
@Outcome(expect = FORBIDDEN, desc = "more were given than may be, or a place was lost")
@State
public class ResizeVersusAcquire {
    private final Limiter limiter = Limiter.builder("stress", 2).open();
    private final Permit held = limiter.tryAcquire().orElseThrow();
    private final Permit given = limiter.tryAcquire().orElseThrow();

    /** Kept: of a permit that is dropped, the place is free again once it is collected. */
    private Optional<Permit> taken = Optional.empty();

    @Actor
    public void resize() {
        limiter.resize(1);
    }

    @Actor
    public void giveAndTake(III_Result r) {
        given.close();
        taken = limiter.tryAcquire();
        r.r1 = taken.isPresent() ? 1 : 0;
    }

    @Arbiter
    public void look(III_Result r) {
        r.r2 = limiter.stats().active();
        Optional<Permit> free = limiter.tryAcquire();
        r.r3 = free.isPresent() ? 1 : 0;
        free.ifPresent(Permit::close);
        taken.ifPresent(Permit::close);
        held.close();
        limiter.close();
    }
}
