package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.scope.Scope;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LII_Result;

/**
 * A resource that is opened while the scope closes is closed once, and none is opened once the scope is closed.
 *
 * <p>Broken if the check before opening were the only one: what is opened in between would be lost ("acquired" or "refused"
 * with 1 opened and 0 closed).
 */
@JCStressTest
@Outcome(id = "acquired, 1, 1", expect = ACCEPTABLE, desc = "opened first, closed by the scope")
@Outcome(
        id = "refused, 1, 1",
        expect = ACCEPTABLE,
        desc = "the scope closed while it was opened; closed by the refusal")
@Outcome(id = "refused, 0, 0", expect = ACCEPTABLE, desc = "too late, never opened")
@Outcome(
        id = {"acquired, 1, 0", "refused, 1, 0"},
        expect = FORBIDDEN,
        desc = "lost: nobody closed it")
@Outcome(expect = FORBIDDEN, desc = "closed twice, or closed without having been opened")
@State
public class AcquireVersusClose {
    private final Scope scope = Scope.open();
    private final Traced resource = new Traced();
    private int opened;

    @Actor
    public void acquire(LII_Result r) {
        r.r1 = Attempt.of(
                "acquired",
                () -> scope.acquire(() -> {
                    opened++;
                    return resource.write();
                }));
    }

    @Actor
    public void close() {
        scope.close();
    }

    @Arbiter
    public void count(LII_Result r) {
        r.r2 = opened;
        r.r3 = resource.closes();
    }
}
