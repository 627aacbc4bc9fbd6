package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.weak.Listeners;
import dev.lifecycle.weak.Subscription;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * An event while the first of two subscriptions is closed and a third one is opened: the second hears it, once, in any case; one
 * after the other is done finds just the second and the third.
 *
 * <p>Broken if a removal or an addition changed what a running delivery goes over, or one of them undid the other.
 */
@JCStressTest
@Outcome(
        id = {"1, 1, 101", "11, 2, 101"},
        expect = ACCEPTABLE,
        desc = "without the third")
@Outcome(
        id = {"101, 2, 101", "111, 3, 101"},
        expect = ACCEPTABLE,
        desc = "with the third")
@Outcome(expect = FORBIDDEN, desc = "the second was skipped or called twice, or a change was lost")
@State
public class EmitVersusClose {
    private final Listeners<int[]> listeners =
            Listeners.<int[]>builder("stress").open();
    private final Subscription first = listeners.on(to -> to[0] += 10);

    public EmitVersusClose() {
        listeners.on(to -> to[0]++);
    }

    @Actor
    public void emit(III_Result r) {
        int[] to = {0};
        r.r2 = listeners.emit(to);
        r.r1 = to[0];
    }

    @Actor
    public void close() {
        first.close();
    }

    @Actor
    public void open() {
        listeners.on(to -> to[0] += 100);
    }

    @Arbiter
    public void after(III_Result r) {
        int[] to = {0};
        listeners.emit(to);
        r.r3 = to[0];
        listeners.close();
    }
}
