package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.task.Lazy;
import dev.lifecycle.task.LazyClosedException;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A lazy value is asked for by two threads while it is closed.
 *
 * <p>Broken if a value that comes too late were kept, or closed by both the thread that made it and the one that closes.
 */
@JCStressTest
@Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "made and handed out; closed once")
@Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "made, handed to one of them; closed once")
@Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "made, handed to one of them; closed once")
@Outcome(
        id = "0, 0, 0",
        expect = ACCEPTABLE,
        desc = "closed first, or while it was made: nobody has it, and it is closed")
@Outcome(expect = FORBIDDEN, desc = "not closed, or twice")
@State
public class LazyGetVersusClose {
    private final AtomicInteger open = new AtomicInteger();
    private final Lazy<AutoCloseable> lazy = Lazy.<AutoCloseable>builder("stress", () -> {
                open.incrementAndGet();
                return open::decrementAndGet;
            })
            .open();

    private int ask() {
        try {
            return lazy.get() == null ? -1 : 1;
        } catch (LazyClosedException | InterruptedException late) {
            return 0;
        }
    }

    @Actor
    public void one(III_Result r) {
        r.r1 = ask();
    }

    @Actor
    public void other(III_Result r) {
        r.r2 = ask();
    }

    @Actor
    public void close() {
        lazy.close();
    }

    @Arbiter
    public void look(III_Result r) {
        r.r3 = open.get();
    }
}
