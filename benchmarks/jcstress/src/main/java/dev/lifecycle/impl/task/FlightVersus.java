package dev.lifecycle.impl.task;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.task.SingleFlight;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** What may happen at the end of a load of a single flight. */
public class FlightVersus {
    private static final SingleFlight<Object, Integer> FLIGHTS = SingleFlight.<Object, Integer>builder("stress")
            .executor(Runnable::run)
            .resultTtl(Duration.ofHours(1))
            .maxKept(1 << 16)
            .open();
    private static final Duration LONG = Duration.ofSeconds(5);

    private FlightVersus() {}

    /** The source of a key of its own, and what was loaded from it. */
    private static final class Source {
        private volatile int now;

        int ask() {
            long begun = System.nanoTime();
            try {
                int value = FLIGHTS.get(this, () -> now, LONG);
                return System.nanoTime() - begun < LONG.toNanos() ? value : -1; // nobody woke him
            } catch (InterruptedException | TimeoutException stranded) {
                return -1;
            }
        }

        void change() {
            now = 1;
            FLIGHTS.forget(this);
        }
    }

    /**
     * Its key is forgotten: who asks once that has returned gets nothing that was loaded from what was there before, and nor does
     * anybody later.
     *
     * <p>Broken if who has loaded put the value among the hits without a look at whether it was forgotten since.
     */
    @JCStressTest
    @Outcome(
            id = {"0, 1, 1", "1, 1, 1"},
            expect = ACCEPTABLE,
            desc = "loaded before or after")
    @Outcome(expect = FORBIDDEN, desc = "stale, or stranded")
    @State
    public static class Forget {
        private final Stage.Meeting both = new Stage.Meeting();
        private final Source source = new Source();

        @Actor
        public void load(III_Result r) {
            both.meet(20);
            r.r1 = source.ask();
        }

        @Actor
        public void change(III_Result r) {
            both.meet(100);
            source.change();
            r.r2 = source.ask();
        }

        @Arbiter
        public void look(III_Result r) {
            r.r3 = source.ask();
            source.change();
        }
    }

    /**
     * Another one asks while the load ends: he gets its value, or that of a load of his own.
     *
     * <p>Broken if who has loaded looked for those who wait before the value was there, or who waits looked for the value before he was
     * among them.
     */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "both have it")
    @Outcome(expect = FORBIDDEN, desc = "stranded")
    @State
    public static class Joins {
        private final Stage.Meeting both = new Stage.Meeting();
        private final Source source = new Source();

        @Actor
        public void load(II_Result r) {
            both.meet(0);
            r.r1 = source.ask();
        }

        @Actor
        public void join(II_Result r) {
            both.meet(50);
            r.r2 = source.ask();
        }

        @Arbiter
        public void look(II_Result r) {
            source.change();
        }
    }
}
