package dev.lifecycle.stress;

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
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The only caller of a load leaves, which stops it, while another one asks for the same key.
 *
 * <p>Broken if it could join a load that is being stopped: it would get a failure that is not its own.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "joined a live load, or began another")
@Outcome(expect = FORBIDDEN, desc = "got the failure of a load that was stopped, or none; or a load is left")
@State
public class JoinVersusLastLeave {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SingleFlight<String, Integer> flight = SingleFlight.<String, Integer>builder("stress")
            .executor(command -> new Thread(command).start())
            .open();

    private static Integer load() throws InterruptedException {
        for (int i = 0; i < 20; i++) {
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped");
            }
            Thread.onSpinWait();
        }
        return 1;
    }

    @Actor
    public void leave() {
        try {
            flight.get("a", JoinVersusLastLeave::load, Duration.ZERO);
        } catch (TimeoutException | InterruptedException expected) {
            return;
        }
    }

    @Actor
    public void join(II_Result r) {
        try {
            r.r1 = flight.get("a", JoinVersusLastLeave::load, PATIENCE);
        } catch (RuntimeException | TimeoutException | InterruptedException failed) {
            r.r1 = -1;
        }
    }

    @Arbiter
    public void look(II_Result r) {
        long start = System.nanoTime();
        while (flight.inFlight() > 0 && System.nanoTime() - start < PATIENCE.toNanos()) {
            Thread.yield();
        }
        r.r2 = flight.inFlight();
        flight.close();
    }
}
