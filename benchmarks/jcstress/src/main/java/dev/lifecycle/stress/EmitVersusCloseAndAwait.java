package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.weak.Listeners;
import dev.lifecycle.weak.Subscription;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * What a listener uses is released after {@code closeAndAwait} has returned true: no delivery sees it released.
 *
 * <p>Broken if a delivery read the roster before its cell was seen to be taken, or gave the cell back before its listeners had
 * returned, or the one that waits looked at the cells before the removal was seen. The field is plain: the wait has to
 * order it.
 */
@JCStressTest
@Outcome(id = "true, true", expect = ACCEPTABLE, desc = "never released while in use")
@Outcome(expect = FORBIDDEN, desc = "released while a delivery used it, or not waited for")
@State
public class EmitVersusCloseAndAwait {
    private final Listeners<Boolean[]> listeners =
            Listeners.<Boolean[]>builder("stress").open();
    private boolean released;
    private final Subscription subscription = listeners.on(seen -> seen[0] = !released);

    @Actor
    public void emit(ZZ_Result r) {
        Boolean[] seen = {true};
        listeners.emit(seen);
        r.r1 = seen[0];
    }

    @Actor
    public void closeAndAwait(ZZ_Result r) {
        try {
            r.r2 = subscription.closeAndAwait(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            r.r2 = false;
        }
        released = true;
    }

    @Arbiter
    public void after() {
        listeners.close();
    }
}
